"""What travels through a browser and back without being readable there: a typed password, an interrupted form."""

import base64
import binascii
import json
from datetime import timedelta
from typing import Any

from omni.core import clock, secrets

KEPT_FOR = timedelta(minutes=10)


def seal(purpose: str, content: Any) -> str:
    """`content` (JSON) as text for a hidden field, bound to `purpose` and to the next ten minutes."""
    dated = json.dumps([clock.now().timestamp(), content], separators=(",", ":"))
    return base64.urlsafe_b64encode(secrets.seal(dated.encode(), purpose.encode())).decode()


def unseal(purpose: str, text: str) -> Any:
    """What `seal` was given, or None: forged, for something else, or too old."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii"))
        at, content = json.loads(secrets.open_sealed(raw, purpose.encode()))
    except (binascii.Error, UnicodeEncodeError, ValueError, secrets.NotSealed):
        return None
    return content if 0 <= clock.now().timestamp() - at <= KEPT_FOR.total_seconds() else None
