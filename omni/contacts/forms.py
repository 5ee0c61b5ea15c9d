"""What a person or the API may send to this room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Self

from wtforms.validators import StopValidation
from wtforms.widgets import DateInput

from omni.accounts import queries as accounts
from omni.contacts import custom_fields, facts, merges, wording
from omni.contacts.actions.files import Sent
from omni.contacts.actions.own_fields import NO_LABEL
from omni.contacts.actions.people import NOBODY, Place
from omni.contacts.actions.tags import LONGEST_TAG, TAG_LENGTH
from omni.contacts.actions.views import LONGEST_NAME, NO_NAME
from omni.contacts.facts import BORN, Ask, Fact
from omni.contacts.folding import fold
from omni.contacts.imports import places
from omni.contacts.kinds import Basis, BulkAct, GoalStatus, Lifecycle, PointKind, Tie
from omni.contacts.models import Contact, ContactPoint
from omni.contacts.normal import Misread, extension_in, show_phone
from omni.contacts.ports import BoardPlace, landing
from omni.contacts.reading.dates import Birthday, Order, read_birthday
from omni.contacts.reading.pasting import read_pasted
from omni.contacts.reading.people import Person, Value
from omni.contacts.reading.planning import Rule
from omni.contacts.reading.points import read_point
from omni.contacts.reading.roles import Role
from omni.contacts.reading.rows import MAX_TAG
from omni.contacts.sniffing import MOST_BYTES, clean_name, sniff
from omni.core import clock, ids
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.tenancy import current_workspace
from omni.core.words import _, lazy, number
from omni.web.forms import (
    Choice,
    Email,
    Form,
    Hidden,
    IdChoice,
    LocalDate,
    LongText,
    Number,
    Parsed,
    Phone,
    Radios,
    Text,
    Tick,
    Ticks,
    Upload,
    Uploads,
)

CHOOSE_COLUMN = lazy("Choose the column in which they said yes.")


class ContactForm(Form):
    """A new contact, by its fields or by one pasted blob; `board` and `stage` say where to."""

    given_name = Text(lazy("Given name"), longest=100, render_kw={"autocomplete": "off"})
    family_name = Text(lazy("Family name"), longest=100, render_kw={"autocomplete": "off"})
    phone = Phone(lazy("Phone"), render_kw={"autocomplete": "off"})
    email = Email(lazy("Email"), render_kw={"autocomplete": "off"})
    paste = LongText(lazy("Or paste what you have"), longest=5000, render_kw={"rows": 3})
    board = Hidden()
    stage = Choice(lazy("Where do they go?"))

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.country = current_workspace().country
        self.stage.choices = _stages()
        if not self.was_sent:
            self.stage.data = self.stage.data or _default_stage(self.board.data)

    def check(self) -> None:
        if not self.person().is_somebody:
            self.blame("given_name", NOBODY)

    def person(self) -> Person:
        """Everything that was typed, what was pasted filling the gaps."""
        pasted = read_pasted(self.paste.data or "", self.country)
        typed_name = self.given_name.data or self.family_name.data
        return replace(
            pasted,
            given_name=(self.given_name.data or "") if typed_name else pasted.given_name,
            family_name=(self.family_name.data or "") if typed_name else pasted.family_name,
            display_name="" if typed_name else pasted.display_name,
            phones=_phones(self.phone) or pasted.phones,
            emails=_emails(self.email) or pasted.emails,
        )

    @property
    def place(self) -> Id | Place:
        """The stage chosen, or the usual one, or none."""
        if self.stage.data == places.NOWHERE or (self.board.data == places.NOWHERE and not self.stage.data):
            return Place.NOWHERE
        if self.stage.data:
            return ids.decode(self.stage.data)
        board = _board(self.board.data)
        return board.stages[0].id if board and board.stages else Place.DEFAULT


class CallForm(Form):
    """A call that begins; or, with an outcome, how it went. `client_key` makes it one call."""

    outcome = Choice(lazy("How did it go?"), choices=[(one.value, words) for one, words in wording.OUTCOMES.items()])
    client_key = Hidden()
    back = Hidden()


class EditForm(Form):
    """Everything about a contact that its page shows as details."""

    version = Hidden()
    given_name = Text(lazy("Given name"), longest=100)
    family_name = Text(lazy("Family name"), longest=100)
    nickname = Text(lazy("Nickname"), longest=100)
    phone = Phone(lazy("Phone"))
    phone_2 = Phone(lazy("Second phone"))
    email = Email(lazy("Email"))
    email_2 = Email(lazy("Second email"))
    company = Text(lazy("Company"))
    job_title = Text(lazy("Job title"))
    city = Text(lazy("City"))
    timezone = Choice(lazy("Time zone"))
    birth_year = Number(lazy("Year"), least=1850, most=2100)
    birth_month = Number(lazy("Month"), least=1, most=12)
    birth_day = Number(lazy("Day"), least=1, most=31)

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.country = current_workspace().country
        self.timezone.choices = facts.zones()

    def check(self) -> None:
        _check_birthday(self)
        if not self.person().is_somebody:
            self.blame("given_name", NOBODY)

    def person(self, further: Iterable[ContactPoint] = ()) -> Person:
        """What the form says; `further` are addresses that it has no field for."""
        more = list(further)
        phones = (*_phones(self.phone, self.phone_2), *_kept(more, PointKind.PHONE))
        emails = (*_emails(self.email, self.email_2), *_kept(more, PointKind.EMAIL))
        return Person(
            given_name=self.given_name.data or "",
            family_name=self.family_name.data or "",
            nickname=self.nickname.data or "",
            company=self.company.data or "",
            job_title=self.job_title.data or "",
            city=self.city.data or "",
            timezone=self.timezone.data or "",
            birthday=_birthday_in(self),
            phones=phones,
            emails=emails,
        )


class FactForm(Form):
    """One detail of a contact; `fact_form` gives it the field that the detail asks for."""

    mark = Hidden()
    fact: Fact
    # What was typed, read: columns of the contact, or the value of a field of the studio's own.
    columns: dict[str, Any]
    said: Any = None

    def check(self) -> None:
        if self.fact.ask is Ask.BIRTHDAY:
            _check_birthday(self)
            self.columns = {name: self[name].data for name in BORN}
        elif self.fact.field is None:
            self.columns = {self.fact.name: self["value"].data or ""}
        else:
            self.said = custom_fields.read_value(self.fact.field, self["value"].data or "")
            if isinstance(self.said, Misread):
                self.blame("value", _(self.said.words, **self.said.values))


def fact_form(fact: Fact) -> type[FactForm]:
    """The form that asks for this detail."""
    if fact.ask is Ask.BIRTHDAY:
        return type("FactForm", (FactForm,), {"fact": fact, **{name: _born_field(name) for name in BORN}})
    makes: dict[Ask, Callable[[], Any]] = {
        Ask.LINE: lambda: Text(fact.label, longest=fact.longest),
        Ask.LINES: lambda: LongText(fact.label, longest=fact.longest, render_kw={"rows": 4}),
        Ask.DAY: lambda: Text(fact.label, longest=10, widget=DateInput()),
        Ask.CHOICE: lambda: Choice(fact.label, choices=fact.choices),
        Ask.SEVERAL: lambda: Ticks(fact.label, choices=fact.choices()),
    }
    return type("FactForm", (FactForm,), {"fact": fact, "value": makes[fact.ask]()})


class CellForm(Form):
    """One cell of the list: `value` as its field is typed; `mark` tells what it said when it was opened."""

    mark = Hidden()


class OwnerCell(CellForm):
    value = IdChoice(lazy("Owner"))

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.value.choices = [("", _("Nobody")), *owners()]


class LifeCell(CellForm):
    value = Choice(lazy("Stage of life"), needed=lazy("Choose one of the list."))

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.value.choices = lives()


class TagsCell(CellForm):
    value = Text(lazy("Tags, with commas between"), longest=2_000)

    @property
    def names(self) -> list[str]:
        return [name.strip() for name in (self.value.data or "").split(",") if name.strip()]

    def check(self) -> None:
        if any(len(name) > LONGEST_TAG or not fold(name) for name in self.names):
            self.blame("value", TAG_LENGTH)


class PointCell(CellForm):
    """A first phone or email; empty takes it off."""

    value = Text(lazy("Number or address"), longest=500)
    read: Value | None = None
    given_kind: PointKind = PointKind.PHONE

    def check(self) -> None:
        if not self.value.data:
            return
        found = read_point(self.given_kind, self.value.data, current_workspace().country)
        if isinstance(found, Misread):
            self.blame("value", _(found.words, **found.values))
        else:
            self.read = found


class BulkForm(Form):
    """What is to be done with many people; each act has a field of its own for what it needs."""

    act = Choice(lazy("What to do"), needed=lazy("Choose what to do."))
    tag = Text(lazy("Tag"), longest=LONGEST_TAG)
    owner = Choice(lazy("Owner"))
    life = Choice(lazy("Stage of life"))
    stage = Choice(lazy("Stage"))
    # Who works here, and the stages of the boards, as choices.
    team: Sequence[tuple[str, str]] = ()
    stages: Sequence[tuple[str, str]] = ()

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.act.choices = [("", _("Choose…")), *((act.value, str(words)) for act, words in wording.ACTS.items())]
        self.owner.choices = [("none", _("Nobody")), *self.team]
        self.life.choices = lives()
        self.stage.choices = list(self.stages)

    @property
    def value(self) -> str:
        """What the chosen act needs."""
        name = {BulkAct.UNTAG.value: "tag", BulkAct.AWAY.value: ""}.get(self.act.data, self.act.data)
        return str(self[name].data or "") if name else ""


class FieldForm(Form):
    """A field of the studio's own. `option_id` and `option_label` come in pairs, one for each choice there is."""

    version = Hidden()
    label = Text(lazy("Name"), needed=NO_LABEL, longest=60)
    kind = Choice(lazy("What does it hold?"), needed=lazy("Choose what it holds."))
    options = LongText(lazy("Choices"), longest=20_000, render_kw={"rows": 4})
    is_personal = Tick(lazy("It tells something about the person"))
    # The choices there are, as the form shows them.
    pairs: Sequence[tuple[str, str]] = ()

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.kind.choices = [(kind.value, str(words)) for kind, words in wording.FIELD_KINDS.items()]

    @property
    def given_options(self) -> list[tuple[str, str]]:
        """Every choice: those there are, by their ids, and a new one for each line."""
        return [*self.pairs, *(("", line) for line in (self.options.data or "").split("\n"))]


