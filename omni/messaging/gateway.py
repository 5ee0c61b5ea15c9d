"""Twilio over HTTP: create, list, read a message; the test call of the settings page; the signature on a callback.

Knows no tables. Each create spends a permit. Nothing is retried here: a POST without an answer is for others to settle.
"""

import ssl
from dataclasses import dataclass
from datetime import datetime
from traceback import walk_tb
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import HMAC_SHA1, RequestValidator
from twilio.rest import Client

from omni.config import is_loopback
from omni.contacts.kinds import Channel
from omni.contacts.permit import Permit
from omni.core import egress
from omni.core.ids import Id
from omni.core.policies import Purpose
from omni.messaging.outcomes import Fact, Seen

# Messaging §5.1: connecting may take 5 s, an answer 30 s; the client itself would wait for ever.
CONNECT_S, READ_S = 5, 30
PAGE = 200
# Messages one list may run through before it counts as incomplete.
MOST_LISTED = 2_000
# A number of a busy studio after a day without us.
MOST_HEARD = 20_000
MOST_NUMBERS = 400
MOST_MEDIA = 10

GATEWAY = egress.declare(
    egress.Gateway(
        name="twilio",
        hosts=("api.twilio.com",),
        circumstance=egress.Circumstance.SERVICE_PROVIDER,
        purpose=Purpose.SERVICE,
        fields=frozenset({"To", "From", "MessagingServiceSid", "Body", "MediaUrl", "StatusCallback"}),
        agreement="https://www.twilio.com/en-us/legal/data-protection-addendum",
        setting="twilio_api_url",
    )
)
# Services live on another host of theirs; where a setting moves Twilio, both are at that one address.
SERVICES = egress.declare(
    egress.Gateway(
        name="twilio_services",
        hosts=("messaging.twilio.com",),
        circumstance=egress.Circumstance.SERVICE_PROVIDER,
        purpose=Purpose.SERVICE,
        fields=frozenset(),
        agreement="https://www.twilio.com/en-us/legal/data-protection-addendum",
    )
)
REAL = "https://api.twilio.com"


@dataclass(frozen=True)
class Account:
    """What the client needs to speak for one workspace."""

    sid: str
    token: str
    number: str
    service: str | None = None


@dataclass(frozen=True)
class Listed:
    """A text as the carrier lists it."""

    sid: str
    sender: str
    body: str
    status: str
    error: int | None
    created_at: datetime | None


@dataclass(frozen=True)
class Heard:
    """A text that somebody sent to one of our numbers, as the carrier lists it."""

    sid: str
    sender: str
    to: str
    body: str
    media: int
    at: datetime


@dataclass(frozen=True)
class Left:
    """A text that was sent from one of our numbers, by us or by another tool of the account's, as it is listed."""

    sid: str
    to: str
    status: str
    error: int | None
    at: datetime


@dataclass(frozen=True)
class Listing:
    """What a list said, and whether it was read to its end."""

    texts: tuple[Listed, ...]
    is_complete: bool


