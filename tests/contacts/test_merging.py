"""Two contacts who are one person: merged whole, and taken apart again as they were."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from omni.boards import actions as boards
from omni.boards.gates import Answers
from omni.boards.models import Board, Card, CardStay, Stage, StageStat
from omni.contacts import actions, gate, merges, particulars, queries, search
from omni.contacts.actions import merging
from omni.contacts.calls import Call
from omni.contacts.families import HouseholdMember, Relationship
from omni.contacts.kinds import Basis, CallOutcome, Channel, Lifecycle, PointKind, Processing, Tie
from omni.contacts.models import (
    Activity,
    Contact,
    ContactPoint,
    ContactSearch,
    ContactTag,
    ExternalRef,
    LifecycleSpan,
    Note,
)
from omni.contacts.next_actions import NextAction
from omni.contacts.pairs import DuplicatePair
from omni.contacts.undo import undo
from omni.core.changes import ChangeBatch
from omni.core.events import EventRow
from omni.core.faults import Gone, Invalid, Stale
from omni.core.ids import encode, new_id
from omni.core.policies import Purpose
from omni.core.tenancy import TenantKey
from omni.messaging import actions as messaging
from omni.messaging.models import Conversation, Message
from omni.referrals.models import LeadSubmission, Touch
from omni.start import all_models
from omni.tasks import actions as tasks
from omni.tasks.models import Task
from tests.parallel import in_parallel

# What a merge touches, without what only grows (lines, stays, events) and what counts writes (versions).
TABLES = (
    Contact, ContactPoint, ContactTag, ExternalRef, LifecycleSpan, Note, Call, NextAction, HouseholdMember,
    Relationship, DuplicatePair, *particulars.MODELS, Card, StageStat, Task, Conversation, Message,
    LeadSubmission, Touch,
)  # fmt: skip
GROWS = {"version", "seq"}


def url(contact: Contact, part: str = "") -> str:
    return f"/contacts/{encode(contact.id)}" + (f"/{part}" if part else "")


def rows() -> dict[str, dict[Any, dict[str, Any]]]:
    found = {
        model.__name__: {row["id"]: {k: v for k, v in row.items() if k not in GROWS} for row in model.select().dicts()}
        for model in TABLES
    }
    words = ContactSearch.select(ContactSearch.contact, ContactSearch.fold, ContactSearch.digits)
    found["ContactSearch"] = {
        row.contact_id: {"fold": sorted(row.fold.split()), "digits": sorted(row.digits.split())} for row in words
    }
    lines = Activity.select().where(Activity.kind.not_in(["merged", "parted"]))
    found["Activity"] = {row.id: {"contact": row.contact_id, "at": row.happened_at} for row in lines}
    open_stays = CardStay.select().where(CardStay.left_at.is_null())
    found["Standing"] = {row.card_id: {"stage": row.stage_id} for row in open_stays}
    return found


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    lines = []
    for table, was in before.items():
        now = after[table]
        for key in was.keys() | now.keys():
            if was.get(key) != now.get(key):
                one, other = was.get(key) or {}, now.get(key) or {}
                changed = {k: (one.get(k), other.get(k)) for k in {*one, *other} if one.get(k) != other.get(k)}
                lines.append(f"{table} {key}: {changed}")
    return lines


def fresh(contact: Contact) -> Contact:
    found: Contact = Contact.get_by_id(contact.id)
    return found


def merge(winner: Contact, loser: Contact, world: Any, **picks: bool) -> ChangeBatch:
    winner, loser = fresh(winner), fresh(loser)
    batch_id = actions.merge(winner, loser, picks=picks, versions=(winner.version, loser.version), by=world.maya)
    batch: ChangeBatch = ChangeBatch.get_by_id(batch_id)
    return batch


def move(contact: Contact, stage: str, world: Any) -> None:
    for card in Card.select().where(Card.contact == contact.id, Card.closed_at.is_null()):
        to = Stage.select().where(Stage.board == card.board_id, Stage.name == stage).first()
        if to is not None:
            boards.move_card(card, to, by=world.maya, answers=Answers(lost_reason="Moved away"))


def land(contact: Contact, board: str, world: Any) -> None:
    stage = Stage.select().join(Board).where(Board.name == board).order_by(Stage.position).first()
    boards.land(fresh(contact), stage.id, by=world.maya)


def text(contact: Contact, world: Any) -> None:
    phone = queries.primary_point(contact, PointKind.PHONE)
    assert phone is not None
    with suppress(Invalid):
        key = encode(new_id())
        messaging.send_text(fresh(contact), key, address=phone.norm, by=world.maya, client_key=key, basis=Basis.ASKED)


HAPPENINGS: dict[str, Any] = {
    "note": lambda one, world: actions.add_note(fresh(one), "Runs a bakery", by=world.maya),
    "tag": lambda one, world: actions.add_tag(fresh(one), "mornings", by=world.maya),
    "own tag": lambda one, world: actions.add_tag(fresh(one), encode(one.id)[-6:], by=world.maya),
    "phone": lambda one, world: actions.add_phone(fresh(one), "+13125550177", by=world.maya),
    "member": lambda one, world: actions.set_lifecycle(fresh(one), Lifecycle.MEMBER, via="hand", by=world.maya),
    "trial": lambda one, world: (
        fresh(one).lifecycle is Lifecycle.LEAD
        and actions.set_lifecycle(fresh(one), Lifecycle.TRIAL, via="hand", by=world.maya)
    ),
    "further": lambda one, world: move(one, "Contacted", world),
    "lost": lambda one, world: move(one, "Lost", world),
    "keep": lambda one, world: land(one, "Keep", world),
    "task": lambda one, world: tasks.add_task(fresh(one), title="Call", due_on=date(2030, 1, 4), by=world.maya),
    "text": text,
    "agree": lambda one, world: actions.record_consent(
        fresh(one), channel=Channel.SMS, basis=Basis.ASKED, source="test", by=world.maya
    ),
    "stop": lambda one, world: actions.opt_out(fresh(one), Channel.SMS, by=world.maya),
    "silence": lambda one, world: actions.set_do_not_contact(fresh(one), by=world.maya),
    "snooze": lambda one, world: actions.snooze(fresh(one), date(2030, 1, 5), reason="away", by=world.maya),
    "child": lambda one, world: actions.link(
        fresh(one), world.person(f"Kid {encode(one.id)[-4:]}"), Tie.PARENT, by=world.maya
    ),
    "ref": lambda one, world: ExternalRef.create(contact=one.id, sender="hubspot", external_id=encode(new_id())),
    "preference": lambda one, world: (
        particulars.Preference.get_or_none(particulars.Preference.contact == one.id)
        or particulars.Preference.create(contact=one.id, key="Looks for", value="evenings")
    ),
    # Whoever asked for silence is not called.
    "call": lambda one, world: (
        fresh(one).do_not_contact
        or actions.log_call(fresh(one), CallOutcome.REACHED, client_key=encode(new_id()), by=world.maya)
    ),
    "away": lambda one, world: actions.put_away(fresh(one), by=world.maya),
    "goal": lambda one, world: particulars.Goal.create(contact=one.id, name="Handstand"),
}


happenings = st.lists(st.tuples(st.sampled_from(sorted(HAPPENINGS)), st.booleans()), max_size=9)


@given(history=happenings, picks=st.dictionaries(st.sampled_from(sorted(merges.PICKED)), st.booleans(), max_size=4))
# Not shrunk: each example goes on in the studio of the ones before.
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_merge_then_unmerge_is_the_identity(
    juniper: Any, world: Any, history: list[tuple[str, bool]], picks: dict[str, bool]
) -> None:
    """Invariant 13, with children of every room; and invariant 17 in between."""
    one, other = (
        world.person(name, phone) for name, phone in (("Ana Kim", "+13125550123"), ("Ann Kim", "+13125550124"))
    )
    for name, is_first in history:
        HAPPENINGS[name](one if is_first else other, world)
    before, open_before = rows(), verdicts(one, other)
    batch = merge(one, other, world, **picks)
    assert queries.find_contact(other.id) is None
    assert other.id not in {found.id for found in search.find("Kim", limit=100)}
    assert_whole(one)
    assert_no_stricter_was_loosened(open_before, fresh(one))
    undone = undo(batch, by=world.maya)
    assert undone.left == []
    assert undone.stayed == {}
    assert difference(before, rows()) == []
    again = undo(ChangeBatch.get_by_id(undone.batch.id), by=world.maya)
    assert queries.find_contact(other.id) is None
    assert_whole(one)
    assert undo(ChangeBatch.get_by_id(again.batch.id), by=world.maya).left == []
    assert difference(before, rows()) == []


def assert_whole(winner: Contact) -> None:
    """One life without gap or overlap, one open card a board, counters that count, one first address of a kind."""
    spans = queries.list_spans(winner)
    assert [span.to_at for span in spans] == [*(span.from_at for span in spans[1:]), None]
    assert spans[-1].state is fresh(winner).lifecycle
    cards = [card.board_id for card in Card.select().where(Card.contact == winner.id, Card.closed_at.is_null())]
    assert len(cards) == len(set(cards))
    for stat in StageStat.select():
        held = Card.select().where(Card.stage == stat.stage_id, Card.closed_at.is_null())
        assert stat.n == held.count()
    firsts = [point.kind for point in queries.points_of(winner) if point.is_primary]
    assert len(firsts) == len(set(firsts))
    due = NextAction.select().where(NextAction.contact == winner.id).order_by(NextAction.due_at).first()
    assert fresh(winner).next_action_at == (due.due_at if due else None)


def verdicts(*contacts: Contact) -> dict[tuple[Channel, str, Purpose], bool]:
    """Whether every one of these who has the address may be reached there."""
    found: dict[tuple[Channel, str, Purpose], bool] = {}
    for contact in map(fresh, contacts):
        for point in queries.points_of(contact):
            for purpose in (Purpose.SERVICE, Purpose.COMMUNICATE):
                key = (Channel.SMS, point.norm, purpose)
                found[key] = found.get(key, True) and gate.may_process(contact, purpose, key[0], norm=key[1]).is_open
    return found


def assert_no_stricter_was_loosened(before: dict[Any, bool], winner: Contact) -> None:
    after = verdicts(winner)
    assert after.keys() == before.keys()
    assert not [key for key, is_open in after.items() if is_open and not before[key]]


def test_every_table_with_a_contact_follows_a_merge(house: Any) -> None:
    """A new table whose rows are a contact's must say what a merge does with them (ports.merging)."""
    keyed = {
        model._meta.table_name
        for model in all_models(house)
        for field in model._meta.sorted_fields
        if isinstance(field, TenantKey) and field.rel_model is Contact
    }
    assert keyed - set(merging.tables()) == set()
    assert set(merging.tables()) - keyed == set()


