"""Threads in which somebody may have asked to stop, and until when a person may say that they did not."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    """Make the columns; nobody is asked about yet."""
    kind = "INTEGER" if db.dialect == "sqlite" else "BIGINT"
    for name in ("may_stop_since", "stop_due_at"):
        db.execute_sql(f'ALTER TABLE "conversation" ADD COLUMN "{name}" {kind}')
    db.execute_sql(
        'CREATE INDEX "conversation_stop_due" ON "conversation" ("stop_due_at") WHERE stop_due_at IS NOT NULL'
    )


def down(migrator: Any, db: Any) -> None:
    """Take them away. The ledger keeps its rows for ever, so an older Omni needs it without a pause in it."""
    db.execute_sql('DROP INDEX "conversation_stop_due"')
    db.execute_sql("UPDATE message SET reason = 'opted_out' WHERE reason = 'may_have_stopped'")
    for name in ("may_stop_since", "stop_due_at"):
        db.execute_sql(f'ALTER TABLE "conversation" DROP COLUMN "{name}"')
