"""Facts of this room in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from babel import Locale, UnknownLocaleError

from omni.contacts.kinds import (
    Basis,
    BulkAct,
    CallOutcome,
    Channel,
    Entry,
    FieldKind,
    GoalStatus,
    ImportState,
    Kind,
    Lifecycle,
    PointKind,
    Reason,
    Tie,
)
from omni.contacts.models import Contact, ContactPoint, LifecycleSpan
from omni.contacts.normal import show_phone
from omni.contacts.reading.dates import Order, read_birthday
from omni.core import clock
from omni.core.words import Lazy, _, current_locale, current_zone, lazy, local_day, local_time, ngettext, use_locale

LIVES: dict[Lifecycle, Lazy] = {
    Lifecycle.LEAD: lazy("Lead"),
    Lifecycle.TRIAL: lazy("Trial"),
    Lifecycle.MEMBER: lazy("Member"),
    Lifecycle.PAUSED: lazy("Paused"),
    Lifecycle.FORMER: lazy("Former member"),
}
CHANNELS: dict[Channel, Lazy] = {
    Channel.SMS: lazy("Texts"),
    Channel.EMAIL: lazy("Email"),
    Channel.CALL: lazy("Calls"),
}
KINDS: dict[Kind, Lazy] = {
    Kind.NOTE: lazy("Notes"),
    Kind.TEXT: lazy("Texts"),
    Kind.EMAIL: lazy("Email"),
    Kind.CALL: lazy("Calls"),
    Kind.STAGE: lazy("Moves"),
    Kind.LIFECYCLE: lazy("Stages of life"),
    Kind.CONSENTED: lazy("Consent"),
    Kind.TASK: lazy("Tasks"),
}
ICONS: dict[Kind, str] = {
    Kind.ARRIVED: "plus",
    Kind.NOTE: "notebook-pen",
    Kind.TEXT: "message-circle",
    Kind.EMAIL: "mail",
    Kind.CALL: "phone",
    Kind.STAGE: "arrow-right",
    Kind.LIFECYCLE: "activity",
    Kind.JOINED: "plus",
    Kind.PUT_AWAY: "pause",
    Kind.CAME_BACK: "sun",
    Kind.OWNER: "users",
    Kind.TAGGED: "plus",
    Kind.UNTAGGED: "minus",
    Kind.CONSENTED: "shield-check",
    Kind.OPTED_OUT: "bell-off",
    Kind.MAY_HAVE_STOPPED: "bell-off",
    Kind.RESUMED: "shield-check",
    Kind.RESTRICTED: "lock",
    Kind.LIFTED: "lock",
    Kind.SNOOZED: "moon",
    Kind.TASK: "circle-check",
    Kind.REFERRAL: "gift",
    Kind.LINKED: "users",
    Kind.MERGED: "users",
    Kind.PARTED: "users",
}
TIES: dict[Tie, Lazy] = {
    Tie.PARENT: lazy("parent"),
    Tie.CHILD: lazy("child"),
    Tie.PARTNER: lazy("partner"),
    Tie.SIBLING: lazy("brother or sister"),
    Tie.GUARDIAN: lazy("guardian"),
    Tie.WARD: lazy("ward"),
}
REASONS: dict[str, Lazy] = {
    Reason.EMAIL: lazy("same email"),
    Reason.PHONE: lazy("same phone"),
    Reason.NAME: lazy("same name"),
    Reason.ALIKE: lazy("names alike"),
    Reason.BIRTHDAY: lazy("same birthday"),
    Reason.DIGITS: lazy("same last digits"),
    Reason.CITY: lazy("same town"),
}
BASES: dict[Basis, Lazy] = {
    Basis.ASKED: lazy("They asked us"),
    Basis.GAVE_NUMBER: lazy("They gave us this number"),
    Basis.CUSTOMER: lazy("They are a customer"),
    Basis.WRITTEN: lazy("They said yes in writing"),
    Basis.FORM: lazy("They ticked it on a form"),
    Basis.BOOKING: lazy("They ticked it when booking"),
    Basis.INBOUND: lazy("They wrote first"),
    Basis.CONFIRMED: lazy("They confirmed it"),
}
OUTCOMES: dict[CallOutcome, Lazy] = {
    CallOutcome.REACHED: lazy("Reached"),
    CallOutcome.NO_ANSWER: lazy("No answer"),
    CallOutcome.LEFT_MESSAGE: lazy("Left a message"),
    CallOutcome.WRONG_NUMBER: lazy("Wrong number"),
}
ENTRIES: dict[Entry, Lazy] = {
    Entry.HAND: lazy("Added by hand"),
    Entry.FORM: lazy("Website form"),
    Entry.REFERRAL: lazy("Referral link"),
    Entry.TEXT: lazy("Texted first"),
    Entry.BOOKING: lazy("Booked a time"),
    Entry.API: lazy("Another program"),
    Entry.IMPORT: lazy("Brought in with a file"),
}
# By what somebody came back who had been put away: a kind of line, or a way in.
RETURNS: dict[str, Lazy] = {
    Kind.TEXT: lazy("they texted"),
    Kind.EMAIL: lazy("they wrote an email"),
    Entry.FORM: lazy("they filled in a form"),
    Entry.REFERRAL: lazy("they came by a referral link"),
    Entry.BOOKING: lazy("they booked a time"),
}
IN_TOUCH = lazy("they were in touch")
FIELDS: dict[str, Lazy] = {
    "given_name": lazy("Given name"),
    "family_name": lazy("Family name"),
    "middle_name": lazy("Middle name"),
    "name": lazy("Name"),
    "nickname": lazy("Nickname"),
    "pronouns": lazy("Pronouns"),
    "language": lazy("Language"),
    "display_name": lazy("Name"),
    "company": lazy("Company"),
    "job_title": lazy("Job title"),
    "city": lazy("City"),
    "timezone": lazy("Time zone"),
    "source": lazy("Where they came from"),
    "source_detail": lazy("Where they came from"),
    "birthday": lazy("Birthday"),
    "birth_year": lazy("Year of birth"),
    "birth_month": lazy("Month of birth"),
    "birth_day": lazy("Day of birth"),
    "phone": lazy("Phone"),
    "email": lazy("Email"),
    "url": lazy("Web address"),
    "address": lazy("Address"),
    "tag": lazy("Tag"),
    "tags": lazy("Tags"),
    "note": lazy("Note"),
    "question": lazy("Put into a note"),
    "ignore": lazy("Leave out"),
    "label": lazy("Label of the next column"),
    "life": lazy("Stage of life"),
    "stage": lazy("Stage on a board"),
    "owner": lazy("Owner"),
    "created": lazy("First seen"),
    "ref": lazy("Their id there"),
}
ACTS: dict[BulkAct, Lazy] = {
    BulkAct.TAG: lazy("Add a tag"),
    BulkAct.UNTAG: lazy("Take a tag off"),
    BulkAct.OWNER: lazy("Give to a teammate"),
    BulkAct.LIFE: lazy("Change the stage of life"),
    BulkAct.STAGE: lazy("Move to a stage"),
    BulkAct.AWAY: lazy("Put away"),
}
STATES: dict[ImportState, Lazy] = {
    ImportState.RECEIVED: lazy("Received"),
    ImportState.READ: lazy("Waiting for its columns"),
    ImportState.MAPPED: lazy("Ready to check"),
    ImportState.CHECKED: lazy("Ready to check"),
    ImportState.RUNNING: lazy("Running"),
    ImportState.DONE: lazy("Done"),
    ImportState.STOPPED: lazy("Stopped"),
    ImportState.FAILED: lazy("Failed"),
    ImportState.UNDONE: lazy("Taken back"),
}


FIELD_KINDS: dict[FieldKind, Lazy] = {
    FieldKind.TEXT: lazy("A line of text"),
    FieldKind.LONG: lazy("Several lines"),
    FieldKind.NUMBER: lazy("A number"),
    FieldKind.MONEY: lazy("An amount of money"),
    FieldKind.DATE: lazy("A day"),
    FieldKind.BOOL: lazy("Yes or no"),
    FieldKind.SELECT: lazy("One of a list"),
    FieldKind.MULTI: lazy("Several of a list"),
    FieldKind.URL: lazy("A web address"),
}
GOAL_STATES: dict[GoalStatus, Lazy] = {
    GoalStatus.OPEN: lazy("On the way"),
    GoalStatus.REACHED: lazy("Reached"),
    GoalStatus.DROPPED: lazy("Given up"),
}
POINTS: dict[PointKind, Lazy] = {
    PointKind.PHONE: lazy("Phone"),
    PointKind.EMAIL: lazy("Email"),
    PointKind.HANDLE: lazy("Handle"),
    PointKind.URL: lazy("Web address"),
    PointKind.ADDRESS: lazy("Address"),
}


# Of a whole workspace, what people look for, by table.
WHAT_MOVES_IN: dict[str, Lazy] = {
    "contact": lazy("people"),
    "note": lazy("notes"),
    "board": lazy("boards"),
    "card": lazy("cards"),
    "task": lazy("tasks"),
}


def field_name(key: str) -> str:
    return str(FIELDS.get(key, key))


def looks_like(sender: str, rows: int) -> str:
    """Which tool a file seems to come from: "Looks like a Google Contacts export, 870 rows"."""
    if sender[:1] in "AEIOU":
        return ngettext(
            "Looks like an %(sender)s export, %(num)d row",
            "Looks like an %(sender)s export, %(num)d rows",
            rows,
            sender=sender,
        )
    return ngettext(
        "Looks like a %(sender)s export, %(num)d row",
        "Looks like a %(sender)s export, %(num)d rows",
        rows,
        sender=sender,
    )


def when(at: datetime) -> str:
    """A moment beside a line: "18:35" today, "Yesterday 18:35", else the day."""
    now = clock.now().astimezone(current_zone())
    local = at.astimezone(current_zone())
    if local.date() == now.date():
        return local_time(at)
    if local.date() == now.date() - timedelta(days=1):
        return _("Yesterday %(time)s", time=local_time(at))
    return local_day(at, "day") if local.year == now.year else local_day(at, "medium")


def birthday(contact: Contact) -> str:
    """The birthday as far as it is known."""
    return birthday_text(contact.birth_year, contact.birth_month, contact.birth_day)


def birthday_text(year: int | None, month: int | None, day: int | None) -> str:
    """Parts of a birthday as the reader writes them."""
    if month is None:
        return str(year or "")
    if day is None:
        return local_day(date(year, month, 1), "month") if year else month_name(month)
    return local_day(date(year, month, day), "long") if year else local_day(date(2000, month, day), "day")


def month_name(month: int) -> str:
    return str(current_locale().months["stand-alone"]["wide"][month])


def language_name(code: str) -> str:
    """A language (BCP 47) in the reader's own: "Spanish"; a code nobody knows stands for itself."""
    try:
        return str(Locale.parse(code, sep="-").get_display_name(current_locale()) or code)
    except (UnknownLocaleError, ValueError):
        return code


