"""What the pages before signing in share: the device that asks, and the mark of an age refusal."""

from collections.abc import Callable

from flask import Response, current_app, request

from omni.accounts.devices import Device, device_of
from omni.web.respond import respond


def device() -> Device:
    """The device that sends this request."""
    return device_of(request.headers.get("User-Agent", ""), request.remote_addr or "")


def is_refused() -> bool:
    """Whether this browser was told that its person is too young."""
    return request.cookies.get(_marker()) == "1"


def refuse(page: Callable[..., Response], then: str) -> Response:
    """Send somebody under age back to `then`, which from now on says so."""
    answer = respond(page=page, then=then)
    secure = current_app.config["OMNI"].is_secure
    answer.set_cookie(_marker(), "1", path="/", secure=secure, httponly=True, samesite="Lax")
    return answer


def _marker() -> str:
    # A refusal is remembered by the browser alone: one cookie without an id, gone when the browser closes.
    return "__Host-omni-age" if current_app.config["OMNI"].is_secure else "omni-age"
