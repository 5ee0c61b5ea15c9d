"""What the pages of campaigns show, made ready before a template is asked. Knows no Flask."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from omni.accounts.models import Teammate
from omni.contacts import queries as contacts
from omni.contacts.exports.sheets import guarded
from omni.contacts.lists import sentences
from omni.contacts.lists.asked import read_address, read_query
from omni.contacts.lists.pages import matching
from omni.contacts.models import Contact
from omni.core import clock, ids
from omni.core.ids import Id
from omni.core.words import Lazy, _, lazy, local_day, local_time, ngettext, number
from omni.messaging import costs, pages, queries, wording
from omni.messaging.models import (
    Campaign,
    CampaignKind,
    CampaignRecipient,
    CampaignState,
    Carrier,
    Message,
    Sender,
)
from omni.messaging.states import LABELS, Reason, Word, word_of

PAGE = 50
LISTED = 25

KINDS: dict[CampaignKind, Lazy] = {
    CampaignKind.SERVICE: lazy("News they need"),
    CampaignKind.MARKETING: lazy("An offer"),
    CampaignKind.ASK_AGAIN: lazy("Ask whether offers are welcome"),
}
STATES: dict[CampaignState, Lazy] = {
    CampaignState.BUILDING: lazy("Being checked"),
    CampaignState.READY: lazy("Not sent yet"),
    CampaignState.APPROVED: lazy("Goes in a moment"),
    CampaignState.RUNNING: lazy("On its way"),
    CampaignState.PAUSED: lazy("Paused"),
    CampaignState.DONE: lazy("Sent"),
    CampaignState.UNDONE: lazy("Taken back"),
    CampaignState.STOPPED: lazy("Stopped"),
}
EVERYONE = lazy("Everyone")
# Where one person's text asks its writer a question, many are told of as a fact.
_OF_MANY: dict[Reason, Lazy] = {Reason.NO_BASIS: lazy("Nobody wrote down how you know them.")}


@dataclass(frozen=True)
class CampaignRow:
    """One campaign of the list."""

    href: str
    text: str
    what: str
    state: str
    day: str


@dataclass(frozen=True)
class Audience:
    """Whom a campaign may be for: the query that finds them, in words, and how many they are."""

    query: str
    words: str
    count: int


@dataclass(frozen=True)
class PartFace:
    """One person of a campaign: what they get, or why not, and what became of it."""

    name: str
    href: str
    number: str
    text: str
    said: str
    weight: str
    when: str
    is_left_out: bool


@dataclass(frozen=True)
class Sums:
    """What a campaign comes to, counted by the database."""

    texts: int
    segments: int
    micros: int
    left_out: Counter[tuple[Reason, str]]
    words: Counter[Word]

    @property
    def not_reached(self) -> int:
        return sum(self.left_out.values())

    @property
    def over(self) -> int:
        """How many texts are no longer on their way to their carrier."""
        return sum(count for word, count in self.words.items() if word is not Word.WAITING)


@dataclass(frozen=True)
class CampaignFace:
    """A campaign as its page shows it. `mark` changes with anything that moves."""

    campaign: Campaign
    url: str
    kind: str
    state: str
    who: str
    sample: str
    sums: Sums
    costs: str
    hold: str
    tally: Sequence[dict[str, Any]]
    parts: Sequence[PartFace]
    reasons: Sequence[str]
    more: str
    shows_left_out: bool
    preview: str
    is_moving: bool


BLANK: dict[str, Lazy] = {
    "first_name": lazy("No first name is known."),
    "full_name": lazy("No name is known."),
    "studio": lazy("The studio has no name."),
    "my_first_name": lazy("Your name is not known."),
    "my_name": lazy("Your name is not known."),
}


def reason_words(reason: Reason | None, detail: str = "") -> str:
    """Why somebody is left out; `detail` is the field that is blank."""
    if reason is Reason.NO_FIELD and detail in BLANK:
        return str(BLANK[detail])
    return str(_OF_MANY[reason]) if reason in _OF_MANY else wording.line(reason)


def list_campaigns() -> list[CampaignRow]:
    """The newest campaigns."""
    found = Campaign.select().order_by(Campaign.id.desc()).limit(LISTED)
    return [
        CampaignRow(
            f"/inbox/campaigns/{ids.encode(each.id)}",
            each.text,
            str(KINDS[each.kind]),
            str(STATES[each.state]),
            local_day(each.approved_at or each.created_at, "day"),
        )
        for each in found
    ]


def audiences(given: str, teammate: Teammate) -> list[Audience]:
    """Whom a campaign may be for: those of the list one came from, everyone, and the teammate's own views."""
    queries_of = [("", str(EVERYONE)), *((view.query, view.name) for view in contacts.list_views(teammate))]
    if given:
        queries_of = [(given, who_of(given)), *((query, words) for query, words in queries_of if query != given)]
    return [Audience(query, words, _count(query)) for query, words in queries_of]


