"""What the pages of this room show, made ready before a template is asked. Knows no Flask."""

import hashlib
import secrets as random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from omni.accounts.models import Teammate, User
from omni.contacts import queries as contacts
from omni.contacts.folding import fold
from omni.contacts.kinds import Basis, PointKind
from omni.contacts.models import Contact
from omni.contacts.normal import show_phone
from omni.contacts.wording import first_name
from omni.core import clock, ids
from omni.core.ids import Id
from omni.core.words import Lazy, _, current_zone, lazy, local_day, ngettext
from omni.messaging import actions, costs, explaining, faces, gate, merge_fields, queries, wording
from omni.messaging.actions import Snooze
from omni.messaging.explaining import CheckLine, Waiting
from omni.messaging.faces import FileFace
from omni.messaging.files import ACCEPTED
from omni.messaging.gate import Letter
from omni.messaging.listing import Row, View
from omni.messaging.models import (
    Carrier,
    Conversation,
    ConversationState,
    Media,
    Message,
    PracticeText,
    Sender,
    Template,
)
from omni.messaging.segments import count_segments
from omni.messaging.states import MessagePurpose, Reason, Word
from omni.messaging.wording import Wait

BASES: dict[Basis, Lazy] = {
    Basis.ASKED: lazy("They asked me"),
    Basis.GAVE_NUMBER: lazy("They gave me this number"),
    Basis.CUSTOMER: lazy("They are a customer"),
}
VIEWS: dict[View, Lazy] = {
    View.WAITING: lazy("Waiting"),
    View.MINE: lazy("Mine"),
    View.UNASSIGNED: lazy("Unassigned"),
    View.ALL: lazy("All"),
    View.NEW: lazy("New numbers"),
    View.SNOOZED: lazy("Snoozed"),
    View.NEEDS_YOU: lazy("Needs you"),
}
# A tab that stands there only while there is something behind it.
RARE = frozenset({View.UNASSIGNED, View.NEW, View.SNOOZED, View.NEEDS_YOU})
EMPTY: dict[View, Lazy] = {
    View.WAITING: lazy("Nobody waits for an answer."),
    View.MINE: lazy("No conversation is yours yet."),
    View.ALL: lazy("No texts yet. The first one is usually yours."),
    View.UNASSIGNED: lazy("Every open conversation is somebody’s."),
    View.NEW: lazy("Every number that texted you is known."),
    View.SNOOZED: lazy("No conversation is snoozed."),
    View.NEEDS_YOU: lazy("No text needs your decision."),
}
SNOOZES: dict[Snooze, Lazy] = {
    Snooze.EVENING: lazy("This evening"),
    Snooze.TOMORROW: lazy("Tomorrow morning"),
    Snooze.MONDAY: lazy("Next Monday"),
    Snooze.REPLY: lazy("Until they reply"),
}
# So many texts show what was talked of last.
GLANCE = 3
SEALED = lazy("Sealed while this contact is at rest.")


@dataclass(frozen=True)
class RowFace:
    """One conversation of the list."""

    id: Id
    href: str
    name: str
    seed: Id
    quote: str
    time: str
    tone: str
    ring: Wait | None
    is_unread: bool
    is_waiting: bool
    is_chosen: bool


@dataclass(frozen=True)
class Bubble:
    """One text of a thread. `day` stands above it where a new day begins."""

    id: Id
    text: str
    side: str
    state: str
    stamp: str
    tick: str | None
    day: str
    is_unsure: bool = False
    wants_basis: bool = False
    again_key: str = ""
    fault: str = ""
    may_be_taken_back: bool = False
    files: Sequence[FileFace] = ()


@dataclass(frozen=True)
class Composer:
    """The box one writes in. `refusal` says why nothing may go; `wants_basis` asks how the person is known."""

    action: str
    check: str
    templates: str
    to: str
    first_name: str
    client_key: str
    seen_id: str
    text: str
    count: str
    is_first: bool
    refusal: str
    wants_basis: bool
    basis: str
    bases: Sequence[tuple[str, str]]
    is_practice: bool
    is_in_thread: bool
    button: str
    zone: str
    waits: Waiting | None = None
    checks: Sequence[CheckLine] = ()
    on: str = ""
    at: str = ""
    replaces: str = ""
    takes_focus: bool = False
    files: Sequence[FileFace] = ()
    accepts: str = ACCEPTED
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def fault(self) -> str:
        """What is wrong with the text, beside what is wrong with its files."""
        return " ".join(said for name, said in self.faults.items() if name != "files")

    @property
    def file_fault(self) -> str:
        return self.faults.get("files", "")


