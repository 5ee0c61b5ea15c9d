"""One hit as it lies in the spool: packed, sealed, one line of base64.

The seal is AES-GCM under a key of the day, so the line authenticates itself: a torn one does not open.
"""

import base64
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MOST_AGENT = 512
MOST_HOST = 253
KEY_BYTES = 16

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_HEAD = struct.Struct(">16s16s16sqBBHH")
_NONCE_BYTES = 12
_PREFIX = struct.Struct(f">4sH{_NONCE_BYTES}s")

_IS_HEAD, _IS_PREFETCH, _ACCEPTS_HTML, _HAS_SESSION, _HAS_KEY, _IS_CONFIRMATION = (1 << bit for bit in range(6))

# The key of a day, derived from the encryption key with this id (None: the newest), and that key's id. KeyError for an
# id of no key of ours.
DayKeys = Callable[[date, bytes | None], tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Record:
    """What is noted of a request. A confirmation says: the visitor with this key has just sent the form."""

    id: UUID
    workspace_id: UUID
    link_id: UUID
    at: datetime
    is_head: bool = False
    is_prefetch: bool = False
    accepts_html: bool = True
    has_session: bool = False
    is_confirmation: bool = False
    channel: int = 0
    visitor_key: bytes = b""
    agent: str = ""
    referrer_host: str = ""


class Unreadable(ValueError):
    """The line is torn, was changed, or was sealed under keys we no longer have."""


def seal(record: Record, keys: DayKeys) -> bytes:
    """The record as one line, newline included."""
    day = record.at.date()
    key_id, key = keys(day, None)
    nonce = os.urandom(_NONCE_BYTES)
    prefix = _PREFIX.pack(key_id, (day - _EPOCH.date()).days, nonce)
    return base64.b64encode(prefix + _cipher(key).encrypt(nonce, _pack(record), prefix)) + b"\n"


def unseal(line: bytes, keys: DayKeys) -> Record:
    """The record of a line. Raises Unreadable."""
    try:
        raw = base64.b64decode(line, validate=True)
        key_id, day, nonce = _PREFIX.unpack_from(raw)
        key = keys(_EPOCH.date() + timedelta(days=day), key_id)[1]
        return _unpack(_cipher(key).decrypt(nonce, raw[_PREFIX.size :], raw[: _PREFIX.size]))
    except (ValueError, struct.error, InvalidTag, KeyError) as fault:
        raise Unreadable from fault


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _pack(record: Record) -> bytes:
    flags = (
        (_IS_HEAD if record.is_head else 0)
        | (_IS_PREFETCH if record.is_prefetch else 0)
        | (_ACCEPTS_HTML if record.accepts_html else 0)
        | (_HAS_SESSION if record.has_session else 0)
        | (_HAS_KEY if record.visitor_key else 0)
        | (_IS_CONFIRMATION if record.is_confirmation else 0)
    )
    agent = record.agent.encode(errors="replace")[:MOST_AGENT]
    host = record.referrer_host.encode(errors="replace")[:MOST_HOST]
    head = _HEAD.pack(
        record.id.bytes,
        record.workspace_id.bytes,
        record.link_id.bytes,
        (record.at - _EPOCH) // _MICROSECOND,
        flags,
        record.channel,
        len(agent),
        len(host),
    )
    return head + record.visitor_key + agent + host


def _unpack(packed: bytes) -> Record:
    hit, workspace, link, at, flags, channel, agent_bytes, host_bytes = _HEAD.unpack_from(packed)
    key_bytes = KEY_BYTES if flags & _HAS_KEY else 0
    agent_from = _HEAD.size + key_bytes
    host_from = agent_from + agent_bytes
    if len(packed) != host_from + host_bytes:
        raise ValueError("the record has another length than it says")
    return Record(
        id=UUID(bytes=hit),
        workspace_id=UUID(bytes=workspace),
        link_id=UUID(bytes=link),
        at=_EPOCH + at * _MICROSECOND,
        is_head=bool(flags & _IS_HEAD),
        is_prefetch=bool(flags & _IS_PREFETCH),
        accepts_html=bool(flags & _ACCEPTS_HTML),
        has_session=bool(flags & _HAS_SESSION),
        is_confirmation=bool(flags & _IS_CONFIRMATION),
        channel=channel,
        visitor_key=packed[_HEAD.size : agent_from],
        agent=packed[agent_from:host_from].decode(errors="replace"),
        referrer_host=packed[host_from:].decode(errors="replace"),
    )
