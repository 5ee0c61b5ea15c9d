"""What each of many people would get of one text, and why not: asked of the gate that sends.

The preview of a campaign, the second look at its approval and the moment of sending all weigh with this.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from omni.contacts import gate as people
from omni.contacts import queries as contacts
from omni.contacts.kinds import Basis, PointKind, Scope
from omni.contacts.models import Contact
from omni.core import clock
from omni.core.ids import Id
from omni.core.tenancy import current_workspace
from omni.core.words import use_locale
from omni.messaging import costs, gate, merge_fields, queries, wording
from omni.messaging.gate import Facts, Letter
from omni.messaging.hours import Window
from omni.messaging.models import CampaignKind, Sender
from omni.messaging.segments import count_segments
from omni.messaging.states import Reason

# Who was a customer within so many days may be asked whether offers are welcome (messaging §5.8).
CUSTOMER_HOLDS = timedelta(days=90)


@dataclass(frozen=True)
class Words:
    """What is to be said to many, why, and from which number."""

    kind: CampaignKind
    text: str
    sender: Sender
    my_name: str = ""


@dataclass(frozen=True)
class Weighed:
    """One person's part: with a `reason` they are left out, without one `body` goes at `starts_at` to `to`."""

    contact_id: Id
    to: str | None
    reason: Reason | None = None
    detail: str = ""
    body: str = ""
    segments: int = 0
    micros: int = 0
    starts_at: datetime | None = None
    zones: str = ""

    @property
    def is_left_out(self) -> bool:
        return self.reason is not None


def weigh(words: Words, chosen: Sequence[Contact], *, taken: Iterable[str] = ()) -> list[Weighed]:
    """Each of these people's part, in their order. `taken`: the numbers that people before them have already."""
    points = contacts.primary_points([one.id for one in chosen], PointKind.PHONE)
    letters = {
        one.id: Letter(one, points[one.id].norm, words.kind.purpose, None, words.sender, window=window_of(words.kind))
        for one in chosen
        if one.id in points
    }
    facts = gate.read(list(letters.values()))
    addresses = list({each.address for each in letters.values()})
    known = _Known(
        firsts=queries.which_had_first(addresses),
        asked=queries.which_were_asked(addresses) if words.kind is CampaignKind.ASK_AGAIN else frozenset(),
        customers=_customers(chosen) if words.kind is CampaignKind.ASK_AGAIN else frozenset(),
    )
    seen, found = set(taken), []
    with use_locale(current_workspace().language):
        for one in chosen:
            letter = letters.get(one.id)
            if letter is None:
                found.append(Weighed(one.id, None, Reason.NO_NUMBER))
            elif letter.address in seen:
                found.append(Weighed(one.id, None, Reason.SAME_NUMBER))
            else:
                seen.add(letter.address)
                found.append(_weighed(words, letter, facts, known))
    return found


def window_of(kind: CampaignKind) -> Window | None:
    """Who asks for a yes to offers keeps to the hours of offers."""
    return Window.OFFERS if kind is CampaignKind.ASK_AGAIN else None


def digest(parts: Iterable[Weighed]) -> bytes:
    """What approving a preview says yes to: who gets which words, who does not and why, and what it costs."""
    found = hashlib.sha256()
    for one in parts:
        found.update(f"{one.contact_id}|{one.to}|{one.reason}|{one.detail}|{one.segments}|{one.micros}|".encode())
        found.update(hashlib.sha256(one.body.encode()).digest())
    return found.digest()


@dataclass(frozen=True)
class _Known:
    """What is known of the addresses and people besides what the gate reads."""

    firsts: frozenset[str]
    asked: frozenset[str]
    customers: frozenset[Id]


def _weighed(words: Words, letter: Letter, facts: Facts, known: _Known) -> Weighed:
    contact, address = letter.contact, letter.address
    assert contact is not None  # noqa: S101 - every letter of a campaign is to a contact
    reason = _not_asked_again(contact, address, facts, known) if words.kind is CampaignKind.ASK_AGAIN else None
    at = clock.now()
    starts_at = gate.earliest(letter, facts, at=at) if reason is None else None
    if reason is None and starts_at is None:
        reason = gate.judge(letter, facts, at=at).reason
    if reason is not None:
        return Weighed(contact.id, address, reason)
    filled = merge_fields.fill(words.text, merge_fields.values_of(contact, None, my_name=words.my_name))
    if filled.blank:
        return Weighed(contact.id, address, Reason.NO_FIELD, filled.blank[0])
    typed = wording.ask_again(filled.body) if words.kind is CampaignKind.ASK_AGAIN else filled.body
    body = typed if address in known.firsts else wording.first_text(current_workspace().name, typed)
    segments = count_segments(body)
    micros, zones = costs.of_text(segments, words.sender), gate.where_of(letter, facts).as_text()
    return Weighed(contact.id, address, None, "", body, segments, micros, starts_at, zones)


def _not_asked_again(contact: Contact, address: str, facts: Facts, known: _Known) -> Reason | None:
    """Why this person may not be asked for a yes to offers (messaging §5.8)."""
    state = facts.told.get(address, people.NOTHING).state
    if Scope.MARKETING in state.granted:
        return Reason.AGREED_ALREADY
    if address in known.asked:
        return Reason.ASKED_BEFORE
    has_asked = Basis.ASKED in state.bases
    was_customer = Basis.CUSTOMER in state.bases and contact.id in known.customers
    if state.has_refused or not (has_asked or was_customer):
        return Reason.MAY_NOT_BE_ASKED
    return None


def _customers(chosen: Sequence[Contact]) -> frozenset[Id]:
    return contacts.which_were_members([one.id for one in chosen], since=clock.now() - CUSTOMER_HOLDS)