def birthday_in(text: str) -> str:
    """A birthday as the plan writes it ("1988-04-09", "--04-09", "1990") in words."""
    found = read_birthday(text, Order.MONTH_FIRST)
    return birthday_text(found.year, found.month, found.day) if found else text


def point_text(point: ContactPoint, *, masked: bool) -> str:
    """An address as people read it; of a masked one only the end, or the beginning and the host."""
    return address_text(point.kind, point.norm, point.raw, masked=masked)


def address_text(kind: PointKind, norm: str, raw: str, *, masked: bool) -> str:
    if kind is PointKind.PHONE:
        return f"••• {norm[-2:]}" if masked else show_phone(norm)
    if kind is PointKind.EMAIL:
        name, _at, host = norm.partition("@")
        return f"{name[:1]}•••@{host}" if masked else norm
    return "•••" if masked else raw


def said(contact: Contact, name: str) -> str:
    """What a contact says of one thing, as it stands beside what another one says."""
    if name == "name":
        return str(contact.display_name)
    if name == "life":
        return str(LIVES[contact.lifecycle])
    if name == "owner":
        return str(contact.owner.name)
    if name == "birthday":
        return birthday(contact)
    return str(getattr(contact, name))


def rows_of(table: str, num: int) -> str:
    """So many rows of a table, as people count them."""
    match table:
        case "note":
            return ngettext("%(num)d note", "%(num)d notes", num)
        case "task":
            return ngettext("%(num)d task", "%(num)d tasks", num)
        case "message":
            return ngettext("%(num)d text", "%(num)d texts", num)
        case "conversation":
            return ngettext("%(num)d conversation", "%(num)d conversations", num)
        case "card":
            return ngettext("%(num)d card on a board", "%(num)d cards on boards", num)
        case "contact_point":
            return ngettext("%(num)d phone or email", "%(num)d phones and emails", num)
        case "contact_tag":
            return ngettext("%(num)d tag", "%(num)d tags", num)
        case "attachment":
            return ngettext("%(num)d file", "%(num)d files", num)
        case "goal":
            return ngettext("%(num)d goal", "%(num)d goals", num)
        case "preference":
            return ngettext("%(num)d preference", "%(num)d preferences", num)
        case "activity":
            return ngettext("%(num)d line of the timeline", "%(num)d lines of the timeline", num)
        case "lead_submission" | "touch":
            return ngettext("%(num)d arrival by a link", "%(num)d arrivals by links", num)
    return ngettext("%(num)d more thing", "%(num)d more things", num)


