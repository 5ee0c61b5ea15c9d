"""Put away: off boards and lists until they come back, with what hung on them; on both databases."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from omni.boards import actions, queries
from omni.boards.models import Card, CardStay, StageStat, Via
from omni.contacts import actions as people
from omni.contacts import queries as contacts
from omni.contacts.exports import sheets
from omni.contacts.exports.people import of_contacts
from omni.contacts.kinds import Direction, Entry, Kind
from omni.contacts.lists import pages
from omni.contacts.lists.asked import read_address
from omni.contacts.models import Activity, Contact
from omni.contacts.next_actions import Step, set_next_action
from omni.contacts.undo import get_batch, undo
from omni.core import actors, clock
from omni.core.changes import ChangeBatch
from omni.core.ids import encode, new_id
from omni.tasks import actions as tasks

New = Callable[..., Card]
HERE = "/contacts"


def places(contact_id: Any) -> dict[str, str]:
    return {card.board.name: card.stage.name for card in queries.list_cards(contact_id)}


def writes(contact: Contact, kind: Kind = Kind.TEXT, **more: Any) -> None:
    """Something comes in from them."""
    contact = Contact.get_by_id(contact.id)
    people.log_activity(contact, kind, by=actors.contact(contact.id), direction=Direction.IN, summary="Hi", **more)


def lines(contact: Contact) -> list[tuple[str, str]]:
    found = Activity.select().where(Activity.contact == contact.id, Activity.kind.in_([Kind.PUT_AWAY, Kind.CAME_BACK]))
    return [(line.kind, line.outcome) for line in found.order_by(Activity.happened_at, Activity.id)]


@pytest.fixture
def away(newcomer: New, join: SimpleNamespace, keep: SimpleNamespace, maya: Any) -> Contact:
    """Ana, put away from Trial done, worth 900, and from At risk."""
    card = newcomer(stage=join.done)
    more = {"title": "Ten classes", "expected_on": None, "lost_reason": "", "version": None}
    actions.change_card(queries.get_card(card.id), value_cents=90_000, by=maya, **more)
    actions.land(card.contact, keep.at_risk.id, by=maya)
    people.put_away(card.contact, by=maya)
    return Contact.get_by_id(card.contact_id)


def test_who_is_put_away_stands_on_no_board_and_in_no_list(away: Contact, join: SimpleNamespace, hers: Any) -> None:
    assert places(away.id) == {}
    assert StageStat.get(StageStat.stage == join.done).n == 0
    assert pages.list_page(read_address([])).shown == 0
    assert "Ana Nunez" not in hers.get(f"/boards/{encode(join.board.id)}")
    assert "Ana Nunez" not in hers.get(HERE)
    assert "Ana Nunez" not in hers.get("/contacts?q=nunez")
    found = hers.get("/search?q=nunez")
    assert "Ana Nunez" in found
    assert "Put away" in found
    assert "Ana" in "".join(sheets.lines(of_contacts(contacts.visible())))


def test_today_shows_nothing_of_who_is_put_away(away: Contact, hers: Any, maya: Any) -> None:
    due = clock.now() + timedelta(hours=1)
    set_next_action(away.id, ref=("appointment", new_id()), step=Step.VISIT, title="Trial", due_at=due)
    tasks.add_task(away, title="Call", due_on=clock.today_in("America/Chicago"), by=maya)
    assert "Ana Nunez" not in hers.get("/today")
    # The appointment itself stays.
    assert [one.title for one in contacts.visits(since=clock.now(), until=due + timedelta(hours=1), limit=9)] == []
    assert "Ana Nunez" not in hers.get("/tasks?all=1")
    people.bring_back(away, by=maya)
    assert "Ana Nunez" in hers.get("/tasks?all=1")
    assert [one.title for one in contacts.visits(since=clock.now(), until=due + timedelta(hours=1), limit=9)] == [
        "Trial"
    ]


def test_put_away_comes_back_on_whatever_comes_in(away: Contact, join: SimpleNamespace) -> None:
    writes(away)
    assert places(away.id) == {"Join": "Trial done", "Keep": "At risk"}
    card = next(one for one in queries.list_cards(away.id) if one.board.name == "Join")
    assert (card.title, card.value_cents) == ("Ten classes", 90_000)
    assert StageStat.get(StageStat.stage == join.done).value_cents == 90_000
    assert CardStay.get(CardStay.card == card).via is Via.AWAY
    assert lines(away) == [("put_away", ""), ("came_back", "text")]
    # A second text is just a text.
    writes(away)
    assert lines(away) == [("put_away", ""), ("came_back", "text")]


@pytest.mark.parametrize("entry", [Entry.FORM, Entry.REFERRAL, Entry.BOOKING])
def test_a_form_or_a_booking_brings_them_back(away: Contact, maya: Any, entry: Entry) -> None:
    people.edit_contact(away, people.read_person("Ana Nunez", "+1 312 555 0142", ""), version=away.version, by=maya)
    found, is_new = people.find_or_create("Ana Nunez", "+1 312 555 0142", "", entry, by=actors.SYSTEM)
    assert (found.id, is_new) == (away.id, False)
    assert places(away.id) == {"Join": "Trial done", "Keep": "At risk"}
    assert lines(away)[-1] == ("came_back", entry.value)


def test_what_goes_out_or_was_said_before_brings_nobody_back(away: Contact, maya: Any) -> None:
    people.log_activity(away, Kind.TEXT, by=maya, direction=Direction.OUT, summary="Hello")
    people.add_note(away, "Moved to Berlin", by=maya)
    writes(away, at=away.put_away_at - timedelta(days=2))
    assert Contact.get_by_id(away.id).put_away_at is not None
    assert places(away.id) == {}


def test_a_file_lands_nobody_who_is_put_away(away: Contact, join: SimpleNamespace, maya: Any) -> None:
    assert not actions.land(away, join.new.id, by=maya, via=Entry.IMPORT)
    assert places(away.id) == {}


def test_putting_away_and_coming_back_can_each_be_taken_back(away: Contact, newcomer: New, maya: Any) -> None:
    batch = ChangeBatch.select().where(ChangeBatch.kind == "away").get()
    undone = undo(get_batch(batch.id), by=maya)
    assert undone.left == []
    assert Contact.get_by_id(away.id).put_away_at is None
    assert places(away.id) == {"Join": "Trial done", "Keep": "At risk"}
    undo(get_batch(undone.batch.id), by=maya)
    assert places(away.id) == {}
    writes(away)
    assert places(away.id) == {"Join": "Trial done", "Keep": "At risk"}
    undo(ChangeBatch.select().where(ChangeBatch.kind == "back").get(), by=maya)
    assert places(away.id) == {}
    # Whatever was taken back in between, they come back to where they stood.
    writes(away)
    assert places(away.id) == {"Join": "Trial done", "Keep": "At risk"}


def test_putting_away_again_takes_off_what_was_moved_since(away: Contact, join: SimpleNamespace, maya: Any) -> None:
    batch = ChangeBatch.select().where(ChangeBatch.kind == "away").get()
    undone = undo(get_batch(batch.id), by=maya)
    (card,) = [card for card in queries.list_cards(away.id) if card.board.name == "Join"]
    actions.move_card(queries.get_card(card.id), join.contacted, by=maya)
    undo(get_batch(undone.batch.id), by=maya)
    assert Contact.get_by_id(away.id).put_away_at is not None
    assert places(away.id) == {}


def test_no_card_is_put_back_for_who_was_put_away_again(away: Contact, maya: Any) -> None:
    first = ChangeBatch.select().where(ChangeBatch.kind == "away").get()
    people.bring_back(away, by=maya)
    people.put_away(Contact.get_by_id(away.id), by=maya)
    undone = undo(get_batch(first.id), by=maya)
    assert undone.left == ["contact.put_away_at"]
    assert places(away.id) == {}


def test_no_card_is_put_back_for_who_was_taken_back(away: Contact, maya: Any) -> None:
    undo(ChangeBatch.select().where(ChangeBatch.kind == "add").get(), by=maya)
    undo(ChangeBatch.select().where(ChangeBatch.kind == "away").get(), by=maya)
    assert Contact.get_by_id(away.id).deleted_at is not None
    assert places(away.id) == {}


def test_who_returns_to_a_stage_that_is_gone_stands_in_the_first_of_its_board(
    away: Contact, join: SimpleNamespace, maya: Any
) -> None:
    actions.archive_stage(join.done, target=None, by=maya)
    people.bring_back(away, by=maya)
    assert places(away.id) == {"Join": "New lead", "Keep": "At risk"}


def test_the_page_puts_away_and_brings_back(hers: Any, newcomer: New) -> None:
    contact = newcomer().contact
    page = f"/contacts/{encode(contact.id)}"
    hers.post(f"{page}/away", {}, on=page)
    away = hers.get(page)
    assert "Ana is put away." in away
    assert "Maya put Ana away" in away
    hers.delete(f"{page}/away", on=page, status=204)
    back = hers.get(page)
    assert "Maya brought Ana back" in back
    assert "is put away" not in back
    hers.post(f"{page}/away", {}, on=page)
    # Pressed twice it is one act.
    hers.post(f"{page}/away", {}, on=page)
    assert ChangeBatch.select().where(ChangeBatch.kind == "away").count() == 2
    hers.post(f"{page}/away/end", {}, on=page)
    assert Contact.get_by_id(contact.id).put_away_at is None


def test_a_rep_puts_away_nobody_of_somebody_else(browse: Any, world: Any, newcomer: New) -> None:
    contact = newcomer().contact
    theirs = browse.as_(world.theo)
    page = f"/contacts/{encode(contact.id)}"
    assert "Put away" not in theirs.get(page)
