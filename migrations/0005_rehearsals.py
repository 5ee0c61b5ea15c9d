"""What the rehearsal of an import said, beside the file it speaks of."""

from typing import Any

COLUMNS = ("rehearsal", "counted")


def up(migrator: Any, db: Any) -> None:
    """A file that waits has not been rehearsed; its page has it done."""
    db.execute_sql('ALTER TABLE "import_file" ADD COLUMN "rehearsal" TEXT')
    db.execute_sql('ALTER TABLE "import_file" ADD COLUMN "counted" INTEGER')


def down(migrator: Any, db: Any) -> None:
    for column in COLUMNS:
        db.execute_sql(f'ALTER TABLE "import_file" DROP COLUMN "{column}"')
