"""Three walls against forged requests: where it came from, a token, and SameSite on the cookie.

Signed in, the token is the session's, masked anew in each page so that compression tells nothing of it. Signed out, it
is signed and timed, so that forms work without cookies; on a page that is the same for everyone it holds for its
address alone, and its bytes change once an hour.
Source: specs/security.md, "CSRF"; OWASP Cheat Sheet Series, "Cross-Site Request Forgery Prevention".
"""

import base64
import binascii
import hmac
import secrets as random
from urllib.parse import urlsplit

from flask import Request, g, request
from markupsafe import Markup

from omni.core import clock
from omni.core.faults import NotAllowed
from omni.core.secrets import hmac_of
from omni.core.words import lazy
from omni.web.login import signed_in

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_BYTES = 32
# A page open since breakfast may still be sent; on a page for everyone two hours (specs/referrals.md, 5.2).
FORM_HOURS = 12
FORM_HOURS_FOR_EVERYONE = 2

# The closed list: what proves these requests instead. Addresses are the rules' own text.
EXEMPT = {
    "/webhooks/twilio/inbound": "Twilio's signature",
    "/webhooks/twilio/status/": "Twilio's signature",
    "/webhooks/google/calendar": "the channel's token",
    "/unsubscribe/": "the one-click door of RFC 8058",
    "/api/v1/": "a bearer token, and no cookie",
}

REFUSED = lazy("This form did not come from a page of ours, or the page was open too long. Open it again and send it.")


class Forged(NotAllowed):
    """403: the request does not prove that a page of ours sent it."""

    def __init__(self, wall: str) -> None:
        super().__init__(REFUSED.key)
        self.wall = wall


def check(request: Request) -> None:
    """Let a safe, an exempt or a proven request pass. Raises Forged."""
    if request.method in SAFE_METHODS or is_exempt(request):
        return
    if not _came_from_us(request):
        raise Forged("origin")
    if not _holds_a_token(request):
        raise Forged("token")


def is_exempt(request: Request) -> bool:
    """Whether something else proves this request; the list is closed."""
    rule = request.url_rule.rule if request.url_rule else ""
    if rule.startswith("/api/v1/"):
        return request.headers.get("Authorization", "").startswith("Bearer ") and not request.cookies
    return any(rule.startswith(listed) for listed in EXEMPT)


def csrf_token() -> str:
    """The token for forms of the page that is being drawn, one for them all."""
    if "csrf_token" not in g:
        who = signed_in()
        g.csrf_token = (
            _masked(_session_secret(who.session.id.bytes)) if who else _form_token(_this_hour(), _scope(request))
        )
    return str(g.csrf_token)


def csrf_field() -> Markup:
    """The hidden field each form carries."""
    # Nothing in a token needs escaping.
    return Markup(f'<input name="{FIELD}" type="hidden" value="{csrf_token()}">')  # noqa: S704


def _came_from_us(request: Request) -> bool:
    # No browser omits both; a script that does is stopped by the token.
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin)[:2] == (request.scheme, request.host)


def _holds_a_token(request: Request) -> bool:
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    who = signed_in()
    if who:
        if _unmasked_equals(given, _session_secret(who.session.id.bytes)):
            return True
        # A public form opened before signing in is still good; a page of the signed-in app never held such a token.
        if not g.mark.reason:
            return False
    return _is_fresh_form_token(given, _scope(request))


def _session_secret(session_id: bytes) -> bytes:
    return hmac_of("csrf session", session_id)


def _masked(secret: bytes) -> str:
    mask = random.token_bytes(TOKEN_BYTES)
    return _text(mask + _xor(mask, secret))


def _unmasked_equals(given: str, secret: bytes) -> bool:
    raw = _bytes(given)
    if len(raw) != 2 * TOKEN_BYTES:
        return False
    return hmac.compare_digest(_xor(raw[:TOKEN_BYTES], raw[TOKEN_BYTES:]), secret)


def _form_token(hour: int, scope: str) -> str:
    return f"{hour}.{_text(hmac_of('csrf form', str(hour), scope))}"


def _is_fresh_form_token(given: str, scope: str) -> bool:
    hour, _, _mac = given.partition(".")
    if not (hour.isascii() and hour.isdigit() and len(hour) < 10):
        return False
    hours = FORM_HOURS_FOR_EVERYONE if scope else FORM_HOURS
    age = _this_hour() - int(hour)
    return 0 <= age < hours and hmac.compare_digest(given.encode(), _form_token(int(hour), scope).encode())


def _scope(request: Request) -> str:
    """The public page a token is bound to, by its slug; elsewhere one token serves every signed-out form."""
    return str((request.view_args or {}).get("slug", ""))


def _this_hour() -> int:
    return int(clock.now().timestamp()) // 3600


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(TOKEN_BYTES, "big")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return b""
