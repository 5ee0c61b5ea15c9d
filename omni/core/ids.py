"""Ids: UUIDv7 in the database, 26 characters of lower-case Crockford base32 in addresses.

Source: RFC 9562, section 5.7, with method 3 of section 6.2 (48 bits of milliseconds, 12 of their 4096th parts, 62
random bits); Crockford, "Base 32".
"""

import hashlib
import os
import time
from datetime import datetime
from uuid import UUID

Id = UUID

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 26
_PAIRS = [high + low for high in ALPHABET for low in ALPHABET]
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}


def new_id() -> Id:
    """A fresh id that sorts behind those this process made before it."""
    milliseconds, part = divmod(time.time_ns(), 1_000_000)
    value = (milliseconds & (1 << 48) - 1) << 80
    # A part is 244 ns: to make an id takes longer.
    value |= 0x7 << 76 | (part << 12) // 1_000_000 << 64
    value |= 0b10 << 62 | int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1
    return UUID(int=value)


def id_at(moment: datetime) -> Id:
    """A fresh id that stands among those made at `moment`, for a row that is told of late."""
    milliseconds = int(moment.timestamp() * 1000)
    value = milliseconds << 80 | 0x7 << 76 | (int.from_bytes(os.urandom(2), "big") & 0xFFF) << 64
    return UUID(int=value | 0b10 << 62 | int.from_bytes(os.urandom(8), "big") & (1 << 62) - 1)


def new_ids(count: int) -> bytes:
    """Fresh ids of one millisecond, in no order, 16 bytes each: a tenth of the time of so many `new_id()`."""
    at, random = (time.time_ns() // 1_000_000).to_bytes(6, "big"), os.urandom(10 * count)
    made = bytearray(b"".join(at + random[place : place + 10] for place in range(0, 10 * count, 10)))
    made[6::16] = bytes(0x70 | byte & 0x0F for byte in made[6::16])
    made[8::16] = bytes(0x80 | byte & 0x3F for byte in made[8::16])
    return bytes(made)


def encode(value: Id) -> str:
    """The id as it stands in an address; text order equals id order."""
    number = value.int
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])


def decode(text: str) -> Id:
    """The id that `text` spells. Raises ValueError for anything `encode` would not have written."""
    if len(text) != LENGTH or text[0] > "7":
        raise ValueError("not an id")
    number = 0
    for letter in text:
        if letter not in _VALUE:
            raise ValueError("not an id")
        number = number << 5 | _VALUE[letter]
    return UUID(int=number)


def moved(old: Id, home: Id) -> Id:
    """The id under which a row of another workspace stands in workspace `home` once it moved in there: of the same
    instant, the rest told by both."""
    told = bytearray(hashlib.blake2b(old.bytes, key=home.bytes, digest_size=16).digest())
    told[:8] = old.bytes[:8]
    told[8] = 0x80 | (told[8] & 0x3F)
    return Id(bytes=bytes(told))
