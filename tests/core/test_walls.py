"""The four walls between workspaces, each against the holes of the others, on both databases.

`batch` and `change` stand for every table of a workspace: one has a key to the other.
"""

import peewee
import pytest

from omni.core import actors, migrations, walls
from omni.core import database as db
from omni.core.actors import ActorKind
from omni.core.changes import Change, ChangeBatch, Op
from omni.core.database import database, transaction
from omni.core.ids import new_id
from omni.core.statements import WallBreach
from omni.core.tenancy import Crossing, NoWorkspace, Reason, TenantKey, TenantModel, cross_tenant, entered, sweeping


@pytest.fixture
def mine(world):
    """A batch with one change at Juniper, in which the test then works."""
    with entered(world.juniper):
        yield made()


@pytest.fixture
def theirs(world):
    """A batch with one change at Iron Gym."""
    with entered(world.iron):
        return made()


def made() -> ChangeBatch:
    with transaction():
        batch = ChangeBatch.create(kind="test", words="A secret", by_kind=ActorKind.SYSTEM)
        Change.create(batch=batch, n=0, row_table="x", row_id=new_id(), op=Op.CREATED)
    return batch


def sql(text: str) -> str:
    """One text for both drivers."""
    return text.replace("?", "%s") if db.is_postgres() else text


def key(value):
    return value if db.is_postgres() else value.bytes


# -- wall 1: the model -----------------------------------------------------------------------------------------------


def test_a_select_sees_its_own_workspace_alone(theirs, mine):
    assert [row.id for row in ChangeBatch.select()] == [mine.id]


def test_a_foreign_row_is_not_found_by_its_id(theirs, mine):
    assert ChangeBatch.get_or_none(ChangeBatch.id == theirs.id) is None


def test_a_join_sees_its_own_workspace_alone(theirs, mine):
    rows = list(Change.select(Change, ChangeBatch).join(ChangeBatch).where(ChangeBatch.words == "A secret"))
    assert [row.batch.id for row in rows] == [mine.id]


def test_an_or_condition_does_not_open_the_wall(theirs, mine):
    rows = ChangeBatch.select().where((ChangeBatch.words == "nothing") | (ChangeBatch.id == theirs.id))
    assert list(rows) == []


def test_orwhere_is_refused(mine):
    with pytest.raises(WallBreach, match="orwhere"):
        ChangeBatch.select().orwhere(ChangeBatch.words == "A secret")


def test_an_update_of_all_rows_leaves_the_others_alone(theirs, mine, world):
    ChangeBatch.update(words="Changed").execute()
    with entered(world.iron):
        assert ChangeBatch.get().words == "A secret"


def test_an_update_from_another_table_is_refused(mine):
    with pytest.raises(WallBreach, match="FROM"):
        ChangeBatch.update(words="x").from_(Change)


def test_a_delete_of_all_rows_leaves_the_others_alone(theirs, mine, world):
    Change.delete().execute()
    with entered(world.iron):
        assert Change.select().count() == 1


def test_without_a_workspace_nothing_is_read(world):
    with pytest.raises(NoWorkspace):
        ChangeBatch.select()


def test_without_a_workspace_nothing_is_written(world):
    with pytest.raises(NoWorkspace):
        ChangeBatch.create(kind="test", words="x", by_kind=ActorKind.SYSTEM)


# -- wall 2: the statement -------------------------------------------------------------------------------------------

ESCAPES = {
    "raw SQL": "SELECT b.id FROM change_batch b",
    "an OR": "SELECT b.id FROM change_batch b WHERE b.workspace_id = ? OR b.kind = 'test'",
    "a negation": "SELECT b.id FROM change_batch b WHERE NOT (b.workspace_id = ?)",
    "the comparison as a column": "SELECT b.id, (b.workspace_id = ?) FROM change_batch b",
    "the outer table of a LEFT JOIN": (
        "SELECT b.id FROM change_batch b LEFT JOIN change c"
        " ON c.batch_id = b.id AND b.workspace_id = ? AND c.workspace_id = ?"
    ),
    "a joined table": "SELECT c.id FROM change_batch b JOIN change c ON c.batch_id = b.id WHERE b.workspace_id = ?",
    "an alias of the same table": (
        "SELECT o.id FROM change_batch b JOIN change_batch o ON o.words = b.words WHERE b.workspace_id = ?"
    ),
    "a comma join": "SELECT b.id FROM change_batch b, change c WHERE b.workspace_id = ? AND c.workspace_id = ?",
    "a subquery": (
        "SELECT b.id FROM change_batch b WHERE b.workspace_id = ? AND EXISTS"
        " (SELECT 1 FROM change c WHERE c.batch_id = b.id)"
    ),
    "a subquery in FROM": "SELECT s.id FROM (SELECT c.id FROM change c) s",
    "a WITH": "WITH s AS (SELECT c.id FROM change c) SELECT s.id FROM s",
    "a WITH that hides a table": "WITH change AS (SELECT 1 AS id) SELECT id FROM change",
    "an arm of a UNION": "SELECT b.id FROM change_batch b WHERE b.workspace_id = ? UNION SELECT c.id FROM change c",
    "a scalar subquery in the SELECT": (
        "SELECT (SELECT max(c.n) FROM change c) FROM change_batch b WHERE b.workspace_id = ?"
    ),
    "an unscoped UPDATE": "UPDATE change_batch SET words = 'x'",
    "an unscoped DELETE": "DELETE FROM change",
    "an UPDATE that moves rows": "UPDATE change SET workspace_id = ? WHERE workspace_id = ?",
    "RETURNING of all rows": "UPDATE change_batch SET words = 'x' RETURNING id",
    "two statements": "SELECT 1; DELETE FROM change",
    "a statement behind a transaction word": "COMMIT; DELETE FROM change",
    "the schema": "DROP TABLE change",
    "a table nobody knows": "SELECT name FROM sqlite_master",
    "text that does not parse": "SELEC FROM WHERE",
    "an INSERT without its workspace": "INSERT INTO change_batch (id, kind) VALUES (?, 'x')",
    "an INSERT … SELECT": "INSERT INTO change (workspace_id, id) SELECT c.workspace_id, c.id FROM change c",
}


