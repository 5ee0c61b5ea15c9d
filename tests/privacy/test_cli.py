"""`python app.py export`: the same ZIP as in the center, by command."""

import json
import zipfile
from argparse import Namespace

import pytest

from omni.accounts.models import Teammate
from omni.core import clock
from omni.core.commands import CommandFault
from omni.core.database import transaction
from omni.core.tenancy import entered
from omni.privacy import cli


@pytest.fixture
def export():
    return cli.COMMANDS[0].run


def test_the_command_writes_the_whole_workspace(export, world, tmp_path):
    assert world.lead
    to = tmp_path / "juniper.zip"
    told = export(Namespace(workspace=world.juniper.slug, to=to)).data
    with zipfile.ZipFile(to) as archive:
        held = json.loads(archive.read("data.json"))["rows"]
        assert "Ana" in archive.read("data/contact.json").decode()
    assert told["rows"] == sum(held.values())
    assert to.stat().st_mode & 0o777 == 0o600


def test_an_unknown_workspace_is_one_clear_line(export, world, tmp_path):
    with pytest.raises(CommandFault, match="no workspace"):
        export(Namespace(workspace="nowhere", to=tmp_path / "x.zip"))


def test_a_workspace_without_an_owner_is_one_clear_line(export, world, tmp_path):
    with entered(world.juniper), transaction():
        Teammate.update(left_at=clock.now()).where(Teammate.id == world.maya.id).execute()
    with pytest.raises(CommandFault, match="has no owner"):
        export(Namespace(workspace=world.juniper.slug, to=tmp_path / "x.zip"))
    assert not list(tmp_path.glob("x.zip*"))


def test_a_folder_that_is_not_there_leaves_nothing_behind(export, world, tmp_path):
    with pytest.raises(CommandFault, match="cannot be written"):
        export(Namespace(workspace=world.juniper.slug, to=tmp_path / "none" / "x.zip"))
    assert not list(tmp_path.glob("*.zip*"))
