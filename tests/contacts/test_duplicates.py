"""People who are here twice: found behind the request, asked of a person one pair at a time, never asked twice."""

from __future__ import annotations

from typing import Any

import pytest

from omni.contacts import actions, folding, pairs, queries
from omni.contacts.families import HouseholdMember
from omni.contacts.kinds import PairState, PointKind, Reason
from omni.contacts.models import Contact, ContactPoint, ContactSearch
from omni.contacts.pairs import DuplicatePair, Somebody, find_pairs
from omni.contacts.reading import planning
from omni.contacts.undo import undo
from omni.core import migrations, queue
from omni.core.changes import ChangeBatch
from omni.core.ids import encode, new_id
from omni.core.tenancy import entered

LONG, TYPO = "Jonathan Meier", "Jonatan Meier"


def url(contact: Contact, part: str = "") -> str:
    return f"/contacts/{encode(contact.id)}" + (f"/{part}" if part else "")


def somebody(name: str, *phones: str, **more: Any) -> Somebody:
    given, _space, family = name.partition(" ")
    return Somebody(new_id(), given, family, name, points={(PointKind.PHONE, one) for one in phones}, **more)


def open_pairs() -> list[tuple[str, str, list[str]]]:
    query = DuplicatePair.select().where(DuplicatePair.state == PairState.OPEN).order_by(DuplicatePair.score.desc())
    return [(pair.a.display_name, pair.b.display_name, pair.reasons) for pair in query]


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        # The same number proves it where the names may be one person's; else it is a household's.
        (somebody("Ana Kim", "+13125550123"), somebody("A. Kim", "+13125550123"), [Reason.PHONE]),
        (somebody("William Kim", "+13125550123"), somebody("Bill Kim", "+13125550123"), [Reason.PHONE]),
        (somebody("Rosa Kim", "+13125550123"), somebody("Jun Kim", "+13125550123"), [Reason.PHONE]),
        (somebody("Ana Núñez"), somebody("ana nunez"), [Reason.NAME]),
        (somebody(LONG, born=(4, 9)), somebody(TYPO, born=(4, 9)), [Reason.ALIKE, Reason.BIRTHDAY]),
        (somebody(LONG, city="Chicago"), somebody(TYPO, city="chicago"), [Reason.ALIKE, Reason.CITY]),
        (somebody(LONG, "+13125550123"), somebody(TYPO, "+17735550123"), [Reason.ALIKE, Reason.DIGITS]),
        # Names alike alone are nothing, nor is a town.
        (somebody(LONG), somebody(TYPO), None),
        (somebody("Ana Kim", city="Chicago"), somebody("Rosa Diaz", city="Chicago"), None),
        (somebody("Marta Kim", city="Chicago"), somebody("Mario Kim", city="Chicago"), None),
    ],
)  # fmt: skip
def test_who_might_be_one(one: Somebody, other: Somebody, reasons: list[Reason] | None) -> None:
    found = find_pairs([one, other], {other.id}).pairs
    assert [why for _score, why in found.values()] == ([reasons] if reasons else [])


def test_those_compared_before_are_compared_with_the_new_alone() -> None:
    one, other, third = (somebody("Ana Kim") for _ in range(3))
    found = {frozenset(pair) for pair in find_pairs([one, other, third], {third.id}).pairs}
    assert found == {frozenset({one.id, third.id}), frozenset({other.id, third.id})}


def test_a_front_desks_phone_pairs_nobody_and_is_marked_shared() -> None:
    crowd = [somebody(f"Person{n} Kim", "+13125550100") for n in range(201)]
    found = find_pairs(crowd, {crowd[0].id})
    assert not found.pairs
    assert found.crowded == {(PointKind.PHONE, "+13125550100")}
    assert len(find_pairs(crowd[:200], {crowd[0].id}).pairs) == 199


def test_the_import_the_form_and_the_pairs_ask_at_one_gate() -> None:
    assert planning.same_person is folding.same_person
    assert pairs.same_person is folding.same_person


def test_a_pair_is_found_behind_the_request_and_again_when_something_changes(juniper: Any, world: Any) -> None:
    one, other = world.person("Ana Kim", "+13125550123"), world.person("Ann Kim", "+13125550123")
    queue.work_off("work")
    assert open_pairs() == [("Ana Kim", "Ann Kim", ["phone"])]
    assert not ContactSearch.select().where(ContactSearch.unpaired > 0).exists()
    # A number put right parts them; the same e-mail pairs them anew.
    point = queries.primary_point(other, PointKind.PHONE)
    assert point is not None
    ContactPoint.delete().where(ContactPoint.id == point.id).execute()
    actions.add_email(other, "ana@example.com", by=world.maya)
    queue.work_off("work")
    assert open_pairs() == []
    actions.add_email(one, "ana@example.com", by=world.maya)
    queue.work_off("work")
    assert open_pairs() == [("Ana Kim", "Ann Kim", ["email"])]


