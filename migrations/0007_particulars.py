"""What a studio keeps of a person: its own fields, preferences, goals, mentions, files."""

from typing import Any

SQLITE = [
    (
        'CREATE TABLE "field_def" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "version" INTEGER NOT NULL, "entity" VARCHAR(16) NOT NULL, "key" VARCHAR(60) NOT NULL, '
        '"label" VARCHAR(60) NOT NULL, "kind" VARCHAR(32) NOT NULL, "options" TEXT NOT NULL, "is_personal" '
        'INTEGER NOT NULL, "archived_at" INTEGER, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        'DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE UNIQUE INDEX "field_def_workspace_id_entity_key" ON "field_def" ("workspace_id", "entity", "key")',
    (
        'CREATE TABLE "field_value" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "contact_id" BLOB NOT NULL, "field_id" BLOB NOT NULL, "v_text" TEXT, '
        '"v_num" REAL, "v_date" DATE, "v_option" VARCHAR(32) NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" '
        '("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "field_id") REFERENCES '
        '"field_def" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "field_value_workspace_id_contact_id_field_id_v_option" ON "field_value" '
        '("workspace_id", "contact_id", "field_id", "v_option")'
    ),
    (
        'CREATE INDEX "field_value_workspace_id_field_id_v_option" ON "field_value" ("workspace_id", "field_id", '
        '"v_option")'
    ),
    'CREATE INDEX "field_value_workspace_id_field_id_v_num" ON "field_value" ("workspace_id", "field_id", "v_num")',
    'CREATE INDEX "field_value_workspace_id_field_id_v_date" ON "field_value" ("workspace_id", "field_id", "v_date")',
    (
        'CREATE TABLE "preference" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "contact_id" BLOB NOT NULL, "key" VARCHAR(60) NOT NULL, "value" VARCHAR(500) NOT NULL, '
        '"source" VARCHAR(32) NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON '
        "DELETE CASCADE)"
    ),
    (
        'CREATE UNIQUE INDEX "preference_workspace_id_contact_id_key" ON "preference" ("workspace_id", '
        '"contact_id", "key")'
    ),
    (
        'CREATE TABLE "goal" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "version" INTEGER NOT NULL, "contact_id" BLOB NOT NULL, "name" VARCHAR(120) NOT NULL, "unit" '
        'VARCHAR(20) NOT NULL, "start" REAL, "target" REAL, "due_on" DATE, "status" VARCHAR(32) NOT NULL, '
        '"is_sensitive" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON '
        'DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "goal_workspace_id_contact_id_status" ON "goal" ("workspace_id", "contact_id", "status")',
    (
        'CREATE TABLE "goal_checkin" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "goal_id" BLOB NOT NULL, "value" REAL NOT NULL, "on" DATE NOT NULL, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "goal_id") REFERENCES "goal" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "goal_checkin_workspace_id_goal_id_on" ON "goal_checkin" ("workspace_id", "goal_id", "on")',
    (
        'CREATE TABLE "mention" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "contact_id" BLOB NOT NULL, "note_id" BLOB NOT NULL, "teammate_id" BLOB NOT NULL, FOREIGN'
        ' KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "teammate_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "mention_workspace_id_note_id_teammate_id" ON "mention" ("workspace_id", "note_id", '
        '"teammate_id")'
    ),
    'CREATE INDEX "mention_workspace_id_contact_id" ON "mention" ("workspace_id", "contact_id")',
    'CREATE INDEX "mention_workspace_id_teammate_id" ON "mention" ("workspace_id", "teammate_id")',
    (
        'CREATE TABLE "attachment" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "contact_id" BLOB NOT NULL, "note_id" BLOB, "name" VARCHAR(200) NOT NULL, "mime" '
        'VARCHAR(100) NOT NULL, "size" INTEGER NOT NULL, "sha256" BLOB NOT NULL, "content" BLOB NOT NULL, '
        '"removed_at" INTEGER, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE '
        "CASCADE)"
    ),
    (
        'CREATE INDEX "attachment_workspace_id_contact_id_note_id" ON "attachment" ("workspace_id", "contact_id",'
        ' "note_id")'
    ),
    'CREATE INDEX "attachment_workspace_id_note_id" ON "attachment" ("workspace_id", "note_id")',
    'CREATE INDEX "attachment_removed" ON "attachment" ("removed_at") WHERE removed_at IS NOT NULL',
]
POSTGRES = [
    (
        'CREATE TABLE "field_def" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "version" INTEGER NOT NULL, "entity" VARCHAR(16) NOT NULL, "key" VARCHAR(60) NOT NULL, '
        '"label" VARCHAR(60) NOT NULL, "kind" VARCHAR(32) NOT NULL, "options" TEXT NOT NULL, "is_personal" '
        'BOOLEAN NOT NULL, "archived_at" BIGINT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        'DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE UNIQUE INDEX "field_def_workspace_id_entity_key" ON "field_def" ("workspace_id", "entity", "key")',
    (
        'CREATE TABLE "field_value" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id"'
        ' UUID NOT NULL, "contact_id" UUID NOT NULL, "field_id" UUID NOT NULL, "v_text" TEXT, "v_num" DOUBLE '
        'PRECISION, "v_date" DATE, "v_option" VARCHAR(32) NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" '
        '("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "field_id") REFERENCES '
        '"field_def" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "field_value_workspace_id_contact_id_field_id_v_option" ON "field_value" '
        '("workspace_id", "contact_id", "field_id", "v_option")'
    ),
    (
        'CREATE INDEX "field_value_workspace_id_field_id_v_option" ON "field_value" ("workspace_id", "field_id", '
        '"v_option")'
    ),
    'CREATE INDEX "field_value_workspace_id_field_id_v_num" ON "field_value" ("workspace_id", "field_id", "v_num")',
    'CREATE INDEX "field_value_workspace_id_field_id_v_date" ON "field_value" ("workspace_id", "field_id", "v_date")',
    (
        'CREATE TABLE "preference" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "contact_id" UUID NOT NULL, "key" VARCHAR(60) NOT NULL, "value" VARCHAR(500) NOT NULL, '
        '"source" VARCHAR(32) NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON '
        "DELETE CASCADE)"
    ),
    (
        'CREATE UNIQUE INDEX "preference_workspace_id_contact_id_key" ON "preference" ("workspace_id", '
        '"contact_id", "key")'
    ),
    (
        'CREATE TABLE "goal" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "version" INTEGER NOT NULL, "contact_id" UUID NOT NULL, "name" VARCHAR(120) NOT NULL, "unit" '
        'VARCHAR(20) NOT NULL, "start" DOUBLE PRECISION, "target" DOUBLE PRECISION, "due_on" DATE, "status" '
        'VARCHAR(32) NOT NULL, "is_sensitive" BOOLEAN NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" '
        '("workspace_id", "id") ON DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "goal_workspace_id_contact_id_status" ON "goal" ("workspace_id", "contact_id", "status")',
    (
        'CREATE TABLE "goal_checkin" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "goal_id" UUID NOT NULL, "value" DOUBLE PRECISION NOT NULL, "on" DATE NOT '
        'NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "goal_id") REFERENCES "goal" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "goal_checkin_workspace_id_goal_id_on" ON "goal_checkin" ("workspace_id", "goal_id", "on")',
    (
        'CREATE TABLE "mention" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "contact_id" UUID NOT NULL, "note_id" UUID NOT NULL, "teammate_id" UUID NOT NULL, FOREIGN'
        ' KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "teammate_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "mention_workspace_id_note_id_teammate_id" ON "mention" ("workspace_id", "note_id", '
        '"teammate_id")'
    ),
    'CREATE INDEX "mention_workspace_id_contact_id" ON "mention" ("workspace_id", "contact_id")',
    'CREATE INDEX "mention_workspace_id_teammate_id" ON "mention" ("workspace_id", "teammate_id")',
    (
        'CREATE TABLE "attachment" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "contact_id" UUID NOT NULL, "note_id" UUID, "name" VARCHAR(200) NOT NULL, "mime" '
        'VARCHAR(100) NOT NULL, "size" INTEGER NOT NULL, "sha256" BYTEA NOT NULL, "content" BYTEA NOT NULL, '
        '"removed_at" BIGINT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE '
        "CASCADE)"
    ),
    (
        'CREATE INDEX "attachment_workspace_id_contact_id_note_id" ON "attachment" ("workspace_id", "contact_id",'
        ' "note_id")'
    ),
    'CREATE INDEX "attachment_workspace_id_note_id" ON "attachment" ("workspace_id", "note_id")',
    'CREATE INDEX "attachment_removed" ON "attachment" ("removed_at") WHERE removed_at IS NOT NULL',
]
COLUMNS = {
    "pronouns": "VARCHAR(40) NOT NULL DEFAULT ''",
    "language": "VARCHAR(16) NOT NULL DEFAULT ''",
}
TABLES = ["field_def", "field_value", "preference", "goal", "goal_checkin", "mention", "attachment"]


def up(migrator: Any, db: Any) -> None:
    """Make the tables, and the contact's new columns, empty for whoever is there."""
    is_sqlite = db.dialect == "sqlite"
    for text in SQLITE if is_sqlite else POSTGRES:
        db.execute_sql(text)
    for name, kind in {**COLUMNS, "photo_id": "BLOB" if is_sqlite else "UUID"}.items():
        db.execute_sql(f'ALTER TABLE "contact" ADD COLUMN "{name}" {kind}')


def down(migrator: Any, db: Any) -> None:
    """Take them away again."""
    for name in (*COLUMNS, "photo_id"):
        db.execute_sql(f'ALTER TABLE "contact" DROP COLUMN "{name}"')
    for table in reversed(TABLES):
        db.execute_sql(f'DROP TABLE "{table}"')
