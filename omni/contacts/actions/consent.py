"""Yes, stop and start, written down for ever. Rooms above write consent only through here."""

from __future__ import annotations

from datetime import datetime

from omni.contacts import gate, ledger, ports
from omni.contacts.actions.timeline import log_activity
from omni.contacts.doers import By, actor_of, teammate_id_of
from omni.contacts.events import OptedOut
from omni.contacts.kinds import NO_STOP_MEANT, Basis, Channel, ConsentKind, Kind, Scope
from omni.contacts.models import ConsentEvent, Contact, ContactPoint, Suppression
from omni.core import audit, clock
from omni.core.database import transaction
from omni.core.events import publish
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.tenancy import current_workspace_id
from omni.core.words import lazy

NO_ADDRESS = lazy("%(name)s has no address on this channel.")


def record_consent(
    contact: Contact,
    *,
    channel: Channel,
    basis: Basis,
    source: str,
    by: By,
    scope: Scope = Scope.SERVICE,
    norm: str | None = None,
    words: str = "",
    wording_sha256: bytes | None = None,
    message_id: Id | None = None,
    at: datetime | None = None,
    is_told: bool = True,
) -> ConsentEvent:
    """Write down that this contact agreed, how, and in which words."""
    address = norm or _address_of(contact, channel)
    with transaction():
        row = _write(
            channel,
            address,
            ConsentKind.GRANTED,
            scope,
            contact=contact,
            basis=basis,
            source=source,
            words=words,
            wording_sha256=wording_sha256,
            message_id=message_id,
            by=by,
            at=at,
        )
        if is_told:
            log_activity(
                contact, Kind.CONSENTED, by=by, outcome=channel.value, at=at, ref_table="consent_event", ref_id=row.id
            )
    return row


def revoke(
    contact: Contact,
    *,
    channel: Channel,
    scope: Scope,
    source: str,
    by: By,
    norm: str | None = None,
    words: str = "",
    basis: Basis | None = None,
    at: datetime | None = None,
) -> ConsentEvent | None:
    """Write down that a yes of one scope no longer stands. Of scope all it is the opt-out."""
    if scope is Scope.ALL:
        return opt_out(contact, channel, by=by, words=words, source=source, norm=norm, at=at)
    address = norm or _address_of(contact, channel)
    with transaction():
        return _write(
            channel,
            address,
            ConsentKind.REVOKED,
            scope,
            contact=contact,
            basis=basis,
            source=source,
            words=words,
            by=by,
            at=at,
        )


def opt_out(
    contact: Contact,
    channel: Channel,
    *,
    by: By,
    words: str = "",
    source: str = "teammate",
    norm: str | None = None,
    message_id: Id | None = None,
    at: datetime | None = None,
) -> ConsentEvent | None:
    """Stop every message to this contact's addresses on `channel`, for all who share them."""
    row = None
    with transaction():
        for address in [norm] if norm else _addresses_of(contact, channel):
            row = opt_out_address(
                channel, address, by=by, words=words, source=source, message_id=message_id, at=at, contact=contact
            )
    return row


def opt_out_address(
    channel: Channel,
    norm: str,
    *,
    by: By,
    source: str,
    words: str = "",
    message_id: Id | None = None,
    at: datetime | None = None,
    contact: Contact | None = None,
) -> ConsentEvent:
    """Stop every message to an address: ledger, suppression, and what is on its way to anyone who shares it."""
    now = at or clock.now()
    with transaction():
        row = _write(
            channel,
            norm,
            ConsentKind.REVOKED,
            Scope.ALL,
            contact=contact,
            source=source,
            words=words,
            message_id=message_id,
            by=by,
            at=now,
        )
        hashed = ledger.address_hmac(channel, norm)
        if not _is_stopped(channel, hashed):
            # They said start since: a stop that is only told of now stands in the ledger and stops nothing.
            return row
        # Two stops may come at once; the first one's day stands.
        Suppression.insert(
            workspace=current_workspace_id(), channel=channel, hmac=hashed, reason=source, since=now
        ).on_conflict_ignore().execute()
        sharing = contacts_at(channel, norm)
        for one in sharing:
            log_activity(one, Kind.OPTED_OUT, by=by, outcome=channel.value, summary=words, at=at)
            publish(OptedOut(one.id, channel), by=actor_of(by))
        stop = ports.Stop(tuple(c.id for c in sharing), channel, norm, ports.StopReason.OPTED_OUT, by, now)
        for answer in ports.stopping.answers():
            answer(stop)
        audit.record("consent.revoked", row, by=actor_of(by), channel=channel.value, source=source)
    return row