class Measure(Parsed):
    """A number with a fraction, as the reader's language writes it."""

    def parse(self, typed: str, form: Any) -> float:
        found = custom_fields.read_number(typed)
        if isinstance(found, Misread):
            raise StopValidation(_(found.words, **found.values))
        return float(found)

    def shown(self, value: Any) -> str:
        return number(Decimal(repr(value)).normalize())


class PreferenceForm(Form):
    """One thing somebody likes."""

    key = Text(lazy("What about"), needed=lazy("Say what it is about, such as “Looks for”."), longest=60)
    value = Text(lazy("What they like"), needed=lazy("Write what they like."), longest=500)


class GoalForm(Form):
    """What somebody wants to reach."""

    version = Hidden()
    name = Text(lazy("Goal"), needed=lazy("Name the goal, such as “Weight” or “Push-ups”."), longest=120)
    unit = Text(lazy("Unit"), longest=20)
    start = Measure(lazy("From"))
    target = Measure(lazy("To"))
    due_on = LocalDate(lazy("By"))
    status = Choice(lazy("Where it stands"))
    is_sensitive = Tick(lazy("Keep it to this page"))

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.status.choices = [(one.value, str(words)) for one, words in wording.GOAL_STATES.items()]

    @property
    def wanted(self) -> dict[str, Any]:
        """The goal's columns as typed."""
        columns = {name: self[name].data for name in ("start", "target", "due_on")}
        columns |= {"name": self.name.data or "", "unit": self.unit.data or ""}
        status = GoalStatus(self.status.data) if self.status.data else GoalStatus.OPEN
        return {**columns, "status": status, "is_sensitive": bool(self.is_sensitive.data)}


