"""Into whom a contact was merged."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Let a contact say into whom they were merged; nobody was."""
    db.execute_sql(f'ALTER TABLE "contact" ADD COLUMN "merged_into_id" {"BLOB" if db.dialect == "sqlite" else "UUID"}')
    db.execute_sql(
        'CREATE INDEX "contact_merged" ON "contact" ("workspace_id", "merged_into_id") WHERE merged_into_id IS NOT NULL'
    )


def down(migrator: Any, db: Any) -> None:
    """Take the column away again."""
    db.execute_sql('DROP INDEX "contact_merged"')
    db.execute_sql('ALTER TABLE "contact" DROP COLUMN "merged_into_id"')