@pytest.mark.parametrize("hole", ESCAPES)
def test_the_guard_refuses(hole, theirs, mine, world):
    text = ESCAPES[hole]
    with pytest.raises(WallBreach):
        database.execute_sql(sql(text), [key(world.juniper.id)] * text.count("?"))


def test_the_guard_refuses_a_value_of_another_workspace(mine, world):
    with pytest.raises(WallBreach, match="another workspace"):
        database.execute_sql(sql("SELECT b.id FROM change_batch b WHERE b.workspace_id = ?"), [key(world.iron.id)])


def test_an_insert_for_another_workspace_is_refused(mine, world):
    with pytest.raises(WallBreach, match="another workspace"):
        ChangeBatch.create(workspace=world.iron, kind="test", words="x", by_kind=ActorKind.SYSTEM)


def test_one_foreign_row_among_many_inserted_is_refused(mine, world):
    rows = [
        {"workspace": studio, "kind": "test", "words": "x", "by_kind": ActorKind.SYSTEM}
        for studio in (world.juniper, world.iron)
    ]
    with pytest.raises(WallBreach, match="another workspace"):
        ChangeBatch.insert_many(rows).execute()


def test_one_foreign_row_among_many_executed_is_refused_before_any_is_written(mine, world):
    text = sql("INSERT INTO change_batch (id, created_at, workspace_id, kind, words) VALUES (?, 0, ?, 'test', 'x')")
    rows = [(key(new_id()), key(studio.id)) for studio in (world.juniper, world.iron)]
    with pytest.raises(WallBreach, match="another workspace"):
        database.execute_many(text, rows)
    assert ChangeBatch.select().count() == 1


def test_an_upsert_onto_an_id_alone_is_refused(theirs, mine):
    query = ChangeBatch.insert(id=theirs.id, kind="test", words="taken", by_kind=ActorKind.SYSTEM).on_conflict(
        conflict_target=[ChangeBatch.id], update={ChangeBatch.words: "taken"}
    )
    with pytest.raises(WallBreach, match="not scoped"):
        query.execute()


def test_a_scoped_statement_of_each_shape_passes(mine, world):
    ws = key(world.juniper.id)
    one = sql("SELECT b.id FROM change_batch b WHERE b.workspace_id = ? AND (b.kind = 'x' OR b.words = 'A secret')")
    left = sql(
        "SELECT b.id, c.n FROM change_batch b LEFT JOIN change c ON c.batch_id = b.id AND c.workspace_id = ?"
        " WHERE b.workspace_id = ?"
    )
    nested = sql(
        "WITH s AS (SELECT c.batch_id AS id FROM change c WHERE c.workspace_id = ?) SELECT s.id FROM s"
        " UNION SELECT b.id FROM change_batch b WHERE b.workspace_id = ?"
    )
    assert len(database.execute_sql(one, [ws]).fetchall()) == 1
    assert len(database.execute_sql(left, [ws, ws]).fetchall()) == 1
    assert len(database.execute_sql(nested, [ws, ws]).fetchall()) == 1


# -- wall 3: the database itself -------------------------------------------------------------------------------------


def behind_the_guard(text: str, values: list) -> object:
    """Speak to the driver itself, as a leak in walls 1 and 2 would, with the settings of the scope in force."""
    ChangeBatch.select().exists()
    return database.connection().cursor().execute(sql(text), values)


REFUSED = (peewee.DatabaseError, Exception)


def test_the_database_refuses_a_foreign_insert(theirs, mine, world):
    values = [key(new_id()), 0, key(world.iron.id), "test", "x", "{}", "system", 0]
    with pytest.raises(REFUSED, match=r"wall|row-level security"):
        behind_the_guard(
            'INSERT INTO change_batch (id, created_at, workspace_id, kind, words, "values", by_kind, expires_at)'
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )


@pytest.mark.parametrize("text", ["UPDATE change_batch SET words = 'taken'", "DELETE FROM change_batch"])
def test_the_database_keeps_a_foreign_row_from_being_changed(text, theirs, mine, world):
    try:
        behind_the_guard(text, [])
    except REFUSED as refusal:
        assert "wall" in str(refusal)
    with entered(world.iron):
        assert ChangeBatch.get().words == "A secret"


def test_a_row_does_not_move_to_another_workspace(mine, world):
    with pytest.raises(REFUSED, match=r"wall|row-level security"):
        behind_the_guard("UPDATE change_batch SET workspace_id = ?", [key(world.iron.id)])


def test_every_wall_of_every_table_stands(house):
    with cross_tenant(Reason.MIGRATION):
        assert walls.missing_walls(database.obj) == []
        tables = walls.tenant_tables(database.obj)
    expected = {m._meta.table_name for room in house for m in room.models if issubclass(m, TenantModel)}
    assert set(tables) == expected


@pytest.mark.own_database
def test_a_fallen_wall_is_told(house, config):
    role = config.database_roles[0] if config.database_roles else None
    with cross_tenant(Reason.MIGRATION):
        if db.is_postgres():
            database.obj.become(role)
            database.execute_sql("DROP POLICY wall ON change_batch")
        else:
            database.execute_sql("DROP TRIGGER wall_change_batch_update")
        assert walls.missing_walls(database.obj) == ["change_batch"]


# -- wall 4: the keys ------------------------------------------------------------------------------------------------


def test_a_key_into_another_workspace_is_refused_even_with_the_walls_open(theirs, mine, world):
    with cross_tenant(Reason.MIGRATION), pytest.raises(peewee.IntegrityError):
        Change.create(workspace=world.juniper, batch=theirs, n=5, row_table="x", row_id=new_id(), op=Op.CREATED)


def test_no_single_column_key_stands_beside_a_composite_one(house):
    tenant_keys = [(model, column) for room in house for model in room.models for column in keys_of(model, TenantKey)]
    assert tenant_keys
    for model, column in tenant_keys:
        texts = [text for text in migrations.statements_for([model], "sqlite") if f'("{column.column_name}")' in text]
        assert not any("FOREIGN KEY" in text and f'FOREIGN KEY ("{column.column_name}")' in text for text in texts)


def test_a_table_of_a_workspace_has_no_plain_key_to_another(house):
    for room in house:
        for model in room.models:
            for column in keys_of(model, peewee.ForeignKeyField):
                is_plain = not isinstance(column, TenantKey)
                assert not (is_plain and issubclass(column.rel_model, TenantModel)), f"{model.__name__}.{column.name}"


def keys_of(model, kind):
    return [column for column in model._meta.sorted_fields if isinstance(column, kind)]


# -- the ways out ----------------------------------------------------------------------------------------------------


def test_a_sweep_reads_pairs_across_workspaces(theirs, mine, world):
    with sweeping():
        pairs = set(ChangeBatch.select(ChangeBatch.workspace, ChangeBatch.id).tuples())
    assert pairs == {(world.juniper.id, mine.id), (world.iron.id, theirs.id)}


def test_a_sweep_reads_nothing_but_pairs(theirs, mine):
    with sweeping(), pytest.raises(WallBreach, match="pairs"):
        list(ChangeBatch.select())


def test_a_sweep_writes_nothing(theirs, mine):
    with sweeping():
        list(ChangeBatch.select(ChangeBatch.workspace, ChangeBatch.id).tuples())
        with pytest.raises(REFUSED):
            database.connection().cursor().execute("DELETE FROM change")


def test_a_crossing_is_written_down(theirs, mine):
    with cross_tenant(Reason.OPERATOR):
        assert ChangeBatch.select().count() == 2
    assert [row.reason for row in Crossing.select()] == ["operator"]


def test_a_backfill_in_a_migration_reaches_every_workspace(theirs, mine):
    with cross_tenant(Reason.MIGRATION), transaction():
        changed = database.execute_sql("UPDATE change_batch SET words = 'filled'").rowcount
    assert changed == 2


def test_a_rollback_does_not_leave_the_settings_of_another_workspace_behind(theirs, mine, world):
    with pytest.raises(ZeroDivisionError), entered(world.iron), transaction():
        ChangeBatch.select().exists()
        raise ZeroDivisionError
    assert [row.id for row in ChangeBatch.select()] == [mine.id]
    with transaction():
        ChangeBatch.create(kind="test", words="after", by_kind=actors.SYSTEM.kind)


@pytest.mark.own_database
def test_the_walls_survive_down_and_up(config):
    from tests import houses

    with houses.opened(config):
        migrations.down(config.data_dir, config.database_roles)
        assert migrations.pending() != []
        migrations.up(config.data_dir, config.database_roles)
        with cross_tenant(Reason.MIGRATION):
            assert walls.missing_walls(database.obj) == []


def test_the_tables_agree_with_the_models(house):
    by_hand = [text for room in house for texts in room.ddl.values() for text in texts]
    assert migrations.drift([m for room in house for m in room.models], by_hand) == []
