"""What stages ask of their cards: clocks, limits, gates; what a card is worth; who rests, and what is planned for them.

The clocks themselves depend on each studio's hours, so that the job `boards.recount` reckons them: every stage that has
cards is marked for it.
"""

import time
from typing import Any

COLUMNS = {
    "contact": [
        ("next_action_at", "BIGINT"),
        ("snoozed_until", "BIGINT"),
        ("snooze_reason", "VARCHAR(200) NOT NULL DEFAULT ''"),
    ],
    "stage": [
        ("colour", "VARCHAR(32)"),
        ("wip_limit", "INTEGER"),
        ("reply_minutes", "INTEGER"),
        ("gate", "TEXT NOT NULL DEFAULT '[]'"),
        ("recount_at", "BIGINT"),
    ],
    "card": [
        ("title", "VARCHAR(120) NOT NULL DEFAULT ''"),
        ("value_cents", "BIGINT"),
        ("expected_on", "DATE"),
        ("lost_reason", "VARCHAR(200) NOT NULL DEFAULT ''"),
        ("last_activity_at", "BIGINT"),
        ("limit_at", "BIGINT"),
        ("stale_at", "BIGINT"),
        ("stale_told_at", "BIGINT"),
        ("reply_due_at", "BIGINT"),
        ("reply_told_at", "BIGINT"),
    ],
    "stage_stat": [("value_cents", "BIGINT NOT NULL DEFAULT 0")],
}
INDEXES = {
    "contact_workspace_id_owner_id_next_action_at": '"contact" ("workspace_id", "owner_id", "next_action_at")',
    "contact_resting": '"contact" ("snoozed_until") WHERE snoozed_until IS NOT NULL',
    "contact_planned": (
        '"contact" ("workspace_id", "id") WHERE next_action_at IS NOT NULL OR snoozed_until IS NOT NULL'
    ),
    "stage_to_recount": '"stage" ("recount_at") WHERE recount_at IS NOT NULL',
    "card_silence": '"card" ("workspace_id", "stage_id", "stale_at") WHERE closed_at IS NULL',
    "card_to_go_stale": (
        '"card" ("stale_at") WHERE stale_at IS NOT NULL AND stale_told_at IS NULL AND closed_at IS NULL'
    ),
    "card_to_be_late": (
        '"card" ("reply_due_at") WHERE reply_due_at IS NOT NULL AND reply_told_at IS NULL AND closed_at IS NULL'
    ),
}
# Until now every answer was late after an hour, in whatever stage.
FILL = (
    "UPDATE contact SET next_action_at = (SELECT min(n.due_at) FROM next_action n WHERE n.contact_id = contact.id)",
    "UPDATE stage SET reply_minutes = 60 WHERE outcome = 'open'",
    """UPDATE card SET last_activity_at = (
         SELECT max(a.happened_at) FROM activity a
          WHERE a.workspace_id = card.workspace_id AND a.contact_id = card.contact_id AND a.kind <> 'arrived'
            AND (a.direction IS NOT NULL OR a.kind IN ('note', 'task')) AND a.happened_at >= card.created_at)""",
)


def up(migrator: Any, db: Any) -> None:
    """Add the columns, fill what is known already, and mark every stage for its clocks."""
    for table, columns in COLUMNS.items():
        for name, kind in columns:
            kind = kind.replace("BIGINT", "INTEGER") if db.dialect == "sqlite" else kind
            db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind}')
    for text in FILL:
        db.execute_sql(text)
    db.execute_sql(f"UPDATE stage SET recount_at = {time.time_ns() // 1000}")  # noqa: S608 - a number
    for name, place in INDEXES.items():
        db.execute_sql(f'CREATE INDEX "{name}" ON {place}')


def down(migrator: Any, db: Any) -> None:
    """Take the columns away again."""
    for name in INDEXES:
        db.execute_sql(f'DROP INDEX "{name}"')
    for table, columns in COLUMNS.items():
        for name, _kind in columns:
            db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
