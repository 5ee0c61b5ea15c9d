"""A form that comes twice, by a double tap or since an answer was lost, works once and is answered as the first.

Its key is what came: the token each form draws anew (`csrf_field`), the address, and every value. A request without the
field is not looked at, nor is a route that declares 410, since what it opens is used up by the first, nor a poll, which
means each of its many.
"""

import hashlib
import time
from typing import IO, Any

import peewee
from flask import Flask, Response, g, request

from omni.core import log
from omni.core.sent_forms import Sending, SentBefore, find, sending
from omni.web import access, csrf, htmx
from omni.web.login import is_signed_in

# The first is committed and its answer on the way: so long the second waits to hear where it led.
WAIT_S, PAUSE_S = 2.0, 0.02


def install(app: Flask) -> None:
    """Look at each form after it was judged, and at its answer."""
    app.before_request(_begin)
    app.after_request(_end)
    app.register_error_handler(SentBefore, on_sent_before)


def on_sent_before(fault: SentBefore) -> Response:
    """The answer of the first; htmx, whose part may be gone by now, is given the page anew."""
    g.pop("sending", None)
    location = _location_of_first(fault.key)
    log.event("form_sent_twice", route=request.endpoint, is_known=location is not None)
    if htmx.is_partial() and not location:
        return htmx.reload()
    return htmx.see_other(location or access.came_from())


def _begin() -> None:
    # Signed out, one token serves every form of an hour; what strangers send has keys of its own.
    if request.method != "POST" or not request.form.get(csrf.FIELD) or not is_signed_in():
        return
    if g.mark.is_poll or 410 in g.mark.statuses:
        return
    g.sending = access.enter(sending(_key()))


def _end(response: Response) -> Response:
    one: Sending | None = g.pop("sending", None)
    if one is None:
        return response
    try:
        return _kept(one, response) if one.is_done else _seen_again(one, response)
    except peewee.OperationalError as fault:  # what was asked for is done or refused, and says so
        log.fault("sent_form_not_kept", fault, route=request.endpoint)
        return response


def _kept(one: Sending, response: Response) -> Response:
    """Keep where the answer led; what led nowhere new may be sent again."""
    location = response.headers.get("Location") or response.headers.get("HX-Redirect")
    if location:
        one.led_to(location)
    elif response.status_code >= 300 or not htmx.is_partial():
        one.refused()
    return response


def _seen_again(one: Sending, response: Response) -> Response:
    """What the first did at this instant may be the very reason why the second was refused."""
    is_refused = 400 <= response.status_code < 500
    return on_sent_before(SentBefore(one.key)) if is_refused and find(one.key) else response


def _location_of_first(key: bytes) -> str | None:
    """Where the first led. A part leads nowhere, so htmx waits for nothing."""
    end = time.monotonic() + (0 if htmx.is_partial() else WAIT_S)
    while (found := find(key)) and not found.location and time.monotonic() < end:
        time.sleep(PAUSE_S)
    return found.location if found else None


def _key() -> bytes:
    seen = hashlib.sha256(request.path.encode())
    for name, value in [*request.args.items(multi=True), *request.form.items(multi=True)]:
        _add(seen, name.encode(), value.encode())
    for name, file in request.files.items(multi=True):
        _add(seen, name.encode(), (file.filename or "").encode(), _digest(file.stream))
    return seen.digest()


def _add(seen: Any, *parts: bytes) -> None:
    for part in parts:
        seen.update(len(part).to_bytes(8) + part)


def _digest(stream: IO[bytes]) -> bytes:
    found = hashlib.file_digest(stream, "sha256").digest()  # type: ignore[arg-type]
    stream.seek(0)
    return found
