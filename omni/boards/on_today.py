"""What boards show on Today and on a contact's page: the answers to contacts' ports `agenda` and `panels`."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from omni.accounts.models import Teammate
from omni.boards import queries, wording
from omni.boards.faces import ring_of, ring_percent
from omni.boards.models import Board, Card, Stage
from omni.contacts.models import Contact
from omni.contacts.ports import AgendaItem, AgendaKind, Panel, Ring, Standing
from omni.contacts.queries import last_words
from omni.core import clock
from omni.core.fields import EPOCH
from omni.core.ids import Id, encode
from omni.core.policies import Policy, allows
from omni.core.words import _

MOST = 50


def list_new_leads(teammate: Teammate) -> list[AgendaItem]:
    """People in the stage where contacts land to whom nothing went out yet: this teammate's, and those of nobody."""
    cards = [card for card in queries.new_leads(MOST) if card.contact.owner_id in (None, teammate.id)]
    said = last_words([card.contact_id for card in cards])
    return [_lead(card, said[card.contact_id].summary if card.contact_id in said else "") for card in cards]


def show_cards(contact: Contact, teammate: Teammate) -> list[Panel]:
    """Where the contact stands, with the way to move them."""
    cards = queries.list_cards(contact.id)
    can_move = allows(teammate.role, Policy.MOVE_CARDS).covers(contact.owner_id, teammate.id)
    back = f"/contacts/{encode(contact.id)}"
    values = {"places": [_place(card) for card in cards], "can_move": can_move, "back": back}
    panels = [Panel("side", "boards/_cards_of_contact.html", values, order=10)]
    if can_move and len(cards) == 1:
        panels.append(
            Panel("head", "boards/_move_link.html", {"href": f"/cards/{encode(cards[0].id)}/move?back={back}"})
        )
    return panels


def standings(contact_ids: Sequence[Id]) -> Mapping[Id, Standing]:
    """Where these contacts stand: the stage of the first board, and the ring of the card that has waited longest."""
    cards: dict[Id, list[Card]] = {}
    for card in _open_cards(contact_ids):
        cards.setdefault(card.contact_id, []).append(card)
    return {contact_id: _standing(found) for contact_id, found in cards.items()}


def _open_cards(contact_ids: Sequence[Id]) -> list[Card]:
    query = Card.select(Card, Stage).join(Board, on=Card.board).switch(Card).join(Stage, on=Card.stage)
    query = query.where(Card.contact.in_(list(contact_ids)), Card.closed_at.is_null())
    return list(query.order_by(Board.position, Board.id))


def _lead(card: Card, quote: str) -> AgendaItem:
    contact = card.contact
    return AgendaItem(
        kind=AgendaKind.NEW_LEAD,
        words=quote or wording.origin(contact.source, contact.source_detail) or _("Nobody has written yet"),
        is_quote=bool(quote),
        act_href=f"/contacts/{encode(contact.id)}",
        act_label=_("Write to %(name)s", name=contact.given_name or contact.display_name),
        act_icon="message-circle",
        contact=contact,
        wait=wording.here(card.entered_at, clock.now()),
        ring=_ring(card),
        order=card.entered_at,
    )


def _ring(card: Card) -> Ring | None:
    now = clock.now()
    passed_us = (card.entered_at - EPOCH) // timedelta(microseconds=1)
    ring = ring_of(ring_percent(passed_us, card.stage.stale_days, now))
    return Ring(ring.percent, wording.here(card.entered_at, now)) if ring else None


def _standing(cards: list[Card]) -> Standing:
    """Where a contact with these cards stands; under the name it says "Contacted, 3 days"."""
    rings = [ring for card in cards if (ring := _ring(card))]
    stage, minutes = cards[0].stage.name, (clock.now() - cards[0].entered_at) // timedelta(minutes=1)
    return Standing(
        stage=stage,
        place=_("%(stage)s, %(time)s", stage=stage, time=wording.wait_words(minutes)) if minutes > 0 else stage,
        ring=max(rings, key=lambda one: one.percent, default=None),
    )


def _place(card: Card) -> dict[str, str]:
    return {
        "id": encode(card.id),
        "board": card.board.name,
        "board_href": f"/boards/{encode(card.board_id)}",
        "stage": card.stage.name,
        "here": wording.here(card.entered_at, clock.now()),
    }
