"""What people type as a way to reach somebody, of any kind, and the one form we compare."""

from __future__ import annotations

import re

from omni.contacts.folding import fold
from omni.contacts.kinds import PointKind
from omni.contacts.normal import Misread, read_email, read_phone
from omni.contacts.reading.people import Value
from omni.core.words import marked

_URL = re.compile(r"^(?:https?://)?[^\s/?#:@]+\.[^\s/?#]+[^\s]*$", re.IGNORECASE)


def read_point(kind: PointKind, text: str, country: str) -> Value | Misread:
    """The phone, email, handle, web or street address meant by `text`."""
    typed = text.strip()
    if kind is PointKind.PHONE:
        phone = read_phone(typed, country)
        return phone if isinstance(phone, Misread) else Value(phone.e164, typed, extension=phone.extension)
    if kind is PointKind.EMAIL:
        email = read_email(typed)
        return email if isinstance(email, Misread) else Value(email, typed)
    if kind is PointKind.URL and not _URL.match(typed):
        return Misread(
            marked("“%(typed)s” is not a web address. One looks like https://example.com"), {"typed": typed[:60]}
        )
    return Value(fold(typed)[:500], typed)