@dataclass(frozen=True)
class Thread:
    """A conversation as it is read. `mark` changes with anything that is shown."""

    conversation: Conversation
    id: Id
    name: str
    seed: Id
    contact: Contact | None
    number: str
    ring: Wait | None
    bubbles: Sequence[Bubble]
    last_id: Id | None
    earlier: Id | None
    mark: str
    assignee: str
    # Until when it is snoozed, in words; empty for one that is not.
    snoozed: str
    # Who else writes an answer just now.
    writing: str
    bases: Sequence[tuple[str, str]]


def list_faces(
    rows: Sequence[Row], *, view: View = View.WAITING, chosen: Id | None = None, is_masked: bool = False
) -> list[RowFace]:
    """The rows of the list; each leads to its thread with the same list beside it."""
    return [_row_face(row, view, chosen, is_masked) for row in rows]


def rows_mark(faces: Sequence[RowFace]) -> str:
    """Changes with anything the list shows."""
    return digest([f"{face.id}{face.quote}{face.time}{face.is_unread}{face.tone}" for face in faces])


def thread(
    conversation: Conversation,
    *,
    before: Id | None = None,
    is_masked: bool = False,
    reader: Teammate | None = None,
    faults: Mapping[Id, str] | None = None,
) -> Thread:
    """A conversation with its newest texts (or those before one), and who besides the reader writes just now.

    `faults` say what is wrong beside which text.
    """
    messages = queries.list_thread(conversation, before=before)
    files = _files_of(messages)
    contact = conversation.contact
    wait = wording.wait_since(conversation.waiting_since) if conversation.is_waiting else None
    number = phone_shown(conversation.address, is_masked)
    writing = _writing(conversation, reader) if reader and before is None else ""
    return Thread(
        conversation=conversation,
        id=conversation.id,
        name=contact.display_name if contact else number,
        seed=contact.id if contact else conversation.id,
        contact=contact,
        number=number,
        ring=wait,
        bubbles=_bubbles(messages, contact, wait, faults or {}, files),
        # Without it nothing is asked for: whoever reads earlier texts is not carried off to the newest.
        last_id=messages[-1].id if messages and before is None else None,
        earlier=messages[0].id if len(messages) == queries.THREAD_PAGE else None,
        mark=digest(
            [f"{m.id}{m.state}{m.reason}" for m in messages]
            + [f"{each.id}{each.state}" for each in chain.from_iterable(files.values())]
            + [wait.words if wait else "", writing]
        ),
        assignee=first_name(conversation.assignee.name) if conversation.assignee_id else "",
        snoozed=_snoozed(conversation),
        writing=writing,
        bases=basis_choices(),
    )


def _writing(conversation: Conversation, reader: Teammate) -> str:
    names = [first_name(name) for name in queries.who_writes(conversation, reader)]
    if len(names) > 1:
        return _("%(names)s are writing", names=", ".join(names))
    return _("%(name)s is writing", name=names[0]) if names else ""


def _snoozed(conversation: Conversation) -> str:
    if conversation.state is not ConversationState.SNOOZED:
        return ""
    if conversation.snoozed_until is None:
        return _("Snoozed until they reply")
    return _("Snoozed until %(when)s", when=explaining.moment_there(conversation.snoozed_until, current_zone().key))


def snooze_times() -> list[tuple[str, str]]:
    """How long a thread may be snoozed now, each with its words."""
    ahead = actions.snooze_times()
    return [(each.value, str(words)) for each, words in SNOOZES.items() if each is Snooze.REPLY or each in ahead]


