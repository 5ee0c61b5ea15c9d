"""The gate: whether one contact may be reached now, for what, and how. Every sender asks here; permits are made here.

The order is the law's and the person's (privacy §5): workspace frozen, erasing, restricted, minor, do not contact,
suppression, consent. At most two queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from omni.contacts import ledger
from omni.contacts.kinds import Channel, Processing, Scope
from omni.contacts.models import ConsentEvent, Contact, ContactPoint, Suppression
from omni.contacts.permit import _MINT, Permit
from omni.core import ages, clock
from omni.core.ids import Id
from omni.core.policies import Purpose
from omni.core.prepared import prepared
from omni.core.tenancy import current_workspace
from omni.core.together import Part, read_together
from omni.core.words import Lazy, lazy


class Rule(StrEnum):
    """What decided, in the order in which they are asked."""

    FROZEN = "frozen"
    ERASING = "erasing"
    RESTRICTED = "restricted"
    MINOR = "minor"
    NO_ADDRESS = "no_address"
    DO_NOT_CONTACT = "do_not_contact"
    SUPPRESSED = "suppressed"
    PAUSED = "paused"
    NO_CONSENT = "no_consent"
    CONSENTED = "consented"
    REQUIRED = "required"


REASONS: dict[Rule, Lazy] = {
    Rule.FROZEN: lazy("This workspace is paused, so nothing is sent."),
    Rule.ERASING: lazy("This person asked to be deleted."),
    Rule.RESTRICTED: lazy("This person is at rest. Lift the restriction first."),
    Rule.MINOR: lazy("This person is under the age at which they may agree by themselves."),
    Rule.NO_ADDRESS: lazy("There is no address to reach them on."),
    Rule.DO_NOT_CONTACT: lazy("This person is marked “do not contact”."),
    Rule.SUPPRESSED: lazy("They stopped messages to this address."),
    Rule.PAUSED: lazy("They may have asked to stop. Say whether they did."),
    Rule.NO_CONSENT: lazy("Nobody has recorded that they agreed."),
    Rule.CONSENTED: lazy("They agreed."),
    Rule.REQUIRED: lazy("The law asks for this message."),
}


@dataclass(frozen=True)
class Verdict:
    """The gate's answer: a permit, or the rule that refused. `evidence` is the consent row it rests on."""

    permit: Permit | None
    rule: Rule
    evidence: Id | None = None
    norm: str = field(default="", repr=False)

    @property
    def is_open(self) -> bool:
        return self.permit is not None

    @property
    def reason(self) -> str:
        return str(REASONS[self.rule])


@dataclass(frozen=True)
class Told:
    """What is known of one address on one channel: its consent, and whether it is suppressed."""

    state: ledger.ConsentState
    is_suppressed: bool = False

    @property
    def is_stopped(self) -> bool:
        return self.is_suppressed or self.state.is_stopped


# Of an address that nobody has said anything of.
NOTHING = Told(ledger.ConsentState())


def may_process(contact: Contact, purpose: Purpose, channel: Channel, *, norm: str | None = None) -> Verdict:
    """Whether `contact` may be reached on `channel` for `purpose` at `norm` (by default their first address)."""
    address = norm if norm is not None else _first_address(contact, channel)
    if not address:
        return judge(contact, purpose, channel, "", NOTHING)
    return judge(contact, purpose, channel, address, read_addresses(channel, [address])[address])


def judge(contact: Contact | None, purpose: Purpose, channel: Channel, norm: str, told: Told) -> Verdict:
    """The same of what was read already, for many at once; without a contact, of an address nobody here bears."""
    refusal = _refused_by_state(contact) if contact else None if current_workspace().is_writable else Rule.FROZEN
    if refusal:
        return Verdict(None, refusal, norm=norm)
    if not norm:
        return Verdict(None, Rule.NO_ADDRESS)
    return _of_address(contact.id if contact else None, bool(contact and contact.do_not_contact), purpose, channel,
                       norm, told)  # fmt: skip


def told_of(channel: Channel, norms: Sequence[str]) -> Part[dict[str, Told]]:
    """What is known of each of these addresses, as a part to be read with others."""
    hashes = {norm: ledger.address_hmac(channel, norm) for norm in norms}

    def make(rows: list[ConsentEvent], refused: list[Suppression]) -> dict[str, Told]:
        by_hash = defaultdict[bytes, list[ConsentEvent]](list)
        for row in rows:
            if row.channel is channel:
                by_hash[bytes(row.address_hmac)].append(row)
        suppressed = {bytes(row.hmac) for row in refused if row.channel is channel}
        return {
            norm: Told(ledger.fold(by_hash.get(hashed, ())), hashed in suppressed) for norm, hashed in hashes.items()
        }

    return Part(tuple(_told_of.each(hashes=list(hashes.values()))), make)