def test_every_column_of_a_contact_is_picked_combined_or_its_own() -> None:
    picked = [column for columns in merges.PICKED.values() for column in columns]
    said = [*picked, *merges.COMBINED, *merges.OWN]
    assert sorted(said) == sorted(Contact._meta.fields)


@pytest.mark.parametrize(
    ("mine", "theirs", "stays"),
    [("Contacted", "New lead", "Contacted"), ("Lost", "Contacted", "Contacted"), ("Contacted", "Joined", "Joined")],
)
def test_of_two_cards_on_a_board_the_further_stays(
    juniper: Any, world: Any, mine: str, theirs: str, stays: str
) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    move(one, mine, world)
    move(other, theirs, world)
    merge(one, other, world)
    join = Board.get(Board.name == "Join")
    (card,) = Card.select().where(Card.contact == one.id, Card.closed_at.is_null(), Card.board == join.id)
    assert card.stage.name == stays


def test_the_life_that_is_further_stays_with_what_came_before_it(juniper: Any, world: Any) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    actions.set_lifecycle(fresh(other), Lifecycle.MEMBER, via="hand", by=world.maya)
    merge(one, other, world)
    assert fresh(one).lifecycle is Lifecycle.MEMBER
    assert [span.state for span in queries.list_spans(one)] == [Lifecycle.LEAD, Lifecycle.LEAD, Lifecycle.MEMBER]