def pause_address(
    channel: Channel,
    norm: str,
    *,
    by: By,
    source: str,
    words: str = "",
    message_id: Id | None = None,
    at: datetime | None = None,
) -> None:
    """Hold every message to an address back, since somebody there may have asked to stop."""  # fmt: skip
    now = at or clock.now()
    with transaction():
        row = _write(
            channel,
            norm,
            ConsentKind.PAUSED,
            Scope.ALL,
            source=source,
            words=words,
            message_id=message_id,
            by=by,
            at=now,
        )
        sharing = contacts_at(channel, norm)
        for one in sharing:
            log_activity(one, Kind.MAY_HAVE_STOPPED, by=by, outcome=channel.value, summary=words, at=at)
        stop = ports.Stop(tuple(c.id for c in sharing), channel, norm, ports.StopReason.MAY_HAVE_STOPPED, by, now)
        for answer in ports.stopping.answers():
            answer(stop)
        audit.record("consent.paused", row, by=actor_of(by), channel=channel.value, source=source)


def lift_pause(channel: Channel, norm: str, *, by: By) -> None:
    """Write down that no stop was meant. A stop that was given otherwise stays."""
    with transaction():
        row = _write(channel, norm, ConsentKind.RESUMED, Scope.ALL, source=NO_STOP_MEANT, by=by)
        audit.record("consent.pause_lifted", row, by=actor_of(by), channel=channel.value)


def resume(
    contact: Contact,
    channel: Channel,
    *,
    by: By,
    words: str = "",
    source: str = "teammate",
    norm: str | None = None,
    message_id: Id | None = None,
    at: datetime | None = None,
) -> ConsentEvent:
    """Write down that this contact wants messages again, in their own words."""
    address = norm or _address_of(contact, channel)
    return resume_address(
        channel, address, by=by, words=words, source=source, message_id=message_id, at=at, contact=contact
    )


def resume_address(
    channel: Channel,
    norm: str,
    *,
    by: By,
    source: str,
    words: str = "",
    message_id: Id | None = None,
    at: datetime | None = None,
    contact: Contact | None = None,
) -> ConsentEvent:
    """Lift the stop of an address, for all who share it."""
    now = at or clock.now()
    with transaction():
        row = _write(
            channel,
            norm,
            ConsentKind.RESUMED,
            Scope.ALL,
            contact=contact,
            source=source,
            words=words,
            message_id=message_id,
            by=by,
            at=now,
        )
        hashed = ledger.address_hmac(channel, norm)
        if _is_stopped(channel, hashed):
            # They said stop since.
            return row
        Suppression.delete().where(Suppression.channel == channel, Suppression.hmac == hashed).execute()
        for one in contacts_at(channel, norm):
            log_activity(one, Kind.RESUMED, by=by, outcome=channel.value, summary=words, at=at)
        audit.record("consent.resumed", row, by=actor_of(by), channel=channel.value, source=source)
    return row


def contacts_at(channel: Channel, norm: str) -> list[Contact]:
    """Everyone who shares the address, those taken back or hidden too."""
    sharing = ContactPoint.select(ContactPoint.contact).where(
        ContactPoint.kind == channel.point_kind, ContactPoint.norm == norm
    )
    return list(Contact.select().where(Contact.id.in_([point.contact_id for point in sharing])))


def _is_stopped(channel: Channel, hashed: bytes) -> bool:
    return ledger.fold(gate.consent_rows(channel, hashed)).is_stopped


def _write(
    channel: Channel,
    norm: str,
    kind: ConsentKind,
    scope: Scope,
    *,
    source: str,
    by: By,
    contact: Contact | None = None,
    basis: Basis | None = None,
    words: str = "",
    at: datetime | None = None,
    wording_sha256: bytes | None = None,
    message_id: Id | None = None,
) -> ConsentEvent:
    row = ConsentEvent(
        contact_id=contact.id if contact else None,
        point_id=_point_id(contact, channel, norm) if contact else None,
        address_hmac=ledger.address_hmac(channel, norm),
        channel=channel,
        kind=kind,
        scope=scope,
        basis=basis,
        source=source,
        wording_sha256=wording_sha256,
        message_id=message_id,
        by=teammate_id_of(by),
        at=at or clock.now(),
    )
    row.words = words or None
    row.save(force_insert=True)
    return row


def _point_id(contact: Contact, channel: Channel, norm: str) -> Id | None:
    found: Id | None = (
        ContactPoint.select(ContactPoint.id)
        .where(ContactPoint.contact == contact.id, ContactPoint.kind == channel.point_kind, ContactPoint.norm == norm)
        .scalar()
    )
    return found


def _addresses_of(contact: Contact, channel: Channel) -> list[str]:
    points = (
        ContactPoint.select(ContactPoint.norm)
        .where(ContactPoint.contact == contact.id, ContactPoint.kind == channel.point_kind)
        .order_by(ContactPoint.is_primary.desc(), ContactPoint.id)
    )
    found = [point.norm for point in points]
    if not found:
        raise Invalid(faults={"channel": str(lazy(NO_ADDRESS.key, name=contact.display_name))})
    return found


def _address_of(contact: Contact, channel: Channel) -> str:
    return _addresses_of(contact, channel)[0]
