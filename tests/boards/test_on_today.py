"""What boards say on Today and on a contact's page."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from omni.boards import actions
from omni.boards.models import Card
from omni.boards.on_today import agenda, show_cards, standings
from omni.contacts.actions import log_activity
from omni.contacts.kinds import Direction, Kind
from omni.contacts.models import Contact
from omni.contacts.ports import AgendaItem, AgendaKind
from omni.core import clock
from omni.core.ids import encode

New = Callable[..., Card]


def list_new_leads(teammate: Any) -> list[AgendaItem]:
    return [item for item in agenda(teammate) if item.kind is AgendaKind.NEW_LEAD]


def test_a_new_lead_stands_on_today_until_somebody_wrote(newcomer: New, maya: Any) -> None:
    card = newcomer()
    (item,) = list_new_leads(maya)
    assert (item.kind, item.contact.id, item.wait) == (AgendaKind.NEW_LEAD, card.contact_id, "Just arrived")
    log_activity(card.contact, Kind.TEXT, by=maya, direction=Direction.OUT, summary="Welcome")
    assert list_new_leads(maya) == []


def test_a_new_lead_of_another_teammate_stands_on_theirs(newcomer: New, maya: Any, world: Any) -> None:
    card = newcomer()
    assert list_new_leads(world.theo) == []
    Contact.update(owner=None).where(Contact.id == card.contact_id).execute()
    assert len(list_new_leads(world.theo)) == 1


def test_a_moved_card_is_no_new_lead(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    actions.move_card(newcomer(), join.contacted, by=maya)
    assert list_new_leads(maya) == []


def test_the_last_words_stand_before_the_origin(newcomer: New, maya: Any) -> None:
    card = newcomer()
    log_activity(card.contact, Kind.TEXT, by=maya, direction=Direction.IN, summary="Mornings would be best.")
    (item,) = list_new_leads(maya)
    assert (item.words, item.is_quote) == ("Mornings would be best.", True)


def test_the_link_somebody_came_by_is_not_what_they_said(newcomer: New, maya: Any) -> None:
    card = newcomer()
    log_activity(card.contact, Kind.ARRIVED, by=maya, direction=Direction.IN, summary="the poster by the door")
    (item,) = list_new_leads(maya)
    assert not item.is_quote


def test_a_contact_shows_where_it_stands_and_its_ring(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    long_ago = clock.now() - timedelta(days=2)
    Card.update(entered_at=long_ago, limit_at=clock.now()).where(Card.id == card.id).execute()
    panels = {panel.slot: panel.values for panel in show_cards(card.contact, maya)}
    assert panels["side"]["places"][0]["stage"] == "New lead"
    standing = standings([card.contact_id])[card.contact_id]
    assert (standing.stage, standing.place) == ("New lead", "New lead, 2 days")
    assert standing.ring is not None and standing.ring.level == "hot"


def test_who_stands_on_no_board_has_no_standing(newcomer: New) -> None:
    card = newcomer()
    Card.update(closed_at=clock.now()).where(Card.id == card.id).execute()
    assert standings([card.contact_id]) == {}


def test_the_contact_page_leads_to_the_sheet_and_back(hers: Any, newcomer: New, join: SimpleNamespace) -> None:
    card = newcomer()
    contact = f"/contacts/{encode(card.contact_id)}"
    page = hers.get(contact)
    links = [one.get("href") for one in page.page.all("a") if "/move" in (one.get("href") or "")]
    assert set(links) == {f"/cards/{encode(card.id)}/move?back={contact}"}
    answer = hers.post(f"/cards/{encode(card.id)}/stage", {"stage": encode(join.contacted.id)}, on=links[0])
    assert answer.location == contact
    assert "Contacted" in hers.get(contact)


def test_the_lines_on_the_contact_page_fit_the_open_task(hers: Any, newcomer: New, maya: Any) -> None:
    from omni.tasks.actions import add_task

    card = newcomer()
    day = clock.today_in("America/Chicago") - timedelta(days=1)
    add_task(card.contact, title="Call about the family plan", due_on=day, by=maya)
    page = hers.get(f"/contacts/{encode(card.contact_id)}")
    assert "Call about the family plan" in page
    assert "1 day late" in page
