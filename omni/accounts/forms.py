"""What people send to this room."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import get_day_names, get_month_names
from wtforms.validators import StopValidation

from omni.accounts import passwords, places, sealing
from omni.accounts.actions import NewOwner
from omni.accounts.roles import ROLES, role_name
from omni.core import ages, clock
from omni.core.policies import Role
from omni.core.words import Lazy, _, current_locale, first_weekday, languages, lazy
from omni.web.forms import Choice, Email, Form, Hidden, LocalDate, LongText, Number, Parsed, Phone, Secret, Text, Tick

NAME = lazy("Say what people call you.")
ADDRESS = lazy("An email is how you sign in. One looks like ana@example.com.")
MOBILE = lazy("A mobile number, such as 312 555 0123, or with + and the country’s code.")
OLDEST = 1900


class Password(Secret):
    """A password that is chosen: `autocomplete` says so to the browser."""

    def __init__(self, label: str | Lazy | None = None, **kwargs: Any) -> None:
        super().__init__(label, render_kw={"autocomplete": "new-password"}, **kwargs)


def _birth_month() -> Choice:
    return Choice(lazy("Month of birth"), choices=lambda: months(), needed=lazy("Choose the month you were born in."))


def _birth_year() -> Number:
    needed = lazy("Say which year you were born in, such as 1990.")
    return Number(lazy("Year of birth"), least=OLDEST, most=9999, needed=needed)


class _BirthAndPassword(Form):
    """The age question and a password that survives a rejected form without being readable in it.

    A subclass has these four fields, in its own order.
    """

    birth_month: Choice
    birth_year: Number
    password: Password
    kept_password: Hidden

    @property
    def chosen_password(self) -> str:
        """What was typed now, else what was typed before and came back sealed."""
        return self.password.data or sealing.unseal("sign-up password", self.kept_password.data or "") or ""

    def sealed_password(self) -> str:
        """The password for the form's next round; nothing when it has a fault."""
        usable = self.chosen_password and not self.password.errors
        return sealing.seal("sign-up password", self.chosen_password) if usable else ""

    def is_of_age(self, country: str, on: date) -> bool:
        """Whether the person may sign up in `country` by themselves."""
        return ages.is_of_age(country, birth_year=self.birth_year.data, birth_month=int(self.birth_month.data), on=on)

    def known(self) -> Iterable[str]:
        """What the password may not lean on."""
        return ()

    def check(self) -> None:
        if self.birth_year.data > clock.now().year:
            self.blame("birth_year", _("%(year)s has not come yet.", year=self.birth_year.data))
        self.check_password()

    def check_password(self) -> None:
        """Blame a password that is missing or too easy."""
        fault = passwords.fault_of(self.chosen_password, context=self.known())
        if not self.chosen_password:
            fault = _("Choose a password of 12 letters or more. A sentence is good.")
        if fault:
            self.blame("password", fault)


class SignUpForm(_BirthAndPassword):
    """Who founds a workspace."""

    name = Text(lazy("Your name"), longest=120, needed=NAME)
    email = Email(lazy("Email"), needed=ADDRESS)
    phone = Phone(lazy("Mobile number"), needed=MOBILE)
    company = Text(lazy("Studio or company"), longest=120, needed=lazy("Say what your studio is called."))
    role = Text(lazy("Your role"), longest=80, needed=lazy("Say what you do there, such as owner or coach."))
    birth_month = _birth_month()
    birth_year = _birth_year()
    password = Password(lazy("Password"))
    kept_password = Hidden(longest=2_000)

    def known(self) -> Iterable[str]:
        return (self.name.data or "", self.email.data or "", self.company.data or "")

    def owner(self) -> NewOwner:
        """The person as they described themselves."""
        return NewOwner(
            name=self.name.data,
            email=self.email.data,
            phone=self.phone.data,
            company=self.company.data,
            role_title=self.role.data,
            password=self.chosen_password,
            locale=str(current_locale()),
        )


