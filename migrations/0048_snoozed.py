"""Threads that are snoozed until a time, and who is writing an answer just now."""

from typing import Any

COMPOSING = (
    'CREATE TABLE "composing" ("id" {id} NOT NULL PRIMARY KEY, "created_at" {big} NOT NULL, "workspace_id" {id} NOT '
    'NULL, "conversation_id" {id} NOT NULL, "teammate_id" {id} NOT NULL, "until" {big} NOT NULL, FOREIGN KEY '
    '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "conversation_id") '
    'REFERENCES "conversation" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "teammate_id") '
    'REFERENCES "teammate" ("workspace_id", "id") ON DELETE CASCADE)'
)
INDEXES = [
    (
        'CREATE UNIQUE INDEX "composing_workspace_id_conversation_id_teammate_id" ON "composing" ("workspace_id", '
        '"conversation_id", "teammate_id")'
    ),
    (
        'CREATE INDEX "conversation_snoozed" ON "conversation" ("workspace_id", "snoozed_until") '
        "WHERE state = 'snoozed'"
    ),
]
SQLITE = {"id": "BLOB", "big": "INTEGER"}
POSTGRES = {"id": "UUID", "big": "BIGINT"}


def up(migrator: Any, db: Any) -> None:
    """Make the column and the table; nothing is snoozed yet."""
    kinds = SQLITE if db.dialect == "sqlite" else POSTGRES
    db.execute_sql(COMPOSING.format(**kinds))
    db.execute_sql(f'ALTER TABLE "conversation" ADD COLUMN "snoozed_until" {kinds["big"]}')
    for text in INDEXES:
        db.execute_sql(text)


def down(migrator: Any, db: Any) -> None:
    """Take them away. What was snoozed comes back, since nobody would wake it."""
    db.execute_sql('DROP INDEX "conversation_snoozed"')
    db.execute_sql("UPDATE conversation SET state = 'open' WHERE state = 'snoozed'")
    db.execute_sql('ALTER TABLE "conversation" DROP COLUMN "snoozed_until"')
    db.execute_sql('DROP TABLE "composing"')
