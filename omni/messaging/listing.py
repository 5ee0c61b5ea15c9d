"""The list of the inbox: its tabs, its pages, its counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from peewee import Case, fn

from omni.accounts.models import Teammate
from omni.contacts.models import Contact
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.together import read_together
from omni.messaging.models import (
    IS_SNOOZED,
    Conversation,
    ConversationRead,
    ConversationState,
    Message,
    WaitingOn,
)
from omni.messaging.queries import get_conversation, is_listed, needs_you, waiting

PAGE = 25
# Under those who wait, the list shows so many whom we answered last.
ANSWERED = 10
# So many stand on Today at most.
MOST_WAITING = 100


class View(StrEnum):
    """The tabs of the inbox."""

    WAITING = "waiting"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    ALL = "all"
    NEW = "new"
    SNOOZED = "snoozed"
    NEEDS_YOU = "needs"


# Counted in one pass over the conversations, in this order.
COUNTED = (View.WAITING, View.MINE, View.UNASSIGNED, View.NEW, View.SNOOZED)


@dataclass(frozen=True)
class Row:
    """One conversation as the list shows it."""

    conversation: Conversation
    contact: Contact | None
    last: Message | None
    is_unread: bool


@dataclass(frozen=True)
class ListPage:
    rows: Sequence[Row]
    next_before: Id | None


def list_page(view: View, teammate: Teammate, *, before: Id | None = None) -> ListPage:
    """One page of the inbox: newest first, or the longest wait first and then whom we answered last."""
    if view is View.WAITING:
        return _waiting_page(teammate, before)
    query = _in_view(view, teammate)
    if before is not None:
        edge = get_conversation(before)
        query = query.where(
            (Conversation.last_at < edge.last_at)
            | ((Conversation.last_at == edge.last_at) & (Conversation.id < edge.id))
        )
    found = list(query.order_by(Conversation.last_at.desc(), Conversation.id.desc()).limit(PAGE + 1))
    return ListPage(_rows(found[:PAGE], teammate), found[PAGE - 1].id if len(found) > PAGE else None)


def list_waiting(teammate: Teammate) -> tuple[list[Row], bool]:
    """Who waits for us, the longest wait first; and whether the studio has any text at all."""
    found = read_together(*_waits.each(teammate=teammate.id), _any_text.bound())
    conversations, contacts, lasts, seen, any_text = found
    return _put_together(conversations, contacts, lasts, seen), bool(any_text)


@prepared
def _waits(teammate: Any) -> Any:
    query = waiting().order_by(Conversation.waiting_since).limit(MOST_WAITING)
    return (
        query,
        Contact.select().where(Contact.id << query.select(Conversation.contact)),
        Message.select().where(Message.id << query.select(Conversation.last_message_id)),
        _reads_of(query.select(Conversation.id), teammate),
    )


@prepared
def _any_text() -> Any:
    return Message.select(Message.id).limit(1)


def count_views(teammate: Teammate) -> dict[View, int]:
    """The number beside each tab that has one."""
    (sums,), ((needing,),) = read_together(*_counts.each(teammate=teammate.id))
    counts = dict(zip(COUNTED, map(int, sums), strict=True))
    return {**counts, View.NEEDS_YOU: int(needing)}


@prepared
def _counts(teammate: Any) -> Any:
    shown = (Conversation.is_blocked == False) & is_listed()  # noqa: E712
    open_ones = (Conversation.state == ConversationState.OPEN) & shown
    sums = (
        (Conversation.waiting_on == WaitingOn.US) & open_ones,
        (Conversation.assignee == teammate) & open_ones,
        Conversation.assignee.is_null() & open_ones,
        Conversation.contact.is_null() & open_ones,
        (Conversation.state == ConversationState.SNOOZED) & shown,
    )
    counted = [fn.COALESCE(fn.SUM(Case(None, [(condition, 1)], 0)), 0) for condition in sums]
    needing = Message.select(fn.COUNT(fn.DISTINCT(Message.conversation))).where(needs_you())
    return Conversation.select(*counted).tuples(), needing.tuples()


def _in_view(view: View, teammate: Teammate) -> Any:
    query = Conversation.select().where(is_listed())
    let_in = Conversation.is_blocked == False  # noqa: E712
    if view is View.MINE:
        return query.where(Conversation.assignee == teammate.id, let_in)
    if view is View.UNASSIGNED:
        return query.where(Conversation.assignee.is_null(), Conversation.state == ConversationState.OPEN, let_in)
    if view is View.SNOOZED:
        return query.where(IS_SNOOZED, let_in)
    if view is View.NEW:
        return query.where(Conversation.contact.is_null(), let_in)
    if view is View.NEEDS_YOU:
        needing = Message.select(Message.conversation).where(needs_you())
        return query.where(Conversation.id << needing)
    return query


def _waiting_page(teammate: Teammate, before: Id | None) -> ListPage:
    edge = get_conversation(before) if before is not None else None
    # Who was answered meanwhile marks no place in the list any more: it begins anew.
    found = _later(since=edge.waiting_since, edge=edge.id) if edge and edge.waiting_since else _longest()
    shown, more = found[:PAGE], len(found) > PAGE
    if not more:
        shown += _answered()
    return ListPage(_rows(shown, teammate), found[PAGE - 1].id if more else None)


@prepared
def _longest() -> Any:
    return _page_of(waiting())


@prepared
def _later(since: Any, edge: Any) -> Any:
    later = Conversation.waiting_since > since
    return _page_of(waiting().where(later | ((Conversation.waiting_since == since) & (Conversation.id > edge))))


def _page_of(query: Any) -> Any:
    return query.order_by(Conversation.waiting_since, Conversation.id).limit(PAGE + 1)


@prepared
def _answered() -> Any:
    answered = Conversation.select().where(
        Conversation.waiting_on == WaitingOn.THEM, Conversation.state != ConversationState.SNOOZED, is_listed()
    )
    return answered.order_by(Conversation.last_at.desc(), Conversation.id.desc()).limit(ANSWERED)


def _rows(conversations: Sequence[Conversation], teammate: Teammate) -> list[Row]:
    if not conversations:
        return []
    asked = _about.each(
        contacts=list({each.contact_id for each in conversations if each.contact_id}),
        lasts=[each.last_message_id for each in conversations if each.last_message_id],
        conversations=[each.id for each in conversations],
        teammate=teammate.id,
    )
    return _put_together(conversations, *read_together(*asked))


@prepared
def _about(contacts: Any, lasts: Any, conversations: Any, teammate: Any) -> Any:
    people = Contact.select().where(Contact.id << contacts)
    return people, Message.select().where(Message.id << lasts), _reads_of(conversations, teammate)


def _reads_of(conversations: Any, teammate: Any) -> Any:
    """Up to when the teammate has read each of these, as a query."""
    mine = ConversationRead.teammate == teammate
    return ConversationRead.select().where(mine, ConversationRead.conversation << conversations)


def _put_together(
    conversations: Sequence[Conversation],
    contacts: Sequence[Contact],
    lasts: Sequence[Message],
    reads: Sequence[ConversationRead],
) -> list[Row]:
    people, texts = {each.id: each for each in contacts}, {each.id: each for each in lasts}
    seen = {each.conversation_id: each.last_read_at for each in reads}
    return [
        Row(
            each,
            people.get(each.contact_id),
            texts.get(each.last_message_id),
            each.last_in_at is not None and (seen.get(each.id) is None or seen[each.id] < each.last_in_at),
        )
        for each in conversations
    ]