def read_addresses(channel: Channel, norms: Sequence[str]) -> dict[str, Told]:
    """What is known of each of these addresses."""
    return told_of(channel, norms).read()


def why_not_call(contact: Contact, norm: str, *, may_ring: bool | None = None) -> str:
    """Why nobody may ring `contact` up at `norm`; nothing when they may. `may_ring` is what was read of the number.

    Who dials by hand needs no recorded yes, and every no to calls has suppressed the number.
    """
    refusal = _refused_by_state(contact) or (Rule.DO_NOT_CONTACT if contact.do_not_contact else None)
    if refusal is None and may_ring is None:
        may_ring = not is_suppressed(Channel.CALL, ledger.address_hmac(Channel.CALL, norm))
    refusal = refusal or (None if may_ring else Rule.SUPPRESSED)
    return str(REASONS[refusal]) if refusal else ""


def may_write_to(channel: Channel, norm: str, purpose: Purpose) -> Verdict:
    """Whether an address that belongs to no contact may be reached."""
    return judge(None, purpose, channel, norm, read_addresses(channel, [norm])[norm])


def is_minor(contact: Contact) -> bool:
    """Whether the person is, or from what we know might be, under the age of their country."""
    if contact.birth_year is None:
        return False
    workspace = current_workspace()
    # An unknown month counts as the last of the year, so that a doubt protects the child.
    return not ages.is_of_age(
        workspace.country,
        birth_year=contact.birth_year,
        birth_month=contact.birth_month or 12,
        on=clock.today_in(workspace.timezone),
    )


def _refused_by_state(contact: Contact) -> Rule | None:
    if not current_workspace().is_writable:
        return Rule.FROZEN
    if contact.processing is Processing.ERASING or contact.deleted_at is not None:
        return Rule.ERASING
    if contact.processing is Processing.RESTRICTED:
        return Rule.RESTRICTED
    return Rule.MINOR if is_minor(contact) else None


def _of_address(
    contact_id: Id | None, is_not_to_be: bool, purpose: Purpose, channel: Channel, norm: str, told: Told
) -> Verdict:
    if purpose is Purpose.LAW:
        return _open(contact_id, purpose, channel, norm, Rule.REQUIRED, None)
    if is_not_to_be:
        return Verdict(None, Rule.DO_NOT_CONTACT, norm=norm)
    if told.is_stopped:
        return Verdict(None, Rule.SUPPRESSED, norm=norm)
    if told.state.is_paused:
        return Verdict(None, Rule.PAUSED, norm=norm)
    scope = Scope.MARKETING if purpose is Purpose.COMMUNICATE else Scope.SERVICE
    if not told.state.allows(scope):
        return Verdict(None, Rule.NO_CONSENT, norm=norm)
    evidence = told.state.evidence
    return _open(contact_id, purpose, channel, norm, Rule.CONSENTED, evidence.id if evidence else None)


def read_ledger(hashes: Sequence[bytes]) -> tuple[list[ConsentEvent], set[tuple[Channel, bytes]]]:
    """Of these addresses every consent row, and on which channel which of them is suppressed."""
    rows, refused = read_together(*_told_of.each(hashes=list(hashes)))
    return rows, {(row.channel, bytes(row.hmac)) for row in refused}


@prepared
def _told_of(hashes: Any) -> Any:
    rows = ConsentEvent.select().where(ConsentEvent.address_hmac.in_(hashes))
    return rows, Suppression.select().where(Suppression.hmac.in_(hashes))


def consent_rows(channel: Channel, hashed: bytes) -> list[ConsentEvent]:
    """Every consent row of one address."""
    return list(ConsentEvent.select().where(ConsentEvent.channel == channel, ConsentEvent.address_hmac == hashed))


def is_suppressed(channel: Channel, hashed: bytes) -> bool:
    return bool(Suppression.select().where(Suppression.channel == channel, Suppression.hmac == hashed).exists())


def _open(
    contact_id: Id | None, purpose: Purpose, channel: Channel, norm: str, rule: Rule, evidence: Id | None
) -> Verdict:
    return Verdict(Permit(_MINT, contact_id, purpose, channel, norm), rule, evidence, norm)


def _first_address(contact: Contact, channel: Channel) -> str | None:
    point = (
        ContactPoint.select(ContactPoint.norm)
        .where(ContactPoint.contact == contact.id, ContactPoint.kind == channel.point_kind)
        .order_by(ContactPoint.is_primary.desc(), ContactPoint.id)
        .first()
    )
    return point.norm if point else None
