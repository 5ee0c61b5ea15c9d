"""What every answer carries, and the listed exceptions (specs/security.md, "Headers on every answer")."""

from flask import Flask, Request, Response, g, request

from omni.web.login import is_signed_in
from omni.web.marks import ANONYMOUS, Headers, Mark

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "manifest-src 'self'"
)
# What a stranger's file may do when it is opened: nothing.
CSP_UPLOAD = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
HSTS = "max-age=63072000; includeSubDomains"

_OURS = ("publickey-credentials-get", "publickey-credentials-create", "web-share", "clipboard-write")
# A browser writes each name it does not know into its console, so a name no browser knows is left out. Chromium on
# Linux knows neither web-share nor bluetooth; on phones, Windows and Macs it knows both.
_OFF = (
    "accelerometer", "autoplay", "bluetooth", "browsing-topics", "camera", "clipboard-read", "compute-pressure",
    "display-capture", "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid",
    "identity-credentials-get", "idle-detection", "interest-cohort", "keyboard-map", "local-fonts", "magnetometer",
    "microphone", "midi", "otp-credentials", "payment", "picture-in-picture", "screen-wake-lock", "serial",
    "storage-access", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
PERMISSIONS = ", ".join([*(f"{name}=(self)" for name in _OURS), *(f"{name}=()" for name in _OFF)])

HTMX_VARY = ("HX-Request", "HX-Request-Type", "Cookie")
_UPLOADS = (Headers.UPLOAD, Headers.UPLOAD_FOR_MACHINES)
_BY_TOKEN = (Headers.TOKEN_PAGE, Headers.UPLOAD_FOR_MACHINES)


def install(app: Flask) -> None:
    """Put the headers on every answer, errors and files included."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """The usual headers, and what the route's mark changes about them."""
    mark: Mark = g.get("mark") or Mark()
    kind = mark.headers
    headers = response.headers
    headers["Content-Security-Policy"] = CSP_UPLOAD if kind in _UPLOADS else CSP
    headers["X-Frame-Options"] = "DENY"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer" if kind in _BY_TOKEN else "same-origin"
    headers["Permissions-Policy"] = PERMISSIONS
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = (
        "cross-origin" if kind is Headers.IMAGE_FOR_EVERYONE and response.status_code < 400 else "same-origin"
    )
    if _is_secure(request):
        headers["Strict-Transport-Security"] = HSTS
    if kind in _UPLOADS:
        headers.setdefault("Content-Disposition", "attachment")
    if kind not in ANONYMOUS:
        response.vary.update(HTMX_VARY)
    if _stays_out_of_indexes(mark, response):
        headers["X-Robots-Tag"] = "noindex"
    _say_how_long(response, mark)
    return response


def _say_how_long(response: Response, mark: Mark) -> None:
    # What was made for one person is stored nowhere, whatever the route said.
    if mark.policy or "Set-Cookie" in response.headers or (not mark.is_anonymous and _somebody_is_signed_in()):
        response.headers["Cache-Control"] = "no-store"
    else:
        response.headers.setdefault("Cache-Control", "no-cache" if mark.is_anonymous else "no-store")


def _stays_out_of_indexes(mark: Mark, response: Response) -> bool:
    is_open_page = mark.reason and mark.headers in (
        Headers.PAGE,
        Headers.PAGE_FOR_EVERYONE,
        Headers.IMAGE_FOR_EVERYONE,
    )
    return not is_open_page or response.status_code >= 400


def _somebody_is_signed_in() -> bool:
    # Asked only where the session was looked up already: an error page must not ask a database that is away.
    return "_login_user" in g and is_signed_in()


def _is_secure(request: Request) -> bool:
    return request.is_secure