class CheckinForm(Form):
    """How far somebody was on a day."""

    value = Measure(lazy("Today’s value"), needed=lazy("Write a number."))
    on = LocalDate(lazy("On"))

    def check(self) -> None:
        if self.on.data and self.on.data > clock.today_in(current_workspace().timezone):
            self.blame("on", _("A check-in is of today or an earlier day."))


class PhotoForm(Form):
    """A photo of a contact, re-encoded."""

    photo = Upload(lazy("Photo"), needed=lazy("Choose a picture first."), accept="image/jpeg,image/png,image/webp")


class PointForm(Form):
    """One way to reach somebody; `kind` is asked of a new one alone."""

    mark = Hidden()
    kind = Choice(lazy("What is it?"))
    value = Text(lazy("Number or address"), needed=lazy("Write it first."), longest=500)
    label = Text(lazy("Label"), longest=40)
    read: Value
    # The kind of one that is there already.
    given_kind: PointKind | None = None

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.kind.choices = [(kind.value, str(words)) for kind, words in wording.POINTS.items()]

    def check(self) -> None:
        found = read_point(self.chosen_kind, self.value.data or "", current_workspace().country)
        if isinstance(found, Misread):
            self.blame("value", _(found.words, **found.values))
        else:
            self.read = replace(found, label=self.label.data or "")

    @property
    def chosen_kind(self) -> PointKind:
        return self.given_kind or PointKind(self.kind.data or PointKind.PHONE)


