"""The thread and its place in the inbox: opened, read, given to somebody, done, blocked, tied to a contact."""

from typing import Any

from omni.accounts.models import Teammate
from omni.contacts import actions as people
from omni.contacts import gate, ledger
from omni.contacts.kinds import Basis, Channel, Entry, Kind
from omni.contacts.kinds import Direction as Way
from omni.contacts.models import Contact
from omni.core import actors, clock
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.tenancy import current_workspace_id
from omni.core.words import lazy
from omni.messaging.models import (
    AddressKind,
    Conversation,
    ConversationRead,
    ConversationState,
    Direction,
    Message,
    Sender,
    WaitingOn,
)

IS_KNOWN = lazy("This number already belongs to a contact here.")


def open_conversation(sender: Sender, address: str, *, contact: Contact | None = None) -> Conversation:
    """The thread between our number and this address, made if there is none; inside the caller's transaction."""
    Conversation.insert(
        workspace=current_workspace_id(), sender=sender.id, address=address, address_kind=kind_of(address),
        contact=contact.id if contact else None,
    ).on_conflict_ignore().execute()  # fmt: skip
    found: Conversation = Conversation.get(Conversation.sender == sender.id, Conversation.address == address)
    if found.contact_id is None and contact is not None:
        _tie(found, contact)
    return found


def kind_of(address: str) -> AddressKind:
    """Whether an address is a number, a short code or a name. Short codes are kept as they are, never parsed."""
    if address.startswith("+"):
        return AddressKind.E164
    return AddressKind.SHORT_CODE if address.isdecimal() else AddressKind.ALPHANUMERIC


def note_outbound(message: Message, *, by: Teammate) -> None:
    """Our turn is over: the thread moves up, whoever waited is answered, the timeline says who texted."""
    Conversation.update(
        last_at=clock.now(), last_message_id=message.id, waiting_on=WaitingOn.THEM, waiting_since=None,
        state=ConversationState.OPEN,
    ).where(Conversation.id == message.conversation_id).execute()  # fmt: skip
    mark_read(message.conversation, by)
    if message.contact_id is not None:
        people.log_activity(
            message.contact,
            Kind.TEXT,
            by=by,
            direction=Way.OUT,
            summary=message.body,
            ref_table="message",
            ref_id=message.id,
        )


def note_inbound(conversation: Conversation, message: Message, *, is_keyword: bool, place: str = "") -> None:
    """Somebody wrote: the thread moves up and, unless it was a keyword, waits from their first unanswered text.

    A text that turns up late waits too, since nobody has seen it, but it moves nothing back that came after it.
    `place`: where their network says they are, "IL 60614".
    """
    at = message.created_at
    changes: dict[str, Any] = {"place": place[:16]} if place else {}
    if conversation.last_message_id is None or at >= conversation.last_at:
        changes |= {"last_at": at, "last_message_id": message.id}
    if conversation.last_in_at is None or at > conversation.last_in_at:
        changes["last_in_at"] = at
    if not is_keyword:
        changes |= {"waiting_on": WaitingOn.US, "state": ConversationState.OPEN}
        if conversation.waiting_since is None or at < conversation.waiting_since:
            changes["waiting_since"] = at
    if changes:
        Conversation.update(changes).where(Conversation.id == conversation.id).execute()


def mark_read(conversation: Conversation, teammate: Teammate) -> None:
    """Note that the teammate has seen the thread up to now. Nothing is written where nothing was new."""
    newest = conversation.last_in_at
    if newest is None:
        return
    known = ConversationRead.get_or_none(
        ConversationRead.conversation == conversation.id, ConversationRead.teammate == teammate.id
    )
    if known is not None and known.last_read_at >= newest:
        return
    with transaction():
        ConversationRead.insert(
            workspace=current_workspace_id(), conversation=conversation.id, teammate=teammate.id, last_read_at=newest
        ).on_conflict(
            conflict_target=[ConversationRead.workspace, ConversationRead.conversation, ConversationRead.teammate],
            update={ConversationRead.last_read_at: newest},
        ).execute()


def close(conversation: Conversation, *, by: Teammate) -> None:
    """Nobody waits here any more, until they write again."""
    with transaction():
        Conversation.update(state=ConversationState.DONE, waiting_on=WaitingOn.NOBODY, waiting_since=None).where(
            Conversation.id == conversation.id
        ).execute()


