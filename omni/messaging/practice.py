"""The practice carrier: a phone network drawn in the browser, for a workspace without a Twilio account.

It plays the far side: takes texts on into its own store, and calls our webhooks by signed HTTP like any carrier. What a
person types on `/inbox/practice-phone` leaves from here. Nothing of it ever reaches a real carrier.
"""

import base64
import hashlib
import hmac
import secrets as random
from dataclasses import dataclass
from datetime import timedelta

import requests

from omni.contacts.kinds import Channel
from omni.contacts.permit import Permit
from omni.core import clock, egress, secrets
from omni.core.database import transaction
from omni.core.ids import Id, new_id
from omni.core.policies import Purpose
from omni.core.queue import later
from omni.core.tenancy import current_workspace_id
from omni.messaging import addresses
from omni.messaging.models import Direction, Persona, PracticePhone, PracticeText
from omni.messaging.outcomes import OPTED_OUT, Fact, Seen

GATEWAY = egress.declare(
    egress.Gateway(
        name="practice",
        hosts=(),
        circumstance=egress.Circumstance.SERVICE_PROVIDER,
        purpose=Purpose.SERVICE,
        fields=frozenset({"To", "From", "Body"}),
        agreement="the practice phone is part of this installation; nothing leaves it",
        setting="public_url",
    )
)

# What each persona does with a text: statuses called back in turn, then perhaps a text of its own.
SCRIPTS = {
    Persona.REPLIES: "sent delivered reply",
    Persona.SAYS_STOP: "sent delivered stop",
    Persona.LANDLINE: "undelivered:30006",
    Persona.SLOW: "sent wait delivered",
    Persona.FILTERED: "undelivered:30007",
}
SLOW_BY = timedelta(seconds=90)
AGAIN_AFTER = timedelta(seconds=20)
MOST_TRIES = 6
REPLY = "Thanks, that works for me. See you then!"


@dataclass(frozen=True)
class Call:
    """One callback to make: where, with which fields, and which text it is about."""

    url: str
    form: dict[str, str]
    subject: Id


def account_sid() -> str:
    """The account the practice carrier speaks for: one a workspace, named by its id."""
    return f"AC{current_workspace_id().hex}"


def number() -> str:
    """Our number at the practice carrier, of the range +1 500 555 that Twilio keeps for tests."""
    return f"+1500555{current_workspace_id().int % 100:04d}"


def token() -> str:
    """What its callbacks are signed with."""
    return secrets.hmac_of("messaging.practice", account_sid()).hex()[:32]


def create(
    permit: Permit, contact_id: Id | None, purpose: Purpose, *, to: str, body: str, sender: str, callback: str
) -> Seen:
    """Take a text on, as a carrier does: a sid comes back, everything else by callback. Raises PermitRefused."""
    permit.spend(contact_id, purpose, Channel.SMS, to)
    with transaction():
        if _has_said_stop(to):
            return Seen(Fact.ANSWERED, http=400, error=OPTED_OUT)
        persona = persona_of(to)
        text = _text(Direction.OUT, to, sender, body, "queued", SCRIPTS[persona], callback)
    return Seen(Fact.ANSWERED, http=201, sid=text.sid, status="queued")


def say(phone: str, body: str, *, to: str) -> PracticeText:
    """A person plays the contact: their text is on its way to our webhook."""
    with transaction():
        return _text(Direction.IN, phone, to, body, "received", "inbound", None)


def choose_persona(phone: str, persona: Persona) -> None:
    """Let a practice phone behave so from its next text on."""
    with transaction():
        PracticePhone.insert(workspace=current_workspace_id(), number=phone, persona=persona).on_conflict(
            conflict_target=[PracticePhone.workspace, PracticePhone.number], update={PracticePhone.persona: persona}
        ).execute()


def persona_of(phone: str) -> Persona:
    """How a practice phone behaves: it replies, unless somebody chose otherwise."""
    found = PracticePhone.get_or_none(PracticePhone.number == phone)
    return found.persona if found else Persona.REPLIES


def play(text_id: Id) -> None:
    """Do what a text still has to do, step by step, each written down before the next."""
    while (call := _next_call(text_id)) is not None:
        if not _post(call):
            _put_off(text_id)
            return
        _step_done(text_id)


def find(sid: str) -> PracticeText | None:
    return PracticeText.get_or_none(PracticeText.sid == sid)


