"""Stages get the roles by which joins know them, and joins their switches.

The stages a workspace was founded with take their roles where board and stage still have their names.
"""

from typing import Any

SQLITE = [
    'ALTER TABLE "stage" ADD COLUMN "role" VARCHAR(32)',
    'CREATE UNIQUE INDEX "stage_role" ON "stage" ("workspace_id", "role") WHERE archived_at IS NULL',
    (
        'CREATE TABLE "join_switch" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "workspace_id" '
        'BLOB NOT NULL, "key" VARCHAR(32) NOT NULL, "is_on" INTEGER NOT NULL, "by_id" BLOB NOT NULL, "at" INTEGER '
        'NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE UNIQUE INDEX "join_switch_workspace_id_key" ON "join_switch" ("workspace_id", "key")',
]
POSTGRES = [
    'ALTER TABLE "stage" ADD COLUMN "role" VARCHAR(32)',
    'CREATE UNIQUE INDEX "stage_role" ON "stage" ("workspace_id", "role") WHERE archived_at IS NULL',
    (
        'CREATE TABLE "join_switch" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "workspace_id" '
        'UUID NOT NULL, "key" VARCHAR(32) NOT NULL, "is_on" BOOLEAN NOT NULL, "by_id" UUID NOT NULL, "at" BIGINT '
        'NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE CASCADE, FOREIGN KEY '
        '("workspace_id", "by_id") REFERENCES "teammate" ("workspace_id", "id") ON DELETE RESTRICT)'
    ),
    'CREATE UNIQUE INDEX "join_switch_workspace_id_key" ON "join_switch" ("workspace_id", "key")',
]
# Board, stage, role. Of several stages of one name the first on its board takes the role.
FOUNDED = [
    ("Join", "Trial booked", "trial_booked"),
    ("Join", "Trial done", "trial_done"),
    ("Join", "Joined", "joined"),
    ("Keep", "New member", "new_member"),
]
BACKFILL = """
UPDATE stage SET role = '{role}' WHERE id = (
  SELECT s.id FROM stage s JOIN board b ON b.workspace_id = s.workspace_id AND b.id = s.board_id
   WHERE s.workspace_id = stage.workspace_id AND s.archived_at IS NULL AND s.name = '{stage}' AND b.name = '{board}'
   ORDER BY b.position, b.id, s.position, s.id LIMIT 1)"""


def up(migrator: Any, db: Any) -> None:
    """Add both, and give the founded stages their roles."""
    for text in SQLITE if db.dialect == "sqlite" else POSTGRES:
        db.execute_sql(text)
    for board, stage, role in FOUNDED:
        db.execute_sql(BACKFILL.format(board=board, stage=stage, role=role))


def down(migrator: Any, db: Any) -> None:
    """Take switches and roles away again."""
    db.execute_sql('DROP TABLE "join_switch"')
    db.execute_sql('DROP INDEX "stage_role"')
    db.execute_sql('ALTER TABLE "stage" DROP COLUMN "role"')