def reopen(conversation: Conversation, *, by: Teammate) -> None:
    """Take "done" back: if their text was the last, they wait again. What was snoozed is back where it stood."""
    with transaction():
        snoozed = (Conversation.id == conversation.id) & (Conversation.state == ConversationState.SNOOZED)
        if Conversation.update(state=ConversationState.OPEN, snoozed_until=None).where(snoozed).execute():
            return
        last = Message.get_or_none(Message.id == conversation.last_message_id) if conversation.last_message_id else None
        waits = last is not None and last.direction is Direction.IN
        Conversation.update(
            state=ConversationState.OPEN,
            waiting_on=WaitingOn.US if waits else WaitingOn.THEM,
            waiting_since=last.created_at if waits and last else None,
        ).where(Conversation.id == conversation.id).execute()


def assign(conversation: Conversation, to: Teammate | None, *, by: Teammate) -> None:
    """Give the thread to a teammate, or to nobody."""
    with transaction():
        Conversation.update(assignee=to.id if to else None).where(Conversation.id == conversation.id).execute()


def block(conversation: Conversation, *, by: Teammate) -> None:
    """Show nothing of this number any more, and send it nothing."""
    with transaction():
        Conversation.update(is_blocked=True, waiting_on=WaitingOn.NOBODY, waiting_since=None).where(
            Conversation.id == conversation.id
        ).execute()


def unblock(conversation: Conversation, *, by: Teammate) -> None:
    """Let this number in again."""
    with transaction():
        Conversation.update(is_blocked=False).where(Conversation.id == conversation.id).execute()


def block_contact(contact: Contact) -> None:
    """Block every number this contact has written to us from."""
    with transaction():
        Conversation.update(is_blocked=True, waiting_on=WaitingOn.NOBODY, waiting_since=None).where(
            Conversation.contact == contact.id
        ).execute()


def unblock_contact(contact: Contact) -> None:
    """Let every number of this contact in again."""
    with transaction():
        Conversation.update(is_blocked=False).where(Conversation.contact == contact.id).execute()


def add_contact_of(conversation: Conversation, name: str, *, by: Teammate) -> Contact:
    """Make the person behind a new number a contact; their texts go on the timeline.

    A thread that has its contact by now keeps it. Raises: Invalid, when the address is no number.
    """
    with transaction():
        conversation = Conversation.get_by_id(conversation.id)
        if conversation.contact is not None:
            known: Contact = conversation.contact
            return known
        contact, _is_new = people.find_or_create(name, conversation.address, "", Entry.TEXT, by=by)
        _tie(conversation, contact)
    return contact


def attach(conversation: Conversation, contact: Contact, *, by: Teammate) -> None:
    """Say whose number this is: the contact gets it, and the texts go on their timeline.

    Raises: Invalid, when the thread already belongs to somebody else.
    """
    with transaction():
        conversation = Conversation.get_by_id(conversation.id)
        if conversation.contact_id not in (None, contact.id):
            raise Invalid(IS_KNOWN.key)
        people.add_phone(contact, conversation.address, by=by)
        _tie(conversation, contact)


def _tie(conversation: Conversation, contact: Contact) -> None:
    Conversation.update(contact=contact.id).where(Conversation.id == conversation.id).execute()
    conversation.contact = contact
    Message.update(contact=contact.id).where(
        Message.conversation == conversation.id, Message.contact.is_null()
    ).execute()
    has_inbound = False
    for message in Message.select().where(Message.conversation == conversation.id).order_by(Message.id):
        if message.direction is Direction.IN:
            has_inbound = True
            note_activity_in(message, contact)
    if has_inbound:
        note_inbound_basis(contact, conversation.address)


def note_activity_in(message: Message, contact: Contact) -> None:
    """Put a text that came in on the contact's timeline; of a contact at rest, without its words."""
    people.log_activity(
        contact, Kind.TEXT, by=actors.contact(contact.id), direction=Way.IN, ref_table="message", ref_id=message.id,
        summary="" if contact.is_restricted else message.body, at=message.created_at,
    )  # fmt: skip


def note_inbound_basis(contact: Contact, address: str) -> None:
    """Who texts us may be answered: their first text is the basis, unless something is known of the address already."""
    if gate.consent_rows(Channel.SMS, ledger.address_hmac(Channel.SMS, address)):
        return
    people.record_consent(
        contact, channel=Channel.SMS, basis=Basis.INBOUND, source="text", by=actors.contact(contact.id), norm=address,
        is_told=False,
    )  # fmt: skip
