"""Contacts deleted for good: who asked, until when it can be taken back, how far it has come, and the receipt."""

from typing import Any

SQLITE = [
    (
        'CREATE TABLE "erasure" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "subject" BLOB NOT NULL, "asked_by" BLOB NOT NULL, "due_at" INTEGER NOT NULL, "counts" '
        'TEXT NOT NULL, "brings_back" INTEGER NOT NULL, "taken_back_at" INTEGER, "begun_at" INTEGER, "done_at" '
        'INTEGER, "receipt" TEXT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "erasure_workspace_id_created_at" ON "erasure" ("workspace_id", "created_at")',
    ('CREATE UNIQUE INDEX "erasure_standing" ON "erasure" ("workspace_id", "subject") WHERE ("taken_back_at" IS NULL)'),
    ('CREATE INDEX "erasure_due" ON "erasure" ("due_at") WHERE (("taken_back_at" IS NULL) AND ("done_at" IS NULL))'),
    (
        'CREATE TABLE "erasure_step" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "erasure_id" BLOB NOT NULL, "step" VARCHAR(32) NOT NULL, "detail" TEXT NOT '
        'NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "erasure_id") REFERENCES "erasure" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "erasure_step_workspace_id_erasure_id_step" ON "erasure_step" ("workspace_id", '
        '"erasure_id", "step")'
    ),
]
POSTGRES = [
    (
        'CREATE TABLE "erasure" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "subject" UUID NOT NULL, "asked_by" UUID NOT NULL, "due_at" BIGINT NOT NULL, "counts" TEXT NOT '
        'NULL, "brings_back" BOOLEAN NOT NULL, "taken_back_at" BIGINT, "begun_at" BIGINT, "done_at" BIGINT, '
        '"receipt" TEXT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, UNIQUE '
        '("workspace_id", "id"))'
    ),
    'CREATE INDEX "erasure_workspace_id_created_at" ON "erasure" ("workspace_id", "created_at")',
    ('CREATE UNIQUE INDEX "erasure_standing" ON "erasure" ("workspace_id", "subject") WHERE ("taken_back_at" IS NULL)'),
    ('CREATE INDEX "erasure_due" ON "erasure" ("due_at") WHERE (("taken_back_at" IS NULL) AND ("done_at" IS NULL))'),
    (
        'CREATE TABLE "erasure_step" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "erasure_id" UUID NOT NULL, "step" VARCHAR(32) NOT NULL, "detail" TEXT NOT NULL, FOREIGN '
        'KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"erasure_id") REFERENCES "erasure" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "erasure_step_workspace_id_erasure_id_step" ON "erasure_step" ("workspace_id", '
        '"erasure_id", "step")'
    ),
]


def up(migrator: Any, db: Any) -> None:
    """Make both tables; nobody was deleted for good before."""
    for text in SQLITE if db.dialect == "sqlite" else POSTGRES:
        db.execute_sql(text)


def down(migrator: Any, db: Any) -> None:
    """Forget them. Who was on the way out is put away again: without a clock nobody would carry it out."""
    db.execute_sql(
        "UPDATE contact SET processing = CASE WHEN EXISTS (SELECT 1 FROM restriction r"
        " WHERE r.contact_id = contact.id AND r.lifted_at IS NULL) THEN 'restricted' ELSE 'normal' END"
        " WHERE processing = 'erasing' AND deleted_at IS NULL"
    )
    db.execute_sql('DROP TABLE "erasure_step"')
    db.execute_sql('DROP TABLE "erasure"')