def test_who_is_put_away_is_here_again_with_one_who_is(juniper: Any, world: Any) -> None:
    one, other, third = world.person("Ana Kim"), world.person("Ann Kim"), world.person("Anna Kim")
    for contact in (one, third):
        actions.put_away(fresh(contact), by=world.maya)
    merge(one, other, world)
    assert fresh(one).put_away_at is None
    actions.put_away(fresh(one), by=world.maya)
    merge(one, third, world)
    assert fresh(one).put_away_at is not None


def test_what_came_since_stays_with_the_winner_and_is_listed(hers: Any, world: Any) -> None:
    one, other = world.person("Ana Kim", "+13125550123"), world.person("Ann Kim", "+13125550124")
    batch = merge(one, other, world)
    actions.add_note(fresh(one), "Since", by=world.maya)
    answer = hers.post(f"/history/{encode(batch.id)}/undo", on="/history")
    assert "What came since stays where it is: 1 note" in hers.follow(answer)
    assert [note.contact_id for note in Note.select()] == [one.id]
    assert "took Ana and Ann Kim apart again" in hers.get(url(one))


def test_a_life_that_went_on_since_is_whole_on_both_sides(juniper: Any, world: Any) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    actions.set_lifecycle(fresh(other), Lifecycle.MEMBER, via="hand", by=world.maya)
    batch = merge(one, other, world)
    actions.set_lifecycle(fresh(one), Lifecycle.PAUSED, via="hand", by=world.maya)
    undo(batch, by=world.maya)
    for side, life in ((one, Lifecycle.PAUSED), (other, Lifecycle.MEMBER)):
        assert fresh(side).lifecycle is life
        assert_whole(side)