class JoinForm(_BirthAndPassword):
    """Who follows an invitation and has no account yet. The address is the invitation's."""

    name = Text(lazy("Your name"), longest=120, needed=NAME)
    phone = Phone(lazy("Mobile number"), needed=MOBILE)
    role = Text(lazy("Your role"), longest=80, needed=lazy("Say what you do there, such as coach or front desk."))
    birth_month = _birth_month()
    birth_year = _birth_year()
    password = Password(lazy("Password"))
    kept_password = Hidden(longest=2_000)

    email = ""

    def known(self) -> Iterable[str]:
        return (self.name.data or "", self.email)

    def teammate(self, *, company: str) -> NewOwner:
        """The person as they described themselves, with the invitation's address."""
        return NewOwner(
            name=self.name.data,
            email=self.email,
            phone=self.phone.data,
            company=company,
            role_title=self.role.data,
            password=self.chosen_password,
            locale=str(current_locale()),
        )


class SignInForm(Form):
    """Who enters."""

    email = Text(lazy("Email"), longest=254, needed=ADDRESS)
    password = Secret(lazy("Password"), needed=lazy("Type your password."))
    next = Hidden()


class StepUpForm(Form):
    """The password once more, and the form it interrupted."""

    password = Secret(lazy("Password"), needed=lazy("Type your password."))
    sealed = Hidden(longest=600_000)
    next = Hidden(longest=2_000)


class AskResetForm(Form):
    """Whose password is forgotten."""

    email = Email(lazy("Email"), needed=ADDRESS)


class NewPasswordForm(Form):
    """A new password. What the user is called is added before it is checked."""

    password = Password(lazy("New password"), needed=lazy("Choose a password of 12 letters or more."))
    known: tuple[str, ...] = ()

    def check(self) -> None:
        fault = passwords.fault_of(self.password.data, context=self.known)
        if fault:
            self.blame("password", fault)


class AccountForm(Form):
    """What a person says of themselves (privacy C7)."""

    name = Text(lazy("Your name"), longest=120, needed=NAME)
    company = Text(lazy("Studio or company"), longest=120)
    role_title = Text(lazy("Your role"), longest=80)
    locale = Choice(lazy("Language"), choices=lambda: language_choices())
    timezone = Choice(lazy("Time zone"), choices=lambda: zone_choices())


class KeysForm(Form):
    """Whether single keys do something (WCAG 2.1.4)."""

    has_keys = Tick(lazy("Single keys do something, such as m on a card to move it"))


class ContactPointsForm(Form):
    """How a user is reached; changing it takes the password."""

    email = Email(lazy("Email"), needed=ADDRESS)
    phone = Phone(lazy("Mobile number"), needed=MOBILE)


# How a column of a user is called where its history is told.
FIELD_LABELS = {
    "name": lazy("Your name"),
    "email": lazy("Email"),
    "phone": lazy("Mobile number"),
    "company": lazy("Studio or company"),
    "role_title": lazy("Your role"),
    "locale": lazy("Language"),
    "timezone": lazy("Time zone"),
}


class WorkspaceForm(Form):
    """What a studio says of itself."""

    name = Text(lazy("Name"), longest=120, needed=lazy("Say what your studio is called."))
    postal_address = LongText(lazy("Postal address"), longest=500)
    timezone = Choice(lazy("Time zone"), choices=lambda: zone_choices())
    # These stand where a form keeps the country it reads phones by; this one has no phone.
    country = Choice(lazy("Country"), choices=lambda: places.countries(current_locale()))  # type: ignore[assignment]
    currency = Choice(lazy("Currency"), choices=lambda: places.currencies(current_locale()))  # type: ignore[assignment]
    language = Choice(lazy("Language"), choices=lambda: language_choices())


class TimeOfDay(Parsed):
    """A time written 9:00 or 18:30, as minutes of the day; 24:00 is the day's end."""

    def __init__(self, label: str | Lazy | None = None, **kwargs: Any) -> None:
        super().__init__(label, longest=5, **kwargs)

    def parse(self, typed: str, form: Any) -> int:
        hour, colon, minute = typed.partition(":")
        if colon and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit() and len(minute) == 2:
            minutes = int(hour) * 60 + int(minute)
            if int(minute) < 60 and minutes <= 24 * 60:
                return minutes
        raise StopValidation(_("“%(typed)s” is not a time. Write it like 9:00 or 18:30.", typed=typed))

    def shown(self, value: int) -> str:
        return f"{value // 60:02d}:{value % 60:02d}"


