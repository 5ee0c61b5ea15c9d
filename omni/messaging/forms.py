"""What a person may send to this room."""

import re
from contextlib import closing
from decimal import Decimal
from typing import Any

from omni.accounts.models import Teammate
from omni.core.ids import Id, decode, encode
from omni.core.words import gettext, lazy, number
from omni.messaging.actions import Chosen
from omni.messaging.campaign_pages import KINDS
from omni.messaging.files import MOST_SENT_BYTES
from omni.messaging.models import Persona
from omni.messaging.pages import BASES, SNOOZES
from omni.web.forms import (
    Form,
    Hidden,
    IdChoice,
    LocalDate,
    LocalTime,
    LongText,
    Money,
    Number,
    Phone,
    Radios,
    Secret,
    Text,
    Tick,
    Uploads,
)

SID = lazy("An Account SID begins with AC and has 34 characters. It stands on the front page of your Twilio Console.")
SERVICE = lazy("A Messaging Service SID begins with MG and has 34 characters. Leave it empty if you use none.")

PRICE = lazy("Write it like 0.0079.")
NEEDED_TO_SNOOZE = lazy("Choose a day and a time.")
GONE = lazy("Choose another time.")
NEEDED_TO_SCHEDULE = lazy("Choose a day and a time for it.")
STALE_PREVIEW = lazy("Look at the campaign again before you approve it.")

PERSONAS = {
    Persona.REPLIES: lazy("Replies"),
    Persona.SAYS_STOP: lazy("Says STOP"),
    Persona.LANDLINE: lazy("Landline"),
    Persona.SLOW: lazy("Slow"),
    Persona.FILTERED: lazy("Filtered"),
}


class ComposeForm(Form):
    """A text to a contact. The action says how much fits, since the form of a first text counts too."""

    body = LongText(lazy("Text"), longest=20_000)
    basis = Radios(
        lazy("How do you know this person?"), choices=[(basis.value, words) for basis, words in BASES.items()]
    )
    files = Uploads(lazy("Attach"))
    # The files attached so far, by their ids, and the one that is taken off again.
    held = Hidden(longest=300)
    drop = Hidden(longest=26)
    client_key = Hidden(longest=64)
    seen_id = Hidden(longest=26)
    place = Hidden(longest=10)
    back = Hidden()
    # The waiting text that this one stands for.
    replaces = Hidden(longest=26)
    # Pressed when the text is to go at the day and time that stand beside it.
    later = Hidden(longest=1)
    on = LocalDate(lazy("Day"))
    at = LocalTime(lazy("Time"))

    def check(self) -> None:
        if self.later.data:
            for field in (self.on, self.at):
                if not field.data:
                    self.blame(field.name, NEEDED_TO_SCHEDULE)
        if not (self.body.data or self.files.data or self.held.data):
            self.blame("body", gettext("Write something"))

    @property
    def chosen(self) -> list[Chosen]:
        """The files that came with the form; of one that is too large, enough to see that it is."""
        found = []
        for one in self.files.data or ():
            with closing(one):
                found.append(Chosen(one.filename, one.read(MOST_SENT_BYTES + 1)))
        return found

    @property
    def held_ids(self) -> list[Id]:
        """The files attached so far but for the one that is taken off."""
        named = [each for each in (self.held.data or "").split() if each != self.drop.data]
        return [found for each in named if (found := _id_or_none(each))]


class BasisForm(Form):
    """The answer that lets a kept text go."""

    basis = Radios(
        lazy("How do you know this person?"),
        choices=[(basis.value, words) for basis, words in BASES.items()],
        needed=lazy("Choose one, so that it is written down why they may be texted."),
    )


class AgainForm(Form):
    client_key = Hidden(longest=64)


class NewTextForm(Form):
    """Whom to write to: somebody found by name or number."""

    q = Text(lazy("Name or number"), longest=80)


class NameForm(Form):
    """Who is behind a new number."""

    name = Text(lazy("Name"), needed=lazy("Write a name, as you would say it."), longest=120)


class AttachForm(Form):
    contact = Hidden(longest=26)


class DoneForm(Form):
    """That nobody waits here any more, and the page to come back to."""

    back = Hidden()


class SnoozeForm(Form):
    """How long a conversation is put off: a time that was offered, or a day and time of one's own."""

    later = Hidden(longest=10)
    until_on = LocalDate(lazy("Day"))
    until_at = LocalTime(lazy("Time"))

    def check(self) -> None:
        if self.later.data:
            if self.later.data not in SNOOZES:
                self.blame("", GONE)
            return
        for field in (self.until_on, self.until_at):
            if not field.data:
                self.blame(field.name, NEEDED_TO_SNOOZE)


