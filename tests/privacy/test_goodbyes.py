"""The three goodbyes at a contact's foot, and the last of them: asked, taken back, carried out; on both databases."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from omni.accounts.models import Session
from omni.boards import queries as cards
from omni.boards.models import Card, CardStay, StageStat
from omni.contacts import actions as people
from omni.contacts import queries as contacts
from omni.contacts.families import Household
from omni.contacts.gate import may_process
from omni.contacts.kinds import Channel, Direction, Kind, PointKind, Processing, Tie
from omni.contacts.models import Contact, ContactPoint, ContactSearch, Suppression
from omni.contacts.undo import undo
from omni.core import actors, audit, clock
from omni.core.audit import AuditEvent
from omni.core.changes import ChangeBatch
from omni.core.database import transaction
from omni.core.faults import Gone, Stale
from omni.core.ids import encode, new_id
from omni.core.personal_data import Erase, personal_columns
from omni.core.policies import Purpose
from omni.core.tenancy import entered, sweeping
from omni.messaging import actions as texts
from omni.messaging.models import Conversation, Message
from omni.privacy import actions, erasing, queries
from omni.privacy.models import Erasure, ErasureStep, ExportJob, ExportScope, ExportState, Step
from tests.html import words_of
from tests.parallel import in_parallel
from tests.world import World

THREE_DAYS = timedelta(hours=72)


@pytest.fixture(autouse=True)
def running_clock() -> Iterator[None]:
    yield
    clock.freeze(None)


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    with entered(world.juniper):
        yield world


@pytest.fixture
def ana(inside: World) -> Contact:
    """Ana with something in every room: a card, a task, texts, a note with her name, a family, a yes in her words."""
    ana, by = inside.lead, inside.maya
    people.add_note(ana, "Ana runs a bakery", by=by)
    people.add_tag(ana, "Early bird", by=by)
    people.link(ana, inside.person("Bo Kraft", "+13125550188"), Tie.PARTNER, by=by)
    people.record_consent(ana, channel=Channel.SMS, basis="asked", source="teammate", by=by, words="Yes, text me")
    people.restrict(ana, reason="She asked for quiet", by=by)
    people.lift_restriction(ana, by=by)
    return Contact.get_by_id(ana.id)


def asked(contact: Contact, world: World) -> Erasure:
    contact = Contact.get_by_id(contact.id)
    return erasing.ask_erasure(contact, shown=erasing.fingerprint(erasing.plan(contact.id)), by=world.maya)


def later(hours: float = 72) -> None:
    clock.freeze(clock.now() + timedelta(hours=hours, seconds=1))


def due(world: World) -> list[Any]:
    with sweeping():
        return [row_id for _workspace, row_id in queries.due_erasures()]


def left_of(contact_id: Any, words: str) -> list[str]:
    """Tables whose located rows still say something of the person."""
    found = []
    for answer in queries.about_contacts():
        for row in answer.locate(contact_id):
            said = [str(row.__data__.get(column.name)) for column in personal_columns(answer.model)]
            if any(words in one for one in said):
                found.append(answer.model.__name__)
    return found


def offered(part: Any) -> list[str]:
    """What somebody may press in a part of a page."""
    return [words_of(one) for one in part.iter() if one.tag in ("a", "button")]


def send(contact: Contact, world: World) -> Message:
    world.agree(contact)
    number = next(one.norm for one in contacts.points_of(contact) if one.kind is PointKind.PHONE)
    return texts.send_text(contact, "Hello Ana, a class?", address=number, by=world.maya, client_key=encode(new_id()))


# -- the foot of the page ----------------------------------------------------------------------------------------------


def test_three_goodbyes_and_no_fourth(browse: Any, inside: World) -> None:
    page = browse.as_(inside.maya).get(f"/contacts/{encode(inside.lead.id)}").page
    assert offered(page.by_id("contact-goodbyes")) == ["Stop messages", "Put away", "Delete for good"]
    assert offered(page.by_id("contact-privacy")) == ["Restrict", "Do not contact", "Export this person"]
    send(inside.lead, inside)
    again = browse.as_(inside.maya).get(f"/contacts/{encode(inside.lead.id)}").page
    assert offered(again.by_id("contact-privacy")) == ["Restrict", "Do not contact", "Block", "Export this person"]
    assert offered(again.by_id("contact-goodbyes")) == ["Stop messages", "Put away", "Delete for good"]


def test_who_may_not_delete_is_not_offered_it(browse: Any, inside: World) -> None:
    at = f"/contacts/{encode(inside.lead.id)}"
    theo = browse.as_(inside.theo)
    assert "Delete for good" not in theo.get(at)
    assert "Export this person" not in theo.get(at)
    theo.get(f"{at}/erase", status=403)
    theo.get(f"{at}/copy", status=403)


def test_a_contact_is_blocked_and_let_in_from_the_privacy_card(browse: Any, inside: World) -> None:
    text = send(inside.lead, inside)
    at = f"/contacts/{encode(inside.lead.id)}"
    maya = browse.as_(inside.maya)
    maya.post(f"{at}/block", on=at)
    assert Conversation.get_by_id(text.conversation_id).is_blocked
    maya.post(f"{at}/unblock", on=at)
    assert not Conversation.get_by_id(text.conversation_id).is_blocked


# -- one person's copy -------------------------------------------------------------------------------------------------


def test_one_persons_copy_holds_their_rows_and_nobody_elses(browse: Any, inside: World, ana: Contact) -> None:
    people.add_note(inside.member, "Somebody else's words", by=inside.maya)
    at = f"/contacts/{encode(ana.id)}/copy"
    maya = browse.as_(inside.maya)
    assert "What teammates wrote down" in maya.get(at)
    answer = maya.post(at, on=at, status=200)
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        held = json.loads(archive.read("data.json"))
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert held["scope"] == "contact"
    for answer_ in queries.sections_of_contact():
        count = answer_.locate(ana.id).count()
        assert held["rows"].get(answer_.model._meta.table_name, 0) == count
    assert b"Ana runs a bakery" in everything
    assert b"Somebody else's words" not in everything


# -- asked -------------------------------------------------------------------------------------------------------------


def test_the_preview_counts_every_room(browse: Any, inside: World, ana: Contact) -> None:
    page = browse.as_(inside.maya).get(f"/contacts/{encode(ana.id)}/erase").page.words
    for words in ("Person and timeline", "Boards", "Undo, links and the audit", "What teammates wrote down"):
        assert words in page
    counted = {line.table: line.rows for line in erasing.plan(ana.id)}
    for answer in queries.about_contacts():
        assert counted.get(answer.model._meta.table_name, 0) == answer.locate(ana.id).count()


def test_asking_hides_the_person_at_once_and_shows_the_clock(browse: Any, inside: World, ana: Contact) -> None:
    at = f"/contacts/{encode(ana.id)}"
    maya = browse.as_(inside.maya)
    answer = maya.post(f"{at}/erase", on=f"{at}/erase")
    page = maya.follow(answer)
    assert "72 hours left" in page
    assert "Take it back" in page
    for url in ("/contacts", "/search?q=nunez", "/today", "/tasks?all=1", "/inbox"):
        assert "Ana Nunez" not in maya.get(url)
    for (board_id,) in Card.select(Card.board).where(Card.contact == ana.id).tuples():
        assert "Ana Nunez" not in maya.get(f"/boards/{encode(board_id)}")
    maya.get(at, status=404)
    assert "Ana Nunez" in maya.get("/settings/privacy/deleted")
    assert not may_process(Contact.get_by_id(ana.id), Purpose.SERVICE, Channel.SMS).is_open
    assert StageStat.select().where(StageStat.n > 0).count() == cards_standing()


def cards_standing() -> int:
    return Card.select(Card.stage).where(Card.closed_at.is_null()).distinct().count()


def test_deleting_needs_the_password_again(browse: Any, inside: World) -> None:
    at = f"/contacts/{encode(inside.lead.id)}/erase"
    maya = browse.as_(inside.maya)
    with transaction():
        Session.update(stepped_up_at=clock.now() - timedelta(minutes=11)).execute()
    assert "Your password, once more" in maya.post(at, on=at, status=200)
    assert Erasure.select().count() == 0


def test_counts_that_are_no_longer_true_are_shown_again(browse: Any, inside: World) -> None:
    shown = erasing.fingerprint(erasing.plan(inside.lead.id))
    people.add_note(inside.lead, "Came in meanwhile", by=inside.maya)
    with pytest.raises(Stale):
        erasing.ask_erasure(inside.lead, shown=shown, by=inside.maya)
    at = f"/contacts/{encode(inside.lead.id)}/erase"
    answer = browse.as_(inside.maya).post(at, {"shown": shown}, on=at, status=409)
    assert "Look at the counts again" in answer
    assert contacts.get_contact(inside.lead.id)


def test_asking_twice_starts_one_clock(inside: World, ana: Contact) -> None:
    first = asked(ana, inside)
    assert asked(ana, inside) == first


def test_what_comes_in_meanwhile_brings_nobody_back(inside: World, ana: Contact) -> None:
    asked(ana, inside)
    hidden = Contact.get_by_id(ana.id)
    by = actors.contact(ana.id)
    people.log_activity(hidden, Kind.TEXT, by=by, direction=Direction.IN, summary="Hi")
    assert Contact.get_by_id(ana.id).put_away_at is not None
    assert not Card.select().where(Card.contact == ana.id, Card.closed_at.is_null()).exists()


def test_history_takes_nothing_of_them_back(inside: World, ana: Contact) -> None:
    asked(ana, inside)
    for batch in ChangeBatch.select().where(ChangeBatch.undone_by.is_null()).order_by(ChangeBatch.id.desc()):
        undo(batch, by=inside.maya)
    there = Contact.get_by_id(ana.id)
    assert there.processing is Processing.ERASING
    assert there.put_away_at is not None
    assert not Card.select().where(Card.contact == ana.id, Card.closed_at.is_null()).exists()


# -- taken back --------------------------------------------------------------------------------------------------------


def test_taken_back_everything_stands_as_before(browse: Any, inside: World, ana: Contact) -> None:
    stood = {card.stage_id for card in cards.list_cards(ana.id)}
    assert stood
    erasure = asked(ana, inside)
    maya = browse.as_(inside.maya)
    at = f"/contacts/{encode(ana.id)}"
    maya.post(f"{at}/erase/end", on=f"{at}/erase")
    assert "Ana Nunez" in maya.get(at)
    assert {card.stage_id for card in cards.list_cards(ana.id)} == stood
    later()
    assert due(inside) == []
    erasing.carry_out(erasure.id)
    assert contacts.get_contact(ana.id).display_name == "Ana Nunez"
    assert asked(ana, inside) != erasure


def test_who_rested_and_was_put_away_is_so_again(inside: World, ana: Contact) -> None:
    people.restrict(ana, reason="Quiet", by=inside.maya)
    people.put_away(ana, by=inside.maya)
    erasing.take_back(asked(ana, inside), by=inside.maya)
    there = contacts.get_contact(ana.id)
    assert there.is_restricted
    assert there.put_away_at is not None


def test_taken_back_in_the_very_moment_is_one_or_the_other(inside: World, ana: Contact) -> None:
    erasure = asked(ana, inside)
    later()

    acts = [lambda: erasing.take_back(erasure, by=inside.maya), lambda: erasing.carry_out(erasure.id)]
    said, done = in_parallel(inside.juniper, acts)
    assert done is None
    there = Contact.get_by_id(ana.id)
    fresh = Erasure.get_by_id(erasure.id)
    if said is None:
        assert (there.display_name, fresh.done_at) == ("Ana Nunez", None)
    else:
        assert isinstance(said, Gone)
        assert (there.display_name, fresh.taken_back_at) == ("", None)
        assert fresh.done_at


def test_nobody_is_fetched_back_once_it_has_begun(browse: Any, inside: World, ana: Contact) -> None:
    erasure = asked(ana, inside)
    later()
    erasing.carry_out(erasure.id)
    with pytest.raises(Gone):
        erasing.take_back(erasure, by=inside.maya)
    at = f"/contacts/{encode(ana.id)}/erase"
    assert "Take it back" not in browse.as_(inside.maya).get(at)


# -- carried out -------------------------------------------------------------------------------------------------------


def test_nothing_goes_before_the_72_hours_are_over(inside: World, ana: Contact) -> None:
    erasure = asked(ana, inside)
    later(71)
    assert due(inside) == []
    erasing.carry_out(erasure.id)
    assert Contact.get_by_id(ana.id).display_name == "Ana Nunez"
    later(1)
    assert due(inside) == [erasure.id]


def test_every_table_does_as_its_answer_says(inside: World, ana: Contact) -> None:
    send(ana, inside)
    board_n = cards_standing()
    erasure = asked(ana, inside)
    before = {answer.model: answer.locate(ana.id).count() for answer in queries.about_contacts()}
    later()
    erasing.carry_out(erasure.id)
    for answer in queries.about_contacts():
        if answer.erase is Erase.DELETE:
            assert answer.locate(ana.id).count() == 0, answer.model.__name__
        elif answer.erase is Erase.KEEP:
            assert answer.locate(ana.id).count() >= before[answer.model], answer.model.__name__
    for words in ("Ana", "Nunez", "bakery", "5550", "ana@", "Yes, text me", "quiet"):
        assert left_of(ana.id, words) == []
    tombstone = Contact.get_by_id(ana.id)
    assert (tombstone.display_name, tombstone.owner_id, tombstone.processing) == ("", None, Processing.ERASING)
    assert ContactSearch.select().where(ContactSearch.fold.contains("ana nunez")).count() == 0
    assert not ChangeBatch.select().where(ChangeBatch.values.contains("Ana Nunez")).exists()
    # The empty place of her card still counts on an earlier day.
    assert CardStay.select().join(Card).where(Card.contact == ana.id).exists()
    assert cards_standing() <= board_n
    # Bo stands where he stood.
    assert contacts.search_contacts("Bo Kraft")
    assert Household.select().count() == 1


def test_the_words_of_the_audit_and_of_a_yes_go_and_their_proof_stays(inside: World, ana: Contact) -> None:
    lines = list(AuditEvent.select().where(AuditEvent.verb == "contact.restricted"))
    assert audit.details_of(lines)
    proofs = contacts.consents_of(ana)[0].rows
    erasure = asked(ana, inside)
    later()
    erasing.carry_out(erasure.id)
    assert audit.details_of(lines) == {}
    assert AuditEvent.select().where(AuditEvent.verb == "contact.restricted").count() == len(lines)
    for proof in proofs:
        fresh = type(proof).get_by_id(proof.id)
        assert (fresh.words, bytes(fresh.address_hmac)) == (None, bytes(proof.address_hmac))


def test_suppression_outlives_them_but_not_on_a_shared_number(inside: World) -> None:
    mother, child = inside.family_phone
    people.add_email(child, "child@example.com", by=inside.maya)
    shared = next(one for one in contacts.points_of(mother) if one.norm in {p.norm for p in contacts.points_of(child)})
    erasure = asked(child, inside)
    later()
    erasing.carry_out(erasure.id)
    assert contacts.has_stopped(Channel.EMAIL, "child@example.com")
    assert not contacts.has_stopped(Channel.SMS, shared.norm)
    assert Suppression.select().count() >= 1
    assert Erasure.get_by_id(erasure.id).receipt["stopped"] == 1


def test_who_was_merged_into_them_goes_along(inside: World, ana: Contact) -> None:
    twin = inside.person("Anna Nunez", "+13125550199")
    people.merge(ana, twin, picks={}, versions=(ana.version, twin.version), by=inside.maya)
    erasure = asked(ana, inside)
    later()
    erasing.carry_out(erasure.id)
    assert Contact.get_by_id(twin.id).display_name == ""
    assert not ContactPoint.select().where(ContactPoint.norm == "+13125550199").exists()


def test_an_export_that_tells_of_them_is_withdrawn(inside: World, ana: Contact) -> None:
    job = actions.ask_export(inside.maya.user_id, ExportScope.WORKSPACE, by=inside.maya.actor)
    actions.make_export(job.id)
    file = actions.file_of(job)
    assert file.exists()
    erasure = asked(ana, inside)
    later()
    erasing.carry_out(erasure.id)
    assert not file.exists()
    assert ExportJob.get_by_id(job.id).state is ExportState.CANCELLED


def test_the_receipt_tells_what_went_and_names_nobody(browse: Any, inside: World, ana: Contact) -> None:
    erasure = asked(ana, inside)
    later()
    erasing.carry_out(erasure.id)
    receipt = Erasure.get_by_id(erasure.id).receipt
    assert receipt["counts"]["note"] == 1
    maya = browse.as_(inside.maya)
    page = maya.get(f"/contacts/{encode(ana.id)}/erase").page.words
    assert "Asked by Maya" in page
    assert "Ana" not in page
    assert "Erased person" in maya.get("/settings/privacy/deleted")
    assert "Erased person" in maya.get("/history")
    assert "Ana Nunez" not in maya.get("/history")


def test_a_job_finds_what_is_due_and_two_workers_do_it_once(inside: World, ana: Contact) -> None:
    erasure = asked(ana, inside)
    later()
    assert in_parallel(inside.juniper, [lambda: erasing.carry_out(erasure.id)] * 2) == [None, None]
    assert ErasureStep.select().count() == len(Step)
    assert Erasure.get_by_id(erasure.id).receipt["counts"]["note"] == 1
    assert due(inside) == []
