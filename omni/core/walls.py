"""Wall 3: triggers on SQLite, forced row security on PostgreSQL. Made anew at the end of every migration.

Which tables are a workspace's is read from the schema itself: those that have a `workspace_id` and are not in
`WITHOUT_WALLS`. So a migration raises the walls of the tables there are at that moment.
"""

from typing import Any

from omni.core.database import is_postgres

# Global tables that name a workspace without belonging to it: a door is read before any workspace is set, mail to a
# stranger has none, and a session says which workspace is open.
WITHOUT_WALLS = frozenset({"door", "outgoing_mail", "session", "egress_log", "help_message", "policy_acceptance"})
# Rows that are written once: the triggers refuse to change or remove them outside a listed crossing.
APPEND_ONLY = ("audit_event", "consent_event")
KINDS = ("insert", "update", "delete")


def raise_walls(db: Any) -> list[str]:
    """Make every wall of every tenant table anew; the names of the tables come back."""
    tables = tenant_tables(db)
    for table in tables:
        for statement in _postgres(table) if is_postgres() else _sqlite(table):
            db.execute_sql(statement)
    for table in APPEND_ONLY:
        if table in tables:
            for statement in _append_only(table):
                db.execute_sql(statement)
    return tables


def tenant_tables(db: Any) -> list[str]:
    """Every table there is that belongs to a workspace."""
    names = [name for name in db.get_tables() if name not in WITHOUT_WALLS]
    return [name for name in names if any(column.name == "workspace_id" for column in db.get_columns(name))]


def missing_walls(db: Any) -> list[str]:
    """Tenant tables whose wall is not whole, as lines for `doctor` and the start."""
    if is_postgres():
        rows = db.execute_sql(
            "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND c.relforcerowsecurity"
            " AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'wall')"
        ).fetchall()
        walled = {name for (name,) in rows}
        return [table for table in tenant_tables(db) if table not in walled]
    rows = db.execute_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    triggers = {name for (name,) in rows}
    return [t for t in tenant_tables(db) if not {f"wall_{t}_{kind}" for kind in KINDS} <= triggers]


def _sqlite(table: str) -> list[str]:
    foreign = {
        "insert": "NEW.workspace_id IS NOT current_ws()",
        "update": "OLD.workspace_id IS NOT current_ws() OR NEW.workspace_id IS NOT current_ws()",
        "delete": "OLD.workspace_id IS NOT current_ws()",
    }
    statements = []
    for kind in KINDS:
        name = f"wall_{table}_{kind}"
        statements.append(f'DROP TRIGGER IF EXISTS "{name}"')
        statements.append(
            f'CREATE TRIGGER "{name}" BEFORE {kind.upper()} ON "{table}"'
            f" WHEN ({foreign[kind]}) AND NOT current_cross()"
            f" BEGIN SELECT RAISE(ABORT, 'wall: {table} belongs to another workspace'); END"
        )
    return statements


def _postgres(table: str) -> list[str]:
    mine = (
        "workspace_id = nullif(current_setting('omni.workspace', true), '')::uuid"
        " OR current_setting('omni.cross', true) = 'on'"
    )
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'DROP POLICY IF EXISTS wall ON "{table}"',
        f'CREATE POLICY wall ON "{table}" USING ({mine}) WITH CHECK ({mine})',
        f'DROP POLICY IF EXISTS sweep ON "{table}"',
        f"CREATE POLICY sweep ON \"{table}\" FOR SELECT USING (current_setting('omni.sweep', true) = 'on')",
    ]


def _append_only(table: str) -> list[str]:
    if not is_postgres():
        return [
            statement
            for kind in ("update", "delete")
            for statement in (
                f'DROP TRIGGER IF EXISTS "kept_{table}_{kind}"',
                f'CREATE TRIGGER "kept_{table}_{kind}" BEFORE {kind.upper()} ON "{table}" WHEN NOT current_cross()'
                f" BEGIN SELECT RAISE(ABORT, 'kept: {table} is written once'); END",
            )
        ]
    return [
        "CREATE OR REPLACE FUNCTION omni_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF current_setting('omni.cross', true) = 'on' THEN RETURN COALESCE(NEW, OLD); END IF;"
        " RAISE EXCEPTION 'kept: %% is written once', TG_TABLE_NAME; END $$",
        f'DROP TRIGGER IF EXISTS "kept_{table}" ON "{table}"',
        f'CREATE TRIGGER "kept_{table}" BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION omni_kept()',
    ]