def test_two_default_steps_become_one_and_are_two_again(juniper: Any, world: Any) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    batch = merge(one, other, world)
    assert defaults() == [(one.id, False), (one.id, True)]
    undo(batch, by=world.maya)
    assert defaults() == sorted([(one.id, True), (other.id, True)])


def defaults() -> list[tuple[Any, bool]]:
    """Whose open steps there are, and whether a move or an arrival set them."""
    return sorted((task.contact_id, task.is_default) for task in Task.select().where(Task.status == "open"))


def test_silence_asked_for_while_they_were_one_is_kept_by_both(juniper: Any, world: Any) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    batch = merge(one, other, world)
    actions.set_do_not_contact(fresh(one), by=world.maya)
    undo(batch, by=world.maya)
    assert fresh(one).do_not_contact
    assert fresh(other).do_not_contact


def test_somebody_at_rest_is_not_merged_nor_taken_apart(juniper: Any, world: Any) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    actions.restrict(fresh(other), reason="asked", by=world.maya)
    for winner, loser in ((one, other), (other, one)):
        with pytest.raises(Invalid):
            merge(winner, loser, world)
    actions.lift_restriction(fresh(other), by=world.maya)
    batch = merge(one, other, world)
    actions.restrict(fresh(one), reason="asked", by=world.maya)
    with pytest.raises(Invalid):
        undo(batch, by=world.maya)
    assert queries.find_contact(other.id) is None


