"""Sealing, signing and keyed hashes. Keys come from the environment or a file of mode 600, never from the database.

A sealed value is `key id (4 bytes) | nonce (12) | AES-256-GCM`, bound by its associated data to the table, row and
workspace it stands in, so that a value moved to another row does not open.
"""

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

NONCE_BYTES = 12
KEY_ID_BYTES = 4

_encryption_keys: dict[bytes, bytes] = {}
_newest: bytes = b""
_secret_key: bytes = b""


class NotSealed(Exception):
    """The bytes were not sealed by a key we hold, or belong to another row."""


class BadToken(Exception):
    """A signed value that was not signed by us, for another purpose, or too long ago."""


def take_keys(secret_key: bytes, encryption_keys: Mapping[str, bytes]) -> None:
    """Hold the keys of this installation; the first encryption key seals, every one of them opens."""
    global _newest, _secret_key
    _secret_key = secret_key
    _encryption_keys.clear()
    for name, key in encryption_keys.items():
        _encryption_keys[key_id(name)] = hashlib.sha256(key).digest()
    _newest = next(iter(_encryption_keys), b"")


def key_id(name: str) -> bytes:
    """The four bytes by which a sealed value names its key."""
    return hashlib.sha256(name.encode()).digest()[:KEY_ID_BYTES]


def newest_key() -> bytes:
    """The id of the key that seals now."""
    return _newest


def seal(plain: bytes, aad: bytes) -> bytes:
    """Encrypt `plain` under the newest key, bound to `aad`."""
    nonce = os.urandom(NONCE_BYTES)
    return _newest + nonce + AESGCM(_encryption_keys[_newest]).encrypt(nonce, plain, aad)


def open_sealed(sealed: bytes, aad: bytes) -> bytes:
    """What `seal` was given. Raises NotSealed."""
    key = _encryption_keys.get(bytes(sealed[:KEY_ID_BYTES]))
    if key is None:
        raise NotSealed("no key of this installation")
    nonce = sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
    try:
        return AESGCM(key).decrypt(nonce, sealed[KEY_ID_BYTES + NONCE_BYTES :], aad)
    except InvalidTag as fault:
        raise NotSealed("wrong row or damaged") from fault


def derived_key(purpose: str) -> bytes:
    """32 bytes for one purpose, from the secret key."""
    return hmac.new(_secret_key, b"omni:" + purpose.encode(), hashlib.sha256).digest()


def derived_encryption_key(purpose: str, under: bytes | None = None) -> tuple[bytes, bytes]:
    """The id of the newest encryption key (or `under`), and 32 bytes for one purpose from it. Raises KeyError."""
    name = _newest if under is None else under
    return name, hmac.new(_encryption_keys[name], b"omni:" + purpose.encode(), hashlib.sha256).digest()


def hmac_of(purpose: str, *parts: str | bytes) -> bytes:
    """A keyed SHA-256 over `parts`, each with its length before it so that no two lists collide."""
    mac = hmac.new(derived_key(purpose), digestmod=hashlib.sha256)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        mac.update(len(raw).to_bytes(4, "big") + raw)
    return mac.digest()


def sign(purpose: str, payload: Any) -> str:
    """A signed, dated text that carries `payload` (JSON) through a browser."""
    return URLSafeTimedSerializer(derived_key("sign"), salt=purpose).dumps(payload)


def unsign(purpose: str, text: str, *, max_age_s: int) -> Any:
    """What `sign` was given. Raises BadToken when forged, meant for something else, or older than `max_age_s`."""
    try:
        return URLSafeTimedSerializer(derived_key("sign"), salt=purpose).loads(text, max_age=max_age_s)
    except (BadSignature, SignatureExpired) as fault:
        raise BadToken(str(fault)) from fault
