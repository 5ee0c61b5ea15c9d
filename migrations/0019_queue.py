"""Who has whom before them in the queue, and whether a user's single keys do something."""

from typing import Any

SQLITE = [
    (
        'CREATE TABLE "queue_claim" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "contact_id" BLOB NOT NULL, "teammate_id" BLOB NOT NULL, "until" INTEGER NOT NULL, '
        '"is_passed" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE'
        ' CASCADE, FOREIGN KEY ("workspace_id", "teammate_id") REFERENCES "teammate" ("workspace_id", "id") ON '
        "DELETE CASCADE)"
    ),
    'CREATE UNIQUE INDEX "queue_claim_workspace_id_contact_id" ON "queue_claim" ("workspace_id", "contact_id")',
    'CREATE INDEX "queue_claim_workspace_id_until" ON "queue_claim" ("workspace_id", "until")',
]
POSTGRES = [
    (
        'CREATE TABLE "queue_claim" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "contact_id" UUID NOT NULL, "teammate_id" UUID NOT NULL, "until" BIGINT NOT NULL, '
        '"is_passed" BOOLEAN NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE'
        ' CASCADE, FOREIGN KEY ("workspace_id", "teammate_id") REFERENCES "teammate" ("workspace_id", "id") ON '
        "DELETE CASCADE)"
    ),
    'CREATE UNIQUE INDEX "queue_claim_workspace_id_contact_id" ON "queue_claim" ("workspace_id", "contact_id")',
    'CREATE INDEX "queue_claim_workspace_id_until" ON "queue_claim" ("workspace_id", "until")',
]


def up(migrator: Any, db: Any) -> None:
    """Make the table, and the column: until now every key did what it does."""
    is_sqlite = db.dialect == "sqlite"
    for text in SQLITE if is_sqlite else POSTGRES:
        db.execute_sql(text)
    kind = "INTEGER NOT NULL DEFAULT 1" if is_sqlite else "BOOLEAN NOT NULL DEFAULT TRUE"
    db.execute_sql(f'ALTER TABLE "user" ADD COLUMN "has_keys" {kind}')


def down(migrator: Any, db: Any) -> None:
    """Take both away again."""
    db.execute_sql('ALTER TABLE "user" DROP COLUMN "has_keys"')
    db.execute_sql('DROP TABLE "queue_claim"')
