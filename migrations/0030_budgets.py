"""The indexes by which Today finds who is new, who is silent and who comes, however many people there are."""

from typing import Any

INDEXES = {
    "card_arrival": (
        'CREATE INDEX "card_arrival" ON "card" ("workspace_id", "stage_id", "entered_at", "id") WHERE closed_at IS NULL'
    ),
    "card_silent": (
        'CREATE INDEX "card_silent" ON "card" ("workspace_id", "stale_at", "id") '
        "WHERE stale_at IS NOT NULL AND closed_at IS NULL"
    ),
    "next_action_workspace_id_step_due_at": (
        'CREATE INDEX "next_action_workspace_id_step_due_at" ON "next_action" ("workspace_id", "step", "due_at")'
    ),
}


def up(migrator: Any, db: Any) -> None:
    """Make them."""
    for text in INDEXES.values():
        db.execute_sql(text)


def down(migrator: Any, db: Any) -> None:
    """Take them away again."""
    for name in INDEXES:
        db.execute_sql(f'DROP INDEX "{name}"')
