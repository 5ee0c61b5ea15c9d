"""Households, who is whose parent, partner, sibling or guardian, and addresses known to be shared."""

from typing import Any

SQLITE = [
    (
        'CREATE TABLE "household" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB'
        ' NOT NULL, "name" VARCHAR(100) NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        'DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    (
        'CREATE TABLE "household_member" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "household_id" BLOB NOT NULL, "contact_id" BLOB NOT NULL, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"household_id") REFERENCES "household" ("workspace_id", "id") ON DELETE RESTRICT, FOREIGN KEY '
        '("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "household_member_workspace_id_contact_id" ON "household_member" ("workspace_id", '
        '"contact_id")'
    ),
    (
        'CREATE INDEX "household_member_workspace_id_household_id" ON "household_member" ("workspace_id", '
        '"household_id")'
    ),
    (
        'CREATE TABLE "relationship" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "a_id" BLOB NOT NULL, "b_id" BLOB NOT NULL, "kind" VARCHAR(32) NOT NULL, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "a_id") '
        'REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "b_id") '
        'REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "relationship_workspace_id_a_id_b_id_kind" ON "relationship" ("workspace_id", "a_id", '
        '"b_id", "kind")'
    ),
    'CREATE INDEX "relationship_workspace_id_b_id" ON "relationship" ("workspace_id", "b_id")',
]

POSTGRES = [
    (
        'CREATE TABLE "household" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "name" VARCHAR(100) NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE'
        ' CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    (
        'CREATE TABLE "household_member" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "household_id" UUID NOT NULL, "contact_id" UUID NOT NULL, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"household_id") REFERENCES "household" ("workspace_id", "id") ON DELETE RESTRICT, FOREIGN KEY '
        '("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "household_member_workspace_id_contact_id" ON "household_member" ("workspace_id", '
        '"contact_id")'
    ),
    (
        'CREATE INDEX "household_member_workspace_id_household_id" ON "household_member" ("workspace_id", '
        '"household_id")'
    ),
    (
        'CREATE TABLE "relationship" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "a_id" UUID NOT NULL, "b_id" UUID NOT NULL, "kind" VARCHAR(32) NOT NULL, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "a_id") '
        'REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "b_id") '
        'REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "relationship_workspace_id_a_id_b_id_kind" ON "relationship" ("workspace_id", "a_id", '
        '"b_id", "kind")'
    ),
    'CREATE INDEX "relationship_workspace_id_b_id" ON "relationship" ("workspace_id", "b_id")',
]

TABLES = ["household", "household_member", "relationship"]


def up(migrator: Any, db: Any) -> None:
    """Make the tables of families, and mark no address as shared."""
    for text in SQLITE if db.dialect == "sqlite" else POSTGRES:
        db.execute_sql(text)
    kind = "INTEGER NOT NULL DEFAULT 0" if db.dialect == "sqlite" else "BOOLEAN NOT NULL DEFAULT FALSE"
    db.execute_sql(f'ALTER TABLE "contact_point" ADD COLUMN "is_shared" {kind}')


def down(migrator: Any, db: Any) -> None:
    """Take them away again."""
    db.execute_sql('ALTER TABLE "contact_point" DROP COLUMN "is_shared"')
    for table in reversed(TABLES):
        db.execute_sql(f'DROP TABLE "{table}"')