@pytest.mark.parametrize("is_winner", [True, False])
def test_deleting_either_side_for_good_ends_the_way_back(juniper: Any, world: Any, is_winner: bool) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    batch = merge(one, other, world)
    gone = one if is_winner else other
    Contact.update(processing=Processing.ERASING).where(Contact.id == gone.id).execute()
    with pytest.raises(Gone):
        undo(batch, by=world.maya)


def test_two_who_merge_the_same_pair_at_once_merge_it_once(juniper: Any, world: Any) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    seen = (fresh(one).version, fresh(other).version)
    acts = [
        lambda: actions.merge(one, other, picks={}, versions=seen, by=world.maya),
        lambda: actions.merge(other, one, picks={}, versions=(seen[1], seen[0]), by=world.maya),
        lambda: actions.merge(one, other, picks={}, versions=seen, by=world.maya),
    ]
    in_parallel(juniper, acts)
    assert ChangeBatch.select().where(ChangeBatch.kind == "merge").count() == 1
    assert sum(fresh(side).merged_into_id is not None for side in (one, other)) == 1
    assert EventRow.select().where(EventRow.type == "ContactsMerged").count() == 1


def test_a_page_that_is_older_than_one_of_the_two_is_not_believed(juniper: Any, world: Any) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    seen = (one.version, other.version)
    actions.set_owner(fresh(other), None, by=world.maya)
    with pytest.raises(Stale):
        actions.merge(one, other, picks={}, versions=seen, by=world.maya)


def test_merging_by_hand_and_taking_it_back(hers: Any, world: Any) -> None:
    one, other = world.person("Ana Kim", "+13125550123"), world.person("Ann Kim", "+13125550124", "ann@example.com")
    actions.add_note(other, "Runs a bakery", by=world.maya)
    assert "Ann Kim" in hers.get(url(one, "merge?q=ann"))
    there = url(one, f"merge?with={encode(other.id)}")
    page = hers.get(there)
    assert "1 note" in page
    answer = hers.post(url(one, "merge"), {"name": "loser"}, on=there)
    page = hers.follow(answer)
    assert page.page.h1 == "Ann Kim"
    assert "ann@example.com" in page
    assert "Runs a bakery" in page
    # Pressed twice, it is done once; the other's address leads here.
    hers.post(url(one, "merge"), {"name": "loser", "other": encode(other.id)})
    assert ChangeBatch.select().where(ChangeBatch.kind == "merge").count() == 1
    assert hers.get(url(other), status=303).location == url(one)
    assert hers.get(url(other, "edit"), status=303).location == url(one, "edit")
    assert url(other) not in hers.get("/search?q=0124").text
    assert "1 person" in hers.get("/contacts")
    batch = ChangeBatch.get(ChangeBatch.kind == "merge")
    hers.post(f"/history/{encode(batch.id)}/undo", on="/history")
    assert hers.get(url(other)).page.h1 == "Ann Kim"
    assert hers.get(url(one)).page.h1 == "Ana Kim"


def test_what_is_sent_to_somebody_merged_meanwhile_reaches_the_winner(hers: Any, world: Any) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    hers.get(url(other))
    merge(one, other, world)
    answer = hers.post(url(other, "notes"), {"body": "Typed before"}, status=307)
    assert answer.location == url(one, "notes")


def test_a_merge_that_somebody_else_overtook_shows_both_as_they_are(hers: Any, world: Any) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    there = url(one, f"merge?with={encode(other.id)}")
    hers.get(there)
    actions.set_owner(fresh(other), None, by=world.maya)
    page = hers.post(url(one, "merge"), {}, on=there, status=409)
    assert "shown as they are now" in page
    assert queries.find_contact(other.id) is not None


def test_a_rep_and_a_stranger_may_not_merge(browse: Any, world: Any) -> None:
    one, other = world.person("Ana Kim"), world.person("Ann Kim")
    browse.as_(world.theo).get(url(one, f"merge?with={encode(other.id)}"), status=403)
    browse.as_(world.iris).get(url(one, "merge"), status=404)
