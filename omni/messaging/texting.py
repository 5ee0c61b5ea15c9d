"""Pages of the texting settings and of the practice phone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from omni.core.faults import Invalid, NotFound
from omni.core.ids import Id, decode, encode
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.words import gettext, lazy
from omni.messaging import actions, addresses, costs, pages, queries, wording
from omni.messaging.forms import KeyForm, LimitsForm, PersonaForm, RemoveKeyForm, SayForm, TextingForm
from omni.messaging.models import (
    Carrier,
    Conversation,
    DifferenceKind,
    Direction,
    ParityDifference,
    Persona,
    PracticeText,
)
from omni.web import htmx
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

texting = Blueprint("texting", __name__)

SETTINGS = "/settings/texting"
LIMITS = "/settings/texting/limits"
PRACTICE = "/inbox/practice-phone"


# --- the account at Twilio ---


@texting.get(SETTINGS)
@allow(Policy.CONNECT)
def settings() -> Response:
    """Which number texts leave from, and how to connect one's own."""
    return show_settings()


@texting.post(SETTINGS)
@allow(Policy.CONNECT, step_up=True)
def connect() -> Response:
    """Connect an account at Twilio, after a test call."""
    form = TextingForm.of(request)
    if form.ok:
        service = form.messaging_service_sid.data or None
        try:
            actions.connect(
                form.account_sid.data or "",
                form.auth_token.data or "",
                form.from_number.data or "",
                service,
                by=current_teammate(),
            )
        except Invalid as fault:
            form.blame(fault)
    return respond(page=show_settings, then=SETTINGS, form=form, toast=Toast(gettext("Twilio is connected")))


@texting.post(f"{SETTINGS}/disconnect")
@allow(Policy.CONNECT, step_up=True)
def disconnect() -> Response:
    """Forget the tokens; texts go to the practice phone again."""
    actions.disconnect(by=current_teammate())
    return respond(page=show_settings, then=SETTINGS, toast=Toast(gettext("Twilio is disconnected")))


