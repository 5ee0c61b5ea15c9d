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
        'BLOB, "gateway" VARCHAR(40) NOT NULL, "circumstance" VARCHAR(40) NOT NULL, "purpose" VARCHAR(40) NOT '
        'NULL, "subject" BLOB, "field_names" TEXT NOT NULL, "bytes_out" INTEGER NOT NULL, "state" VARCHAR(32) NOT '
        'NULL, "status" INTEGER)'
    ),
    'CREATE INDEX "egress_log_workspace_id_created_at" ON "egress_log" ("workspace_id", "created_at")',
    'CREATE INDEX "egress_log_created_at" ON "egress_log" ("created_at")',
    (
        'CREATE TABLE "user" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "name" VARCHAR(120) '
        'NOT NULL, "email" VARCHAR(254) NOT NULL, "email_verified_at" INTEGER, "phone" VARCHAR(32) NOT NULL, '
        '"company" VARCHAR(120) NOT NULL, "role_title" VARCHAR(80) NOT NULL, "password_hash" VARCHAR(255) NOT '
        'NULL, "locale" VARCHAR(16) NOT NULL, "timezone" VARCHAR(64) NOT NULL, "terms_version" VARCHAR(32) NOT '
        'NULL, "policy_version" VARCHAR(32) NOT NULL, "accepted_at" INTEGER, "is_operator" INTEGER NOT NULL, '
        '"disabled_at" INTEGER)'
    ),
    'CREATE UNIQUE INDEX "user_email" ON "user" ("email")',
    (
        'CREATE TABLE "teammate" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "user_id" BLOB NOT NULL, "role" VARCHAR(32) NOT NULL, "joined_at" INTEGER NOT NULL, '
        '"left_at" INTEGER, "notice_seen_at" INTEGER, "checklist_closed_at" INTEGER, "version" INTEGER NOT NULL, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") '
        'REFERENCES "user" ("id") ON DELETE RESTRICT, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "teammate_user_id" ON "teammate" ("user_id")',
    'CREATE UNIQUE INDEX "teammate_workspace_id_user_id" ON "teammate" ("workspace_id", "user_id")',
    (
        'CREATE TABLE "invitation" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "email" VARCHAR(254) NOT NULL, "role" VARCHAR(32) NOT NULL, "by_id" BLOB NOT NULL, '
        '"expires_at" INTEGER NOT NULL, "accepted_at" INTEGER, "revoked_at" INTEGER, FOREIGN KEY ("workspace_id") '
        'REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "by_id") REFERENCES '
        '"teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE INDEX "invitation_by_id" ON "invitation" ("by_id")',
    (
        'CREATE TABLE "session" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "sha256" '
        'VARCHAR(64) NOT NULL, "user_id" BLOB NOT NULL, "workspace_id" BLOB NOT NULL, "seen_at" INTEGER NOT NULL, '
        '"stepped_up_at" INTEGER, "device" VARCHAR(80) NOT NULL, "ip_prefix" VARCHAR(64) NOT NULL, "toast" TEXT, '
        '"revoked_at" INTEGER, FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "session_sha256" ON "session" ("sha256")',
    'CREATE INDEX "session_user_id" ON "session" ("user_id")',
    'CREATE INDEX "session_workspace_id" ON "session" ("workspace_id")',
    (
        'CREATE TABLE "business_hours" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "weekday" INTEGER NOT NULL, "from_min" INTEGER NOT NULL, "to_min" INTEGER '
        'NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, CHECK (weekday '
        "BETWEEN 0 AND 6 AND from_min >= 0 AND from_min < to_min AND to_min <= 1440))"
    ),
    (
        'CREATE UNIQUE INDEX "business_hours_workspace_id_weekday_from_min" ON "business_hours" ("workspace_id", '
        '"weekday", "from_min")'
    ),
    (
        'CREATE TABLE "holiday" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "local_day" DATE NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        "DELETE CASCADE)"
    ),
    'CREATE UNIQUE INDEX "holiday_workspace_id_local_day" ON "holiday" ("workspace_id", "local_day")',
    (
        'CREATE TABLE "notice" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB'
        ' NOT NULL, "teammate_id" BLOB NOT NULL, "kind" VARCHAR(32) NOT NULL, "group_key" VARCHAR(80) NOT NULL, '
        '"count" INTEGER NOT NULL, "link" VARCHAR(255) NOT NULL, "at" INTEGER NOT NULL, "read_at" INTEGER, FOREIGN'
        ' KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"teammate_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "notice_teammate_id" ON "notice" ("teammate_id")',
    (
        'CREATE UNIQUE INDEX "notice_unread" ON "notice" ("workspace_id", "teammate_id", "kind", "group_key") '
        'WHERE ("read_at" IS NULL)'
    ),
    (
        'CREATE TABLE "help_message" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "user_id" '
        'BLOB, "workspace_id" BLOB, "name" VARCHAR(120) NOT NULL, "email" VARCHAR(254) NOT NULL, "page" '
        'VARCHAR(255) NOT NULL, "body" BLOB NOT NULL, "kind" VARCHAR(32) NOT NULL, "state" VARCHAR(32) NOT NULL, '
        '"answer" BLOB, "answered_by" BLOB, "answered_at" INTEGER, "at" INTEGER NOT NULL, FOREIGN KEY ("user_id") '
        'REFERENCES "user" ("id") ON DELETE SET NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") '
        "ON DELETE CASCADE)"
    ),
    'CREATE INDEX "help_message_user_id" ON "help_message" ("user_id")',
    'CREATE INDEX "help_message_workspace_id" ON "help_message" ("workspace_id")',
    'CREATE INDEX "help_message_state_at" ON "help_message" ("state", "at")',
    (
        'CREATE TABLE "contact" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "version" INTEGER NOT NULL, "given_name" TEXT NOT NULL, "family_name" TEXT NOT NULL, '
        '"nickname" TEXT NOT NULL, "display_name" VARCHAR(200) NOT NULL, "lifecycle" VARCHAR(32) NOT NULL, '
        '"owner_id" BLOB, "source" VARCHAR(32) NOT NULL, "source_detail" TEXT NOT NULL, "company" TEXT NOT NULL, '
        '"job_title" TEXT NOT NULL, "city" TEXT NOT NULL, "timezone" TEXT NOT NULL, "birth_year" INTEGER, '
        '"birth_month" INTEGER, "birth_day" INTEGER, "do_not_contact" INTEGER NOT NULL, "processing" VARCHAR(32) '
        'NOT NULL, "first_in_at" INTEGER, "last_in_at" INTEGER, "last_out_at" INTEGER, "last_touch_at" INTEGER NOT'
        ' NULL, "deleted_at" INTEGER, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "owner_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE '
        'RESTRICT, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "contact_workspace_id_last_touch_at_id" ON "contact" ("workspace_id", "last_touch_at", "id")',
    (
        'CREATE INDEX "contact_workspace_id_lifecycle_last_touch_at" ON "contact" ("workspace_id", "lifecycle", '
        '"last_touch_at")'
    ),
    (
        'CREATE INDEX "contact_workspace_id_owner_id_last_touch_at" ON "contact" ("workspace_id", "owner_id", '
        '"last_touch_at")'
    ),
    'CREATE INDEX "contact_workspace_id_deleted_at" ON "contact" ("workspace_id", "deleted_at")',
    (
        'CREATE TABLE "contact_point" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "contact_id" BLOB NOT NULL, "kind" VARCHAR(32) NOT NULL, "label" TEXT NOT '
        'NULL, "raw" TEXT NOT NULL, "norm" TEXT NOT NULL, "extension" TEXT NOT NULL, "is_primary" INTEGER NOT '
        'NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "contact_point_workspace_id_contact_id_kind_norm" ON "contact_point" ("workspace_id",'
        ' "contact_id", "kind", "norm")'
    ),
    'CREATE INDEX "contact_point_workspace_id_kind_norm" ON "contact_point" ("workspace_id", "kind", "norm")',
    (
        'CREATE TABLE "external_ref" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "contact_id" BLOB NOT NULL, "sender" TEXT NOT NULL, "external_id" TEXT NOT '
        'NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "external_ref_workspace_id_sender_external_id" ON "external_ref" ("workspace_id", '
        '"sender", "external_id")'
    ),
    'CREATE INDEX "external_ref_workspace_id_contact_id" ON "external_ref" ("workspace_id", "contact_id")',
    (
        'CREATE TABLE "lifecycle_span" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "contact_id" BLOB NOT NULL, "state" VARCHAR(32) NOT NULL, "from_at" INTEGER'
        ' NOT NULL, "to_at" INTEGER, "via" TEXT NOT NULL, "by_id" BLOB, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" '
        '("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "by_id") REFERENCES "teammate" '
        '("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE INDEX "lifecycle_span_by_id" ON "lifecycle_span" ("by_id")',
    (
        'CREATE INDEX "lifecycle_span_workspace_id_contact_id_from_at" ON "lifecycle_span" ("workspace_id", '
        '"contact_id", "from_at")'
    ),
    (
        'CREATE UNIQUE INDEX "lifecycle_span_open" ON "lifecycle_span" ("workspace_id", "contact_id") WHERE to_at '
        "IS NULL"
    ),
    ('CREATE INDEX "lifecycle_span_lately" ON "lifecycle_span" ("workspace_id", "from_at") WHERE via <> \'import\''),
    (
        'CREATE TABLE "tag" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "name" VARCHAR(60) NOT NULL, "fold" TEXT NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE UNIQUE INDEX "tag_workspace_id_fold" ON "tag" ("workspace_id", "fold")',
    (
        'CREATE TABLE "contact_tag" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "contact_id" BLOB NOT NULL, "tag_id" BLOB NOT NULL, FOREIGN KEY ("workspace_id") '
        'REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES '
        '"contact" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "tag_id") REFERENCES '
        '"tag" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "contact_tag_workspace_id_contact_id_tag_id" ON "contact_tag" ("workspace_id", '
        '"contact_id", "tag_id")'
    ),
    'CREATE INDEX "contact_tag_workspace_id_tag_id" ON "contact_tag" ("workspace_id", "tag_id")',
    (
        'CREATE TABLE "activity" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "contact_id" BLOB NOT NULL, "kind" VARCHAR(32) NOT NULL, "direction" VARCHAR(32), '
        '"happened_at" INTEGER NOT NULL, "outcome" TEXT NOT NULL, "summary" VARCHAR(500) NOT NULL, "actor_kind" '
        'VARCHAR(32) NOT NULL, "actor_id" BLOB, "ref_table" TEXT, "ref_id" BLOB, FOREIGN KEY ("workspace_id") '
        'REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES '
        '"contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "activity_workspace_id_ref_table_ref_id_kind" ON "activity" ("workspace_id", '
        '"ref_table", "ref_id", "kind")'
    ),
    ('CREATE INDEX "activity_timeline" ON "activity" ("workspace_id", "contact_id", "happened_at" DESC, "id" DESC)'),
    (
        'CREATE TABLE "note" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "version" INTEGER NOT NULL, "contact_id" BLOB NOT NULL, "author_id" BLOB, "body" TEXT NOT NULL,'
        ' "pinned_at" INTEGER, "edited_at" INTEGER, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        'DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON'
        ' DELETE CASCADE, FOREIGN KEY ("workspace_id", "author_id") REFERENCES "teammate" ("workspace_id", "id") '
        "ON DELETE RESTRICT)"
    ),
    'CREATE INDEX "note_workspace_id_contact_id" ON "note" ("workspace_id", "contact_id")',
    (
        'CREATE TABLE "contact_search" ("number" INTEGER NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "contact_id" BLOB NOT NULL, "fold" TEXT NOT NULL, "digits" TEXT NOT NULL, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    ('CREATE UNIQUE INDEX "contact_search_workspace_id_contact_id" ON "contact_search" ("workspace_id", "contact_id")'),
    'CREATE INDEX "contact_search_workspace_id_fold" ON "contact_search" ("workspace_id", "fold")',
    (
        'CREATE TABLE "import_job" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "version" INTEGER NOT NULL, "file_name" TEXT NOT NULL, "file_sha256" BLOB NOT NULL, '
        '"sender" TEXT NOT NULL, "encoding" TEXT NOT NULL, "delimiter" TEXT NOT NULL, "mapping" TEXT NOT NULL, '
        '"basis" TEXT NOT NULL, "options" TEXT NOT NULL, "state" VARCHAR(32) NOT NULL, "lease_until" INTEGER, '
        '"counts" TEXT NOT NULL, "fault" TEXT NOT NULL, "batch_id" BLOB, "by_id" BLOB, "started_at" INTEGER, '
        '"finished_at" INTEGER, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'FOREIGN KEY ("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT, '
        'UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "import_job_by_id" ON "import_job" ("by_id")',
    'CREATE INDEX "import_job_workspace_id_created_at" ON "import_job" ("workspace_id", "created_at")',
    'CREATE INDEX "import_job_state_lease_until" ON "import_job" ("state", "lease_until")',
    (
        'CREATE TABLE "import_file" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "job_id" BLOB NOT NULL, "content" BLOB NOT NULL, "expires_at" INTEGER NOT NULL, FOREIGN '
        'KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"job_id") REFERENCES "import_job" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "import_file_workspace_id_job_id" ON "import_file" ("workspace_id", "job_id")',
    'CREATE INDEX "import_file_expires_at" ON "import_file" ("expires_at")',
    (
        'CREATE TABLE "import_row" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "job_id" BLOB NOT NULL, "n" INTEGER NOT NULL, "raw" TEXT, "action" VARCHAR(32) NOT NULL, '
        '"is_same" INTEGER NOT NULL, "reasons" TEXT NOT NULL, "contact_id" BLOB, FOREIGN KEY ("workspace_id") '
        'REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "job_id") REFERENCES '
        '"import_job" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "import_row_workspace_id_job_id_n" ON "import_row" ("workspace_id", "job_id", "n")',
    (
        'CREATE INDEX "import_row_workspace_id_job_id_action_n" ON "import_row" ("workspace_id", "job_id", '
        '"action", "n")'
    ),
    'CREATE INDEX "import_row_workspace_id_contact_id" ON "import_row" ("workspace_id", "contact_id")',
    (
        'CREATE TABLE "consent_event" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "contact_id" BLOB, "point_id" BLOB, "address_hmac" BLOB NOT NULL, "channel"'
        ' VARCHAR(32) NOT NULL, "kind" VARCHAR(32) NOT NULL, "scope" VARCHAR(32) NOT NULL, "basis" VARCHAR(32), '
        '"source" TEXT NOT NULL, "words" BLOB, "wording_sha256" BLOB, "message_id" BLOB, "by_id" BLOB, "at" '
        'INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN '
        'KEY ("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE INDEX "consent_event_by_id" ON "consent_event" ("by_id")',
    (
        'CREATE INDEX "consent_event_workspace_id_channel_address_hmac_at" ON "consent_event" ("workspace_id", '
        '"channel", "address_hmac", "at")'
    ),
    'CREATE INDEX "consent_event_workspace_id_contact_id" ON "consent_event" ("workspace_id", "contact_id")',
    (
        'CREATE TABLE "suppression" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "channel" VARCHAR(32) NOT NULL, "hmac" BLOB NOT NULL, "reason" TEXT NOT NULL, "since" '
        'INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "suppression_workspace_id_channel_hmac" ON "suppression" ("workspace_id", "channel", '
        '"hmac")'
    ),
    (
        'CREATE TABLE "restriction" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "contact_id" BLOB NOT NULL, "since" INTEGER NOT NULL, "by_id" BLOB, "reason" TEXT NOT '
        'NULL, "lifted_at" INTEGER, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE,'
        ' FOREIGN KEY ("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    ('CREATE UNIQUE INDEX "restriction_open" ON "restriction" ("workspace_id", "contact_id") WHERE lifted_at IS NULL'),
    (
        'CREATE TABLE "next_action" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "contact_id" BLOB NOT NULL, "ref_table" TEXT NOT NULL, "ref_id" BLOB NOT NULL, "step" '
        'VARCHAR(32) NOT NULL, "title" VARCHAR(200) NOT NULL, "due_at" INTEGER NOT NULL, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "next_action_workspace_id_ref_table_ref_id" ON "next_action" ("workspace_id", '
        '"ref_table", "ref_id")'
    ),
    (
        'CREATE INDEX "next_action_workspace_id_contact_id_due_at" ON "next_action" ("workspace_id", "contact_id",'
        ' "due_at")'
    ),
    (
        'CREATE TABLE "twilio_connection" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "account_sid" VARCHAR(64) NOT NULL, "auth_token" BLOB NOT NULL, '
        '"previous_token" BLOB, "messaging_service_sid" VARCHAR(64), "state" VARCHAR(32) NOT NULL, "refused_at" '
        'INTEGER, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "twilio_connection_workspace_id" ON "twilio_connection" ("workspace_id")',
    (
        'CREATE TABLE "sender" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB'
        ' NOT NULL, "carrier" VARCHAR(32) NOT NULL, "kind" VARCHAR(32) NOT NULL, "address" VARCHAR(32) NOT NULL, '
        '"ended_at" INTEGER, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, UNIQUE '
        '("workspace_id", "id"))'
    ),
    'CREATE UNIQUE INDEX "sender_workspace_id_address" ON "sender" ("workspace_id", "address")',
    (
        'CREATE TABLE "conversation" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "sender_id" BLOB NOT NULL, "address" VARCHAR(32) NOT NULL, "address_kind" '
        'VARCHAR(32) NOT NULL, "contact_id" BLOB, "assignee_id" BLOB, "state" VARCHAR(32) NOT NULL, "waiting_on" '
        'VARCHAR(32) NOT NULL, "waiting_since" INTEGER, "last_at" INTEGER NOT NULL, "last_in_at" INTEGER, '
        '"last_message_id" BLOB, "is_blocked" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "sender_id") REFERENCES "sender" '
        '("workspace_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES '
        '"contact" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "assignee_id") '
        'REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "conversation_sender_id" ON "conversation" ("sender_id")',
    'CREATE INDEX "conversation_contact_id" ON "conversation" ("contact_id")',
    'CREATE INDEX "conversation_assignee_id" ON "conversation" ("assignee_id")',
    (
        'CREATE UNIQUE INDEX "conversation_workspace_id_sender_id_address" ON "conversation" ("workspace_id", '
        '"sender_id", "address")'
    ),
    'CREATE INDEX "conversation_workspace_id_last_at_id" ON "conversation" ("workspace_id", "last_at", "id")',
    'CREATE INDEX "conversation_workspace_id_contact_id" ON "conversation" ("workspace_id", "contact_id")',
    (
        'CREATE INDEX "conversation_workspace_id_assignee_id_last_at" ON "conversation" ("workspace_id", '
        '"assignee_id", "last_at")'
    ),
    (
        'CREATE INDEX "conversation_waiting" ON "conversation" ("workspace_id", "waiting_since") WHERE waiting_on '
        "= 'us' AND state = 'open'"
    ),
    (
        'CREATE TABLE "conversation_read" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "conversation_id" BLOB NOT NULL, "teammate_id" BLOB NOT NULL, '
        '"last_read_at" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "conversation_id") REFERENCES "conversation" ("workspace_id", "id")'
        ' ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "teammate_id") REFERENCES "teammate" ("workspace_id", '
        '"id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "conversation_read_conversation_id" ON "conversation_read" ("conversation_id")',
    'CREATE INDEX "conversation_read_teammate_id" ON "conversation_read" ("teammate_id")',
    (
        'CREATE UNIQUE INDEX "conversation_read_workspace_id_conversation_id_teammate_id" ON "conversation_read" '
        '("workspace_id", "conversation_id", "teammate_id")'
    ),
    (
        'CREATE TABLE "message" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "conversation_id" BLOB NOT NULL, "contact_id" BLOB, "direction" VARCHAR(32) NOT NULL, '
        '"carrier" VARCHAR(32) NOT NULL, "purpose" VARCHAR(32), "origin" VARCHAR(32) NOT NULL, "by_id" BLOB, '
        '"is_first" INTEGER NOT NULL, "body" BLOB NOT NULL, "from_address" VARCHAR(32) NOT NULL, "to_address" '
        'VARCHAR(32) NOT NULL, "client_key" VARCHAR(64), "twin_key" BLOB, "retry_of" BLOB, "not_before" INTEGER, '
        '"expires_at" INTEGER, "state" VARCHAR(32) NOT NULL, "reason" VARCHAR(32), "attempt" INTEGER NOT NULL, '
        '"lease_until" INTEGER, "sid" VARCHAR(64), "provider_status" VARCHAR(32), "provider_rank" INTEGER NOT '
        'NULL, "error_code" INTEGER, "handed_over_at" INTEGER, "final_at" INTEGER, "asked_at" INTEGER, "must_ask" '
        'INTEGER NOT NULL, "est_segments" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" '
        '("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "conversation_id") REFERENCES "conversation" '
        '("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact"'
        ' ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "by_id") REFERENCES "teammate" '
        '("workspace_id", "id") ON DELETE RESTRICT, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "message_conversation_id" ON "message" ("conversation_id")',
    'CREATE INDEX "message_contact_id" ON "message" ("contact_id")',
    'CREATE INDEX "message_by_id" ON "message" ("by_id")',
    ('CREATE INDEX "message_workspace_id_conversation_id_id" ON "message" ("workspace_id", "conversation_id", "id")'),
    'CREATE INDEX "message_workspace_id_contact_id_id" ON "message" ("workspace_id", "contact_id", "id")',
    (
        'CREATE UNIQUE INDEX "message_client_key" ON "message" ("workspace_id", "client_key") WHERE client_key IS '
        "NOT NULL"
    ),
    'CREATE UNIQUE INDEX "message_sid" ON "message" ("workspace_id", "carrier", "sid") WHERE sid IS NOT NULL',
    (
        'CREATE UNIQUE INDEX "message_twin" ON "message" ("workspace_id", "twin_key") WHERE state IN (\'sending\', '
        "'unknown', 'needs_person')"
    ),
    (
        'CREATE UNIQUE INDEX "message_sending" ON "message" ("workspace_id", "conversation_id") WHERE state = '
        "'sending'"
    ),
    'CREATE UNIQUE INDEX "message_first" ON "message" ("workspace_id", "to_address") WHERE is_first',
    'CREATE INDEX "message_due" ON "message" ("not_before", "id") WHERE state = \'queued\'',
    'CREATE INDEX "message_leased" ON "message" ("lease_until") WHERE state = \'sending\'',
    'CREATE INDEX "message_unknown" ON "message" ("asked_at") WHERE state = \'unknown\'',
    'CREATE INDEX "message_silent" ON "message" ("asked_at") WHERE state = \'handed_over\'',
    'CREATE INDEX "message_must_ask" ON "message" ("id") WHERE must_ask',
    (
        'CREATE INDEX "message_needs_you" ON "message" ("workspace_id", "id") WHERE state = \'needs_person\' OR '
        "(state = 'blocked' AND reason = 'no_basis')"
    ),
    (
        'CREATE TABLE "send_attempt" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "message_id" BLOB NOT NULL, "n" INTEGER NOT NULL, "started_at" INTEGER NOT '
        'NULL, "outcome" VARCHAR(32) NOT NULL, "http" INTEGER, "code" INTEGER, "sid" VARCHAR(64), "witness" '
        'VARCHAR(16), "lists_absent" INTEGER NOT NULL, "first_absent_at" INTEGER, "last_absent_at" INTEGER, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "message_id") REFERENCES "message" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "send_attempt_message_id" ON "send_attempt" ("message_id")',
    (
        'CREATE UNIQUE INDEX "send_attempt_workspace_id_message_id_n" ON "send_attempt" ("workspace_id", '
        '"message_id", "n")'
    ),
    (
        'CREATE UNIQUE INDEX "send_attempt_accepted" ON "send_attempt" ("workspace_id", "message_id") WHERE '
        "outcome = 'accepted'"
    ),
    (
        'CREATE TABLE "webhook_event" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "dedupe_key" VARCHAR(160) NOT NULL, "kind" VARCHAR(32) NOT NULL, "carrier" '
        'VARCHAR(32) NOT NULL, "form" BLOB NOT NULL, "message_id" BLOB, "attempt" INTEGER, "received_at" INTEGER '
        'NOT NULL, "processed_at" INTEGER, "error" VARCHAR(160), FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE)'
    ),
    ('CREATE UNIQUE INDEX "webhook_event_workspace_id_dedupe_key" ON "webhook_event" ("workspace_id", "dedupe_key")'),
    'CREATE INDEX "webhook_event_open" ON "webhook_event" ("received_at") WHERE processed_at IS NULL',
    (
        'CREATE TABLE "practice_phone" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "number" VARCHAR(32) NOT NULL, "persona" VARCHAR(32) NOT NULL, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "practice_phone_workspace_id_number" ON "practice_phone" ("workspace_id", "number")',
    (
        'CREATE TABLE "practice_text" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "sid" VARCHAR(64) NOT NULL, "direction" VARCHAR(32) NOT NULL, "phone" '
        'VARCHAR(32) NOT NULL, "number" VARCHAR(32) NOT NULL, "body" BLOB NOT NULL, "status" VARCHAR(32) NOT NULL,'
        ' "error_code" INTEGER, "callback" VARCHAR(255), "steps" VARCHAR(80) NOT NULL, "due_at" INTEGER, "tries" '
        'INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "practice_text_workspace_id_sid" ON "practice_text" ("workspace_id", "sid")',
    'CREATE INDEX "practice_text_workspace_id_phone_id" ON "practice_text" ("workspace_id", "phone", "id")',
    'CREATE INDEX "practice_text_due" ON "practice_text" ("due_at") WHERE due_at IS NOT NULL',
    (
        'CREATE TABLE "board" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "name" VARCHAR(60) NOT NULL, "position" INTEGER NOT NULL, "seq" INTEGER NOT NULL, "version" '
        'INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, UNIQUE '
        '("workspace_id", "id"))'
    ),
    'CREATE INDEX "board_workspace_id_position" ON "board" ("workspace_id", "position")',
    (
        'CREATE TABLE "stage" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "board_id" BLOB NOT NULL, "name" VARCHAR(60) NOT NULL, "position" INTEGER NOT NULL, "outcome" '
        'VARCHAR(32) NOT NULL, "sets_lifecycle" VARCHAR(32), "stale_days" INTEGER, "archived_at" INTEGER, '
        '"version" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE,'
        ' CHECK (stale_days IS NULL OR stale_days BETWEEN 1 AND 365), FOREIGN KEY ("workspace_id", "board_id") '
        'REFERENCES "board" ("workspace_id", "id") ON DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "stage_workspace_id_board_id_position" ON "stage" ("workspace_id", "board_id", "position")',
    (
        'CREATE TABLE "card" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "version" INTEGER NOT NULL, "board_id" BLOB NOT NULL, "stage_id" BLOB NOT NULL, "contact_id" '
        'BLOB NOT NULL, "position" TEXT NOT NULL, "entered_at" INTEGER NOT NULL, "closed_at" INTEGER, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"board_id") REFERENCES "board" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"stage_id") REFERENCES "stage" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE, UNIQUE ("workspace_id", '
        '"id"))'
    ),
    'CREATE INDEX "card_workspace_id_contact_id" ON "card" ("workspace_id", "contact_id")',
    ('CREATE UNIQUE INDEX "card_open" ON "card" ("workspace_id", "board_id", "contact_id") WHERE closed_at IS NULL'),
    ('CREATE INDEX "card_place" ON "card" ("workspace_id", "stage_id", "position", "id") WHERE closed_at IS NULL'),
    (
        'CREATE TABLE "card_stay" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "board_id" BLOB NOT NULL, "card_id" BLOB NOT NULL, "stage_id" BLOB NOT NULL, "entered_at" '
        'INTEGER NOT NULL, "left_at" INTEGER, "via" VARCHAR(32) NOT NULL, "by_id" BLOB, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"board_id") REFERENCES "board" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"card_id") REFERENCES "card" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"stage_id") REFERENCES "stage" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE INDEX "card_stay_by_id" ON "card_stay" ("by_id")',
    (
        'CREATE INDEX "card_stay_workspace_id_board_id_stage_id_left_at_entered_e366e2e" ON "card_stay" '
        '("workspace_id", "board_id", "stage_id", "left_at", "entered_at", "card_id")'
    ),
    (
        'CREATE INDEX "card_stay_workspace_id_card_id_entered_at" ON "card_stay" ("workspace_id", "card_id", '
        '"entered_at")'
    ),
    'CREATE UNIQUE INDEX "card_stay_open" ON "card_stay" ("workspace_id", "card_id") WHERE left_at IS NULL',
    (
        'CREATE TABLE "stage_stat" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "stage_id" BLOB NOT NULL, "n" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, CHECK (n >= 0), FOREIGN KEY ("workspace_id", "stage_id") REFERENCES'
        ' "stage" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "stage_stat_workspace_id_stage_id" ON "stage_stat" ("workspace_id", "stage_id")',
    (
        'CREATE TABLE "board_event" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id"'
        ' BLOB NOT NULL, "board_id" BLOB NOT NULL, "seq" INTEGER NOT NULL, "card_id" BLOB, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"board_id") REFERENCES "board" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"card_id") REFERENCES "card" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "board_event_card_id" ON "board_event" ("card_id")',
    (
        'CREATE UNIQUE INDEX "board_event_workspace_id_board_id_seq" ON "board_event" ("workspace_id", "board_id",'
        ' "seq")'
    ),
    'CREATE INDEX "board_event_created_at" ON "board_event" ("created_at")',
    (
        'CREATE TABLE "task" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "version" INTEGER NOT NULL, "contact_id" BLOB NOT NULL, "assignee_id" BLOB, "kind" VARCHAR(32) '
        'NOT NULL, "title" VARCHAR(200) NOT NULL, "due_on" DATE NOT NULL, "due_at" INTEGER NOT NULL, "status" '
        'VARCHAR(32) NOT NULL, "done_at" INTEGER, "done_by_id" BLOB, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" '
        '("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "assignee_id") REFERENCES '
        '"teammate" ("workspace_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("workspace_id", "done_by_id") '
        'REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    (
        'CREATE INDEX "task_workspace_id_assignee_id_status_due_at" ON "task" ("workspace_id", "assignee_id", '
        '"status", "due_at")'
    ),
    'CREATE INDEX "task_workspace_id_status_due_at_id" ON "task" ("workspace_id", "status", "due_at", "id")',
    (
        'CREATE INDEX "task_workspace_id_contact_id_status_due_at" ON "task" ("workspace_id", "contact_id", '
        '"status", "due_at")'
    ),
    (
        'CREATE TABLE "card_image" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "sha256" VARCHAR(64) NOT NULL, "bytes" BLOB NOT NULL, "w" INTEGER NOT NULL, "h" INTEGER '
        'NOT NULL, "is_drawn" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        'DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE UNIQUE INDEX "card_image_workspace_id_sha256" ON "card_image" ("workspace_id", "sha256")',
    (
        'CREATE TABLE "referral_link" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "version" INTEGER NOT NULL, "owner_id" BLOB NOT NULL, "slug" VARCHAR(40) '
        'NOT NULL, "title" VARCHAR(120) NOT NULL, "description" VARCHAR(200) NOT NULL, "name" VARCHAR(80) NOT '
        'NULL, "image_id" BLOB NOT NULL, "alt" VARCHAR(200) NOT NULL, "status" VARCHAR(32) NOT NULL, "expires_at" '
        'INTEGER, "lead_cap" INTEGER, "lead_count" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "owner_id") REFERENCES "teammate" '
        '("workspace_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("workspace_id", "image_id") REFERENCES '
        '"card_image" ("workspace_id", "id") ON DELETE RESTRICT, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "referral_link_owner_id" ON "referral_link" ("owner_id")',
    'CREATE INDEX "referral_link_image_id" ON "referral_link" ("image_id")',
    'CREATE INDEX "referral_link_workspace_id_status" ON "referral_link" ("workspace_id", "status")',
    'CREATE UNIQUE INDEX "referral_link_workspace_id_slug" ON "referral_link" ("workspace_id", "slug")',
    (
        'CREATE TABLE "hit" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "link_id" BLOB NOT NULL, "at" INTEGER NOT NULL, "class" VARCHAR(32) NOT NULL, "reason" '
        'VARCHAR(60) NOT NULL, "source" VARCHAR(20) NOT NULL, "device" VARCHAR(32) NOT NULL, "is_first_today" '
        'INTEGER, "rules_version" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        'DELETE CASCADE, FOREIGN KEY ("workspace_id", "link_id") REFERENCES "referral_link" ("workspace_id", "id")'
        " ON DELETE CASCADE)"
    ),
    'CREATE INDEX "hit_link_id" ON "hit" ("link_id")',
    'CREATE INDEX "hit_workspace_id_link_id_at" ON "hit" ("workspace_id", "link_id", "at")',
    'CREATE INDEX "hit_at" ON "hit" ("at")',
    (
        'CREATE TABLE "hit_daily" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "link_id" BLOB NOT NULL, "local_day" DATE NOT NULL, "class" VARCHAR(32) NOT NULL, "source"'
        ' VARCHAR(20) NOT NULL, "device" VARCHAR(32) NOT NULL, "n" INTEGER NOT NULL, "n_first" INTEGER NOT NULL, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "link_id") REFERENCES "referral_link" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "hit_daily_link_id" ON "hit_daily" ("link_id")',
    (
        'CREATE UNIQUE INDEX "hit_daily_workspace_id_link_id_local_day_class_source_device" ON "hit_daily" '
        '("workspace_id", "link_id", "local_day", "class", "source", "device")'
    ),
    (
        'CREATE TABLE "spool_cursor" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "segment" '
        'VARCHAR(80) NOT NULL, "offset" INTEGER NOT NULL, "damaged" INTEGER NOT NULL)'
    ),
    'CREATE UNIQUE INDEX "spool_cursor_segment" ON "spool_cursor" ("segment")',
    (
        'CREATE TABLE "lead_submission" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, '
        '"workspace_id" BLOB NOT NULL, "link_id" BLOB NOT NULL, "contact_id" BLOB NOT NULL, "person_key" BLOB NOT '
        'NULL, "local_day" DATE NOT NULL, "at" INTEGER NOT NULL, "answers" TEXT NOT NULL, "show_progress" INTEGER '
        'NOT NULL, "is_waiting" INTEGER NOT NULL, "is_suspect" INTEGER NOT NULL, "wording" TEXT NOT NULL, '
        '"followed_up_at" INTEGER, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'FOREIGN KEY ("workspace_id", "link_id") REFERENCES "referral_link" ("workspace_id", "id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE'
        " CASCADE)"
    ),
    'CREATE INDEX "lead_submission_link_id" ON "lead_submission" ("link_id")',
    'CREATE INDEX "lead_submission_contact_id" ON "lead_submission" ("contact_id")',
    (
        'CREATE UNIQUE INDEX "lead_submission_workspace_id_link_id_person_key_local_day" ON "lead_submission" '
        '("workspace_id", "link_id", "person_key", "local_day")'
    ),
    (
        'CREATE INDEX "lead_submission_workspace_id_contact_id_at" ON "lead_submission" ("workspace_id", '
        '"contact_id", "at")'
    ),
    'CREATE INDEX "lead_submission_followed_up_at" ON "lead_submission" ("followed_up_at")',
    (
        'CREATE TABLE "touch" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "contact_id" BLOB NOT NULL, "link_id" BLOB NOT NULL, "at" INTEGER NOT NULL, "kind" VARCHAR(32) '
        'NOT NULL, "void_reason" VARCHAR(32), FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE'
        ' CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON '
        'DELETE CASCADE, FOREIGN KEY ("workspace_id", "link_id") REFERENCES "referral_link" ("workspace_id", "id")'
        " ON DELETE CASCADE)"
    ),
    'CREATE INDEX "touch_contact_id" ON "touch" ("contact_id")',
    'CREATE INDEX "touch_link_id" ON "touch" ("link_id")',
    'CREATE INDEX "touch_workspace_id_contact_id_at" ON "touch" ("workspace_id", "contact_id", "at")',
    'CREATE INDEX "touch_workspace_id_link_id_at" ON "touch" ("workspace_id", "link_id", "at")',
    (
        'CREATE TABLE "export_job" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "user_id" BLOB NOT NULL, "scope" VARCHAR(32) NOT NULL, "state" VARCHAR(32) NOT NULL, '
        '"as_of" INTEGER, "rows_done" INTEGER NOT NULL, "rows_total" INTEGER NOT NULL, "bytes" INTEGER NOT NULL, '
        '"sha256" TEXT NOT NULL, "lease_until" INTEGER, "expires_at" INTEGER NOT NULL, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    (
        'CREATE INDEX "export_job_workspace_id_user_id_created_at" ON "export_job" ("workspace_id", "user_id", '
        '"created_at")'
    ),
    'CREATE INDEX "export_job_workspace_id_state" ON "export_job" ("workspace_id", "state")',
    (
        'CREATE TABLE "deletion" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "user_id" BLOB '
        'NOT NULL, "due_at" INTEGER NOT NULL, "taken_back_at" INTEGER, "done_at" INTEGER)'
    ),
    (
        'CREATE UNIQUE INDEX "deletion_pending" ON "deletion" ("user_id") WHERE (("taken_back_at" IS NULL) AND '
        '("done_at" IS NULL))'
    ),
    (
        "CREATE VIRTUAL TABLE contact_text USING fts5(fold, digits, content='contact_search', "
        "content_rowid='number', tokenize='trigram')"
    ),
    (
        "CREATE TRIGGER contact_text_insert AFTER INSERT ON contact_search BEGIN INSERT INTO contact_text(rowid, "
        "fold, digits) VALUES (new.number, new.fold, new.digits); END"
    ),
    (
        "CREATE TRIGGER contact_text_delete AFTER DELETE ON contact_search BEGIN INSERT INTO "
        "contact_text(contact_text, rowid, fold, digits) VALUES ('delete', old.number, old.fold, old.digits); END"
    ),
    (
        "CREATE TRIGGER contact_text_update AFTER UPDATE OF fold, digits ON contact_search BEGIN INSERT INTO "
        "contact_text(contact_text, rowid, fold, digits) VALUES ('delete', old.number, old.fold, old.digits); "
        "INSERT INTO contact_text(rowid, fold, digits) VALUES (new.number, new.fold, new.digits); END"
    ),
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
        'CREATE TABLE "outgoing_mail" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID, "contact_id" UUID, "dedupe_key" VARCHAR(200) NOT NULL, "kind" VARCHAR(32) NOT NULL, '
        '"to" BYTEA NOT NULL, "body" BYTEA NOT NULL, "state" VARCHAR(32) NOT NULL, "may_repeat" BOOLEAN NOT NULL, '
        '"not_before" BIGINT NOT NULL, "expires_at" BIGINT, "attempts" INTEGER NOT NULL, "lease_until" BIGINT, '
        '"reason" VARCHAR(60))'
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
        'UUID, "gateway" VARCHAR(40) NOT NULL, "circumstance" VARCHAR(40) NOT NULL, "purpose" VARCHAR(40) NOT '
        'NULL, "subject" UUID, "field_names" TEXT NOT NULL, "bytes_out" INTEGER NOT NULL, "state" VARCHAR(32) NOT '
        'NULL, "status" INTEGER)'
    ),
    'CREATE INDEX "egress_log_workspace_id_created_at" ON "egress_log" ("workspace_id", "created_at")',
    'CREATE INDEX "egress_log_created_at" ON "egress_log" ("created_at")',
    (
        'CREATE TABLE "user" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "name" VARCHAR(120) '
        'NOT NULL, "email" VARCHAR(254) NOT NULL, "email_verified_at" BIGINT, "phone" VARCHAR(32) NOT NULL, '
        '"company" VARCHAR(120) NOT NULL, "role_title" VARCHAR(80) NOT NULL, "password_hash" VARCHAR(255) NOT '
        'NULL, "locale" VARCHAR(16) NOT NULL, "timezone" VARCHAR(64) NOT NULL, "terms_version" VARCHAR(32) NOT '
        'NULL, "policy_version" VARCHAR(32) NOT NULL, "accepted_at" BIGINT, "is_operator" BOOLEAN NOT NULL, '
        '"disabled_at" BIGINT)'
    ),
    'CREATE UNIQUE INDEX "user_email" ON "user" ("email")',
    (
        'CREATE TABLE "teammate" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "user_id" UUID NOT NULL, "role" VARCHAR(32) NOT NULL, "joined_at" BIGINT NOT NULL, '
        '"left_at" BIGINT, "notice_seen_at" BIGINT, "checklist_closed_at" BIGINT, "version" INTEGER NOT NULL, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("user_id") '
        'REFERENCES "user" ("id") ON DELETE RESTRICT, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "teammate_user_id" ON "teammate" ("user_id")',
    'CREATE UNIQUE INDEX "teammate_workspace_id_user_id" ON "teammate" ("workspace_id", "user_id")',
    (
        'CREATE TABLE "invitation" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "email" VARCHAR(254) NOT NULL, "role" VARCHAR(32) NOT NULL, "by_id" UUID NOT NULL, '
        '"expires_at" BIGINT NOT NULL, "accepted_at" BIGINT, "revoked_at" BIGINT, FOREIGN KEY ("workspace_id") '
        'REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "by_id") REFERENCES '
        '"teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE INDEX "invitation_by_id" ON "invitation" ("by_id")',
    (
        'CREATE TABLE "session" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "sha256" '
        'VARCHAR(64) NOT NULL, "user_id" UUID NOT NULL, "workspace_id" UUID NOT NULL, "seen_at" BIGINT NOT NULL, '
        '"stepped_up_at" BIGINT, "device" VARCHAR(80) NOT NULL, "ip_prefix" VARCHAR(64) NOT NULL, "toast" TEXT, '
        '"revoked_at" BIGINT, FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "session_sha256" ON "session" ("sha256")',
    'CREATE INDEX "session_user_id" ON "session" ("user_id")',
    'CREATE INDEX "session_workspace_id" ON "session" ("workspace_id")',
    (
        'CREATE TABLE "business_hours" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "weekday" INTEGER NOT NULL, "from_min" INTEGER NOT NULL, "to_min" INTEGER '
        'NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, CHECK (weekday '
        "BETWEEN 0 AND 6 AND from_min >= 0 AND from_min < to_min AND to_min <= 1440))"
    ),
    (
        'CREATE UNIQUE INDEX "business_hours_workspace_id_weekday_from_min" ON "business_hours" ("workspace_id", '
        '"weekday", "from_min")'
    ),
    (
        'CREATE TABLE "holiday" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID'
        ' NOT NULL, "local_day" DATE NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        "DELETE CASCADE)"
    ),
    'CREATE UNIQUE INDEX "holiday_workspace_id_local_day" ON "holiday" ("workspace_id", "local_day")',
    (
        'CREATE TABLE "notice" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "teammate_id" UUID NOT NULL, "kind" VARCHAR(32) NOT NULL, "group_key" VARCHAR(80) NOT NULL, '
        '"count" INTEGER NOT NULL, "link" VARCHAR(255) NOT NULL, "at" BIGINT NOT NULL, "read_at" BIGINT, FOREIGN '
        'KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"teammate_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "notice_teammate_id" ON "notice" ("teammate_id")',
    (
        'CREATE UNIQUE INDEX "notice_unread" ON "notice" ("workspace_id", "teammate_id", "kind", "group_key") '
        'WHERE ("read_at" IS NULL)'
    ),
    (
        'CREATE TABLE "help_message" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "user_id" '
        'UUID, "workspace_id" UUID, "name" VARCHAR(120) NOT NULL, "email" VARCHAR(254) NOT NULL, "page" '
        'VARCHAR(255) NOT NULL, "body" BYTEA NOT NULL, "kind" VARCHAR(32) NOT NULL, "state" VARCHAR(32) NOT NULL, '
        '"answer" BYTEA, "answered_by" UUID, "answered_at" BIGINT, "at" BIGINT NOT NULL, FOREIGN KEY ("user_id") '
        'REFERENCES "user" ("id") ON DELETE SET NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") '
        "ON DELETE CASCADE)"
    ),
    'CREATE INDEX "help_message_user_id" ON "help_message" ("user_id")',
    'CREATE INDEX "help_message_workspace_id" ON "help_message" ("workspace_id")',
    'CREATE INDEX "help_message_state_at" ON "help_message" ("state", "at")',
    (
        'CREATE TABLE "contact" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID'
        ' NOT NULL, "version" INTEGER NOT NULL, "given_name" TEXT NOT NULL, "family_name" TEXT NOT NULL, '
        '"nickname" TEXT NOT NULL, "display_name" VARCHAR(200) NOT NULL, "lifecycle" VARCHAR(32) NOT NULL, '
        '"owner_id" UUID, "source" VARCHAR(32) NOT NULL, "source_detail" TEXT NOT NULL, "company" TEXT NOT NULL, '
        '"job_title" TEXT NOT NULL, "city" TEXT NOT NULL, "timezone" TEXT NOT NULL, "birth_year" INTEGER, '
        '"birth_month" INTEGER, "birth_day" INTEGER, "do_not_contact" BOOLEAN NOT NULL, "processing" VARCHAR(32) '
        'NOT NULL, "first_in_at" BIGINT, "last_in_at" BIGINT, "last_out_at" BIGINT, "last_touch_at" BIGINT NOT '
        'NULL, "deleted_at" BIGINT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'FOREIGN KEY ("workspace_id", "owner_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT,'
        ' UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "contact_workspace_id_last_touch_at_id" ON "contact" ("workspace_id", "last_touch_at", "id")',
    (
        'CREATE INDEX "contact_workspace_id_lifecycle_last_touch_at" ON "contact" ("workspace_id", "lifecycle", '
        '"last_touch_at")'
    ),
    (
        'CREATE INDEX "contact_workspace_id_owner_id_last_touch_at" ON "contact" ("workspace_id", "owner_id", '
        '"last_touch_at")'
    ),
    'CREATE INDEX "contact_workspace_id_deleted_at" ON "contact" ("workspace_id", "deleted_at")',
    (
        'CREATE TABLE "contact_point" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "contact_id" UUID NOT NULL, "kind" VARCHAR(32) NOT NULL, "label" TEXT NOT '
        'NULL, "raw" TEXT NOT NULL, "norm" TEXT NOT NULL, "extension" TEXT NOT NULL, "is_primary" BOOLEAN NOT '
        'NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "contact_point_workspace_id_contact_id_kind_norm" ON "contact_point" ("workspace_id",'
        ' "contact_id", "kind", "norm")'
    ),
    'CREATE INDEX "contact_point_workspace_id_kind_norm" ON "contact_point" ("workspace_id", "kind", "norm")',
    (
        'CREATE TABLE "external_ref" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id"'
        ' UUID NOT NULL, "contact_id" UUID NOT NULL, "sender" TEXT NOT NULL, "external_id" TEXT NOT NULL, FOREIGN '
        'KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "external_ref_workspace_id_sender_external_id" ON "external_ref" ("workspace_id", '
        '"sender", "external_id")'
    ),
    'CREATE INDEX "external_ref_workspace_id_contact_id" ON "external_ref" ("workspace_id", "contact_id")',
    (
        'CREATE TABLE "lifecycle_span" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "contact_id" UUID NOT NULL, "state" VARCHAR(32) NOT NULL, "from_at" BIGINT '
        'NOT NULL, "to_at" BIGINT, "via" TEXT NOT NULL, "by_id" UUID, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" '
        '("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "by_id") REFERENCES "teammate" '
        '("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE INDEX "lifecycle_span_by_id" ON "lifecycle_span" ("by_id")',
    (
        'CREATE INDEX "lifecycle_span_workspace_id_contact_id_from_at" ON "lifecycle_span" ("workspace_id", '
        '"contact_id", "from_at")'
    ),
    (
        'CREATE UNIQUE INDEX "lifecycle_span_open" ON "lifecycle_span" ("workspace_id", "contact_id") WHERE to_at '
        "IS NULL"
    ),
    ('CREATE INDEX "lifecycle_span_lately" ON "lifecycle_span" ("workspace_id", "from_at") WHERE via <> \'import\''),
    (
        'CREATE TABLE "tag" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID NOT'
        ' NULL, "name" VARCHAR(60) NOT NULL, "fold" TEXT NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE UNIQUE INDEX "tag_workspace_id_fold" ON "tag" ("workspace_id", "fold")',
    (
        'CREATE TABLE "contact_tag" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "contact_id" UUID NOT NULL, "tag_id" UUID NOT NULL, FOREIGN KEY ("workspace_id") '
        'REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES '
        '"contact" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "tag_id") REFERENCES '
        '"tag" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "contact_tag_workspace_id_contact_id_tag_id" ON "contact_tag" ("workspace_id", '
        '"contact_id", "tag_id")'
    ),
    'CREATE INDEX "contact_tag_workspace_id_tag_id" ON "contact_tag" ("workspace_id", "tag_id")',
    (
        'CREATE TABLE "activity" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "contact_id" UUID NOT NULL, "kind" VARCHAR(32) NOT NULL, "direction" VARCHAR(32), '
        '"happened_at" BIGINT NOT NULL, "outcome" TEXT NOT NULL, "summary" VARCHAR(500) NOT NULL, "actor_kind" '
        'VARCHAR(32) NOT NULL, "actor_id" UUID, "ref_table" TEXT, "ref_id" UUID, FOREIGN KEY ("workspace_id") '
        'REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES '
        '"contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "activity_workspace_id_ref_table_ref_id_kind" ON "activity" ("workspace_id", '
        '"ref_table", "ref_id", "kind")'
    ),
    ('CREATE INDEX "activity_timeline" ON "activity" ("workspace_id", "contact_id", "happened_at" DESC, "id" DESC)'),
    (
        'CREATE TABLE "note" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "version" INTEGER NOT NULL, "contact_id" UUID NOT NULL, "author_id" UUID, "body" TEXT NOT NULL,'
        ' "pinned_at" BIGINT, "edited_at" BIGINT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        'DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON'
        ' DELETE CASCADE, FOREIGN KEY ("workspace_id", "author_id") REFERENCES "teammate" ("workspace_id", "id") '
        "ON DELETE RESTRICT)"
    ),
    'CREATE INDEX "note_workspace_id_contact_id" ON "note" ("workspace_id", "contact_id")',
    (
        'CREATE TABLE "contact_search" ("number" BIGSERIAL NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "contact_id" UUID NOT NULL, "fold" TEXT NOT NULL, "digits" TEXT NOT NULL, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    ('CREATE UNIQUE INDEX "contact_search_workspace_id_contact_id" ON "contact_search" ("workspace_id", "contact_id")'),
    'CREATE INDEX "contact_search_workspace_id_fold" ON "contact_search" ("workspace_id", "fold")',
    (
        'CREATE TABLE "import_job" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "version" INTEGER NOT NULL, "file_name" TEXT NOT NULL, "file_sha256" BYTEA NOT NULL, '
        '"sender" TEXT NOT NULL, "encoding" TEXT NOT NULL, "delimiter" TEXT NOT NULL, "mapping" TEXT NOT NULL, '
        '"basis" TEXT NOT NULL, "options" TEXT NOT NULL, "state" VARCHAR(32) NOT NULL, "lease_until" BIGINT, '
        '"counts" TEXT NOT NULL, "fault" TEXT NOT NULL, "batch_id" UUID, "by_id" UUID, "started_at" BIGINT, '
        '"finished_at" BIGINT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'FOREIGN KEY ("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT, '
        'UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "import_job_by_id" ON "import_job" ("by_id")',
    'CREATE INDEX "import_job_workspace_id_created_at" ON "import_job" ("workspace_id", "created_at")',
    'CREATE INDEX "import_job_state_lease_until" ON "import_job" ("state", "lease_until")',
    (
        'CREATE TABLE "import_file" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "job_id" UUID NOT NULL, "content" BYTEA NOT NULL, "expires_at" BIGINT NOT NULL, FOREIGN '
        'KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"job_id") REFERENCES "import_job" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "import_file_workspace_id_job_id" ON "import_file" ("workspace_id", "job_id")',
    'CREATE INDEX "import_file_expires_at" ON "import_file" ("expires_at")',
    (
        'CREATE TABLE "import_row" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "job_id" UUID NOT NULL, "n" INTEGER NOT NULL, "raw" TEXT, "action" VARCHAR(32) NOT NULL, '
        '"is_same" BOOLEAN NOT NULL, "reasons" TEXT NOT NULL, "contact_id" UUID, FOREIGN KEY ("workspace_id") '
        'REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "job_id") REFERENCES '
        '"import_job" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "import_row_workspace_id_job_id_n" ON "import_row" ("workspace_id", "job_id", "n")',
    (
        'CREATE INDEX "import_row_workspace_id_job_id_action_n" ON "import_row" ("workspace_id", "job_id", '
        '"action", "n")'
    ),
    'CREATE INDEX "import_row_workspace_id_contact_id" ON "import_row" ("workspace_id", "contact_id")',
    (
        'CREATE TABLE "consent_event" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "contact_id" UUID, "point_id" UUID, "address_hmac" BYTEA NOT NULL, '
        '"channel" VARCHAR(32) NOT NULL, "kind" VARCHAR(32) NOT NULL, "scope" VARCHAR(32) NOT NULL, "basis" '
        'VARCHAR(32), "source" TEXT NOT NULL, "words" BYTEA, "wording_sha256" BYTEA, "message_id" UUID, "by_id" '
        'UUID, "at" BIGINT NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE,'
        ' FOREIGN KEY ("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE INDEX "consent_event_by_id" ON "consent_event" ("by_id")',
    (
        'CREATE INDEX "consent_event_workspace_id_channel_address_hmac_at" ON "consent_event" ("workspace_id", '
        '"channel", "address_hmac", "at")'
    ),
    'CREATE INDEX "consent_event_workspace_id_contact_id" ON "consent_event" ("workspace_id", "contact_id")',
    (
        'CREATE TABLE "suppression" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "channel" VARCHAR(32) NOT NULL, "hmac" BYTEA NOT NULL, "reason" TEXT NOT NULL, "since" '
        'BIGINT NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "suppression_workspace_id_channel_hmac" ON "suppression" ("workspace_id", "channel", '
        '"hmac")'
    ),
    (
        'CREATE TABLE "restriction" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "contact_id" UUID NOT NULL, "since" BIGINT NOT NULL, "by_id" UUID, "reason" TEXT NOT NULL,'
        ' "lifted_at" BIGINT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE,'
        ' FOREIGN KEY ("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    ('CREATE UNIQUE INDEX "restriction_open" ON "restriction" ("workspace_id", "contact_id") WHERE lifted_at IS NULL'),
    (
        'CREATE TABLE "next_action" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "contact_id" UUID NOT NULL, "ref_table" TEXT NOT NULL, "ref_id" UUID NOT NULL, "step" '
        'VARCHAR(32) NOT NULL, "title" VARCHAR(200) NOT NULL, "due_at" BIGINT NOT NULL, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "next_action_workspace_id_ref_table_ref_id" ON "next_action" ("workspace_id", '
        '"ref_table", "ref_id")'
    ),
    (
        'CREATE INDEX "next_action_workspace_id_contact_id_due_at" ON "next_action" ("workspace_id", "contact_id",'
        ' "due_at")'
    ),
    (
        'CREATE TABLE "twilio_connection" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "account_sid" VARCHAR(64) NOT NULL, "auth_token" BYTEA NOT NULL, '
        '"previous_token" BYTEA, "messaging_service_sid" VARCHAR(64), "state" VARCHAR(32) NOT NULL, "refused_at" '
        'BIGINT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "twilio_connection_workspace_id" ON "twilio_connection" ("workspace_id")',
    (
        'CREATE TABLE "sender" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "carrier" VARCHAR(32) NOT NULL, "kind" VARCHAR(32) NOT NULL, "address" VARCHAR(32) NOT NULL, '
        '"ended_at" BIGINT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, UNIQUE '
        '("workspace_id", "id"))'
    ),
    'CREATE UNIQUE INDEX "sender_workspace_id_address" ON "sender" ("workspace_id", "address")',
    (
        'CREATE TABLE "conversation" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id"'
        ' UUID NOT NULL, "sender_id" UUID NOT NULL, "address" VARCHAR(32) NOT NULL, "address_kind" VARCHAR(32) NOT'
        ' NULL, "contact_id" UUID, "assignee_id" UUID, "state" VARCHAR(32) NOT NULL, "waiting_on" VARCHAR(32) NOT '
        'NULL, "waiting_since" BIGINT, "last_at" BIGINT NOT NULL, "last_in_at" BIGINT, "last_message_id" UUID, '
        '"is_blocked" BOOLEAN NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "sender_id") REFERENCES "sender" ("workspace_id", "id") ON DELETE '
        'RESTRICT, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON '
        'DELETE CASCADE, FOREIGN KEY ("workspace_id", "assignee_id") REFERENCES "teammate" ("workspace_id", "id") '
        'ON DELETE RESTRICT, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "conversation_sender_id" ON "conversation" ("sender_id")',
    'CREATE INDEX "conversation_contact_id" ON "conversation" ("contact_id")',
    'CREATE INDEX "conversation_assignee_id" ON "conversation" ("assignee_id")',
    (
        'CREATE UNIQUE INDEX "conversation_workspace_id_sender_id_address" ON "conversation" ("workspace_id", '
        '"sender_id", "address")'
    ),
    'CREATE INDEX "conversation_workspace_id_last_at_id" ON "conversation" ("workspace_id", "last_at", "id")',
    'CREATE INDEX "conversation_workspace_id_contact_id" ON "conversation" ("workspace_id", "contact_id")',
    (
        'CREATE INDEX "conversation_workspace_id_assignee_id_last_at" ON "conversation" ("workspace_id", '
        '"assignee_id", "last_at")'
    ),
    (
        'CREATE INDEX "conversation_waiting" ON "conversation" ("workspace_id", "waiting_since") WHERE waiting_on '
        "= 'us' AND state = 'open'"
    ),
    (
        'CREATE TABLE "conversation_read" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "conversation_id" UUID NOT NULL, "teammate_id" UUID NOT NULL, '
        '"last_read_at" BIGINT NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "conversation_id") REFERENCES "conversation" ("workspace_id", "id")'
        ' ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "teammate_id") REFERENCES "teammate" ("workspace_id", '
        '"id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "conversation_read_conversation_id" ON "conversation_read" ("conversation_id")',
    'CREATE INDEX "conversation_read_teammate_id" ON "conversation_read" ("teammate_id")',
    (
        'CREATE UNIQUE INDEX "conversation_read_workspace_id_conversation_id_teammate_id" ON "conversation_read" '
        '("workspace_id", "conversation_id", "teammate_id")'
    ),
    (
        'CREATE TABLE "message" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID'
        ' NOT NULL, "conversation_id" UUID NOT NULL, "contact_id" UUID, "direction" VARCHAR(32) NOT NULL, '
        '"carrier" VARCHAR(32) NOT NULL, "purpose" VARCHAR(32), "origin" VARCHAR(32) NOT NULL, "by_id" UUID, '
        '"is_first" BOOLEAN NOT NULL, "body" BYTEA NOT NULL, "from_address" VARCHAR(32) NOT NULL, "to_address" '
        'VARCHAR(32) NOT NULL, "client_key" VARCHAR(64), "twin_key" BYTEA, "retry_of" UUID, "not_before" BIGINT, '
        '"expires_at" BIGINT, "state" VARCHAR(32) NOT NULL, "reason" VARCHAR(32), "attempt" INTEGER NOT NULL, '
        '"lease_until" BIGINT, "sid" VARCHAR(64), "provider_status" VARCHAR(32), "provider_rank" INTEGER NOT NULL,'
        ' "error_code" INTEGER, "handed_over_at" BIGINT, "final_at" BIGINT, "asked_at" BIGINT, "must_ask" BOOLEAN '
        'NOT NULL, "est_segments" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        'DELETE CASCADE, FOREIGN KEY ("workspace_id", "conversation_id") REFERENCES "conversation" '
        '("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact"'
        ' ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "by_id") REFERENCES "teammate" '
        '("workspace_id", "id") ON DELETE RESTRICT, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "message_conversation_id" ON "message" ("conversation_id")',
    'CREATE INDEX "message_contact_id" ON "message" ("contact_id")',
    'CREATE INDEX "message_by_id" ON "message" ("by_id")',
    ('CREATE INDEX "message_workspace_id_conversation_id_id" ON "message" ("workspace_id", "conversation_id", "id")'),
    'CREATE INDEX "message_workspace_id_contact_id_id" ON "message" ("workspace_id", "contact_id", "id")',
    (
        'CREATE UNIQUE INDEX "message_client_key" ON "message" ("workspace_id", "client_key") WHERE client_key IS '
        "NOT NULL"
    ),
    'CREATE UNIQUE INDEX "message_sid" ON "message" ("workspace_id", "carrier", "sid") WHERE sid IS NOT NULL',
    (
        'CREATE UNIQUE INDEX "message_twin" ON "message" ("workspace_id", "twin_key") WHERE state IN (\'sending\', '
        "'unknown', 'needs_person')"
    ),
    (
        'CREATE UNIQUE INDEX "message_sending" ON "message" ("workspace_id", "conversation_id") WHERE state = '
        "'sending'"
    ),
    'CREATE UNIQUE INDEX "message_first" ON "message" ("workspace_id", "to_address") WHERE is_first',
    'CREATE INDEX "message_due" ON "message" ("not_before", "id") WHERE state = \'queued\'',
    'CREATE INDEX "message_leased" ON "message" ("lease_until") WHERE state = \'sending\'',
    'CREATE INDEX "message_unknown" ON "message" ("asked_at") WHERE state = \'unknown\'',
    'CREATE INDEX "message_silent" ON "message" ("asked_at") WHERE state = \'handed_over\'',
    'CREATE INDEX "message_must_ask" ON "message" ("id") WHERE must_ask',
    (
        'CREATE INDEX "message_needs_you" ON "message" ("workspace_id", "id") WHERE state = \'needs_person\' OR '
        "(state = 'blocked' AND reason = 'no_basis')"
    ),
    (
        'CREATE TABLE "send_attempt" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id"'
        ' UUID NOT NULL, "message_id" UUID NOT NULL, "n" INTEGER NOT NULL, "started_at" BIGINT NOT NULL, "outcome"'
        ' VARCHAR(32) NOT NULL, "http" INTEGER, "code" INTEGER, "sid" VARCHAR(64), "witness" VARCHAR(16), '
        '"lists_absent" INTEGER NOT NULL, "first_absent_at" BIGINT, "last_absent_at" BIGINT, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"message_id") REFERENCES "message" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "send_attempt_message_id" ON "send_attempt" ("message_id")',
    (
        'CREATE UNIQUE INDEX "send_attempt_workspace_id_message_id_n" ON "send_attempt" ("workspace_id", '
        '"message_id", "n")'
    ),
    (
        'CREATE UNIQUE INDEX "send_attempt_accepted" ON "send_attempt" ("workspace_id", "message_id") WHERE '
        "outcome = 'accepted'"
    ),
    (
        'CREATE TABLE "webhook_event" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "dedupe_key" VARCHAR(160) NOT NULL, "kind" VARCHAR(32) NOT NULL, "carrier" '
        'VARCHAR(32) NOT NULL, "form" BYTEA NOT NULL, "message_id" UUID, "attempt" INTEGER, "received_at" BIGINT '
        'NOT NULL, "processed_at" BIGINT, "error" VARCHAR(160), FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE)'
    ),
    ('CREATE UNIQUE INDEX "webhook_event_workspace_id_dedupe_key" ON "webhook_event" ("workspace_id", "dedupe_key")'),
    'CREATE INDEX "webhook_event_open" ON "webhook_event" ("received_at") WHERE processed_at IS NULL',
    (
        'CREATE TABLE "practice_phone" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "number" VARCHAR(32) NOT NULL, "persona" VARCHAR(32) NOT NULL, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "practice_phone_workspace_id_number" ON "practice_phone" ("workspace_id", "number")',
    (
        'CREATE TABLE "practice_text" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "sid" VARCHAR(64) NOT NULL, "direction" VARCHAR(32) NOT NULL, "phone" '
        'VARCHAR(32) NOT NULL, "number" VARCHAR(32) NOT NULL, "body" BYTEA NOT NULL, "status" VARCHAR(32) NOT '
        'NULL, "error_code" INTEGER, "callback" VARCHAR(255), "steps" VARCHAR(80) NOT NULL, "due_at" BIGINT, '
        '"tries" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "practice_text_workspace_id_sid" ON "practice_text" ("workspace_id", "sid")',
    'CREATE INDEX "practice_text_workspace_id_phone_id" ON "practice_text" ("workspace_id", "phone", "id")',
    'CREATE INDEX "practice_text_due" ON "practice_text" ("due_at") WHERE due_at IS NOT NULL',
    (
        'CREATE TABLE "board" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "name" VARCHAR(60) NOT NULL, "position" INTEGER NOT NULL, "seq" BIGINT NOT NULL, "version" '
        'INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, UNIQUE '
        '("workspace_id", "id"))'
    ),
    'CREATE INDEX "board_workspace_id_position" ON "board" ("workspace_id", "position")',
    (
        'CREATE TABLE "stage" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "board_id" UUID NOT NULL, "name" VARCHAR(60) NOT NULL, "position" INTEGER NOT NULL, "outcome" '
        'VARCHAR(32) NOT NULL, "sets_lifecycle" VARCHAR(32), "stale_days" INTEGER, "archived_at" BIGINT, "version"'
        ' INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, CHECK '
        '(stale_days IS NULL OR stale_days BETWEEN 1 AND 365), FOREIGN KEY ("workspace_id", "board_id") REFERENCES'
        ' "board" ("workspace_id", "id") ON DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "stage_workspace_id_board_id_position" ON "stage" ("workspace_id", "board_id", "position")',
    (
        'CREATE TABLE "card" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "version" INTEGER NOT NULL, "board_id" UUID NOT NULL, "stage_id" UUID NOT NULL, "contact_id" '
        'UUID NOT NULL, "position" TEXT COLLATE "C" NOT NULL, "entered_at" BIGINT NOT NULL, "closed_at" BIGINT, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "board_id") REFERENCES "board" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "stage_id") REFERENCES "stage" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE, UNIQUE '
        '("workspace_id", "id"))'
    ),
    'CREATE INDEX "card_workspace_id_contact_id" ON "card" ("workspace_id", "contact_id")',
    ('CREATE UNIQUE INDEX "card_open" ON "card" ("workspace_id", "board_id", "contact_id") WHERE closed_at IS NULL'),
    ('CREATE INDEX "card_place" ON "card" ("workspace_id", "stage_id", "position", "id") WHERE closed_at IS NULL'),
    (
        'CREATE TABLE "card_stay" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "board_id" UUID NOT NULL, "card_id" UUID NOT NULL, "stage_id" UUID NOT NULL, "entered_at" '
        'BIGINT NOT NULL, "left_at" BIGINT, "via" VARCHAR(32) NOT NULL, "by_id" UUID, FOREIGN KEY ("workspace_id")'
        ' REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "board_id") REFERENCES '
        '"board" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "card_id") REFERENCES '
        '"card" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "stage_id") REFERENCES '
        '"stage" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "by_id") REFERENCES '
        '"teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE INDEX "card_stay_by_id" ON "card_stay" ("by_id")',
    (
        'CREATE INDEX "card_stay_workspace_id_board_id_stage_id_left_at_entered_e366e2e" ON "card_stay" '
        '("workspace_id", "board_id", "stage_id", "left_at", "entered_at", "card_id")'
    ),
    (
        'CREATE INDEX "card_stay_workspace_id_card_id_entered_at" ON "card_stay" ("workspace_id", "card_id", '
        '"entered_at")'
    ),
    'CREATE UNIQUE INDEX "card_stay_open" ON "card_stay" ("workspace_id", "card_id") WHERE left_at IS NULL',
    (
        'CREATE TABLE "stage_stat" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "stage_id" UUID NOT NULL, "n" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, CHECK (n >= 0), FOREIGN KEY ("workspace_id", "stage_id") REFERENCES'
        ' "stage" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE UNIQUE INDEX "stage_stat_workspace_id_stage_id" ON "stage_stat" ("workspace_id", "stage_id")',
    (
        'CREATE TABLE "board_event" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "board_id" UUID NOT NULL, "seq" BIGINT NOT NULL, "card_id" UUID, FOREIGN KEY '
        '("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"board_id") REFERENCES "board" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"card_id") REFERENCES "card" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "board_event_card_id" ON "board_event" ("card_id")',
    (
        'CREATE UNIQUE INDEX "board_event_workspace_id_board_id_seq" ON "board_event" ("workspace_id", "board_id",'
        ' "seq")'
    ),
    'CREATE INDEX "board_event_created_at" ON "board_event" ("created_at")',
    (
        'CREATE TABLE "task" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "version" INTEGER NOT NULL, "contact_id" UUID NOT NULL, "assignee_id" UUID, "kind" VARCHAR(32) '
        'NOT NULL, "title" VARCHAR(200) NOT NULL, "due_on" DATE NOT NULL, "due_at" BIGINT NOT NULL, "status" '
        'VARCHAR(32) NOT NULL, "done_at" BIGINT, "done_by_id" UUID, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" '
        '("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "assignee_id") REFERENCES '
        '"teammate" ("workspace_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("workspace_id", "done_by_id") '
        'REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    (
        'CREATE INDEX "task_workspace_id_assignee_id_status_due_at" ON "task" ("workspace_id", "assignee_id", '
        '"status", "due_at")'
    ),
    'CREATE INDEX "task_workspace_id_status_due_at_id" ON "task" ("workspace_id", "status", "due_at", "id")',
    (
        'CREATE INDEX "task_workspace_id_contact_id_status_due_at" ON "task" ("workspace_id", "contact_id", '
        '"status", "due_at")'
    ),
    (
        'CREATE TABLE "card_image" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "sha256" VARCHAR(64) NOT NULL, "bytes" BYTEA NOT NULL, "w" INTEGER NOT NULL, "h" INTEGER '
        'NOT NULL, "is_drawn" BOOLEAN NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON '
        'DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE UNIQUE INDEX "card_image_workspace_id_sha256" ON "card_image" ("workspace_id", "sha256")',
    (
        'CREATE TABLE "referral_link" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "version" INTEGER NOT NULL, "owner_id" UUID NOT NULL, "slug" VARCHAR(40) '
        'NOT NULL, "title" VARCHAR(120) NOT NULL, "description" VARCHAR(200) NOT NULL, "name" VARCHAR(80) NOT '
        'NULL, "image_id" UUID NOT NULL, "alt" VARCHAR(200) NOT NULL, "status" VARCHAR(32) NOT NULL, "expires_at" '
        'BIGINT, "lead_cap" INTEGER, "lead_count" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "owner_id") REFERENCES "teammate" '
        '("workspace_id", "id") ON DELETE RESTRICT, FOREIGN KEY ("workspace_id", "image_id") REFERENCES '
        '"card_image" ("workspace_id", "id") ON DELETE RESTRICT, UNIQUE ("workspace_id", "id"))'
    ),
    'CREATE INDEX "referral_link_owner_id" ON "referral_link" ("owner_id")',
    'CREATE INDEX "referral_link_image_id" ON "referral_link" ("image_id")',
    'CREATE INDEX "referral_link_workspace_id_status" ON "referral_link" ("workspace_id", "status")',
    'CREATE UNIQUE INDEX "referral_link_workspace_id_slug" ON "referral_link" ("workspace_id", "slug")',
    (
        'CREATE TABLE "hit" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID NOT'
        ' NULL, "link_id" UUID NOT NULL, "at" BIGINT NOT NULL, "class" VARCHAR(32) NOT NULL, "reason" VARCHAR(60) '
        'NOT NULL, "source" VARCHAR(20) NOT NULL, "device" VARCHAR(32) NOT NULL, "is_first_today" BOOLEAN, '
        '"rules_version" INTEGER NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "link_id") REFERENCES "referral_link" ("workspace_id", "id") ON '
        "DELETE CASCADE)"
    ),
    'CREATE INDEX "hit_link_id" ON "hit" ("link_id")',
    'CREATE INDEX "hit_workspace_id_link_id_at" ON "hit" ("workspace_id", "link_id", "at")',
    'CREATE INDEX "hit_at" ON "hit" ("at")',
    (
        'CREATE TABLE "hit_daily" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "link_id" UUID NOT NULL, "local_day" DATE NOT NULL, "class" VARCHAR(32) NOT NULL, "source"'
        ' VARCHAR(20) NOT NULL, "device" VARCHAR(32) NOT NULL, "n" INTEGER NOT NULL, "n_first" INTEGER NOT NULL, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "link_id") REFERENCES "referral_link" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    'CREATE INDEX "hit_daily_link_id" ON "hit_daily" ("link_id")',
    (
        'CREATE UNIQUE INDEX "hit_daily_workspace_id_link_id_local_day_class_source_device" ON "hit_daily" '
        '("workspace_id", "link_id", "local_day", "class", "source", "device")'
    ),
    (
        'CREATE TABLE "spool_cursor" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "segment" '
        'VARCHAR(80) NOT NULL, "offset" BIGINT NOT NULL, "damaged" INTEGER NOT NULL)'
    ),
    'CREATE UNIQUE INDEX "spool_cursor_segment" ON "spool_cursor" ("segment")',
    (
        'CREATE TABLE "lead_submission" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, '
        '"workspace_id" UUID NOT NULL, "link_id" UUID NOT NULL, "contact_id" UUID NOT NULL, "person_key" BYTEA NOT'
        ' NULL, "local_day" DATE NOT NULL, "at" BIGINT NOT NULL, "answers" TEXT NOT NULL, "show_progress" BOOLEAN '
        'NOT NULL, "is_waiting" BOOLEAN NOT NULL, "is_suspect" BOOLEAN NOT NULL, "wording" TEXT NOT NULL, '
        '"followed_up_at" BIGINT, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'FOREIGN KEY ("workspace_id", "link_id") REFERENCES "referral_link" ("workspace_id", "id") ON DELETE '
        'CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE'
        " CASCADE)"
    ),
    'CREATE INDEX "lead_submission_link_id" ON "lead_submission" ("link_id")',
    'CREATE INDEX "lead_submission_contact_id" ON "lead_submission" ("contact_id")',
    (
        'CREATE UNIQUE INDEX "lead_submission_workspace_id_link_id_person_key_local_day" ON "lead_submission" '
        '("workspace_id", "link_id", "person_key", "local_day")'
    ),
    (
        'CREATE INDEX "lead_submission_workspace_id_contact_id_at" ON "lead_submission" ("workspace_id", '
        '"contact_id", "at")'
    ),
    'CREATE INDEX "lead_submission_followed_up_at" ON "lead_submission" ("followed_up_at")',
    (
        'CREATE TABLE "touch" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "contact_id" UUID NOT NULL, "link_id" UUID NOT NULL, "at" BIGINT NOT NULL, "kind" VARCHAR(32) '
        'NOT NULL, "void_reason" VARCHAR(32), FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE'
        ' CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" ("workspace_id", "id") ON '
        'DELETE CASCADE, FOREIGN KEY ("workspace_id", "link_id") REFERENCES "referral_link" ("workspace_id", "id")'
        " ON DELETE CASCADE)"
    ),
    'CREATE INDEX "touch_contact_id" ON "touch" ("contact_id")',
    'CREATE INDEX "touch_link_id" ON "touch" ("link_id")',
    'CREATE INDEX "touch_workspace_id_contact_id_at" ON "touch" ("workspace_id", "contact_id", "at")',
    'CREATE INDEX "touch_workspace_id_link_id_at" ON "touch" ("workspace_id", "link_id", "at")',
    (
        'CREATE TABLE "export_job" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "user_id" UUID NOT NULL, "scope" VARCHAR(32) NOT NULL, "state" VARCHAR(32) NOT NULL, '
        '"as_of" BIGINT, "rows_done" INTEGER NOT NULL, "rows_total" INTEGER NOT NULL, "bytes" BIGINT NOT NULL, '
        '"sha256" TEXT NOT NULL, "lease_until" BIGINT, "expires_at" BIGINT NOT NULL, FOREIGN KEY ("workspace_id") '
        'REFERENCES "workspace" ("id") ON DELETE CASCADE)'
    ),
    (
        'CREATE INDEX "export_job_workspace_id_user_id_created_at" ON "export_job" ("workspace_id", "user_id", '
        '"created_at")'
    ),
    'CREATE INDEX "export_job_workspace_id_state" ON "export_job" ("workspace_id", "state")',
    (
        'CREATE TABLE "deletion" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "user_id" UUID NOT'
        ' NULL, "due_at" BIGINT NOT NULL, "taken_back_at" BIGINT, "done_at" BIGINT)'
    ),
    (
        'CREATE UNIQUE INDEX "deletion_pending" ON "deletion" ("user_id") WHERE (("taken_back_at" IS NULL) AND '
        '("done_at" IS NULL))'
    ),
    "CREATE INDEX contact_search_fold_trgm ON contact_search USING gin (fold gin_trgm_ops)",
    "CREATE INDEX contact_search_digits_trgm ON contact_search USING gin (digits gin_trgm_ops)",
    "CREATE INDEX contact_search_fold_start ON contact_search (workspace_id, fold text_pattern_ops)",
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
    "user",
    "teammate",
    "invitation",
    "session",
    "business_hours",
    "holiday",
    "notice",
    "help_message",
    "contact",
    "contact_point",
    "external_ref",
    "lifecycle_span",
    "tag",
    "contact_tag",
    "activity",
    "note",
    "contact_search",
    "import_job",
    "import_file",
    "import_row",
    "consent_event",
    "suppression",
    "restriction",
    "next_action",
    "twilio_connection",
    "sender",
    "conversation",
    "conversation_read",
    "message",
    "send_attempt",
    "webhook_event",
    "practice_phone",
    "practice_text",
    "board",
    "stage",
    "card",
    "card_stay",
    "stage_stat",
    "board_event",
    "task",
    "card_image",
    "referral_link",
    "hit",
    "hit_daily",
    "spool_cursor",
    "lead_submission",
    "touch",
    "export_job",
    "deletion",
]
FULL_TEXT = ["contact_text"]


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