def test_studios_are_compared_each_for_itself(juniper: Any, world: Any) -> None:
    world.person("Ana Kim", "+13125550123")
    world.person("Ana Kim", "+13125550123", by=world.iris)
    queue.work_off("work")
    assert open_pairs() == []
    with entered(world.iron):
        assert open_pairs() == []
        assert not ContactSearch.select().where(ContactSearch.unpaired > 0).exists()


def test_an_import_is_paired_too(juniper: Any, bring: Any, world: Any) -> None:
    world.person("Rosa Kim", "+13125550123")
    bring("name,phone\nJun Kim,+1 312 555 0123\n")
    queue.work_off("work")
    assert [(a, b) for a, b, _why in open_pairs()] == [("Rosa Kim", "Jun Kim")]


def test_shared_phone_offers_household_not_merge(hers: Any, world: Any) -> None:
    rosa, jun = world.family_phone
    queue.work_off("work")
    page = hers.get("/contacts/duplicates")
    assert "The same household?" in page
    assert "same phone" in page
    assert "Merge…" not in page.page.words.replace("One person, merge…", "")
    pair = DuplicatePair.get()
    answer = hers.post(f"/contacts/duplicates/{encode(pair.id)}/household", on="/contacts/duplicates")
    page = hers.follow(answer)
    assert "Nobody is here twice" in page
    assert HouseholdMember.select().count() == 2
    assert all(point.is_shared for point in [*queries.points_of(rosa), *queries.points_of(jun)])
    # Taken back, they are asked about again.
    batch = ChangeBatch.get(ChangeBatch.kind == "pair")
    undo(batch, by=world.maya)
    assert not HouseholdMember.select().exists()
    assert "The same household?" in hers.get("/contacts/duplicates")


def test_two_different_people_are_never_asked_about_again(hers: Any, world: Any) -> None:
    one, other = world.person("Ana Kim", "+13125550123"), world.person("Anna Kim", "+13125550123")
    queue.work_off("work")
    page = hers.get("/contacts/duplicates")
    assert "The same person?" in page
    pair = DuplicatePair.get()
    hers.post(f"/contacts/duplicates/{encode(pair.id)}/separate", on="/contacts/duplicates")
    actions.add_phone(other, "+13125550199", by=world.maya)
    queue.work_off("work")
    assert open_pairs() == []
    # Nor when one of them is merged with a third.
    third = world.person("A. Kim")
    queue.work_off("work")
    actions.merge(
        Contact.get_by_id(third.id),
        Contact.get_by_id(one.id),
        picks={},
        versions=(Contact.get_by_id(third.id).version, Contact.get_by_id(one.id).version),
        by=world.maya,
    )
    queue.work_off("work")
    assert not [pair for pair in open_pairs() if "Anna Kim" in pair[:2]]


def test_merging_settles_the_pair_and_taking_it_back_opens_it(juniper: Any, world: Any) -> None:
    one, other = world.person("Ana Kim", "+13125550123"), world.person("Ann Kim", "+13125550123")
    queue.work_off("work")
    fresh = [Contact.get_by_id(each.id) for each in (one, other)]
    batch_id = actions.merge(*fresh, picks={}, versions=(fresh[0].version, fresh[1].version), by=world.maya)
    assert DuplicatePair.get().state is PairState.MERGED
    queue.work_off("work")
    assert DuplicatePair.get().state is PairState.MERGED
    undo(ChangeBatch.get_by_id(batch_id), by=world.maya)
    assert DuplicatePair.get().state is PairState.OPEN


def test_pairs_are_looked_at_one_by_one_and_left_for_later(hers: Any, world: Any) -> None:
    for name in ("Ana Kim", "Rosa Diaz"):
        world.person(name, "", f"{name[:3].lower()}@example.com")
        world.person(name, "", f"{name[:3].lower()}@example.com")
    queue.work_off("work")
    page = hers.get("/contacts/duplicates")
    assert "2 pairs to look at" in page
    first = "Ana Kim" if "Ana Kim" in page else "Rosa Diaz"
    later = next(a.get("href") for a in page.page.all("a") if "after=" in (a.get("href") or ""))
    assert first not in hers.get(later)
    hers.get("/contacts/duplicates?after=nonsense")


def test_nobody_else_decides_on_a_pair(browse: Any, world: Any) -> None:
    with entered(world.juniper):
        assert world.family_phone
        queue.work_off("work")
        pair = DuplicatePair.get()
    browse.as_(world.theo).get("/contacts/duplicates", status=403)
    iris = browse.as_(world.iris)
    assert "Nobody is here twice" in iris.get("/contacts/duplicates")
    iris.post(f"/contacts/duplicates/{encode(pair.id)}/separate", status=404)


@pytest.mark.own_database
def test_people_from_before_are_compared_once_the_table_is_there(juniper: Any, world: Any, config: Any) -> None:
    assert world.family_phone
    migrations.down(config.data_dir, config.database_roles, "0026_pairs")
    migrations.up(config.data_dir, config.database_roles)
    queue.work_off("work")
    assert [(a, b) for a, b, _why in open_pairs()] == [("Rosa Kim", "Jun Kim")]