def given(contact: Contact) -> str:
    """What to call them in a sentence."""
    return str(contact.given_name or contact.display_name)


def first_name(name: str) -> str:
    """What teammates call each other: the first word of a name."""
    return name.split(maxsplit=1)[0] if name.strip() else name


def call_said(outcome: CallOutcome | None, contact: Contact) -> str:
    """How a call went, in a sentence."""
    sentences = {
        CallOutcome.REACHED: _("Reached %(name)s", name=given(contact)),
        CallOutcome.NO_ANSWER: _("No answer from %(name)s", name=given(contact)),
        CallOutcome.LEFT_MESSAGE: _("Left %(name)s a message", name=given(contact)),
        CallOutcome.WRONG_NUMBER: _("Marked as a wrong number"),
    }
    return sentences[outcome] if outcome else ""


def after_call(outcome: CallOutcome | None, contact: Contact) -> str:
    """What a next step after a call is called."""
    if outcome is CallOutcome.REACHED:
        return _("Follow up with %(name)s", name=given(contact))
    return _("Call %(name)s again", name=given(contact))


def clock_of(zone: str) -> str:
    """A time zone by its city and what the clock shows there; one nobody knows by its name alone."""
    city = zone.rpartition("/")[2].replace("_", " ")
    if zone not in clock.zones():
        return city
    with use_locale(str(current_locale()), zone):
        return _("%(city)s, now %(time)s", city=city, time=local_time(clock.now()))


