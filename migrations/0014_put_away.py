"""A contact may be put away: out of boards and lists until they come back."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Nobody is put away yet."""
    instant = "INTEGER" if db.dialect == "sqlite" else "BIGINT"
    db.execute_sql(f'ALTER TABLE "contact" ADD COLUMN "put_away_at" {instant}')
    db.execute_sql('CREATE INDEX "contact_put_away" ON "contact" ("workspace_id", "id") WHERE put_away_at IS NOT NULL')


def down(migrator: Any, db: Any) -> None:
    """Forget who was."""
    db.execute_sql('DROP INDEX "contact_put_away"')
    db.execute_sql('ALTER TABLE "contact" DROP COLUMN "put_away_at"')