class Refusal(Exception):
    """The test call found a setting wrong. `field` names it; `words` say what would be right."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
        self.words = words


def create(
    account: Account,
    permit: Permit,
    contact_id: Id | None,
    purpose: Purpose,
    *,
    to: str,
    body: str,
    media: tuple[str, ...] = (),
    callback: str,
) -> Seen:
    """Post one message and tell what was seen. Raises PermitRefused."""
    permit.spend(contact_id, purpose, Channel.SMS, to)
    http = _Http(contact_id)
    # Twilio refuses an empty one of either.
    said = {**({"body": body} if body else {}), **({"media_url": list(media)} if media else {})}
    leaving = {"messaging_service_sid": account.service} if account.service else {"from_": account.number}
    try:
        made = _client(account, http).messages.create(to=to, status_callback=callback, **said, **leaving)
        return Seen(Fact.ANSWERED, http=http.status, sid=_sid(made.sid), status=str(made.status or ""))
    except TwilioRestException as refused:
        return Seen(
            Fact.ANSWERED, http=int(refused.status), error=refused.code or None, retry_after_s=http.retry_after_s
        )
    except requests.exceptions.RequestException as fault:
        return Seen(Fact.NOT_CONNECTED if has_never_left(fault) else Fact.LOST)
    except (TwilioException, ValueError, KeyError, TypeError, AttributeError):
        # An answer that cannot be read says nothing of whether the text was taken.
        return Seen(Fact.LOST, http=http.status)


def list_sent(account: Account, *, to: str, since: datetime) -> Listing:
    """The texts to `to` created since `since`, newest first; without DateSent, which a text gets only once sent.

    Raises: Unreachable.
    """
    found: list[Listed] = []
    try:
        for n, row in enumerate(_client(account, _Http()).messages.stream(to=to, page_size=PAGE)):
            if row.date_created is not None and row.date_created < since:
                return Listing(tuple(found), True)
            if n >= MOST_LISTED:
                return Listing(tuple(found), False)
            if row.direction == "outbound-api":
                found.append(_listed(row))
    except (TwilioException, requests.exceptions.RequestException, ValueError, KeyError, TypeError) as fault:
        raise Unreachable from fault
    return Listing(tuple(found), True)


def list_received(account: Account, number: str, *, since: datetime) -> list[Heard]:
    """What came in at `number` since then, newest first. Raises Unreachable."""
    return [_heard(row) for row in _listed_since(account, since, "inbound", to=number)]


def list_media(account: Account, sid: str) -> list[str]:
    """Where the files of a message lie that came in. Raises Unreachable."""
    try:
        rows = _client(account, _Http()).messages(sid).media.list(limit=MOST_MEDIA)
    except (TwilioException, requests.exceptions.RequestException, ValueError, KeyError, TypeError) as fault:
        raise Unreachable from fault
    return [REAL + str(row.uri).removesuffix(".json") for row in rows]


def list_left(account: Account, number: str, *, since: datetime) -> list[Left]:
    """What was sent from `number` since then, newest first. Raises Unreachable."""
    rows = _listed_since(account, since, "outbound-api", from_=number)
    return [Left(str(row.sid), str(row.to or ""), str(row.status), _error(row), row.date_created) for row in rows]


def list_numbers(account: Account) -> list[str]:
    """The numbers texts of ours leave from: the connected one, if the account still has it, and its service's.

    Raises Unreachable.
    """
    client = _client(account, _Http())
    try:
        own = client.incoming_phone_numbers.list(phone_number=account.number, limit=1)
        pool = []
        if account.service:
            pool = client.messaging.v1.services(account.service).phone_numbers.list(limit=MOST_NUMBERS)
    except TwilioRestException as refused:
        # A service that is gone has no numbers.
        if refused.status == 404:
            return [str(row.phone_number) for row in own]
        raise Unreachable from refused
    except (TwilioException, requests.exceptions.RequestException, ValueError, KeyError, TypeError) as fault:
        raise Unreachable from fault
    return list(dict.fromkeys(str(row.phone_number) for row in [*own, *pool]))


def fetch(account: Account, sid: str) -> Listed:
    """One message as it stands at Twilio. Raises Unreachable."""
    try:
        return _listed(_client(account, _Http()).messages(sid).fetch())
    except (TwilioException, requests.exceptions.RequestException, ValueError, KeyError, TypeError) as fault:
        raise Unreachable from fault


def test_call(account: Account) -> None:
    """Ask Twilio whether these settings belong together; changes nothing. Raises Refusal, Unreachable."""
    client = _client(account, _Http())
    try:
        if client.api.accounts(account.sid).fetch().status != "active":
            raise Refusal("account_sid", "suspended")
        if not client.incoming_phone_numbers.list(phone_number=account.number, limit=1):
            raise Refusal("from_number", "foreign")
        if account.service:
            client.messaging.v1.services(account.service).fetch()
    except TwilioRestException as refused:
        if refused.status in (401, 403):
            raise Refusal("auth_token", "refused") from refused
        if refused.status == 404:
            raise Refusal("messaging_service_sid" if account.service else "account_sid", "unknown") from refused
        raise Unreachable from refused
    except (TwilioException, requests.exceptions.RequestException, ValueError, KeyError) as fault:
        raise Unreachable from fault


def is_signed(
    secrets: tuple[str, ...], url: str, form: "Fields", signature: str | None, *, algorithm: str = HMAC_SHA1
) -> bool:
    """Whether one of the secrets (the current token, then the previous) signed this form posted to this address."""
    if not signature:
        return False
    return any(RequestValidator(secret).validate(url, form, signature, algorithm) for secret in secrets)


def named_key(settings: str | None) -> str | None:
    """The shared key that a callback says it was signed with. What else the header says counts for nothing.

    Source: Twilio, "Sign webhooks with shared keys": `key=…,algorithm=…` in X-Twilio-Webhooks-Signature-Settings.
    """
    parts = [part.partition("=") for part in (settings or "").split(",")]
    return next((value.strip() for name, _, value in parts if name.strip() == "key" and value.strip()), None)


def is_on_this_machine() -> bool:
    """Whether what answers for Twilio runs here, and so may call an address nobody else reaches."""
    return is_loopback(urlsplit(egress.address_of(GATEWAY) or REAL).hostname or "")


def has_never_left(fault: requests.exceptions.RequestException) -> bool:
    """Whether the fault came before a byte of the request was written: name, refusal, connect timeout, handshake."""
    if isinstance(fault, requests.exceptions.ConnectTimeout):
        return True
    if isinstance(fault, requests.exceptions.SSLError):
        return _is_of_handshake(fault)
    reason = getattr(fault.args[0] if fault.args else None, "reason", None)
    return type(reason).__name__ in {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"}


class Unreachable(Exception):
    """Twilio did not answer, or not in words we know."""


class Fields(dict[str, list[str]]):
    """The fields of a form, each with all its values in order, in the shape the validator reads."""

    def getlist(self, name: str) -> list[str]:
        return self[name]

    def value(self, name: str) -> str:
        """The first value of a field, or an empty text."""
        return self[name][0] if self.get(name) else ""

    def media(self) -> list[str]:
        """Where the files lie that came with a text; Twilio hands on ten at most."""
        count = self.value("NumMedia")
        named = [self.value(f"MediaUrl{n}") for n in range(min(int(count), MOST_MEDIA) if count.isdecimal() else 0)]
        return [url for url in named if url]


class _Http(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's own client, led through our egress: our address, our timeouts, no pool, no retry, no redirect."""

    def __init__(self, subject: Id | None = None) -> None:
        super().__init__(pool_connections=False)
        self._subject = subject
        self.status: int | None = None
        self.retry_after_s: int | None = None

    def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: Any = None,
        allow_redirects: bool = False,
    ) -> Response:
        address = our_address(url)
        gateway = SERVICES if urlsplit(address).hostname in SERVICES.hosts else GATEWAY
        given = set(data or {})
        with egress.session(gateway, subject=self._subject, fields=given) as session:
            answer = session.request(
                method.upper(),
                address,
                params=params,
                data=data,
                headers=headers,
                auth=auth,
                timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
            )
        self.status = answer.status_code
        asked = answer.headers.get("Retry-After", "")
        self.retry_after_s = int(asked) if asked.isdecimal() else None
        return Response(answer.status_code, answer.text, answer.headers)


