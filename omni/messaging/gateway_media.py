"""Fetching a file that somebody sent: from Twilio's API under our sign-in, then from where it points to, without.

Knows no tables. What the answer says of itself (type, length, name) is not believed.
"""

import time
from urllib.parse import SplitResult, urljoin, urlsplit

import requests

from omni.core import egress
from omni.core.policies import Purpose
from omni.messaging.gateway import CONNECT_S, GATEWAY, READ_S, REAL, Account, our_address
from omni.messaging.media_states import MediaFault

# Where Twilio keeps files: of accounts that guard them, and of those that do not ("Protect Media Access with HTTP Basic
# Authentication for Programmable Messaging").
MEDIA = egress.declare(
    egress.Gateway(
        name="twilio_media",
        hosts=("mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com"),
        circumstance=egress.Circumstance.SERVICE_PROVIDER,
        purpose=Purpose.SERVICE,
        fields=frozenset(),
        agreement="https://www.twilio.com/en-us/legal/data-protection-addendum",
    )
)
MOST_REDIRECTS = 2
# A file that trickles holds a worker no longer than this; the job's own limit is above it.
MOST_S = 50
PIECE = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Unfetched(Exception):
    """The file could not be had, for `fault`."""

    def __init__(self, fault: MediaFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def fetch(account: Account, url: str, *, most: int) -> bytes:
    """The bytes at the address a webhook named, at most `most` of them. Raises: Unfetched."""
    until = time.monotonic() + MOST_S
    address, may_sign_in = our_address(url), True
    if not _is_ours(account, address):
        raise Unfetched(MediaFault.ELSEWHERE)
    for _hop in range(1 + MOST_REDIRECTS):
        try:
            answer = _get(address, account if may_sign_in else None)
            if answer.status_code not in _REDIRECTS:
                return _read(answer, most, until)
        except (requests.exceptions.RequestException, OSError) as fault:
            raise Unfetched(MediaFault.NO_ANSWER) from fault
        except (egress.NotDeclared, ValueError) as fault:
            raise Unfetched(MediaFault.ELSEWHERE) from fault
        address, may_sign_in = urljoin(address, answer.headers.get("Location", "")), False
    raise Unfetched(MediaFault.ELSEWHERE)


def _is_ours(account: Account, address: str) -> bool:
    """Whether the address is one of this account's own at the API: nothing else is told who we are."""
    parts, place = urlsplit(address), _place()
    path = parts.path.removeprefix(place.path)
    is_there = (parts.scheme, parts.netloc) == (place.scheme, place.netloc)
    return is_there and path.startswith(f"/2010-04-01/Accounts/{account.sid}/") and ".." not in path


def _get(address: str, account: Account | None) -> requests.Response:
    """One GET; elsewhere than at the API only over https and to a declared host. Raises: NotDeclared, ValueError."""
    parts, place = urlsplit(address), _place()
    if (parts.scheme, parts.netloc) == (place.scheme, place.netloc):
        gateway = GATEWAY
    elif parts.scheme == "https" and parts.port in (None, 443) and parts.username is None:
        gateway = MEDIA
    else:
        raise egress.NotDeclared("no https")
    with egress.session(gateway) as session:
        # Compressed, few bytes could become many.
        return session.get(
            address,
            auth=(account.sid, account.token) if account else None,
            headers={"Accept-Encoding": "identity"},
            timeout=(CONNECT_S, READ_S),
            stream=True,
        )


def _read(answer: requests.Response, most: int, until: float) -> bytes:
    status = answer.status_code
    if status in (401, 403):
        raise Unfetched(MediaFault.NOT_LET_IN)
    if status in (404, 410):
        raise Unfetched(MediaFault.NOT_THERE)
    if status != 200:
        raise Unfetched(MediaFault.NO_ANSWER)
    found = bytearray()
    with answer:
        for piece in answer.iter_content(PIECE):
            found += piece
            if len(found) > most:
                raise Unfetched(MediaFault.TOO_LARGE)
            if time.monotonic() > until:
                raise Unfetched(MediaFault.NO_ANSWER)
    return bytes(found)


def _place() -> SplitResult:
    """Where the API is, by the settings or in truth."""
    return urlsplit(egress.address_of(GATEWAY) or REAL)
