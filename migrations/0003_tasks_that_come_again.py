"""Tasks with a time, a snooze, a repetition and an end; stages with a default next step.

Stages that still are the furniture of a new workspace, by their names and what they mean, get its default.
"""

import time
from typing import Any

COLUMNS = {
    "task": [
        ("due_time", "TIME"),
        ("timezone", "VARCHAR(64) NOT NULL DEFAULT ''"),
        ("snoozed_until", "BIGINT"),
        ("snooze_count", "INTEGER NOT NULL DEFAULT 0"),
        ("outcome", "VARCHAR(200) NOT NULL DEFAULT ''"),
        ("repeat", "TEXT"),
        ("anchor", "VARCHAR(32) NOT NULL DEFAULT 'due'"),
        ("series_id", "UUID"),
        ("occurrence_no", "INTEGER"),
        ("expires_on", "DATE"),
        ("expires_at", "BIGINT"),
        ("is_default", "BOOLEAN NOT NULL DEFAULT FALSE"),
        ("told_late_at", "BIGINT"),
    ],
    "stage": [
        (
            "next_step_days",
            "INTEGER CHECK (next_step_days IS NULL OR next_step_days BETWEEN 1 AND 365)",
        )
    ],
}
SQLITE = {"BIGINT": "INTEGER", "UUID": "BLOB", "BOOLEAN": "INTEGER", "FALSE": "0"}
INDEXES = {
    "task_workspace_id_series_id_occurrence_no": (
        'UNIQUE INDEX "{}" ON "task" ("workspace_id", "series_id", "occurrence_no")'
    ),
    "task_to_fall_overdue": ("""INDEX "{}" ON "task" ("due_at") WHERE status = 'open' AND told_late_at IS NULL"""),
    "task_to_expire": ("""INDEX "{}" ON "task" ("expires_at") WHERE status = 'open' AND expires_at IS NOT NULL"""),
}
# Specs of the furniture: the names of a new workspace's stages, and the business days until somebody follows up.
FILL = (
    "UPDATE task SET timezone = (SELECT w.timezone FROM workspace w WHERE w.id = task.workspace_id)",
    """UPDATE stage SET next_step_days = CASE WHEN name = 'New member' THEN 7 ELSE 2 END
        WHERE outcome = 'open' AND EXISTS (
          SELECT 1 FROM board b WHERE b.id = stage.board_id AND (
            b.name = 'Join' AND stage.name IN ('New lead', 'Contacted', 'Trial done')
            OR b.name = 'Keep' AND stage.name IN ('New member', 'At risk', 'Won back')))""",
)


def up(migrator: Any, db: Any) -> None:
    """Add the columns, and say what is known already."""
    for table, columns in COLUMNS.items():
        for name, kind in columns:
            for word, plain in SQLITE.items() if db.dialect == "sqlite" else ():
                kind = kind.replace(word, plain)
            db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "{name}" {kind}')
    for text in FILL:
        db.execute_sql(text)
    # What was late before anybody listened is no news.
    now = time.time_ns() // 1000
    db.execute_sql(f"UPDATE task SET told_late_at = {now} WHERE due_at < {now}")  # noqa: S608 - a number
    for name, text in INDEXES.items():
        db.execute_sql(f"CREATE {text.format(name)}")


def down(migrator: Any, db: Any) -> None:
    """Take them away again; what was closed without being done counts as done."""
    db.execute_sql("UPDATE task SET status = 'done' WHERE status IN ('cancelled', 'expired')")
    for name in INDEXES:
        db.execute_sql(f'DROP INDEX "{name}"')
    for table, columns in COLUMNS.items():
        for name, _kind in columns:
            db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
