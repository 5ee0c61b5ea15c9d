"""Texts that are written once and used often."""

from typing import Any

TABLE = (
    'CREATE TABLE "template" ("id" {id} NOT NULL PRIMARY KEY, "created_at" {big} NOT NULL, "workspace_id" {id} NOT '
    'NULL, "name" VARCHAR(60) NOT NULL, "name_fold" VARCHAR(120) NOT NULL, "body" {bytes} NOT NULL, "version" INTEGER '
    'NOT NULL, "changed_at" {big} NOT NULL, FOREIGN KEY ("workspace_id") REFERENCES "workspace" ("id") ON DELETE '
    "CASCADE)"
)
INDEX = 'CREATE UNIQUE INDEX "template_workspace_id_name_fold" ON "template" ("workspace_id", "name_fold")'
SQLITE = {"id": "BLOB", "big": "INTEGER", "bytes": "BLOB"}
POSTGRES = {"id": "UUID", "big": "BIGINT", "bytes": "BYTEA"}


def up(migrator: Any, db: Any) -> None:
    """Make the table; a studio that is there has no templates yet."""
    db.execute_sql(TABLE.format(**(SQLITE if db.dialect == "sqlite" else POSTGRES)))
    db.execute_sql(INDEX)


def down(migrator: Any, db: Any) -> None:
    """Take it away."""
    db.execute_sql('DROP TABLE "template"')
