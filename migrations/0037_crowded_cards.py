"""The index by which stages are found whose cards stand too close."""

from typing import Any

CROWDED = (
    'CREATE INDEX "card_crowded" ON "card" ("workspace_id", "stage_id") '
    "WHERE length(position) > 40 AND closed_at IS NULL"
)


def up(migrator: Any, db: Any) -> None:
    """Make it."""
    db.execute_sql(CROWDED)


def down(migrator: Any, db: Any) -> None:
    """Take it away again."""
    db.execute_sql('DROP INDEX "card_crowded"')