def last_bubbles(conversation: Conversation) -> list[Bubble]:
    """The newest texts of a thread, as many as are read at a glance."""
    messages = queries.list_thread(conversation)[-GLANCE:]
    return _bubbles(messages, conversation.contact, None, {}, _files_of(messages))


def composer(
    contact: Contact,
    conversation: Conversation | None,
    *,
    is_in_thread: bool = False,
    takes_focus: bool = False,
    text: str = "",
    basis: str = "",
    client_key: str = "",
    on: str = "",
    at: str = "",
    replaces: str = "",
    files: Sequence[Media] = (),
    by: Teammate | None = None,
    faults: Mapping[str, str] | None = None,
) -> Composer | None:
    """The composer for a contact; None where there is no number to write to."""
    address = conversation.address if conversation else _phone_of(contact)
    if not address:
        return None
    sender, newest, has_first = queries.read_for_composer(address, conversation)
    letter = Letter(contact, address, MessagePurpose.SERVICE, conversation, sender)
    facts, now = gate.read([letter]), clock.now()
    letter = replace(letter, purpose=queries.purpose_after(facts.last_in.get(address), now))
    answer, where = gate.judge(letter, facts, at=now), gate.where_of(letter, facts)
    starts_at = None if answer.wants_basis else gate.earliest(letter, facts, at=now)
    here = f"/contacts/{ids.encode(contact.id)}/messages"
    waits = None
    if starts_at is not None and starts_at > now:
        waits = explaining.waiting(answer, where, starts_at, contact, has_written=address in facts.last_in)
    return Composer(
        action=here,
        check=f"{here}/check",
        templates=f"{here}/templates",
        to=address,
        first_name=contact.given_name or contact.display_name,
        client_key=client_key or random.token_hex(16),
        seen_id=ids.encode(newest.id) if newest else "",
        text=text,
        count=faces.count_of(files)
        if files
        else count_line(address, actions.filled_words(text, contact, by).body, sender),
        is_first=not has_first,
        refusal="" if starts_at or answer.wants_basis else str(answer.words or wording.line(answer.reason)),
        wants_basis=answer.wants_basis,
        basis=basis,
        bases=basis_choices(),
        is_practice=sender is None or sender.carrier is Carrier.PRACTICE,
        is_in_thread=is_in_thread,
        button=waits.button if waits else _("Send text"),
        zone=explaining.city_of(where.zones[0]),
        waits=waits,
        checks=() if answer.is_open else explaining.lines_of(answer, where, letter.hours),
        on=on,
        at=at,
        replaces=replaces,
        takes_focus=takes_focus,
        files=faces.faces_of(files),
        faults=faults or {},
    )


def files_on_phone(texts: Sequence[PracticeText]) -> dict[str, list[FileFace]]:
    """The files of texts of ours on a practice phone, by the texts' names there."""
    found = queries.list_media_of_sids([each.sid for each in texts]) if texts else {}
    return {sid: faces.faces_of(files) for sid, files in found.items()}


def composer_for(message: Message, contact: Contact) -> Composer | None:
    """The composer with a waiting text in it, which what is sent from here stands for."""
    on = at = ""
    if message.not_before is not None and message.reason is Reason.CHOSEN_TIME:
        zone = (message.zone_evidence or "").partition("|")[0].split(",")[0] or current_zone().key
        there = message.not_before.astimezone(ZoneInfo(zone))
        on, at = there.date().isoformat(), there.time().isoformat("minutes")
    return composer(contact, message.conversation, is_in_thread=True, takes_focus=True, text=message.body,
                    files=queries.list_media([message.id]) if message.media_count else (), on=on, at=at,
                    replaces=ids.encode(message.id))  # fmt: skip


LEFT_OUT = lazy("Left out, since nothing is known: %(fields)s. Read the text before you send it.")


