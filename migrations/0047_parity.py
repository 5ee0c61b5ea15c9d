"""What the nightly comparison with Twilio found, when it is due, and phones that get no texts."""

from typing import Any

RUN = (
    'CREATE TABLE "parity_run" ("id" {id} NOT NULL PRIMARY KEY, "created_at" {big} NOT NULL, "workspace_id" {id} NOT '
    'NULL, "listed_from" {big} NOT NULL, "listed_to" {big} NOT NULL, "texts" INTEGER NOT NULL, FOREIGN KEY '
    '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
)
DIFFERENCE = (
    'CREATE TABLE "parity_difference" ("id" {id} NOT NULL PRIMARY KEY, "created_at" {big} NOT NULL, "workspace_id" '
    '{id} NOT NULL, "run_id" {id} NOT NULL, "kind" VARCHAR(32) NOT NULL, "address" VARCHAR(32) NOT NULL, "sid" '
    'VARCHAR(64), "at" {big} NOT NULL, "is_mended" {bool} NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
    '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "run_id") REFERENCES "parity_run" '
    '("workspace_id", "id") ON DELETE CASCADE)'
)
INDEXES = [
    'CREATE INDEX "parity_run_workspace_id_created_at" ON "parity_run" ("workspace_id", "created_at")',
    'CREATE INDEX "parity_difference_workspace_id_run_id" ON "parity_difference" ("workspace_id", "run_id")',
    'CREATE INDEX "parity_difference_workspace_id_address" ON "parity_difference" ("workspace_id", "address")',
]
COLUMNS = [("twilio_connection", "audit_at"), ("contact_point", "no_texts_since")]
SQLITE = {"id": "BLOB", "big": "INTEGER", "bool": "INTEGER"}
POSTGRES = {"id": "UUID", "big": "BIGINT", "bool": "BOOLEAN"}


def up(migrator: Any, db: Any) -> None:
    """Make the tables and columns; nothing was compared before, and every phone may be texted."""
    kinds = SQLITE if db.dialect == "sqlite" else POSTGRES
    for table in (RUN, DIFFERENCE):
        db.execute_sql(table.format(**kinds))
    for text in INDEXES:
        db.execute_sql(text)
    for table, name in COLUMNS:
        db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kinds["big"]}')


def down(migrator: Any, db: Any) -> None:
    """Forget what was found. The stops that were added stay: they were said."""
    for table, name in COLUMNS:
        db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
    for table in ("parity_difference", "parity_run"):
        db.execute_sql(f'DROP TABLE "{table}"')
