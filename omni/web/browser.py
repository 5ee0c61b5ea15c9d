"""What browsers and machines ask for by themselves: the manifest, the icon, who to tell about a hole, and GPC."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, current_app, jsonify

from omni.config import Config
from omni.core import clock
from omni.web.assets import asset
from omni.web.marks import public

browser = Blueprint("browser", __name__)

_REASON = "asked for by browsers themselves, the same for everyone"
_DAY = "public, max-age=86400"
# RFC 9116 asks for a date less than a year ahead.
_SECURITY_TXT_LASTS = timedelta(days=180)
# The day from which nothing has been sold or shared: this version's first.
_GPC_SINCE = "2026-11-22"
INK, PAPER = "#1d1b18", "#f6f5f1"


@browser.get("/manifest.webmanifest")
@public(_REASON, headers="machine")
def manifest() -> Response:
    """So that a phone may keep Omni on its home screen."""
    said: dict[str, Any] = {
        "id": "/",
        "name": "Omni",
        "short_name": "Omni",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [{"src": asset("img/omni.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    response = jsonify(said)
    response.content_type = "application/manifest+json"
    response.headers["Cache-Control"] = _DAY
    return response


@browser.get("/favicon.ico")
@public(_REASON, headers="image_for_everyone", statuses={302})
def favicon() -> Response:
    """Browsers ask for it whatever a page says; the icon is an SVG."""
    response = Response(status=302, headers={"Location": asset("img/omni.svg")})
    response.headers["Cache-Control"] = _DAY
    return response


@browser.get("/.well-known/security.txt")
@public(_REASON, headers="machine")
def security_txt() -> Response:
    """Source: RFC 9116."""
    config: Config = current_app.config["OMNI"]
    expires = (clock.now() + _SECURITY_TXT_LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: mailto:{config.contact_email}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, es",
        f"Canonical: {config.public_url}/.well-known/security.txt",
    ]
    response = Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = _DAY
    return response


@browser.get("/.well-known/gpc.json")
@public(_REASON, headers="machine")
def gpc() -> Response:
    """Global Privacy Control is honoured. Source: W3C "Global Privacy Control", GPC Support Resource."""
    response = jsonify({"gpc": True, "lastUpdate": _GPC_SINCE})
    response.headers["Cache-Control"] = _DAY
    return response