def composer_from(
    template: Template,
    contact: Contact,
    conversation: Conversation | None,
    teammate: Teammate,
    *,
    is_in_thread: bool = True,
    typed: Mapping[str, Any] | None = None,
) -> Composer | None:
    """The composer with a template in it, filled for this contact; what is blank is left out, and said.

    `typed` is what stands in the composer already: words of one's own stay before the template, another template that
    nobody touched makes room for it.
    """
    kept = dict(typed or {})
    filled = actions.filled_words(template.body, contact, teammate)
    blank = ", ".join(str(merge_fields.FIELDS[name]) for name in filled.blank)
    before = kept.pop("text", "").strip()
    if before and before not in {face.text for face in template_faces(queries.list_templates(), teammate, contact)}:
        before = f"{before}\n"
    else:
        before = ""
    kept["faults"] = {"body": _(LEFT_OUT.key, fields=blank)} if blank else {}
    return composer(
        contact,
        conversation,
        is_in_thread=is_in_thread,
        takes_focus=True,
        text=f"{before}{filled.body}",
        by=teammate,
        **kept,
    )


@dataclass(frozen=True)
class TemplateFace:
    """A template as it would read, and what it weighs."""

    id: Id
    name: str
    text: str
    count: str


def template_faces(templates: Sequence[Template], teammate: Teammate, contact: Contact | None) -> list[TemplateFace]:
    """How each reads: to this contact, else to an example of one."""
    values = merge_fields.values_of(contact, teammate)
    if contact is None:
        values |= {"first_name": "Ana", "full_name": "Ana Prieto"}
    return [_template_face(each, values) for each in templates]


def _template_face(template: Template, values: Mapping[str, str]) -> TemplateFace:
    text = merge_fields.fill(template.body, values).body
    return TemplateFace(template.id, template.name, text, wording.count_line(text))


def faces_of_typed(text: str, teammate: Teammate) -> list[TemplateFace]:
    """How a text that is being written would read to the example; nothing while a field of it is broken."""
    if not text.strip() or merge_fields.find_fault(text):
        return []
    return template_faces([Template(name="", body=text)], teammate, None)


def templates_with(words: str, templates: Sequence[Template]) -> list[Template]:
    """Those with these words in their name or text."""
    wanted = fold(words)
    return [each for each in templates if wanted in each.name_fold or wanted in fold(each.body)]


def count_line(address: str, text: str, sender: Sender | None = None) -> str:
    """The live line for a text as it would leave, with what it costs where it costs; nothing for an empty one."""
    if not text.strip():
        return ""
    frozen = actions.frozen_words(address, text)
    micros = costs.of_text(count_segments(frozen), sender)
    return wording.count_line(frozen, cost=_("about %(cost)s", cost=costs.shown(micros)) if micros else "")


def basis_choices() -> list[tuple[str, str]]:
    """The answers to "how do you know this person?"."""
    return [(basis.value, str(words)) for basis, words in BASES.items()]


def phone_shown(address: str, is_masked: bool = False) -> str:
    """A number as people read it; masked, only its last two digits."""
    shown = show_phone(address) if address.startswith("+") else address
    if not is_masked:
        return shown
    return "".join("•" if letter.isdigit() and at < len(shown) - 2 else letter for at, letter in enumerate(shown))


def _row_face(row: Row, view: View, chosen: Id | None, is_masked: bool) -> RowFace:
    conversation, contact, last = row.conversation, row.contact, row.last
    wait = wording.wait_since(conversation.waiting_since) if conversation.is_waiting else None
    zone = current_zone().key
    return RowFace(
        id=conversation.id,
        href=f"/inbox/{ids.encode(conversation.id)}" + ("" if view is View.WAITING else f"?view={view.value}"),
        name=contact.display_name if contact else phone_shown(conversation.address, is_masked),
        seed=contact.id if contact else conversation.id,
        quote=_quote(last, contact),
        time=wait.words if wait else wording.when(conversation.last_at, zone),
        tone=wait.tone if wait else "",
        ring=wait,
        is_unread=row.is_unread,
        is_waiting=conversation.is_waiting,
        is_chosen=conversation.id == chosen,
    )


def _quote(last: Message | None, contact: Contact | None) -> str:
    if last is None:
        return ""
    count = last.media_count
    said = last.body or (ngettext("%(num)s attachment", "%(num)s attachments", count) if count else "")
    if last.is_ours:
        return _("You: %(text)s", text=said)
    return str(SEALED) if contact is not None and contact.is_restricted else said