def query_of(filters: Sequence[str], text: str) -> str:
    """The canonical query of a list's address."""
    return read_address(filters, text=text).query


def who_of(query: str) -> str:
    """A list in words: its filters, or everyone."""
    asked = read_query(query)
    said = [sentences.sentence(each) for each in asked.filters]
    said += [_("Found by “%(words)s”", words=asked.text)] if asked.text else []
    return " · ".join(said) or str(EVERYONE)


def face(
    campaign: Campaign, *, after: Id | None = None, shows_left_out: bool = False, is_masked: bool = False
) -> CampaignFace:
    """The campaign with its sums and one page of its people."""
    url = f"/inbox/campaigns/{ids.encode(campaign.id)}"
    sums, sample = sum_up(campaign), _sample(campaign)
    sender = queries.find_sender()
    rows = _rows(campaign, after, shows_left_out)
    shown = rows[:PAGE]
    more = f"{url}?after={ids.encode(shown[-1].id)}" + ("&left=1" if shows_left_out else "") if len(rows) > PAGE else ""
    return CampaignFace(
        campaign=campaign,
        url=url,
        kind=str(KINDS[campaign.kind]),
        state=str(STATES[campaign.state]),
        who=_who(campaign),
        sample=sample,
        sums=sums,
        costs=cost_words(sums, sender),
        hold=_hold(campaign),
        tally=_tally(url, campaign, sums, shows_left_out),
        parts=_parts(shown, sample, is_masked),
        reasons=[
            _("%(why)s (%(count)s)", why=reason_words(*why).removesuffix("."), count=number(count))
            for why, count in sorted(sums.left_out.items(), key=lambda one: (-one[1], one[0]))
        ],
        more=more,
        shows_left_out=shows_left_out,
        preview=bytes(campaign.preview_hash or b"").hex(),
        is_moving=campaign.state in (CampaignState.BUILDING, CampaignState.APPROVED, CampaignState.RUNNING),
    )


def sum_up(campaign: Campaign) -> Sums:
    """How many texts, segments and micros, who is left out why, and how far the texts are."""
    parts = CampaignRecipient.select(
        CampaignRecipient.reason,
        CampaignRecipient.detail,
        fn.COUNT(CampaignRecipient.id),
        fn.COALESCE(fn.SUM(CampaignRecipient.segments), 0),
        fn.COALESCE(fn.SUM(CampaignRecipient.micros), 0),
    ).where(CampaignRecipient.campaign == campaign.id)
    texts = segments = micros = 0
    left_out = Counter[tuple[Reason, str]]()
    for reason, detail, count, weight, cost in parts.group_by(
        CampaignRecipient.reason, CampaignRecipient.detail
    ).tuples():
        if reason is None:
            texts, segments, micros = count, int(weight), int(cost)
        else:
            left_out[reason, detail] += count
    words = Counter[Word]()
    sent = Message.select(Message.state, Message.reason, fn.COUNT(Message.id)).where(Message.campaign_id == campaign.id)
    for state, reason, count in sent.group_by(Message.state, Message.reason).tuples():
        word = word_of(state, reason)
        if word is not None:
            words[word] += count
    return Sums(texts, segments, micros, left_out, words)


def cost_words(sums: Sums, sender: Sender | None) -> str:
    """ "48 texts · 52 segments · about $0.41"; on the practice phone, that nobody is billed."""
    said = [
        ngettext("%(num)s text", "%(num)s texts", sums.texts),
        ngettext("%(num)s segment", "%(num)s segments", sums.segments),
    ]
    if sender is None or sender.carrier is Carrier.PRACTICE:
        said.append(_("nobody is billed"))
    else:
        said.append(_("about %(cost)s", cost=costs.shown(sums.micros)))
    return " · ".join(said)


