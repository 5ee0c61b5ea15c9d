"""Words by which an offer is told from news: whoever sends one as news is asked whether it is none.

Phrases of English and Spanish, and amounts of money. Our own list: the law says what an advertisement is, not by which
words one is known (47 CFR 64.1200(f)(1), (f)(13)).
"""

import re

_PHRASES = (
    # English
    r"\d+\s?% off", r"percent off", r"half off", r"half price", r"\bsale\b", r"\bdeals?\b", r"\bdiscounts?\b",
    r"\bspecial offer\b", r"\boffers?\b", r"\bpromo(?:tion)?s?\b", r"\bpromo code\b", r"\bcoupons?\b", r"\bvouchers?\b",
    r"\bbuy one\b", r"\bfree (?:class|session|trial|week|month|gift|pass)\b", r"\bsave (?:up to|\d|big)\b",
    r"\bbogo\b", r"\blast chance\b", r"\blimited time\b", r"\bblack friday\b", r"\bcyber monday\b",
    r"\bbring a friend\b",
    # Spanish
    r"\bofertas?\b", r"\bdescuentos?\b", r"\brebajas?\b", r"\bpromoci[oó]n(?:es)?\b", r"\bcup[oó]n(?:es)?\b",
    r"\bgratis\b", r"\bmitad de precio\b", r"\b2x1\b", r"\baprovecha\b", r"\b[uú]ltima oportunidad\b", r"\bahorra\b",
    # An amount of money
    r"[$€£]\s?\d[\d.,]*", r"\b\d[\d.,]*\s?(?:€|usd|eur|d[oó]lares|dollars|bucks)(?!\w)",
)  # fmt: skip
_OFFER = re.compile("|".join(_PHRASES), re.IGNORECASE)


def find(text: str) -> str | None:
    """The first words of an offer in a text, as they stand there; None where there are none."""
    found = _OFFER.search(text)
    return found.group(0).strip() if found else None
