"""Files of texts, and on each text how many it bears."""

from typing import Any

SQLITE = [
    (
        'CREATE TABLE "media" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" BLOB NOT '
        'NULL, "message_id" BLOB, "by_id" BLOB, "n" INTEGER NOT NULL, "state" VARCHAR(32) NOT NULL, "name" '
        'VARCHAR(200) NOT NULL, "mime" VARCHAR(100) NOT NULL, "size" INTEGER NOT NULL, "sha256" BLOB, "content" BLOB, '
        '"width" INTEGER, "height" INTEGER, "source" BLOB, "tries" INTEGER NOT NULL, "not_before" INTEGER, "fault" '
        'VARCHAR(32), FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "message_id") REFERENCES "message" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE UNIQUE INDEX "media_workspace_id_message_id_n" ON "media" ("workspace_id", "message_id", "n")',
    'CREATE INDEX "media_held" ON "media" ("created_at") WHERE state = \'held\'',
    'CREATE INDEX "media_awaited" ON "media" ("not_before") WHERE state = \'awaited\'',
]
POSTGRES = [
    (
        'CREATE TABLE "media" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" UUID NOT '
        'NULL, "message_id" UUID, "by_id" UUID, "n" INTEGER NOT NULL, "state" VARCHAR(32) NOT NULL, "name" '
        'VARCHAR(200) NOT NULL, "mime" VARCHAR(100) NOT NULL, "size" INTEGER NOT NULL, "sha256" BYTEA, "content" BYTEA,'
        ' "width" INTEGER, "height" INTEGER, "source" BYTEA, "tries" INTEGER NOT NULL, "not_before" BIGINT, "fault" '
        'VARCHAR(32), FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "message_id") REFERENCES "message" ("workspace_id", "id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE UNIQUE INDEX "media_workspace_id_message_id_n" ON "media" ("workspace_id", "message_id", "n")',
    'CREATE INDEX "media_held" ON "media" ("created_at") WHERE state = \'held\'',
    'CREATE INDEX "media_awaited" ON "media" ("not_before") WHERE state = \'awaited\'',
]


def up(migrator: Any, db: Any) -> None:
    """Make the table; no text of before bears a file."""
    for text in SQLITE if db.dialect == "sqlite" else POSTGRES:
        db.execute_sql(text)
    db.execute_sql('ALTER TABLE "message" ADD COLUMN "media_count" INTEGER NOT NULL DEFAULT 0')


def down(migrator: Any, db: Any) -> None:
    """Forget the files; the words of their texts stay."""
    db.execute_sql('ALTER TABLE "message" DROP COLUMN "media_count"')
    db.execute_sql('DROP TABLE "media"')
