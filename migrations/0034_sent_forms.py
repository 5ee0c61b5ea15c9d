"""A form that was sent does its work once: the keys of the last hour."""

from typing import Any

SQLITE = [
    (
        'CREATE TABLE "sent_form" ("id" BLOB NOT NULL PRIMARY KEY, "created_at" INTEGER NOT NULL, "key" BLOB NOT NULL, '
        '"location" TEXT)'
    ),
    'CREATE UNIQUE INDEX "sent_form_key" ON "sent_form" ("key")',
    'CREATE INDEX "sent_form_created_at" ON "sent_form" ("created_at")',
]
POSTGRES = [
    (
        'CREATE TABLE "sent_form" ("id" UUID NOT NULL PRIMARY KEY, "created_at" BIGINT NOT NULL, "key" BYTEA NOT NULL, '
        '"location" TEXT)'
    ),
    'CREATE UNIQUE INDEX "sent_form_key" ON "sent_form" ("key")',
    'CREATE INDEX "sent_form_created_at" ON "sent_form" ("created_at")',
]


def up(migrator: Any, db: Any) -> None:
    """Make the table; nothing was sent before."""
    for text in SQLITE if db.dialect == "sqlite" else POSTGRES:
        db.execute_sql(text)


def down(migrator: Any, db: Any) -> None:
    """Forget the keys: a form sent again is done again."""
    db.execute_sql('DROP TABLE "sent_form"')