@texting.post(f"{SETTINGS}/keys")
@allow(Policy.CONNECT, step_up=True)
def add_key() -> Response:
    """Let callbacks be signed with a shared key."""
    form = KeyForm.of(request)
    if queries.find_connection() is None:
        raise NotFound()
    if form.ok:
        try:
            actions.add_key(form.key_id.data or "", form.secret.data or "", by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    toast = Toast(gettext("Calls of Twilio must be signed with this key now"))
    return respond(
        page=lambda key_form: show_settings(key_form=key_form), then=SETTINGS, form=form, key_form=form, toast=toast
    )


@texting.post(f"{SETTINGS}/keys/removal")
@allow(Policy.CONNECT, step_up=True)
def remove_key() -> Response:
    """Refuse what is signed with a shared key."""
    key = queries.find_key(_id_in(RemoveKeyForm.of(request).key.data))
    if key is None:
        raise NotFound()
    actions.remove_key(key, by=current_teammate())
    return respond(page=show_settings, then=SETTINGS, toast=Toast(gettext("The key is removed")))


def show_settings(form: TextingForm | None = None, key_form: KeyForm | None = None) -> Response:
    """The settings, with what was typed."""
    connection, sender = queries.find_connection(), queries.find_sender()
    known = (
        {"account_sid": connection.account_sid, "messaging_service_sid": connection.messaging_service_sid}
        if connection
        else {}
    )
    if sender is not None and sender.carrier is Carrier.TWILIO:
        known["from_number"] = sender.address
    form = form or TextingForm(data=known)
    return render(
        "messaging/settings.html",
        form=form,
        connection=connection,
        is_missing=sender is not None and sender.missing_at is not None,
        number=pages.phone_shown(sender.address) if sender else "",
        inbound_url=addresses.inbound(),
        unsigned_when=_when(connection.unsigned_at) if connection else "",
        keys=queries.list_keys(),
        audit=_last_audit(),
        key_form=key_form or KeyForm(),
        is_public=actions.can_be_called(),
    )


@dataclass(frozen=True)
class Told:
    """One difference in words, and the thread it is about."""

    words: str
    is_red: bool
    href: str | None


@dataclass(frozen=True)
class Audit:
    """The last nightly comparison, as the page tells it."""

    when: str
    texts: int
    differences: list[Told]

    @property
    def is_red(self) -> bool:
        return any(each.is_red for each in self.differences)


DIFFERENCES = {
    DifferenceKind.BLOCKED: lazy("Twilio refuses texts to %(number)s, which was not known here. They are stopped now."),
    DifferenceKind.STOP: lazy("%(number)s wrote a stop word that had not reached us. They are stopped now."),
    DifferenceKind.START: lazy("%(number)s wrote START, and it did not reach us. Ask them to write it once more."),
    DifferenceKind.TEXTED: lazy("%(number)s was texted after they said stop, last %(when)s."),
}


def _last_audit() -> Audit | None:
    run = queries.find_last_audit()
    if run is None:
        return None
    found = queries.list_differences(run)
    threads = queries.threads_at({each.address for each in found})
    told = [_told(each, threads.get(each.address)) for each in found]
    return Audit(_when(run.listed_to), run.texts, told)


def _told(each: ParityDifference, thread: Conversation | None) -> Told:
    words = gettext(DIFFERENCES[each.kind].key, number=pages.phone_shown(each.address), when=_when(each.at))
    return Told(words, each.is_red, f"/inbox/{encode(thread.id)}" if thread else None)


def _when(at: datetime | None) -> str:
    return wording.when(at, current_workspace().timezone) if at else ""


def _id_in(text: str | None) -> Id | None:
    try:
        return decode(text or "")
    except ValueError:
        return None


# --- what texts may cost, and how fast they go ---


@texting.get(LIMITS)
@allow(Policy.CONNECT)
def limits() -> Response:
    """What texts may cost a day and a month, and how fast the number sends."""
    return show_limits()


@texting.post(LIMITS)
@allow(Policy.CONNECT)
def set_limits() -> Response:
    """Choose them."""
    form = LimitsForm.of(request)
    if form.ok:
        actions.set_caps(day=form.day.data * 10_000, month=form.month.data * 10_000, by=current_teammate())
        sender = queries.find_sender()
        if sender is not None:
            actions.set_pace(
                sender, per_minute=int(form.per_minute.data), per_day=int(form.per_day.data),
                micros_per_segment=form.micros, is_registered=bool(form.is_registered.data), by=current_teammate(),
            )  # fmt: skip
    return respond(page=show_limits, then=LIMITS, form=form, toast=Toast(gettext("Saved")))


def show_limits(form: LimitsForm | None = None) -> Response:
    """The limits, what of them is used, and the form to change them."""
    day, month, sender = queries.read_limits()
    known = {
        "day": day.cap // 10_000, "month": month.cap // 10_000,
        "per_minute": sender.segments_per_minute if sender else 60,
        "per_day": sender.segments_per_day if sender else 2_000,
        "price": f"{(sender.micros_per_segment if sender else 7_900) / 1_000_000:.4f}",
    }  # fmt: skip
    return render(
        "messaging/limits.html",
        form=form or LimitsForm(data=known),
        used_today=costs.shown(day.used),
        used_this_month=costs.shown(month.used),
        is_unregistered=sender is not None and sender.unregistered_at is not None,
    )


# --- the practice phone ---


@texting.get(PRACTICE)
@allow(Policy.SEND_TEXTS)
def practice() -> Response:
    """A phone drawn in the browser, on which a person plays the contact."""
    return show_practice()


@texting.get(f"{PRACTICE}/texts")
@allow(Policy.SEND_TEXTS, is_poll=True, statuses={204})
def practice_texts() -> Response:
    """What lies on the phone, where something came. A plain browser has the whole page for it."""
    phone = _phone_asked()
    if not htmx.is_partial():
        return htmx.see_other(_address(phone) if phone else PRACTICE)
    texts = queries.list_practice_texts(phone)
    if _mark(texts) == request.args.get("mark"):
        return Response(status=204)
    return render("messaging/practice.html", fragment="messaging/_practice_texts.html", **_screen(phone))


@texting.post(PRACTICE)
@allow(Policy.SEND_TEXTS)
def say() -> Response:
    """Text the studio from the practice phone."""
    form = SayForm.of(request)
    if form.ok:
        actions.say(form.phone.data or "", form.body.data or "")
    return respond(page=show_practice, then=lambda: _address(form.phone.data or ""), form=form)


@texting.post(f"{PRACTICE}/persona")
@allow(Policy.SEND_TEXTS)
def choose() -> Response:
    """Say how the phone behaves."""
    form = PersonaForm.of(request)
    if form.ok:
        actions.choose_persona(form.phone.data or "", Persona(form.persona.data))
    return respond(
        page=lambda persona_form: show_practice(persona_form=persona_form),
        then=lambda: _address(form.phone.data or ""),
        form=form,
        persona_form=form,
    )


def show_practice(form: SayForm | None = None, persona_form: PersonaForm | None = None) -> Response:
    """The phone in the address or in the form, else the one that was texted last."""
    phones = queries.list_practice_phones()
    sent = form or persona_form
    typed = sent.phone.data if sent else ""
    phone = _phone_asked() or typed or (phones[0].number if phones else "")
    known = next((each for each in phones if each.number == phone), None)
    persona = known.persona.value if known else Persona.REPLIES.value
    return render(
        "messaging/practice.html",
        form=form or SayForm(data={"phone": phone}),
        persona_form=persona_form or PersonaForm(data={"phone": phone, "persona": persona}),
        phones=[_tab(each.number, phone) for each in phones],
        is_live=queries.find_connection() is not None,
        **_screen(phone),
    )


def _phone_asked() -> str:
    """The number in the address; nothing for what is none."""
    asked = request.args.get("phone", "")
    return asked if re.fullmatch(r"\+[0-9]{3,15}", asked) else ""


def _tab(number: str, chosen: str) -> dict[str, Any]:
    return {"href": _address(number), "label": pages.phone_shown(number), "current": number == chosen}


def _screen(phone: str) -> dict[str, Any]:
    texts = queries.list_practice_texts(phone) if phone else []
    files = pages.files_on_phone(texts)
    drawn = [
        {
            "id": each.id,
            "text": each.body,
            "side": "ours" if each.direction is Direction.IN else "theirs",
            "at": each.created_at,
            "files": files.get(each.sid, ()),
        }
        for each in texts
        if each.direction is Direction.IN or each.status in ("sent", "delivered", "queued")
    ]
    return {
        "phone": phone,
        "texts": drawn,
        "mark": _mark(texts),
    }


def _mark(texts: Sequence[PracticeText]) -> str:
    return pages.digest([f"{each.id}{each.status}" for each in texts])


def _address(phone: str) -> str:
    return f"{PRACTICE}?phone=%2B{phone.removeprefix('+')}"