class AssignForm(Form):
    """Whose conversation it is; empty gives it to nobody."""

    teammate = IdChoice(lazy("Whose"))

    def prepare(self, **given: Any) -> None:
        teammates: list[Teammate] = given["teammates"]
        self.teammate.choices = [("", lazy("Nobody’s")), *[(encode(each.id), each.name) for each in teammates]]


class CampaignForm(Form):
    """Why many people are texted, who, and the words."""

    kind = Radios(
        lazy("Why do you text them?"),
        choices=[(kind.value, words) for kind, words in KINDS.items()],
        needed=lazy("Choose why, since the law asks for another yes for an offer."),
    )
    is_no_offer = Tick(lazy("It is no offer"))
    audience = Radios(lazy("Who"))
    text = LongText(lazy("Text"), needed=lazy("Write something"), longest=20_000)

    def prepare(self, **given: Any) -> None:
        self.audience.choices = given["audiences"]


class ApproveForm(Form):
    """A yes to what was looked at: `preview` names it."""

    preview = Hidden(longest=64)

    def check(self) -> None:
        if not re.fullmatch(r"[0-9a-f]{64}", self.preview.data or ""):
            self.blame("", STALE_PREVIEW)

    @property
    def seen(self) -> bytes:
        return bytes.fromhex(self.preview.data or "")


class TextingForm(Form):
    """A workspace's account at Twilio."""

    account_sid = Text(lazy("Account SID"), needed=SID, longest=34, shape=(r"AC[0-9a-fA-F]{32}", SID))
    auth_token = Secret(
        lazy("Auth Token"), needed=lazy("Copy the Auth Token from the front page of your Twilio Console.")
    )
    from_number = Phone(lazy("Number"), needed=lazy("Give the number texts leave from, such as +1 312 555 0100."))
    messaging_service_sid = Text(lazy("Messaging Service SID"), longest=34, shape=(r"MG[0-9a-fA-F]{32}", SERVICE))


class KeyForm(Form):
    """A shared key that Twilio signs callbacks with."""

    key_id = Text(lazy("Key ID"), needed=lazy("Copy the ID that Twilio shows for the key."), longest=80)
    secret = Secret(lazy("Secret"), needed=lazy("Copy the secret that Twilio showed when the key was made."))


class RemoveKeyForm(Form):
    key = Hidden(longest=26)


class LimitsForm(Form):
    """What texts may cost, and how fast the number sends them."""

    day = Money(lazy("A day, in dollars"), needed=lazy("Write what texts may cost a day, such as 25."))
    month = Money(lazy("A month, in dollars"), needed=lazy("Write what texts may cost a month, such as 200."))
    per_minute = Number(lazy("Segments a minute"), needed=lazy("Write how many, such as 60."))
    per_day = Number(lazy("Segments a day"), needed=lazy("Write how many, such as 2000."))
    price = Text(lazy("Price of a segment, in dollars"), longest=8, shape=(r"0?[.,][0-9]{1,4}", PRICE), needed=PRICE)
    is_registered = Tick(lazy("The number is registered now"))
    currency = "USD"

    def check(self) -> None:
        for name, most in (("per_minute", 6_000), ("per_day", 1_000_000)):
            if not 1 <= int(self[name].data) <= most:
                self.blame(name, gettext("Between 1 and %(most)s.", most=number(most)))

    @property
    def micros(self) -> int:
        """The price in millionths of a dollar."""
        return int(Decimal((self.price.data or "0").replace(",", ".")) * 1_000_000)


class TemplateForm(Form):
    """A text to be used again, and its name."""

    name = Text(lazy("Name"), needed=lazy("Give it a name you find it by."), longest=60)
    body = LongText(lazy("Text"), needed=lazy("Write something"), longest=20_000)
    version = Hidden(longest=9)


class SayForm(Form):
    """What the person behind a practice phone texts us."""

    phone = Phone(lazy("From number"), needed=lazy("Give the number they text from, such as 312 555 0142."))
    body = LongText(lazy("Their text"), needed=lazy("Write something"), longest=1_600)


class PersonaForm(Form):
    """How a practice phone behaves."""

    phone = Phone(lazy("Number"), needed=lazy("Give the number of the practice phone."))
    persona = Radios(lazy("This phone"), choices=[(each.value, words) for each, words in PERSONAS.items()],
                     needed=lazy("Choose how it behaves."))  # fmt: skip


def _id_or_none(text: str) -> Id | None:
    try:
        return decode(text)
    except ValueError:
        return None