def rest_day(text: str) -> str:
    """The day until which somebody rests, as a line or an act keeps it."""
    return local_day(date.fromisoformat(text), "day")


def lives(spans: Sequence[LifecycleSpan]) -> list[str]:
    """A person's stages of life with their days, the present one first; given the earliest first."""
    before = [None, *spans][: len(spans)]
    return [_life(span, last) for span, last in zip(spans, before, strict=True)][::-1]


def _life(span: LifecycleSpan, last: LifecycleSpan | None) -> str:
    is_back = span.state is Lifecycle.MEMBER and last is not None and last.state in (Lifecycle.PAUSED, Lifecycle.FORMER)
    life, since = _("Won back") if is_back else str(LIVES[span.state]), local_day(span.from_at, "medium")
    until = local_day(span.to_at, "medium") if span.to_at is not None else ""
    if until == since:
        return _("%(life)s, %(day)s", life=life, day=since)
    if until:
        return _("%(life)s, %(since)s to %(until)s", life=life, since=since, until=until)
    if is_back:
        return _("Won back on %(day)s", day=since)
    return _("%(life)s since %(day)s", life=life, day=since)


def how_back(by: str) -> str:
    """How somebody came back who had been put away."""
    return str(RETURNS.get(by, IN_TOUCH))


def batch_sentence(words: str, values: dict[str, Any]) -> str:
    """What an act that can be taken back was, in the reader's language."""
    shown = dict(values)
    if "state" in shown:
        shown["state"] = str(LIVES.get(shown["state"], shown["state"])).lower()
    if "rest_until" in shown:
        shown["rest_until"] = rest_day(shown["rest_until"])
    return _(words, **shown)