def list_sent(to: str, limit: int = 200) -> list[PracticeText]:
    """The texts it took to a phone, newest first."""
    query = PracticeText.select().where(PracticeText.phone == to, PracticeText.direction == Direction.OUT)
    return list(query.order_by(PracticeText.id.desc()).limit(limit))


def _text(
    direction: Direction, phone: str, ours: str, body: str, status: str, steps: str, callback: str | None
) -> PracticeText:
    PracticePhone.insert(workspace=current_workspace_id(), number=phone).on_conflict_ignore().execute()
    text = PracticeText.create(
        id=new_id(), sid=f"SM{random.token_hex(16)}", direction=direction, phone=phone, number=ours, body=body,
        status=status, callback=callback, steps=steps, due_at=clock.now(),
    )  # fmt: skip
    later("messaging.play", text_id=text.id)
    return text


def _next_call(text_id: Id) -> Call | None:
    """The next callback of a text, or None where it has none left or has to wait."""
    with transaction():
        text = PracticeText.get_or_none(PracticeText.id == text_id)
        if text is None or text.due_at is None or text.due_at > clock.now():
            return None
        step = text.steps.split()[0] if text.steps else ""
        if step == "wait":
            _advance(text, due_at=clock.now() + SLOW_BY)
            return None
        if step in ("reply", "stop"):
            _text(
                Direction.IN, text.phone, text.number, "STOP" if step == "stop" else REPLY, "received", "inbound", None
            )
            _advance(text)
            return None
    if step == "inbound":
        return Call(addresses.inbound(), _inbound_form(text), text.id)
    if step and text.callback:
        return Call(text.callback, _status_form(text, step), text.id)
    return None


def _step_done(text_id: Id) -> None:
    with transaction():
        text = PracticeText.get_or_none(PracticeText.id == text_id)
        if text is not None and text.steps:
            _advance(text)


def _advance(text: PracticeText, *, due_at: object = None) -> None:
    done, _, rest = text.steps.partition(" ")
    status, _, error = done.partition(":")
    changes: dict[str, object] = {"steps": rest, "tries": 0, "due_at": (due_at or clock.now()) if rest else None}
    if status in ("sent", "delivered", "undelivered"):
        changes |= {"status": status, "error_code": int(error) if error else None}
    PracticeText.update(changes).where(PracticeText.id == text.id).execute()


def _put_off(text_id: Id) -> None:
    """Nobody answered the callback: try again later, a few times."""
    with transaction():
        text = PracticeText.get_or_none(PracticeText.id == text_id)
        if text is not None:
            due_at = clock.now() + AGAIN_AFTER if text.tries < MOST_TRIES else None
            PracticeText.update(tries=text.tries + 1, due_at=due_at).where(PracticeText.id == text.id).execute()


def _post(call: Call) -> bool:
    """Whether our own webhook took the callback."""
    signature = _signature(token(), call.url, call.form)
    try:
        with egress.session(GATEWAY, fields=GATEWAY.fields & set(call.form)) as session:
            answer = session.post(call.url, data=call.form, headers={"X-Twilio-Signature": signature})
    except requests.exceptions.RequestException:
        return False
    return answer.status_code < 500


def _signature(secret: str, url: str, form: dict[str, str]) -> str:
    # Twilio, "Validating Signatures from Twilio": the address, then every field and value in order of their names.
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _inbound_form(text: PracticeText) -> dict[str, str]:
    return {
        "MessageSid": text.sid,
        "AccountSid": account_sid(),
        "From": text.phone,
        "To": text.number,
        "Body": text.body,
    }


def _status_form(text: PracticeText, step: str) -> dict[str, str]:
    status, _, error = step.partition(":")
    form = {
        "MessageSid": text.sid, "AccountSid": account_sid(), "From": text.number, "To": text.phone,
        "MessageStatus": status,
    }  # fmt: skip
    return {**form, "ErrorCode": error} if error else form


def _has_said_stop(phone: str) -> bool:
    """Whether the phone's last keyword was a stop: this network then refuses, as real ones do."""
    said = PracticeText.select().where(PracticeText.phone == phone, PracticeText.direction == Direction.IN)
    for text in said.order_by(PracticeText.id.desc()).limit(50):
        word = text.body.strip().casefold()
        if word in ("stop", "start"):
            return bool(word == "stop")
    return False
