"""Calls by hand, and since when nobody is reached at an address."""

from typing import Any

SQLITE = [
    (
        'CREATE TABLE "call" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB '
        'NOT NULL, "contact_id" BLOB NOT NULL, "point_id" BLOB, "teammate_id" BLOB NOT NULL, "client_key" '
        'VARCHAR(64) NOT NULL, "started_at" INTEGER NOT NULL, "outcome" VARCHAR(32), "activity_id" BLOB, FOREIGN '
        'KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id",'
        ' "teammate_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE UNIQUE INDEX "call_workspace_id_client_key" ON "call" ("workspace_id", "client_key")',
    ('CREATE INDEX "call_workspace_id_contact_id_started_at" ON "call" ("workspace_id", "contact_id", "started_at")'),
    'CREATE INDEX "call_untold" ON "call" ("started_at") WHERE outcome IS NULL AND activity_id IS NULL',
]
POSTGRES = [
    (
        'CREATE TABLE "call" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID '
        'NOT NULL, "contact_id" UUID NOT NULL, "point_id" UUID, "teammate_id" UUID NOT NULL, "client_key" '
        'VARCHAR(64) NOT NULL, "started_at" BIGINT NOT NULL, "outcome" VARCHAR(32), "activity_id" UUID, FOREIGN '
        'KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id", '
        '"contact_id") REFERENCES "contact" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY ("workspace_id",'
        ' "teammate_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE UNIQUE INDEX "call_workspace_id_client_key" ON "call" ("workspace_id", "client_key")',
    ('CREATE INDEX "call_workspace_id_contact_id_started_at" ON "call" ("workspace_id", "contact_id", "started_at")'),
    'CREATE INDEX "call_untold" ON "call" ("started_at") WHERE outcome IS NULL AND activity_id IS NULL',
]


def up(migrator: Any, db: Any) -> None:
    """Make the table, and the column; every address is good until somebody says otherwise."""
    for text in SQLITE if db.dialect == "sqlite" else POSTGRES:
        db.execute_sql(text)
    kind = "INTEGER" if db.dialect == "sqlite" else "BIGINT"
    db.execute_sql(f'ALTER TABLE "contact_point" ADD COLUMN "bounced_at" {kind}')


def down(migrator: Any, db: Any) -> None:
    """Take both away again. What the timeline says of calls goes too: no line of that kind was known before."""
    db.execute_sql('DELETE FROM "activity" WHERE "kind" = \'call\'')
    db.execute_sql('ALTER TABLE "contact_point" DROP COLUMN "bounced_at"')
    db.execute_sql('DROP TABLE "call"')
