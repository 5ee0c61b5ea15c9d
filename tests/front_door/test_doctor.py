"""What `doctor` finds in a fresh, migrated house, on both databases."""

from typing import Any

import psycopg
import pytest

from omni import doctor
from omni.config import Config
from omni.core import migrations
from tests import houses


def test_a_fresh_house_has_all_its_walls_migrations_and_tables(house: Any, config: Config) -> None:
    found = {check["name"]: check["state"] for check in doctor.examine(config).data["checks"]}
    assert (found["walls"], found["migrations"], found["tables"]) == ("all stand", "all applied", "as the models say")
    for table in ("ages.toml", "quiet_rules.csv", "state_zones.csv", "split_area_codes.csv", "zip_prefixes.csv"):
        assert found[table].startswith("checked ")


def test_a_login_that_may_not_make_roles_is_told_lines_that_a_superuser_can_run(
    postgres: houses.Postgres, tmp_path: Any
) -> None:
    url = postgres.create()
    roles = " ".join(f"{postgres.name_of(url)}_{name}" for name in ("owner", "app", "reader"))
    meek = f"{postgres.name_of(url)}_meek"
    with psycopg.connect(url, autocommit=True) as superuser:
        superuser.execute(f"CREATE ROLE {meek} LOGIN")
        superuser.execute(f"ALTER DATABASE {postgres.name_of(url)} OWNER TO {meek}")
        told = houses.settings(
            tmp_path, OMNI_DATABASE_URL=url.replace("//postgres:@", f"//{meek}@"), OMNI_DATABASE_ROLES=roles
        )
        with houses.opened(told), pytest.raises(migrations.RolesMissing) as missing:
            migrations.up(told.data_dir, told.database_roles)
        superuser.execute(str(missing.value).partition(": ")[2])
    houses.migrate(told)
    with houses.opened(told):
        assert migrations.pending() == []
    postgres.drop(url)
