"""A card says since when nobody has written to its person: Today finds who is new among any number who are not."""

from typing import Any

ARRIVAL = (
    'CREATE INDEX "card_arrival" ON "card" ("workspace_id", "stage_id", "entered_at", "id") WHERE closed_at IS NULL'
)
NEW = (
    'CREATE INDEX "card_new" ON "card" ("workspace_id", "stage_id", "new_since", "id") '
    "WHERE new_since IS NOT NULL AND closed_at IS NULL"
)
WHO_IS_NEW = (
    'UPDATE "card" SET new_since = entered_at WHERE contact_id IN '
    '(SELECT id FROM "contact" WHERE last_out_at IS NULL AND snoozed_until IS NULL)'
)


def up(migrator: Any, db: Any) -> None:
    """Add the column, and say it of every card that is there."""
    db.execute_sql(f'ALTER TABLE "card" ADD COLUMN "new_since" {"INTEGER" if db.dialect == "sqlite" else "BIGINT"}')
    db.execute_sql(WHO_IS_NEW)
    db.execute_sql('DROP INDEX "card_arrival"')
    db.execute_sql(NEW)


def down(migrator: Any, db: Any) -> None:
    """Let Today look through the stage again."""
    db.execute_sql('DROP INDEX "card_new"')
    db.execute_sql(ARRIVAL)
    db.execute_sql('ALTER TABLE "card" DROP COLUMN "new_since"')