def _client(account: Account, http: _Http) -> Client:
    return Client(account.sid, account.token, http_client=http)


def our_address(url: str) -> str:
    """The same path at the place OMNI_TWILIO_API_URL names; the real hosts unless it says otherwise."""
    place = egress.address_of(GATEWAY) or REAL
    if place == REAL:
        return url
    parts, there = urlsplit(url), urlsplit(place)
    return parts._replace(scheme=there.scheme, netloc=there.netloc, path=there.path + parts.path).geturl()


def _is_of_handshake(fault: BaseException) -> bool:
    # TLS may break while the answer is read as well, and the same class tells of both: the frame says which it was.
    frames = (frame.f_code.co_name for frame, _line in walk_tb(fault.__traceback__))
    if isinstance(fault, ssl.SSLError) and "do_handshake" in frames:
        return True
    earlier = fault.__cause__ or fault.__context__
    return earlier is not None and _is_of_handshake(earlier)


def _listed(row: Any) -> Listed:
    return Listed(
        str(row.sid), str(row.from_ or ""), str(row.body or ""), str(row.status or ""), _error(row), row.date_created
    )


def _listed_since(account: Account, since: datetime, direction: str, **asked: str) -> list[Any]:
    found = []
    try:
        for row in _client(account, _Http()).messages.stream(limit=MOST_HEARD, page_size=PAGE, **asked):
            if row.date_created is not None and row.date_created < since:
                break
            if row.direction == direction:
                found.append(row)
    except (TwilioException, requests.exceptions.RequestException, ValueError, KeyError, TypeError) as fault:
        raise Unreachable from fault
    return found


def _error(row: Any) -> int | None:
    return int(row.error_code) if row.error_code else None


def _heard(row: Any) -> Heard:
    at = row.date_sent or row.date_created
    return Heard(
        str(row.sid), str(row.from_ or ""), str(row.to or ""), str(row.body or ""), int(row.num_media or 0), at
    )


def _sid(text: object) -> str | None:
    return text if isinstance(text, str) and text else None