def as_csv(campaign: Campaign) -> str:
    """Everybody of the campaign as a sheet: what they got, or why not."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["name", "number", "text", "segments", "cost_usd", "result", "reason"])
    sent = _messages_of(campaign)
    for row in CampaignRecipient.select(CampaignRecipient, Contact).join(Contact).where(
        CampaignRecipient.campaign == campaign.id
    ).order_by(CampaignRecipient.id).iterator():  # fmt: skip
        message = sent.get(row.id)
        word = message.word if message else None
        reason = row.reason or (message.reason if message else None)
        cells = [
            row.contact.display_name, row.to or "", row.body or "", row.segments, f"{row.micros / 1_000_000:.4f}",
            str(LABELS[word]) if word else _("Left out") if row.reason else "",
            reason_words(reason, row.detail) if reason else "",
        ]  # fmt: skip
        writer.writerow([guarded(each) if isinstance(each, str) else each for each in cells])
    return out.getvalue()


def _count(query: str) -> int:
    return int(matching(read_query(query)).count())


def _who(campaign: Campaign) -> str:
    if campaign.contact_ids is not None:
        return ngettext("%(num)s person ticked", "%(num)s people ticked", len(bytes(campaign.contact_ids)) // 16)
    return who_of(campaign.audience)


def _sample(campaign: Campaign) -> str:
    """What the first of them gets, as it will stand on their phone; before that is known, what was typed."""
    first = (
        CampaignRecipient.select()
        .where(CampaignRecipient.campaign == campaign.id, CampaignRecipient.reason.is_null())
        .order_by(CampaignRecipient.id)
        .first()
    )
    words: str = (first.body if first else None) or campaign.text
    return words


def _hold(campaign: Campaign) -> str:
    """How long it can still be taken back: "1:47"."""
    if campaign.state is not CampaignState.APPROVED or campaign.hold_until is None:
        return ""
    left = max(timedelta(), campaign.hold_until - clock.now())
    minutes, seconds = divmod(int(left.total_seconds()), 60)
    return f"{minutes}:{seconds:02d}"


def _tally(url: str, campaign: Campaign, sums: Sums, shows_left_out: bool) -> list[dict[str, Any]]:
    out = {
        "label": _("left out"), "count": sums.not_reached, "href": f"{url}?left=1" if sums.not_reached else None,
        "current": shows_left_out, "tone": "warm" if sums.not_reached else "",
    }  # fmt: skip
    if not sums.words:
        return [{"label": _("to send"), "count": sums.texts, "href": url, "current": not shows_left_out}, out]
    waiting = sums.texts - sums.over
    return [
        {"label": _("waiting"), "count": waiting},
        {"label": _("sent"), "count": sums.words[Word.SENT]},
        {"label": _("delivered"), "count": sums.words[Word.DELIVERED]},
        {"label": _("not delivered"), "count": sums.words[Word.NOT_DELIVERED], "tone": _hot(sums, Word.NOT_DELIVERED)},
        {"label": _("need you"), "count": sums.words[Word.NEEDS_YOU], "tone": _hot(sums, Word.NEEDS_YOU)},
        out,
    ]


def _hot(sums: Sums, word: Word) -> str:
    return "hot" if sums.words[word] else ""


def _rows(campaign: Campaign, after: Id | None, shows_left_out: bool) -> list[CampaignRecipient]:
    query = CampaignRecipient.select().where(CampaignRecipient.campaign == campaign.id)
    if shows_left_out:
        query = query.where(CampaignRecipient.reason.is_null(False))
    if after is not None:
        query = query.where(CampaignRecipient.id > after)
    return list(query.order_by(CampaignRecipient.id).limit(PAGE + 1))


def _parts(rows: Sequence[CampaignRecipient], sample: str, is_masked: bool) -> list[PartFace]:
    if not rows:
        return []
    people = {one.id: one for one in Contact.select().where(Contact.id << [row.contact_id for row in rows])}
    found = Message.select().where(Message.campaign_recipient_id << [row.id for row in rows])
    sent = {each.campaign_recipient_id: each for each in found}
    return [
        _part(row, people[row.contact_id], sent.get(row.id), sample, is_masked)
        for row in rows
        if row.contact_id in people
    ]


def _part(row: CampaignRecipient, contact: Contact, message: Message | None, sample: str, is_masked: bool) -> PartFace:
    said = reason_words(row.reason, row.detail) if row.reason else _became(message) if message else ""
    weight = ngettext("%(num)s segment", "%(num)s segments", row.segments)
    if row.micros:
        weight = f"{weight} · {costs.shown(row.micros)}"
    return PartFace(
        name=contact.display_name,
        href=f"/contacts/{ids.encode(contact.id)}",
        number=pages.phone_shown(row.to, is_masked) if row.to else "",
        # What stands above already is not said fifty times more.
        text="" if row.body == sample else row.body or "",
        said=said,
        weight="" if row.reason else weight,
        when="" if row.reason or message else _when(row.starts_at),
        is_left_out=row.reason is not None,
    )


def _became(message: Message) -> str:
    word = str(LABELS[message.word]) if message.word else ""
    return f"{word}. {message.line}" if message.line and message.word is not Word.SENT else word


def _when(at: datetime | None) -> str:
    if at is None or at <= clock.now() + timedelta(minutes=5):
        return _("at once")
    return _("%(day)s, %(time)s", day=local_day(at, "day"), time=local_time(at))


def _messages_of(campaign: Campaign) -> dict[Id, Message]:
    found = Message.select().where(Message.campaign_id == campaign.id)
    return {each.campaign_recipient_id: each for each in found if each.campaign_recipient_id}


def people_of(count: int) -> str:
    """ "1,425 people"."""
    return ngettext("%(num)s person", "%(num)s people", count) if count else _("nobody")
