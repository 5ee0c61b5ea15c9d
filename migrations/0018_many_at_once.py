"""Acts on many people: the job that takes two hundred at a time."""

from typing import Any

TABLE = {
    "sqlite": (
        'CREATE TABLE "bulk_job" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "act" VARCHAR(32) NOT NULL, "value" TEXT NOT NULL, "contact_ids" BLOB NOT NULL, "total" INTEGER '
        'NOT NULL, "position" INTEGER NOT NULL, "counts" TEXT NOT NULL, "state" VARCHAR(32) NOT NULL, "lease_until" '
        'INTEGER, "batch_id" BLOB NOT NULL, "back" TEXT NOT NULL, "by_id" BLOB NOT NULL, "finished_at" INTEGER, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    "postgres": (
        'CREATE TABLE "bulk_job" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "act" VARCHAR(32) NOT NULL, "value" TEXT NOT NULL, "contact_ids" BYTEA NOT NULL, "total" INTEGER '
        'NOT NULL, "position" INTEGER NOT NULL, "counts" TEXT NOT NULL, "state" VARCHAR(32) NOT NULL, "lease_until" '
        'BIGINT, "batch_id" UUID NOT NULL, "back" TEXT NOT NULL, "by_id" UUID NOT NULL, "finished_at" BIGINT, '
        'FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
}
INDEXES = {
    "bulk_job_by_id": '"bulk_job" ("by_id")',
    "bulk_job_state_lease_until": '"bulk_job" ("state", "lease_until")',
    "bulk_job_workspace_id_batch_id": '"bulk_job" ("workspace_id", "batch_id")',
}


def up(migrator: Any, db: Any) -> None:
    """Make the table; nothing was done with many people yet."""
    db.execute_sql(TABLE["sqlite" if db.dialect == "sqlite" else "postgres"])
    for name, place in INDEXES.items():
        db.execute_sql(f'CREATE INDEX "{name}" ON {place}')


def down(migrator: Any, db: Any) -> None:
    """Take it away again."""
    db.execute_sql('DROP TABLE "bulk_job"')
