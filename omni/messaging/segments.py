"""How many segments a carrier bills for a text, and which plain characters would make it shorter.

Everything here is a pure function of the text: composer, preview and claim count with the same code.
"""

from dataclasses import dataclass
from enum import StrEnum

# 3GPP TS 23.038, section 6.2.1: the default alphabet, without the escape itself.
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# 3GPP TS 23.038, section 6.2.1.1: reached by an escape, so each takes two septets.
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")

# One text alone, and one part of a joined text, in units of its alphabet (3GPP TS 23.040, section 9.2.3.24.1).
ALONE = {"gsm7": 160, "ucs2": 70}
JOINED = {"gsm7": 153, "ucs2": 67}


class Encoding(StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"


class Swap(StrEnum):
    """A kind of typographic character that has a plain twin every phone knows."""

    QUOTE = "quote"
    DASH = "dash"
    DOTS = "dots"
    SPACE = "space"
    SEVERAL = "several"


@dataclass(frozen=True)
class Measure:
    """What a text weighs. `left` counts units that still fit before one more segment begins."""

    encoding: Encoding
    units: int
    segments: int
    left: int


@dataclass(frozen=True)
class Offer:
    """Plain characters that would shorten the text: which kind, the text so written, and its measure."""

    swap: Swap
    text: str
    measure: Measure


def count_segments(text: str) -> int:
    """Number of SMS segments the carrier bills for `text`.

    GSM-7: 160 septets alone, 153 each when joined; UCS-2: 70 and 67 code units.
    Source: 3GPP TS 23.038 and TS 23.040.
    """
    return measure(text).segments


def measure(text: str) -> Measure:
    """Weigh a text: its alphabet, its units, its segments, and the room left in the last of them."""
    encoding = Encoding.GSM7 if _is_gsm(text) else Encoding.UCS2
    widths = [_width(character, encoding) for character in text]
    units = sum(widths)
    if units <= ALONE[encoding]:
        return Measure(encoding, units, 1, ALONE[encoding] - units)
    parts, used = _pack(widths, JOINED[encoding])
    return Measure(encoding, units, parts, JOINED[encoding] - used)


def find_offer(text: str) -> Offer | None:
    """The plain spelling to offer, or None where it would not leave more room."""
    kinds = {_PLAIN[character][0] for character in text if character in _PLAIN}
    if not kinds:
        return None
    plain = "".join(_PLAIN[character][1] if character in _PLAIN else character for character in text)
    now, then = measure(text), measure(plain)
    if (then.segments, -then.left) >= (now.segments, -now.left):
        return None
    return Offer(kinds.pop() if len(kinds) == 1 else Swap.SEVERAL, plain, then)


def _is_gsm(text: str) -> bool:
    return all(character in GSM_BASIC or character in GSM_EXTENSION for character in text)


def _width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _pack(widths: list[int], capacity: int) -> tuple[int, int]:
    """Parts needed when no character may be cut in two, and the units used in the last part."""
    parts, used = 1, 0
    for width in widths:
        if used + width > capacity:
            parts, used = parts + 1, 0
        used += width
    return parts, used


_PLAIN: dict[str, tuple[Swap, str]] = {
    **dict.fromkeys("‘’‚‛′ʼ`´", (Swap.QUOTE, "'")),
    **dict.fromkeys("“”„‟″«»", (Swap.QUOTE, '"')),
    **dict.fromkeys("‐‑‒–—―−", (Swap.DASH, "-")),
    "\u2026": (Swap.DOTS, "..."),
    **dict.fromkeys("\xa0\u2009\u200a\u202f\u2007\t", (Swap.SPACE, " ")),
    **dict.fromkeys("\u200b\u200c\u2060\ufeff", (Swap.SPACE, "")),
}
