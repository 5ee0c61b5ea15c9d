"""Texts that wait for their hour, a pace for each number, and limits for what texts may cost."""

from typing import Any

PERIOD = (
    'CREATE TABLE "spend_period" ("id" {id} NOT NULL PRIMARY KEY, "created_at" {big} NOT NULL, "workspace_id" {id} '
    'NOT NULL, "kind" VARCHAR(32) NOT NULL, "starts_on" DATE NOT NULL, "cap" {big} NOT NULL, "used" {big} NOT NULL, '
    'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, UNIQUE ("workspace_id", "id"))'
)
RESERVATION = (
    'CREATE TABLE "spend_reservation" ("id" {id} NOT NULL PRIMARY KEY, "created_at" {big} NOT NULL, "workspace_id" '
    '{id} NOT NULL, "message_id" {id}, "campaign_id" {id}, "day_id" {id} NOT NULL, "month_id" {id} NOT NULL, '
    '"micros" {big} NOT NULL, "state" VARCHAR(32) NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" '
    '("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "day_id") REFERENCES "spend_period" ("workspace_id", '
    '"id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", "month_id") REFERENCES "spend_period" ("workspace_id", '
    '"id") ON DELETE CASCADE)'
)
INDEXES = [
    'CREATE UNIQUE INDEX "spend_period_workspace_id_kind_starts_on" ON "spend_period" ("workspace_id", "kind", '
    '"starts_on")',
    'CREATE UNIQUE INDEX "spend_reservation_workspace_id_message_id" ON "spend_reservation" ("workspace_id", '
    '"message_id")',
    'CREATE UNIQUE INDEX "spend_reservation_workspace_id_campaign_id" ON "spend_reservation" ("workspace_id", '
    '"campaign_id")',
    'CREATE INDEX "conversation_workspace_id_address" ON "conversation" ("workspace_id", "address")',
    'CREATE INDEX "message_scheduled" ON "message" ("not_before", "id") WHERE state = \'scheduled\'',
    'CREATE INDEX "message_offers" ON "message" ("workspace_id", "to_address", "id") WHERE purpose = \'marketing\'',
]
# A number that is there may send what a new one may; its bucket fills from the beginning of time.
SENDER = {
    "segments_per_minute": "INTEGER NOT NULL DEFAULT 60",
    "segments_per_day": "INTEGER NOT NULL DEFAULT 2000",
    "tokens_milli": "{big} NOT NULL DEFAULT 60000",
    "refilled_at": "{big} NOT NULL DEFAULT 0",
    "slowed_until": "{big}",
    "day": "DATE",
    "day_used": "INTEGER NOT NULL DEFAULT 0",
    "micros_per_segment": "{big} NOT NULL DEFAULT 7900",
    "unregistered_at": "{big}",
}
COLUMNS = [
    *[("sender", name, kind) for name, kind in SENDER.items()],
    ("conversation", "place", "VARCHAR(16) NOT NULL DEFAULT ''"),
    ("message", "zone_evidence", "VARCHAR(255)"),
]


def up(migrator: Any, db: Any) -> None:
    """Make the tables and columns; nothing waits for its hour yet, and nothing is spent."""
    kinds = {"id": "BLOB", "big": "INTEGER"} if db.dialect == "sqlite" else {"id": "UUID", "big": "BIGINT"}
    for table in (PERIOD, RESERVATION):
        db.execute_sql(table.format(**kinds))
    for table, name, kind in COLUMNS:
        db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind.format(**kinds)}')
    for text in INDEXES:
        db.execute_sql(text)


def down(migrator: Any, db: Any) -> None:
    """Take them away: what waits for its hour is queued, and goes when the gate lets it."""
    db.execute_sql('DROP INDEX "message_scheduled"')
    db.execute_sql('DROP INDEX "message_offers"')
    db.execute_sql('DROP INDEX "conversation_workspace_id_address"')
    db.execute_sql("UPDATE message SET state = 'queued', reason = NULL WHERE state = 'scheduled'")
    db.execute_sql("UPDATE message SET reason = 'gate' WHERE reason IN ('no_hours', 'no_grant', 'too_often', "
                   "'over_cap', 'sender_day', 'number_changed', 'unregistered')")  # fmt: skip
    db.execute_sql("UPDATE message SET purpose = 'service' WHERE purpose IN ('requested', 'marketing', 'required')")
    db.execute_sql("UPDATE message SET origin = 'person' WHERE origin IN ('campaign', 'sequence')")
    for table, name, _kind in COLUMNS:
        db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
    for table in ("spend_reservation", "spend_period"):
        db.execute_sql(f'DROP TABLE "{table}"')