class NoteForm(Form):
    """A note."""

    body = LongText(
        lazy("Note"), needed=lazy("Write a line first. A note cannot be empty."), longest=20_000, render_kw={"rows": 3}
    )
    files = Uploads(lazy("Files"))
    version = Hidden()

    def check(self) -> None:
        for name, content in self._sent:
            found = sniff(name, content)
            if isinstance(found, Misread):
                self.blame("files", _(found.words, **found.values))

    @property
    def sent(self) -> list[Sent]:
        """The files as they came."""
        return [Sent(name, content) for name, content in self._sent]

    @cached_property
    def _sent(self) -> list[tuple[str, bytes]]:
        return [(clean_name(one.filename), read_upload(one, MOST_BYTES)) for one in self.files.data or ()]


class TagForm(Form):
    """One tag."""

    tag = Text(lazy("Tag"), needed=lazy("Write the tag first, such as “mornings”."), longest=60)


class ViewForm(Form):
    """The name of a saved view."""

    name = Text(lazy("Name"), needed=NO_NAME, longest=LONGEST_NAME)


class OwnerForm(Form):
    """Whose contact it is; empty is nobody's."""

    owner = IdChoice(lazy("Owner"))

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.owner.choices = [("", _("Nobody")), *owners()]


class LifeForm(Form):
    """A stage of life."""

    life = Choice(lazy("Stage of life"), needed=lazy("Choose one of the list."))

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.life.choices = lives()


class TieForm(Form):
    """What the contact is to somebody else; `home` says only that they live together."""

    other = Hidden()
    tie = Radios(
        lazy("They are the other’s"),
        needed=lazy("Choose what they are to each other."),
        choices=[
            *((tie.value, words) for tie, words in wording.TIES.items()),
            ("home", lazy("they only live together")),
        ],
    )

    def ask(self, contact: Contact, other: Contact) -> None:
        """Let the question name both of them."""
        self.tie.label.text = _("%(name)s is %(other)s’s", name=contact.display_name, other=other.display_name)

    def check(self) -> None:
        if not self.other.data:
            self.blame("tie", _("Choose a person first."))

    @property
    def kind(self) -> Tie | None:
        """The tie chosen, or none where they only live together."""
        return Tie(self.tie.data) if self.tie.data != "home" else None