def _bubbles(
    messages: Sequence[Message],
    contact: Contact | None,
    wait: Wait | None,
    faults: Mapping[Id, str],
    files: Mapping[Id, Sequence[Media]],
) -> list[Bubble]:
    names = _names_of(messages)
    zone = current_zone()
    days = [message.created_at.astimezone(zone).date() for message in messages]
    last_in = next((m.id for m in reversed(messages) if not m.is_ours), None)
    found = []
    for at, message in enumerate(messages):
        following = messages[at + 1] if at + 1 < len(messages) else None
        ends_run = following is None or following.is_ours != message.is_ours or days[at + 1] != days[at]
        is_new_day = at == 0 or days[at] != days[at - 1]
        stamp = _stamp(message, names, wait if message.id == last_in else None) if ends_run or message.is_ours else ""
        bubble = _bubble(message, contact, stamp, _day(days[at], zone) if is_new_day else "")
        found.append(replace(bubble, fault=faults.get(message.id, ""), files=_faces(message, contact, files)))
    return found


def _bubble(message: Message, contact: Contact | None, stamp: str, day: str) -> Bubble:
    is_sealed = contact is not None and contact.is_restricted and not message.is_ours
    word = message.word
    needs = message.is_unsure or message.wants_basis
    return Bubble(
        id=message.id,
        text=str(SEALED) if is_sealed else message.body,
        side="ours" if message.is_ours else "theirs",
        state="unsure" if needs or word is Word.NOT_DELIVERED else "draft" if message.is_open else "sent",
        stamp=stamp,
        tick=wording.TICKS.get(word) if word else None,
        day=day,
        is_unsure=message.is_unsure,
        wants_basis=message.wants_basis,
        again_key=random.token_hex(16) if message.is_unsure else "",
        may_be_taken_back=message.may_be_taken_back and message.campaign_id is None,
    )


def _files_of(messages: Sequence[Message]) -> dict[Id, list[Media]]:
    """The files of these texts, in one query, and in none where no text bears any."""
    bearing = [message.id for message in messages if message.media_count]
    found: dict[Id, list[Media]] = {}
    for one in queries.list_media(bearing) if bearing else ():
        found.setdefault(one.message_id or one.id, []).append(one)
    return found


def _faces(message: Message, contact: Contact | None, files: Mapping[Id, Sequence[Media]]) -> Sequence[FileFace]:
    """A text's files as they are shown; of a contact at rest what they sent stays sealed."""
    if contact is not None and contact.is_restricted and not message.is_ours:
        return ()
    who = "" if message.is_ours else first_name(contact.display_name) if contact else _("this number")
    return faces.faces_of(files.get(message.id, ()), who=who)


def _stamp(message: Message, names: Mapping[Id, str], wait: Wait | None) -> str:
    if not message.is_ours:
        said = wording.stamp(message)
        return _("%(time)s · waiting %(wait)s", time=said, wait=wait.words) if wait else said
    said = wording.stamp(message, names.get(message.by_id, "") if message.by_id else "")
    if message.is_unsure or message.wants_basis:
        return str(message.line)
    shows_line = message.word in (Word.NOT_DELIVERED, Word.WAITING) or message.reason in (
        Reason.SENT_TWICE,
        Reason.LEFT,
    )
    line = explaining.line_of(message)
    return f"{said}. {line}" if shows_line and line else said


def _names_of(messages: Sequence[Message]) -> dict[Id, str]:
    """The first names of those who wrote, in one query."""
    wanted = {message.by_id for message in messages if message.by_id}
    if not wanted:
        return {}
    rows = Teammate.select(Teammate, User).join(User).where(Teammate.id << list(wanted))
    return {row.id: first_name(row.user.name) for row in rows}


def _day(day: date, zone: ZoneInfo) -> str:
    today = clock.today_in(zone.key)
    if day == today:
        return _("Today")
    return _("Yesterday") if (today - day).days == 1 else local_day(day, "weekday")


def _phone_of(contact: Contact) -> str:
    point = contacts.primary_point(contact, PointKind.PHONE)
    return point.norm if point else ""


def digest(parts: Sequence[str]) -> str:
    """A short word that changes with any of the parts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
