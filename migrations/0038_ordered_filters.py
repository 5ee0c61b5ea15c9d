"""A list of one owner or one stage of life is read in its order from its index, also where it is empty.

Without the last column the order had to be made by hand, so SQLite walked through everybody instead.
"""

from typing import Any

FILTERS = ("lifecycle", "owner_id")


def up(migrator: Any, db: Any) -> None:
    """Let each index end with what its order ends with."""
    for name in FILTERS:
        old = f"contact_workspace_id_{name}_last_touch_at"
        db.execute_sql(f'CREATE INDEX "{old}_id" ON "contact" ("workspace_id", "{name}", "last_touch_at", "id")')
        db.execute_sql(f'DROP INDEX "{old}"')


def down(migrator: Any, db: Any) -> None:
    """The indexes of before."""
    for name in FILTERS:
        old = f"contact_workspace_id_{name}_last_touch_at"
        db.execute_sql(f'CREATE INDEX "{old}" ON "contact" ("workspace_id", "{name}", "last_touch_at")')
        db.execute_sql(f'DROP INDEX "{old}_id"')