class MergeForm(Form):
    """Of what two contacts say differently, whose stays: `winner` is the page one is on."""

    other = Hidden()
    versions = Hidden()
    name = Radios(lazy("Name"))
    nickname = Radios(lazy("Nickname"))
    pronouns = Radios(lazy("Pronouns"))
    life = Radios(lazy("Stage of life"))
    owner = Radios(lazy("Owner"))
    company = Radios(lazy("Company"))
    job_title = Radios(lazy("Job title"))
    city = Radios(lazy("City"))
    timezone = Radios(lazy("Time zone"))
    language = Radios(lazy("Language"))
    birthday = Radios(lazy("Birthday"))

    @classmethod
    def between(cls, winner: Contact, loser: Contact) -> Self:
        """The form as it is first shown for these two."""
        data = {one.name: SIDES[one.is_winners] for one in merges.differences(winner, loser)}
        form = cls(data={**data, "other": ids.encode(loser.id), "versions": f"{winner.version}-{loser.version}"})
        form.compare(winner, loser)
        return form

    def compare(self, winner: Contact, loser: Contact) -> None:
        """Let each question show what both say."""
        for one in merges.differences(winner, loser):
            field: Any = self[one.name]
            said = [(side, wording.said(contact, one.name)) for side, contact in (("winner", winner), ("loser", loser))]
            field.choices = said

    @property
    def picks(self) -> dict[str, bool]:
        """What was chosen, by its name: whether the winner's stays."""
        return {name: self[name].data == "winner" for name in merges.PICKED if name in self and self[name].data}

    @property
    def seen(self) -> tuple[int, int]:
        """The versions both had when the form was drawn; 0, which none is, where it does not say."""
        winner, _sep, loser = (self.versions.data or "").partition("-")
        return tuple(int(one) if one.isascii() and one.isdigit() and len(one) < 10 else 0 for one in (winner, loser))  # type: ignore[return-value]


SIDES = {True: "winner", False: "loser"}


class HouseholdForm(Form):
    """What a household is called."""

    name = Text(lazy("Name of the household"), needed=lazy("Write a name, such as “Kim”."), longest=100)


class OptOutForm(Form):
    """What is to stop, and what the person said."""

    channel = Radios(
        lazy("What did they ask to stop?"),
        needed=lazy("Choose what is to stop."),
        choices=[("all", lazy("Everything")), ("sms", lazy("Texts")), ("email", lazy("Email"))],
    )
    words = LongText(lazy("In their words"), longest=2000, render_kw={"rows": 2})


class ConsentForm(Form):
    """How somebody agreed, and in which words."""

    channel = Hidden()
    norm = Hidden()
    basis = Radios(lazy("How did they agree?"), needed=lazy("Choose how they agreed."))
    words = LongText(lazy("In their words, or where it is written"), longest=2000, render_kw={"rows": 2})

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        kinds = (Basis.ASKED, Basis.GAVE_NUMBER, Basis.CUSTOMER, Basis.WRITTEN)
        self.basis.choices = [(kind.value, wording.BASES[kind]) for kind in kinds]


class RestrictForm(Form):
    """Why somebody is put at rest."""

    reason = LongText(lazy("Why"), longest=2000, render_kw={"rows": 2})


class UploadForm(Form):
    """A file, or its text pasted."""

    file = Upload(lazy("File"))
    paste = LongText(lazy("Or paste the rows"), longest=250_000, render_kw={"rows": 4})

    def check(self) -> None:
        if not self.file.data and not self.paste.data:
            self.blame("file", _("Choose a file, or paste its rows."))


class ReadForm(Form):
    """How the file is to be read."""

    encoding = Choice(
        lazy("Encoding"),
        needed=lazy("Choose an encoding."),
        choices=[
            ("utf-8", lazy("UTF-8 (most files)")),
            ("cp1252", lazy("Windows-1252 (Outlook, older Excel)")),
            ("utf-16-le", lazy("UTF-16")),
            ("utf-16-be", lazy("UTF-16, big end first")),
        ],
    )
    delimiter = Choice(
        lazy("Between columns stands"),
        needed=lazy("Choose what stands between columns."),
        choices=[
            ("comma", lazy("a comma")),
            ("semicolon", lazy("a semicolon")),
            ("tab", lazy("a tab")),
            ("bar", lazy("a bar")),
        ],
    )
    quotes = Choice(
        lazy("Quotation marks"),
        choices=[("", lazy("hold a cell together")), ("words", lazy("belong to the words"))],
    )
    numbers_from = Text(
        lazy("Country of numbers without +"), longest=2, shape=("[A-Za-z]{2}", lazy("Two letters, such as US or MX."))
    )
    order = Choice(
        lazy("Dates such as 4/9 are"),
        choices=[("", lazy("as the column shows")), ("mdy", lazy("month first")), ("dmy", lazy("day first"))],
    )


