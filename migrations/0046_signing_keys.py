"""Keys that sign callbacks, calls whose signature does not fit, and up to when each number's texts were heard."""

from typing import Any

KEY = (
    'CREATE TABLE "webhook_key" ("id" {id} NOT NULL PRIMARY KEY, "created_at" {big} NOT NULL, "workspace_id" {id} '
    'NOT NULL, "key_id" VARCHAR(80) NOT NULL, "secret" {sealed} NOT NULL, "algorithm" VARCHAR(32) NOT NULL, FOREIGN '
    'KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
)
INDEX = 'CREATE UNIQUE INDEX "webhook_key_workspace_id_key_id" ON "webhook_key" ("workspace_id", "key_id")'
COLUMNS = [
    ("twilio_connection", "unsigned_at", "{big}"),
    ("twilio_connection", "unsigned_minutes", "INTEGER NOT NULL DEFAULT 0"),
    ("sender", "heard_until", "{big}"),
    ("sender", "asked_at", "{big}"),
    ("sender", "missing_at", "{big}"),
]


def up(migrator: Any, db: Any) -> None:
    """Make the table and columns; the account's token signs, and every number is heard from an hour ago on."""
    names = ("BLOB", "INTEGER", "BLOB") if db.dialect == "sqlite" else ("UUID", "BIGINT", "BYTEA")
    kinds = dict(zip(("id", "big", "sealed"), names, strict=True))
    db.execute_sql(KEY.format(**kinds))
    db.execute_sql(INDEX)
    for table, name, kind in COLUMNS:
        db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind.format(**kinds)}')


def down(migrator: Any, db: Any) -> None:
    """Take them away: callbacks signed with such a key are refused, and texts that were missed stay missed."""
    for table, name, _kind in COLUMNS:
        db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
    db.execute_sql('DROP TABLE "webhook_key"')
