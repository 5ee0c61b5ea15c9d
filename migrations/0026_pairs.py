"""Pairs of contacts who might be one person, and who is still to be compared."""

from typing import Any

SQLITE = [
    (
        'CREATE TABLE "duplicate_pair" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "a_id" BLOB NOT NULL, "b_id" BLOB NOT NULL, "score" INTEGER NOT NULL, "reasons" TEXT NOT '
        'NULL, "state" VARCHAR(32) NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "a_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE,'
        ' FOREIGN KEY ("workspace_id", "b_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "duplicate_pair_workspace_id_a_id_b_id" ON "duplicate_pair" ("workspace_id", "a_id", '
        '"b_id")'
    ),
    'CREATE INDEX "duplicate_pair_workspace_id_b_id" ON "duplicate_pair" ("workspace_id", "b_id")',
    (
        'CREATE INDEX "duplicate_pair_workspace_id_state_score_id" ON "duplicate_pair" ("workspace_id", "state", '
        '"score", "id")'
    ),
]

POSTGRES = [
    (
        'CREATE TABLE "duplicate_pair" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "a_id" UUID NOT NULL, "b_id" UUID NOT NULL, "score" INTEGER NOT NULL, "reasons" TEXT NOT '
        'NULL, "state" VARCHAR(32) NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "a_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE,'
        ' FOREIGN KEY ("workspace_id", "b_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "duplicate_pair_workspace_id_a_id_b_id" ON "duplicate_pair" ("workspace_id", "a_id", '
        '"b_id")'
    ),
    'CREATE INDEX "duplicate_pair_workspace_id_b_id" ON "duplicate_pair" ("workspace_id", "b_id")',
    (
        'CREATE INDEX "duplicate_pair_workspace_id_state_score_id" ON "duplicate_pair" ("workspace_id", "state", '
        '"score", "id")'
    ),
]


def up(migrator: Any, db: Any) -> None:
    """Make the table of pairs; everybody who is there is to be compared."""
    for text in SQLITE if db.dialect == "sqlite" else POSTGRES:
        db.execute_sql(text)
    db.execute_sql('ALTER TABLE "contact_search" ADD COLUMN "unpaired" INTEGER NOT NULL DEFAULT 1')
    db.execute_sql(
        'CREATE INDEX "contact_search_unpaired" ON "contact_search" ("workspace_id", "number") WHERE unpaired > 0'
    )


def down(migrator: Any, db: Any) -> None:
    """Take both away again."""
    db.execute_sql('DROP INDEX "contact_search_unpaired"')
    db.execute_sql('ALTER TABLE "contact_search" DROP COLUMN "unpaired"')
    db.execute_sql('DROP TABLE "duplicate_pair"')