class EveryoneForm(Form):
    """What holds for everyone in a file: tags, whose they are, and which rows are taken."""

    tags = Text(lazy("Tags for everyone in the file"), longest=400)
    owner = Choice(lazy("Whose they are, where the file does not say"))
    rule = Radios(
        lazy("Which rows count?"),
        choices=[
            ("both", lazy("New people and changes to those here")),
            ("create", lazy("New people alone")),
            ("update", lazy("Changes to those here alone")),
        ],
    )
    keeps = Radios(
        lazy("Where the file says something else"),
        choices=[("theirs", lazy("Take what the file says")), ("mine", lazy("Keep what stands here"))],
    )

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        self.owner.choices = [
            ("", _("Nobody")),
            *((one.user.email.lower(), one.name) for one in accounts.list_teammates()),
        ]
        self.rule.data = self.rule.data or Rule.BOTH.value
        self.keeps.data = self.keeps.data or "theirs"

    def check(self) -> None:
        if any(len(tag) > MAX_TAG for tag in self._tags()):
            self.blame("tags", _("A tag has up to %(most)s characters.", most=MAX_TAG))

    def said(self) -> dict[str, Any]:
        """The answers as the import keeps them."""
        return {
            "tags": self._tags(),
            "owner": self.owner.data or "",
            "rule": self.rule.data or Rule.BOTH.value,
            "keeps_mine": self.keeps.data == "mine",
        }

    @classmethod
    def said_of(cls, options: dict[str, Any]) -> EveryoneForm:
        """The form as it was answered before."""
        keeps = "mine" if options.get("keeps_mine") else "theirs"
        said = {"tags": ", ".join(options.get("tags", ())), "owner": options.get("owner", ""), "keeps": keeps}
        form = cls(data={**said, "rule": options.get("rule", Rule.BOTH.value)})
        form.prepare()
        return form

    def _tags(self) -> list[str]:
        return [tag.strip() for tag in (self.tags.data or "").split(",") if tag.strip()]


class AnswersForm(Form):
    """The three answers of an import."""

    basis = Radios(
        lazy("How did these people give you their numbers?"),
        choices=[
            ("asked", lazy("They asked us")),
            ("customer", lazy("They are customers")),
            ("written", lazy("They said yes in writing (choose the column)")),
            ("unsure", lazy("Not sure")),
        ],
    )
    written_column = Choice(lazy("Which column says yes?"))
    board = Radios(lazy("Where do they go?"))

    def prepare(self, **given: Any) -> None:
        super().prepare(**given)
        header: tuple[str, ...] = given.get("header", ())
        columns = [(str(i), name) for i, name in enumerate(header) if name]
        self.written_column.choices = [("", _("Choose a column")), *columns]
        boards = [(ids.encode(board.id), board.name) for board in places.boards()]
        by_life = [(places.BY_LIFE, _("By their stage of life"))] if boards else []
        self.board.choices = [*by_life, *boards, (places.NOWHERE, _("No board"))]

    def check(self) -> None:
        if self.basis.data == Basis.WRITTEN and not self.written_column.data:
            self.blame("written_column", CHOOSE_COLUMN)


DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


def id_in(field: Hidden) -> Id:
    """The id a hidden field holds. Raises: NotFound where it holds none."""
    try:
        return ids.decode(field.data or "")
    except ValueError as fault:
        raise NotFound from fault


def read_upload(upload: Any, most: int) -> bytes:
    """The bytes of a file that was sent; one more than it may have shows that it has more."""
    with closing(upload):
        content: bytes = upload.read(most + 1)
    return content


def version_in(form: NoteForm | EditForm | FieldForm | GoalForm) -> int:
    """The version a form was drawn from; 0, which none is, where it does not say."""
    said = form.version.data or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def roles(now: Role) -> list[tuple[str, str]]:
    """What a column may hold, in the order of the choice; of the rare ones only what it holds now."""
    rare = (Role.BIRTH_YEAR, Role.BIRTH_MONTH, Role.BIRTH_DAY, Role.BROKEN, Role.OWN)
    shown = [role for role in Role if role not in rare or (role is now and role is not Role.OWN)]
    return [(role.value, wording.field_name(role.value)) for role in shown]


def lives() -> list[tuple[str, str]]:
    return [(state.value, str(wording.LIVES[state])) for state in Lifecycle]


