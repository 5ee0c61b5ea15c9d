"""Rotating the key that seals."""

from dataclasses import replace
from typing import Any

import pytest

from omni.config import Config, new_encryption_key
from omni.core import audit, rotation, secrets
from omni.core.actors import Actor, ActorKind
from omni.core.database import transaction
from omni.core.mail import OutgoingMail, post_mail
from omni.core.tenancy import entered
from omni.start import all_models
from tests import houses
from tests.faults import Point
from tests.servers import Omni, short_folder
from tests.world import World


def names(rows: Any) -> set[bytes]:
    """The ids of the keys that sealed these mails' words."""
    return {bytes(row.__data__["body"][: secrets.KEY_ID_BYTES]) for row in rows}


def test_every_sealed_value_is_sealed_anew_and_still_opens(house: Any, config: Config, world: World) -> None:
    mails = [post_mail("maya@example.com", f"Mail {n}", f"Words {n}", dedupe_key=str(n)) for n in range(3)]
    by = Actor(ActorKind.SYSTEM, None)
    with entered(world.juniper), transaction():
        line = audit.record("tried", world.juniper, by=by, note="in words")
    before = names(OutgoingMail.select())
    keys = rotation.add_key(config)
    assert len(keys) == 2
    # Three mails with two sealed columns each, and the key of one subject at least.
    assert rotation.seal_anew(all_models(house)) >= 7
    assert rotation.seal_anew(all_models(house)) == 0
    assert names(OutgoingMail.select()) == {secrets.newest_key()} != before
    assert rotation.retire(replace(config, encryption_keys=keys), all_models(house), keep=1) == list(
        config.encryption_keys
    )
    assert OutgoingMail.get_by_id(mails[2].id).recipient == "maya@example.com"
    with entered(world.juniper):
        assert audit.detail_of(line) == {"note": "in words"}
    assert len(houses.settings(config.data_dir).encryption_keys) == 1


def test_a_key_that_a_row_names_is_not_forgotten(house: Any, config: Config) -> None:
    post_mail("maya@example.com", "Mail", "Words", dedupe_key="one")
    keys = rotation.add_key(config)
    assert rotation.retire(replace(config, encryption_keys=keys), all_models(house), keep=1) == []
    assert len(houses.settings(config.data_dir).encryption_keys) == 2


def test_keys_of_the_environment_are_changed_there(house: Any, config: Config) -> None:
    given = replace(config, encryption_keys=dict([new_encryption_key()]), keeps_encryption_keys=False)
    with pytest.raises(rotation.KeysGiven):
        rotation.add_key(given)


def test_rotation_killed_midway_is_simply_run_again() -> None:
    with short_folder() as folder:
        config = houses.settings(folder)
        houses.migrate(config)
        with houses.opened(config):
            for n in range(rotation.BATCH + 20):
                post_mail("maya@example.com", "Mail", f"Words {n}", dedupe_key=str(n))
        omni, point = Omni(folder), Point("keys.batch", folder)
        omni.start("keys", "rotate", **point.environ)
        point.kill()
        with houses.opened(houses.settings(folder)):
            assert len(names(OutgoingMail.select())) == 2
        told = omni.command("keys", "retire", "--json")
        assert told.returncode == 0, told.stderr
        after = houses.settings(folder)
        assert len(after.encryption_keys) == 1
        with houses.opened(after):
            assert names(OutgoingMail.select()) == {secrets.newest_key()}
            assert {mail.recipient for mail in OutgoingMail.select()} == {"maya@example.com"}
        omni.stop()
