"""Families: who is whose parent, who lives with whom, and a phone that several share."""

from __future__ import annotations

from typing import Any

import pytest

from omni.contacts import actions, homes, queries
from omni.contacts.families import Household, HouseholdMember, Relationship
from omni.contacts.kinds import PointKind, Tie
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.undo import undo
from omni.core import migrations
from omni.core.changes import ChangeBatch
from omni.core.faults import Invalid
from omni.core.ids import encode
from tests.parallel import in_parallel

TABLES = (Household, HouseholdMember, Relationship, ContactPoint)


def url(contact: Contact, part: str = "") -> str:
    return f"/contacts/{encode(contact.id)}" + (f"/{part}" if part else "")


def rows() -> dict[str, list[dict[str, Any]]]:
    return {model.__name__: sorted(map(repr, model.select().dicts())) for model in TABLES}  # type: ignore[misc]


def last_batch() -> ChangeBatch:
    batch: ChangeBatch = (
        ChangeBatch.select().where(ChangeBatch.kind == "household").order_by(ChangeBatch.id.desc()).get()
    )
    return batch


def names(contact: Contact) -> list[tuple[str, Tie | None]]:
    return [(one.contact.display_name, one.tie) for one in homes.home_of(contact).read().relatives]


def test_a_parent_is_linked_by_hand_and_the_child_says_so_too(hers: Any, world: Any) -> None:
    rosa, jun = world.family_phone
    assert "also Jun Kim’s" in hers.get(url(rosa))
    page = hers.get(url(rosa, "household?q=jun"))
    assert "Jun Kim" in page
    there = url(rosa, f"household?with={encode(jun.id)}")
    assert "Rosa Kim is Jun Kim’s" in hers.get(there)
    answer = hers.post(url(rosa, "household"), {"tie": "parent", "other": encode(jun.id)}, on=there)
    assert "child Jun Kim" in hers.follow(answer)
    page = hers.get(url(jun))
    assert "parent Rosa Kim" in page
    assert "also Rosa Kim’s" in page
    assert all(point.is_shared for point in queries.points_of(rosa))


@pytest.mark.parametrize("fields", [{}, {"tie": "uncle"}])
def test_a_tie_that_is_none_is_asked_again(hers: Any, world: Any, fields: dict[str, str]) -> None:
    rosa, jun = world.family_phone
    there = url(rosa, f"household?with={encode(jun.id)}")
    hers.post(url(rosa, "household"), {"other": encode(jun.id), **fields}, on=there, status=422)
    assert not Relationship.select().exists()


def test_nobody_else_is_linked_to_anybody(hers: Any, world: Any) -> None:
    rosa, _jun = world.family_phone
    there = url(rosa, f"household?with={encode(world.family_phone[1].id)}")
    hers.get(there)
    stranger = world.person("Ira Stone", by=world.iris)
    hers.post(url(rosa, "household"), {"tie": "parent", "other": encode(stranger.id)}, on=there, status=404)
    hers.post(url(rosa, "household"), {"tie": "parent", "other": "nobody"}, on=there, status=404)


@pytest.mark.parametrize("tie", list(Tie))
def test_a_tie_is_kept_once_and_read_from_both_sides(juniper: Any, world: Any, tie: Tie) -> None:
    rosa, jun = world.family_phone
    assert actions.link(rosa, jun, tie, by=world.maya)
    assert not actions.link(jun, rosa, tie.inverse, by=world.maya)
    assert Relationship.select().count() == 1
    assert Relationship.get().kind not in (Tie.CHILD, Tie.WARD)
    assert names(rosa) == [("Jun Kim", tie.inverse)]
    assert names(jun) == [("Rosa Kim", tie)]


def test_what_says_the_opposite_is_refused(juniper: Any, world: Any) -> None:
    rosa, jun = world.family_phone
    actions.link(rosa, jun, Tie.PARENT, by=world.maya)
    for act in (
        lambda: actions.link(jun, rosa, Tie.PARENT, by=world.maya),
        lambda: actions.link(rosa, rosa, None, by=world.maya),
    ):
        with pytest.raises(Invalid):
            act()


def test_each_act_is_taken_back_whole(juniper: Any, world: Any) -> None:
    rosa, jun = world.family_phone
    bia = world.person("Bia Kim", "+1 312 555 0145")
    home = lambda: homes.home_of(rosa).read().household  # noqa: E731
    acts = [
        lambda: actions.link(rosa, jun, Tie.PARENT, by=world.maya),
        lambda: actions.link(bia, rosa, None, by=world.maya),
        lambda: actions.rename_household(home(), "The Kims", rosa, by=world.maya),
        lambda: actions.unlink(Relationship.get(), rosa, jun, by=world.maya),
        lambda: actions.move_out(bia, by=world.maya),
        lambda: actions.move_out(jun, by=world.maya),
    ]
    before = []
    for act in acts:
        before.append(rows())
        act()
    assert not Household.select().exists()
    while before:
        assert not undo(last_batch_not_undone(), by=world.maya).left
        assert rows() == before.pop()


def last_batch_not_undone() -> ChangeBatch:
    batch: ChangeBatch = (
        ChangeBatch.select()
        .where(ChangeBatch.kind == "household", ChangeBatch.undone_by.is_null())
        .order_by(ChangeBatch.id.desc())
        .get()
    )
    return batch


def test_a_household_somebody_joined_since_stays_when_its_founding_is_taken_back(juniper: Any, world: Any) -> None:
    rosa, jun = world.family_phone
    actions.link(rosa, jun, Tie.PARENT, by=world.maya)
    founding = last_batch()
    bia = world.person("Bia Kim")
    actions.link(rosa, bia, None, by=world.maya)
    undone = undo(founding, by=world.maya)
    assert undone.left == ["household"]
    assert Household.select().count() == 1
    assert [one.contact_id for one in HouseholdMember.select()] == [bia.id]


def test_two_who_link_the_same_people_at_once_link_them_once(juniper: Any, world: Any) -> None:
    rosa, jun = world.family_phone
    said = in_parallel(juniper, [lambda: actions.link(rosa, jun, Tie.SIBLING, by=world.maya)] * 3)
    assert sorted(said) == [False, False, True]
    assert Household.select().count() == Relationship.select().count() == 1


@pytest.mark.own_database
def test_people_from_before_there_were_families_keep_their_phones(juniper: Any, world: Any, config: Any) -> None:
    rosa, _jun = world.family_phone
    migrations.down(config.data_dir, config.database_roles, "0006_families")
    migrations.up(config.data_dir, config.database_roles)
    point = queries.primary_point(rosa, PointKind.PHONE)
    assert point is not None
    assert (point.norm, point.is_shared) == ("+13125550145", False)