def owners() -> list[tuple[str, str]]:
    return [(ids.encode(one.id), one.name) for one in accounts.list_teammates()]


def _born_field(name: str) -> Number:
    words, least, most = {
        "birth_year": (lazy("Year"), 1850, 2100),
        "birth_month": (lazy("Month"), 1, 12),
        "birth_day": (lazy("Day"), 1, 31),
    }[name]
    return Number(words, least=least, most=most)


def _check_birthday(form: Form) -> None:
    """Blame a day without its month, and one that its month has not."""
    month, day = form["birth_month"].data, form["birth_day"].data
    if day and not month:
        form.blame("birth_month", _("A day needs its month."))
    elif month and day and _birthday_in(form) is None:
        name = wording.month_name(month)
        form.blame("birth_day", _("%(month)s has no day %(day)s.", month=name, day=day))


def _birthday_in(form: Form) -> Birthday | None:
    year, month, day = (form[name].data for name in BORN)
    return read_birthday(str(Birthday(year, month, day)), Order.MONTH_FIRST) if year or month else None


def _stages() -> list[tuple[str, str]]:
    choices = []
    for board in places.boards():
        for stage in board.stages:
            choices.append((ids.encode(stage.id), _("%(board)s, %(stage)s", board=board.name, stage=stage.name)))
    return [*choices, (places.NOWHERE, _("No board"))]


def _default_stage(board_id: str | None) -> str:
    if board_id == places.NOWHERE:
        return places.NOWHERE
    board = _board(board_id)
    if board and board.stages:
        return ids.encode(board.stages[0].id)
    desk = landing.answer()
    default = desk().default_stage if desk else None
    return ids.encode(default) if default else places.NOWHERE


def _board(board_id: str | None) -> BoardPlace | None:
    return next((board for board in places.boards() if ids.encode(board.id) == board_id), None)


def _phones(*fields: Phone) -> tuple[Value, ...]:
    # The field's E.164 has no room for an extension.
    read = ((field.data, _raw(field), extension_in(_raw(field))) for field in _filled(fields))
    return tuple(Value(norm, raw, "", extension) for norm, raw, extension in read)


def _emails(*fields: Email) -> tuple[Value, ...]:
    return tuple(Value(field.data, _raw(field)) for field in _filled(fields))


def _filled(fields: Iterable[Any]) -> list[Any]:
    return [field for field in fields if field.data and not field.errors]


def _raw(field: Phone | Email) -> str:
    return str(field.raw_data[0]).strip() if field.raw_data else str(field.data)


def _kept(points: list[ContactPoint], kind: PointKind) -> list[Value]:
    same = [point for point in points if point.kind is kind]
    return [Value(point.norm, point.raw, point.label, point.extension) for point in same[2:]]


def fields_of(contact: Contact, points: list[ContactPoint]) -> dict[str, Any]:
    """What the edit form is filled with."""
    phones = [_phone_text(point) for point in points if point.kind is PointKind.PHONE]
    emails = [point.norm for point in points if point.kind is PointKind.EMAIL]
    names = (
        "given_name",
        "family_name",
        "nickname",
        "company",
        "job_title",
        "city",
        "timezone",
        "birth_year",
        "birth_month",
        "birth_day",
    )
    found = {name: getattr(contact, name) for name in names}
    found |= {"version": str(contact.version), "phone": _at(phones, 0), "phone_2": _at(phones, 1)}
    return found | {"email": _at(emails, 0), "email_2": _at(emails, 1)}


def _phone_text(point: ContactPoint) -> str:
    return show_phone(point.norm) + (f" x{point.extension}" if point.extension else "")


def _at(values: list[str], place: int) -> str | None:
    return values[place] if len(values) > place else None


class SnoozeForm(Form):
    """Until which day a contact rests: one that was offered (`offered`), or another one; and why."""

    reason = Text(lazy("Why"))
    offered = Hidden()
    until = LocalDate(lazy("Until"))

    day: date | None = None

    def check(self) -> None:
        try:
            self.day = date.fromisoformat(self.offered.data) if self.offered.data else self.until.data
        except ValueError:
            self.day = None
        if self.day is None or not self.day > clock.today_in(current_workspace().timezone):
            self.blame("until", _("Choose a day from tomorrow on."))
