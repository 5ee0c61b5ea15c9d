"""One text to many people: campaigns, who gets what, and which texts came of them."""

from typing import Any

TABLES = [
    (
        'CREATE TABLE "campaign" ("id" {id} NOT NULL PRIMARY KEY, "created_at" {big} NOT NULL, "workspace_id" {id} '
        'NOT NULL, "kind" VARCHAR(32) NOT NULL, "audience" TEXT NOT NULL, "contact_ids" {bytes}, "text" {bytes} NOT '
        'NULL, "state" VARCHAR(32) NOT NULL, "cursor" {id}, "total" INTEGER NOT NULL, "preview_hash" {bytes}, "by_id"'
        ' {id} NOT NULL, "approved_by_id" {id}, "approved_at" {big}, "hold_until" {big}, "ended_at" {big}, '
        '"changed_at" {big} NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, '
        'FOREIGN KEY ("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT, '
        'FOREIGN KEY ("workspace_id", "approved_by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE '
        'RESTRICT, UNIQUE ("workspace_id", "id"))'
    ),
    ("CREATE INDEX \"campaign_open\" ON \"campaign\" (\"id\") WHERE state IN ('building', 'approved', 'running')"),
    (
        'CREATE TABLE "campaign_recipient" ("id" {id} NOT NULL PRIMARY KEY, "created_at" {big} NOT NULL, '
        '"workspace_id" {id} NOT NULL, "campaign_id" {id} NOT NULL, "contact_id" {id} NOT NULL, "to" VARCHAR(32), '
        '"reason" VARCHAR(32), "detail" VARCHAR(40) NOT NULL, "body" {bytes}, "segments" INTEGER NOT NULL, "micros" '
        '{big} NOT NULL, "starts_at" {big}, "zone_evidence" VARCHAR(255), FOREIGN KEY ("workspace_id") REFERENCES '
        '"workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "campaign_id") REFERENCES "campaign" '
        '("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "contact_id") REFERENCES "contact" '
        '("workspace_id", "id") ON DELETE CASCADE)'
    ),
    (
        'CREATE UNIQUE INDEX "campaign_recipient_workspace_id_campaign_id_contact_id" ON "campaign_recipient" '
        '("workspace_id", "campaign_id", "contact_id")'
    ),
    (
        'CREATE UNIQUE INDEX "campaign_recipient_workspace_id_campaign_id_to" ON "campaign_recipient" '
        '("workspace_id", "campaign_id", "to")'
    ),
    (
        'CREATE INDEX "campaign_recipient_workspace_id_campaign_id_id" ON "campaign_recipient" ("workspace_id", '
        '"campaign_id", "id")'
    ),
    (
        'CREATE INDEX "campaign_recipient_workspace_id_contact_id" ON "campaign_recipient" ("workspace_id", '
        '"contact_id")'
    ),
]
COLUMNS = [("campaign_id", "{id}"), ("campaign_recipient_id", "{id}"), ("is_ask", "{bool} NOT NULL DEFAULT {no}")]
INDEXES = {
    "message_ask": 'CREATE UNIQUE INDEX "message_ask" ON "message" ("workspace_id", "to_address") WHERE is_ask',
    "message_campaign_recipient": (
        'CREATE UNIQUE INDEX "message_campaign_recipient" ON "message" ("workspace_id", "campaign_recipient_id") '
        "WHERE campaign_recipient_id IS NOT NULL"
    ),
    "message_campaign": (
        'CREATE INDEX "message_campaign" ON "message" ("workspace_id", "campaign_id", "state") '
        "WHERE campaign_id IS NOT NULL"
    ),
}
SQLITE = {"id": "BLOB", "big": "INTEGER", "bytes": "BLOB", "bool": "INTEGER", "no": "0"}
POSTGRES = {"id": "UUID", "big": "BIGINT", "bytes": "BYTEA", "bool": "BOOLEAN", "no": "FALSE"}


def up(migrator: Any, db: Any) -> None:
    """Make the tables and columns; no text that is there came of a campaign."""
    kinds = SQLITE if db.dialect == "sqlite" else POSTGRES
    for text in TABLES:
        db.execute_sql(text.format(**kinds))
    for name, kind in COLUMNS:
        db.execute_sql(f'ALTER TABLE "message" ADD COLUMN "{name}" {kind.format(**kinds)}')
    for text in INDEXES.values():
        db.execute_sql(text)


def down(migrator: Any, db: Any) -> None:
    """Take them away: the texts stay, and what waits of a campaign goes nowhere."""
    db.execute_sql(
        "UPDATE message SET state = 'canceled', reason = 'taken_back', is_first = FALSE "
        "WHERE campaign_id IS NOT NULL AND state IN ('scheduled', 'queued')"
    )
    db.execute_sql(
        "UPDATE message SET reason = 'taken_back' WHERE reason IN ('no_number', 'same_number', 'no_field', "
        "'agreed_already', 'asked_before', 'may_not_be_asked', 'campaign_stopped')"
    )
    for name in INDEXES:
        db.execute_sql(f'DROP INDEX "{name}"')
    for name, _kind in COLUMNS:
        db.execute_sql(f'ALTER TABLE "message" DROP COLUMN "{name}"')
    for table in ("campaign_recipient", "campaign"):
        db.execute_sql(f'DROP TABLE "{table}"')
