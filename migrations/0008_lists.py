"""Lists: saved views, and what other orders of people go by."""

from typing import Any

TABLE = {
    "sqlite": (
        'CREATE TABLE "saved_view" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "version" INTEGER NOT NULL, "entity" VARCHAR(16) NOT NULL, "name" VARCHAR(60) NOT NULL, "query" '
        'TEXT NOT NULL, "is_shared" INTEGER NOT NULL, "position" INTEGER NOT NULL, "owner_id" BLOB NOT NULL, FOREIGN '
        'KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"owner_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
    "postgres": (
        'CREATE TABLE "saved_view" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "version" INTEGER NOT NULL, "entity" VARCHAR(16) NOT NULL, "name" VARCHAR(60) NOT NULL, "query" '
        'TEXT NOT NULL, "is_shared" BOOLEAN NOT NULL, "position" INTEGER NOT NULL, "owner_id" UUID NOT NULL, FOREIGN '
        'KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"owner_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE CASCADE)'
    ),
}
INDEXES = {
    "contact_taken_back": '"contact" ("workspace_id", "deleted_at") WHERE deleted_at IS NOT NULL',
    "contact_next": '"contact" ("workspace_id", "next_action_at", "id") WHERE next_action_at IS NOT NULL',
    "contact_company": '"contact" ("workspace_id", LOWER("company"), "id") WHERE company <> \'\'',
    "contact_city": '"contact" ("workspace_id", LOWER("city"), "id") WHERE city <> \'\'',
    "contact_birthday": (
        '"contact" ("workspace_id", "birth_month", "birth_day", "id")'
        " WHERE birth_month IS NOT NULL AND birth_day IS NOT NULL"
    ),
}


def up(migrator: Any, db: Any) -> None:
    """Make the table and the indexes; nobody has a view yet."""
    db.execute_sql(TABLE["sqlite" if db.dialect == "sqlite" else "postgres"])
    db.execute_sql(
        'CREATE INDEX "saved_view_workspace_id_owner_id_position" ON "saved_view"'
        ' ("workspace_id", "owner_id", "position")'
    )
    db.execute_sql('DROP INDEX "contact_workspace_id_deleted_at"')
    for name, place in INDEXES.items():
        db.execute_sql(f'CREATE INDEX "{name}" ON {place}')


def down(migrator: Any, db: Any) -> None:
    """Take them away again."""
    for name in INDEXES:
        db.execute_sql(f'DROP INDEX "{name}"')
    db.execute_sql('CREATE INDEX "contact_workspace_id_deleted_at" ON "contact" ("workspace_id", "deleted_at")')
    db.execute_sql('DROP TABLE "saved_view"')
