"""The ground floor: every table of the first release."""

from typing import Any

SQLITE = [
    (
        'CREATE TABLE "workspace" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "number" INTEGER'
        ' NOT NULL, "slug" VARCHAR(60) NOT NULL, "name" VARCHAR(120) NOT NULL, "postal_address" TEXT, "timezone" '
        'VARCHAR(64) NOT NULL, "country" VARCHAR(2) NOT NULL, "currency" VARCHAR(3) NOT NULL, "language" '
        'VARCHAR(16) NOT NULL, "state" VARCHAR(32) NOT NULL, "state_reason" TEXT, "closed_at" INTEGER)'
    ),
    'CREATE UNIQUE INDEX "workspace_number" ON "workspace" ("number")',
    'CREATE UNIQUE INDEX "workspace_slug" ON "workspace" ("slug")',
    ('CREATE TABLE "crossing" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "reason" TEXT NOT NULL)'),
    (
        'CREATE TABLE "door" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "kind" VARCHAR(32) '
        'NOT NULL, "key" VARCHAR(190), "sha256" BLOB, "workspace_id" BLOB, "subject" BLOB NOT NULL, "expires_at" '
        'INTEGER, "used_at" INTEGER, "uses_left" INTEGER)'
    ),
    'CREATE INDEX "door_subject" ON "door" ("subject")',
    'CREATE UNIQUE INDEX "door_kind_key" ON "door" ("kind", "key")',
    'CREATE UNIQUE INDEX "door_sha256" ON "door" ("sha256")',
    (
        'CREATE TABLE "event" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "type" VARCHAR(48) NOT NULL, "at" INTEGER NOT NULL, "contact_id" BLOB, "actor_kind" VARCHAR(32)'
        ' NOT NULL, "actor_id" BLOB, "payload" TEXT NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" '
        '("id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "event_workspace_id_contact_id" ON "event" ("workspace_id", "contact_id")',
    'CREATE INDEX "event_workspace_id_type_at" ON "event" ("workspace_id", "type", "at")',
    (
        'CREATE TABLE "change_batch" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "kind" VARCHAR(48) NOT NULL, "words" VARCHAR(200) NOT NULL, "values" TEXT '
        'NOT NULL, "by_kind" VARCHAR(32) NOT NULL, "by_id" BLOB, "undoes" BLOB, "undone_by" BLOB, "expires_at" '
        'INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, UNIQUE '
        '("workspace_id", "id"))'
    ),
    'CREATE INDEX "change_batch_workspace_id_created_at" ON "change_batch" ("workspace_id", "created_at")',
    (
        'CREATE TABLE "change" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB'
        ' NOT NULL, "batch_id" BLOB NOT NULL, "n" INTEGER NOT NULL, "row_table" VARCHAR(48) NOT NULL, "row_id" '
        'BLOB NOT NULL, "contact_id" BLOB, "op" VARCHAR(32) NOT NULL, "before" TEXT, "after" TEXT, "expires_at" '
        'INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN '
        'KEY ("workspace_id", "batch_id") REFERENCES "change_batch" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "change_workspace_id_batch_id_n" ON "change" ("workspace_id", "batch_id", "n")',
    'CREATE INDEX "change_workspace_id_contact_id" ON "change" ("workspace_id", "contact_id")',
    'CREATE INDEX "change_workspace_id_expires_at" ON "change" ("workspace_id", "expires_at")',
    (
        'CREATE TABLE "subject_key" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "subject" BLOB NOT NULL, "wrapped" BLOB, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "subject_key_workspace_id_subject" ON "subject_key" ("workspace_id", "subject")',
    (
        'CREATE TABLE "audit_event" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "n" INTEGER NOT NULL, "at" INTEGER NOT NULL, "actor_kind" VARCHAR(32) NOT NULL, '
        '"actor_id" BLOB, "verb" VARCHAR(48) NOT NULL, "object_table" VARCHAR(48) NOT NULL, "object_id" BLOB, '
        '"commit" BLOB NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE UNIQUE INDEX "audit_event_workspace_id_n" ON "audit_event" ("workspace_id", "n")',
    (
        'CREATE TABLE "audit_detail" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "event_id" BLOB NOT NULL, "subject" BLOB NOT NULL, "sealed" BLOB NOT NULL, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "event_id") REFERENCES "audit_event" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "audit_detail_event_id" ON "audit_detail" ("event_id")',
    'CREATE INDEX "audit_detail_subject" ON "audit_detail" ("subject")',
    (
        'CREATE TABLE "outgoing_mail" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB, "contact_id" BLOB, "dedupe_key" VARCHAR(200) NOT NULL, "kind" VARCHAR(32) NOT NULL, '
        '"to" BLOB NOT NULL, "body" BLOB NOT NULL, "state" VARCHAR(32) NOT NULL, "may_repeat" INTEGER NOT NULL, '
        '"not_before" INTEGER NOT NULL, "expires_at" INTEGER, "attempts" INTEGER NOT NULL, "lease_until" INTEGER, '
        '"reason" VARCHAR(60))'
    ),
    'CREATE UNIQUE INDEX "outgoing_mail_dedupe_key" ON "outgoing_mail" ("dedupe_key")',
    'CREATE INDEX "outgoing_mail_state_not_before" ON "outgoing_mail" ("state", "not_before")',
    (
        'CREATE TABLE "schedule_tick" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "name" '
        'VARCHAR(80) NOT NULL, "due_at" INTEGER NOT NULL, "ran_at" INTEGER, "lease_until" INTEGER)'
    ),
    'CREATE UNIQUE INDEX "schedule_tick_name" ON "schedule_tick" ("name")',
    (
        'CREATE TABLE "heartbeat" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "process" '
        'VARCHAR(60) NOT NULL, "at" INTEGER NOT NULL)'
    ),
    'CREATE UNIQUE INDEX "heartbeat_process" ON "heartbeat" ("process")',
    (
        'CREATE TABLE "egress_log" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB, "gateway" VARCHAR(40) NOT NULL, "circumstance" VARCHAR(40) NOT NULL, "purpose" VARCHAR(40) NOT NULL,'
        ' "subject" BLOB, "field_names" TEXT NOT NULL, "bytes_out" INTEGER NOT NULL, "state" VARCHAR(32) NOT NULL, '
        '"status" INTEGER)'
    ),
    'CREATE INDEX "egress_log_workspace_id_created_at" ON "egress_log" ("workspace_id", "created_at")',
    'CREATE INDEX "egress_log_created_at" ON "egress_log" ("created_at")',
]

POSTGRES = [
    (
        'CREATE TABLE "workspace" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "number" INTEGER '
        'NOT NULL, "slug" VARCHAR(60) NOT NULL, "name" VARCHAR(120) NOT NULL, "postal_address" TEXT, "timezone" '
        'VARCHAR(64) NOT NULL, "country" VARCHAR(2) NOT NULL, "currency" VARCHAR(3) NOT NULL, "language" '
        'VARCHAR(16) NOT NULL, "state" VARCHAR(32) NOT NULL, "state_reason" TEXT, "closed_at" BIGINT)'
    ),
    'CREATE UNIQUE INDEX "workspace_number" ON "workspace" ("number")',
    'CREATE UNIQUE INDEX "workspace_slug" ON "workspace" ("slug")',
    ('CREATE TABLE "crossing" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "reason" TEXT NOT NULL)'),
    (
        'CREATE TABLE "door" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "kind" VARCHAR(32) NOT'
        ' NULL, "key" VARCHAR(190), "sha256" BYTEA, "workspace_id" UUID, "subject" UUID NOT NULL, "expires_at" '
        'BIGINT, "used_at" BIGINT, "uses_left" INTEGER)'
    ),
    'CREATE INDEX "door_subject" ON "door" ("subject")',
    'CREATE UNIQUE INDEX "door_kind_key" ON "door" ("kind", "key")',
    'CREATE UNIQUE INDEX "door_sha256" ON "door" ("sha256")',
    (
        'CREATE TABLE "event" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "type" VARCHAR(48) NOT NULL, "at" BIGINT NOT NULL, "contact_id" UUID, "actor_kind" VARCHAR(32) '
        'NOT NULL, "actor_id" UUID, "payload" TEXT NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" '
        '("id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "event_workspace_id_contact_id" ON "event" ("workspace_id", "contact_id")',
    'CREATE INDEX "event_workspace_id_type_at" ON "event" ("workspace_id", "type", "at")',
    (
        'CREATE TABLE "change_batch" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id"'
        ' UUID NOT NULL, "kind" VARCHAR(48) NOT NULL, "words" VARCHAR(200) NOT NULL, "values" TEXT NOT NULL, '
        '"by_kind" VARCHAR(32) NOT NULL, "by_id" UUID, "undoes" UUID, "undone_by" UUID, "expires_at" BIGINT NOT '
        'NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, UNIQUE '
        '("workspace_id", "id"))'
    ),
    'CREATE INDEX "change_batch_workspace_id_created_at" ON "change_batch" ("workspace_id", "created_at")',
    (
        'CREATE TABLE "change" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "batch_id" UUID NOT NULL, "n" INTEGER NOT NULL, "row_table" VARCHAR(48) NOT NULL, "row_id" UUID'
        ' NOT NULL, "contact_id" UUID, "op" VARCHAR(32) NOT NULL, "before" TEXT, "after" TEXT, "expires_at" BIGINT'
        ' NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "batch_id") REFERENCES "change_batch" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "change_workspace_id_batch_id_n" ON "change" ("workspace_id", "batch_id", "n")',
    'CREATE INDEX "change_workspace_id_contact_id" ON "change" ("workspace_id", "contact_id")',
    'CREATE INDEX "change_workspace_id_expires_at" ON "change" ("workspace_id", "expires_at")',
    (
        'CREATE TABLE "subject_key" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "subject" UUID NOT NULL, "wrapped" BYTEA, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "subject_key_workspace_id_subject" ON "subject_key" ("workspace_id", "subject")',
    (
        'CREATE TABLE "audit_event" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "n" INTEGER NOT NULL, "at" BIGINT NOT NULL, "actor_kind" VARCHAR(32) NOT NULL, "actor_id" '
        'UUID, "verb" VARCHAR(48) NOT NULL, "object_table" VARCHAR(48) NOT NULL, "object_id" UUID, "commit" BYTEA '
        'NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, UNIQUE '
        '("workspace_id", "id"))'
    ),
    'CREATE UNIQUE INDEX "audit_event_workspace_id_n" ON "audit_event" ("workspace_id", "n")',
    (
        'CREATE TABLE "audit_detail" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id"'
        ' UUID NOT NULL, "event_id" UUID NOT NULL, "subject" UUID NOT NULL, "sealed" BYTEA NOT NULL, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"event_id") REFERENCES "audit_event" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "audit_detail_event_id" ON "audit_detail" ("event_id")',
    'CREATE INDEX "audit_detail_subject" ON "audit_detail" ("subject")',
    (
        'CREATE TABLE "outgoing_mail" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id"'
        ' UUID, "contact_id" UUID, "dedupe_key" VARCHAR(200) NOT NULL, "kind" VARCHAR(32) NOT NULL, "to" BYTEA NOT '
        'NULL, "body" BYTEA NOT NULL, "state" VARCHAR(32) NOT NULL, "may_repeat" BOOLEAN NOT NULL, "not_before" '
        'BIGINT NOT NULL, "expires_at" BIGINT, "attempts" INTEGER NOT NULL, "lease_until" BIGINT, "reason" '
        "VARCHAR(60))"
    ),
    'CREATE UNIQUE INDEX "outgoing_mail_dedupe_key" ON "outgoing_mail" ("dedupe_key")',
    'CREATE INDEX "outgoing_mail_state_not_before" ON "outgoing_mail" ("state", "not_before")',
    (
        'CREATE TABLE "schedule_tick" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "name" '
        'VARCHAR(80) NOT NULL, "due_at" BIGINT NOT NULL, "ran_at" BIGINT, "lease_until" BIGINT)'
    ),
    'CREATE UNIQUE INDEX "schedule_tick_name" ON "schedule_tick" ("name")',
    (
        'CREATE TABLE "heartbeat" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "process" '
        'VARCHAR(60) NOT NULL, "at" BIGINT NOT NULL)'
    ),
    'CREATE UNIQUE INDEX "heartbeat_process" ON "heartbeat" ("process")',
    (
        'CREATE TABLE "egress_log" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID, "gateway" VARCHAR(40) NOT NULL, "circumstance" VARCHAR(40) NOT NULL, "purpose" VARCHAR(40) NOT NULL,'
        ' "subject" UUID, "field_names" TEXT NOT NULL, "bytes_out" INTEGER NOT NULL, "state" VARCHAR(32) NOT NULL, '
        '"status" INTEGER)'
    ),
    'CREATE INDEX "egress_log_workspace_id_created_at" ON "egress_log" ("workspace_id", "created_at")',
    'CREATE INDEX "egress_log_created_at" ON "egress_log" ("created_at")',
]

TABLES = [
    "workspace",
    "crossing",
    "door",
    "event",
    "change_batch",
    "change",
    "subject_key",
    "audit_event",
    "audit_detail",
    "outgoing_mail",
    "schedule_tick",
    "heartbeat",
    "egress_log",
]
FULL_TEXT = []


def up(migrator: Any, db: Any) -> None:
    """Make every table."""
    for text in SQLITE if db.dialect == "sqlite" else POSTGRES:
        db.execute_sql(text)


def down(migrator: Any, db: Any) -> None:
    """Take every table away again."""
    for table in FULL_TEXT if db.dialect == "sqlite" else []:
        db.execute_sql(f'DROP TABLE IF EXISTS "{table}"')
    for table in reversed(TABLES):
        db.execute_sql(f'DROP TABLE "{table}"')
