"""Where a visit came from, and on what."""

from enum import StrEnum

# The `m` of an address we hand out: whoever shares by a button says by which.
CHANNELS = ("sms", "wa", "mail", "fb", "x", "qr", "copy", "sheet")

DIRECT = "direct"

# Referring hosts, and every host below them, by the name people know.
_HOSTS = {
    "facebook.com": "fb",
    "messenger.com": "fb",
    "instagram.com": "instagram",
    "t.co": "x",
    "x.com": "x",
    "twitter.com": "x",
    "whatsapp.com": "wa",
    "wa.me": "wa",
    "linkedin.com": "linkedin",
    "lnkd.in": "linkedin",
    "reddit.com": "reddit",
    "pinterest.com": "pinterest",
    "tiktok.com": "tiktok",
    "youtube.com": "youtube",
    "nextdoor.com": "nextdoor",
    "mail.google.com": "mail",
    "outlook.live.com": "mail",
    "outlook.office.com": "mail",
    "mail.yahoo.com": "mail",
    "google.com": "google",
    "bing.com": "bing",
    "duckduckgo.com": "duckduckgo",
}


class Device(StrEnum):
    """What the visitor held."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"
    UNKNOWN = "unknown"


def channel_in(query: str) -> str:
    """The `m` of a query, or "" where it is missing or nothing we hand out."""
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if name == "m":
            return value if value in CHANNELS else ""
    return ""


def source_of(channel: str, referrer_host: str) -> str:
    """The channel an address named, else the referring site where we know it, else direct."""
    if channel in CHANNELS:
        return channel
    host = referrer_host.lower().rstrip(".")
    while "." in host:
        if host in _HOSTS:
            return _HOSTS[host]
        host = host.split(".", 1)[1]
    return DIRECT


def device_of(agent: str) -> Device:
    """Phone, tablet or computer, as far as the user agent says."""
    low = agent.lower()
    if "ipad" in low or "tablet" in low or ("android" in low and "mobile" not in low):
        return Device.TABLET
    if "iphone" in low or "ipod" in low or "mobile" in low or "android" in low:
        return Device.PHONE
    if "windows nt" in low or "macintosh" in low or "x11" in low or "cros" in low or "linux" in low:
        return Device.COMPUTER
    return Device.UNKNOWN