class _Hours(Form):
    """Seven days, each from when to when; both empty is closed."""

    def check(self) -> None:
        for day in range(7):
            start, end = self[f"from_{day}"], self[f"to_{day}"]
            if (start.data is None) is not (end.data is None):
                self.blame(f"to_{day}", _("Give both times, or leave both empty for closed."))
            elif start.data is not None and start.data >= end.data:
                self.blame(f"to_{day}", _("The day ends before it begins. Put the later time here."))

    def hours(self) -> dict[int, tuple[int, int]]:
        """What was given, by weekday."""
        spans = {day: (self[f"from_{day}"].data, self[f"to_{day}"].data) for day in range(7)}
        return {day: span for day, span in spans.items() if span[0] is not None}


def hours_form() -> type[_Hours]:
    """The form of business hours, its days named in the reader's language."""
    names = day_names()
    fields: dict[str, Any] = {}
    for day in range(7):
        fields[f"from_{day}"] = TimeOfDay(_("%(day)s from", day=names[day]))
        fields[f"to_{day}"] = TimeOfDay(_("%(day)s to", day=names[day]))
    return type("HoursForm", (_Hours,), fields)


class HolidayForm(Form):
    """A day on which the studio is closed."""

    local_day = LocalDate(lazy("Day"), needed=lazy("Choose the day you are closed."))


class InviteForm(Form):
    """Whom a teammate asks to work here."""

    email = Email(lazy("Email"), needed=lazy("Type the address the invitation goes to."))
    role = Choice(lazy("Role"), needed=lazy("Choose a role."))

    def prepare(self, **given: Any) -> None:
        self.role.choices = role_choices(given["roles"])


class RoleForm(Form):
    """Another role, and the version of the row it was chosen for."""

    role = Choice(lazy("Role"), needed=lazy("Choose a role."))
    version = Number(needed=lazy("Open the team page again."))

    def prepare(self, **given: Any) -> None:
        self.role.choices = role_choices(given["roles"])


class VersionForm(Form):
    """Which state of a row the person saw."""

    version = Number(needed=lazy("Open the team page again."))


class ContactForm(Form):
    """A question from anyone, and the page it was asked on."""

    body = LongText(lazy("Your question"), longest=5_000, needed=lazy("Write what you would like to know."))
    page = Hidden(longest=255)
    name = Text(lazy("Your name"), longest=120, needed=lazy("Say whom the answer is for."))
    email = Email(lazy("Email"), needed=lazy("The answer comes by mail. An email looks like ana@example.com."))


class AnswerForm(Form):
    """The operator's answer."""

    answer = LongText(lazy("Answer"), longest=10_000, needed=lazy("Write the answer."))


def months() -> list[tuple[str, str]]:
    """The months by their number, with nothing chosen first."""
    names = get_month_names("wide", "stand-alone", current_locale())
    return [("", _("Month")), *((str(number), names[number].capitalize()) for number in range(1, 13))]


def day_names() -> dict[int, str]:
    """The days of the week by their number (0 is Monday), the reader's first day first."""
    names = get_day_names("wide", "stand-alone", current_locale())
    first = first_weekday()
    return {day: str(names[day]).capitalize() for day in ((first + step) % 7 for step in range(7))}


def language_choices() -> list[tuple[str, str]]:
    """The languages there are, each in its own words."""
    return [(code, (Locale.parse(code).get_display_name(code) or code).capitalize()) for code in languages()]


def zone_choices() -> list[tuple[str, str]]:
    """Every time zone by name."""
    return [(zone, zone.replace("_", " ")) for zone in places.zones()]


def role_choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Roles with their names, in the order of the rights table."""
    chosen = set(roles)
    return [(role.value, role_name(role)) for role in ROLES if role in chosen]
