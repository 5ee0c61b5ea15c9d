"""What boards show on Today and on a contact's page: the answers to contacts' ports `agenda` and `panels`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from omni.accounts.models import Teammate
from omni.boards import queries, wording
from omni.boards.clocks import quiet_since
from omni.boards.faces import ring_of, ring_percent
from omni.boards.models import Card
from omni.boards.status import ORDER, Known, StatusLine, status_line
from omni.contacts.models import Contact
from omni.contacts.next_actions import NextAction
from omni.contacts.ports import AgendaItem, AgendaKind, Finding, Panel, Ring, Standing, cut
from omni.contacts.wording import given
from omni.core import clock
from omni.core.fields import EPOCH, MICROSECOND
from omni.core.ids import Id, encode
from omni.core.policies import Policy, allows
from omni.core.tenancy import current_workspace
from omni.core.together import read_together
from omni.core.words import _, money

MOST = 50


def agenda(teammate: Teammate) -> list[AgendaItem]:
    """Who is in the stage where contacts land with nothing written to them yet, and of whom nothing was heard for too
    long: this teammate's people, and those of nobody.
    """
    fresh, silent = read_together(
        queries.new_leads.bound(teammate=teammate.id, limit=MOST),
        queries.silent_cards.bound(teammate=teammate.id, now=clock.now(), limit=MOST),
    )
    return [*cut(list(map(_lead, fresh)), MOST), *cut(list(map(_silent, silent)), MOST)]


def find(teammate: Teammate, first: Contact | None) -> list[Finding]:
    """The boards, and moving the person found (contacts' port `finders`)."""
    found = [Finding(board.name, f"/boards/{encode(board.id)}", "square-kanban") for board in queries.list_boards()]
    found.append(Finding(_("Boards"), "/boards", "square-kanban"))
    if first and allows(teammate.role, Policy.MOVE_CARDS).covers(first.owner_id, teammate.id):
        for card in queries.list_cards(first.id)[:1]:
            href = f"/cards/{encode(card.id)}/move?back=/contacts/{encode(first.id)}"
            found.append(Finding(_("Move %(name)s to…", name=given(first)), href, "arrow-right", is_of_person=True))
    return found


def show_cards(contact: Contact, teammate: Teammate) -> list[Panel]:
    """Where the contact stands, with the way to move them."""
    ((_contact, step, cards),) = queries.list_standing([contact.id])
    can_move = allows(teammate.role, Policy.MOVE_CARDS).covers(contact.owner_id, teammate.id)
    back = f"/contacts/{encode(contact.id)}"
    values = {"places": [_place(card) for card in cards], "can_move": can_move, "back": back}
    standing = _stands(contact, step, cards)
    panels = [Panel("side", "boards/_cards_of_contact.html", values, order=10, standing=standing)]
    if can_move and len(cards) == 1:
        panels.append(
            Panel("head", "boards/_move_link.html", {"href": f"/cards/{encode(cards[0].id)}/move?back={back}"})
        )
    return panels


def standings(contact_ids: Sequence[Id]) -> Mapping[Id, Standing]:
    """Where these contacts stand, and the one line that says what they wait for: the most urgent of their cards'."""
    found = {known[0].id: _stands(*known) for known in queries.list_standing(contact_ids)}
    return {contact_id: standing for contact_id, standing in found.items() if standing}


def _stands(contact: Contact, step: NextAction | None, cards: list[Card]) -> Standing | None:
    """Where a contact stands; None where they stand on no board and wait for nothing."""
    now, zone = clock.now(), ZoneInfo(current_workspace().timezone)
    lines = [status_line(known, now=now, zone=zone) for known in _known(contact, step, cards)]
    line = min((one for one in lines if one), key=lambda one: ORDER[one.state], default=None)
    return _standing(cards, line, contact, now.astimezone(zone).date()) if line or cards else None


def _known(contact: Contact, step: NextAction | None, cards: list[Card]) -> Iterator[Known]:
    """What is known of each card of a contact, or of the contact alone where they stand on no board."""
    alone = Known(
        is_open=False,
        is_restricted=contact.is_restricted,
        reply_due_at=None,
        step=f"{step.step}:{step.title}" if step else None,
        due_at=step.due_at if step else None,
        snoozed_until=contact.snoozed_until,
        stale_at=None,
        quiet_since=None,
    )
    for card in cards:
        yield alone._replace(
            is_open=card.stage.is_open,
            reply_due_at=card.reply_due_at,
            stale_at=card.stale_at,
            quiet_since=quiet_since(card),
        )
    if not cards:
        yield alone


def _lead(card: Any) -> AgendaItem:
    contact, quote = card.contact, card.last_words or ""
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
        all_href=f"/boards/{encode(card.board_id)}",
    )


def _silent(card: Any) -> AgendaItem:
    return replace(_lead(card), kind=AgendaKind.SILENT, order=card.stale_at)


def _ring(card: Card) -> Ring | None:
    now = clock.now()
    ring = ring_of(ring_percent(_us(quiet_since(card)), card.limit_at and _us(card.limit_at), now))
    return Ring(ring.percent, wording.here(card.entered_at, now)) if ring else None


def _us(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _standing(cards: list[Card], line: StatusLine | None, contact: Contact, today: date) -> Standing:
    """Where a contact with these cards stands; under the name it says "Contacted, 3 days"."""
    rings = [ring for card in cards if (ring := _ring(card))]
    stage = cards[0].stage.name if cards else ""
    minutes = (clock.now() - cards[0].entered_at) // timedelta(minutes=1) if cards else 0
    return Standing(
        stage=stage,
        place=_("%(stage)s, %(time)s", stage=stage, time=wording.wait_words(minutes)) if minutes > 0 else stage,
        ring=max(rings, key=lambda one: one.percent, default=None),
        line=wording.line_words(line, current_workspace().timezone, today) if line else "",
        said=wording.line_with_name(line, given(contact), today) if line else "",
        tone=wording.TONES[line.state] if line else "",
        icon=wording.icon_of(line) if line else "",
    )


def _place(card: Card) -> dict[str, str]:
    return {
        "id": encode(card.id),
        "board": card.stage.board.name,
        "board_href": f"/boards/{encode(card.board_id)}",
        "stage": card.stage.name,
        "here": wording.here(card.entered_at, clock.now()),
        "about": " · ".join(one for one in (card.title, _worth(card), card.lost_reason) if one),
    }


def _worth(card: Card) -> str:
    return "" if card.value_cents is None else money(card.value_cents, current_workspace().currency)
