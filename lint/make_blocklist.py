"""Write omni/accounts/blocklist.txt: the 10,000 likeliest passwords of 12 characters or more.

Run it where zxcvbn 4.5.0 (MIT) is installed: `python lint/make_blocklist.py`. The same input gives the same file.
Of its 30,000 passwords only 229 are so long, so the rest is made as people make them: a common word doubled,
repeated, joined to another, or given a common tail. The likeliest come first, by the product of their ranks.
"""

from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parent.parent / "omni" / "accounts" / "blocklist.txt"
LINES = 10_000
# The day somebody last looked at the source.
CHECKED_ON = "2026-11-22"
SHORTEST = 12
WORDS = 3_000
TAILS = (  # noqa: SIM905 - a list of words reads better so
    "1 123 12 ! 1234 123456 12345 2 1! 123! 7 11 01 3 69 22 99 21 23 13 007 88 !! 321 1234567 12345678 123456789 "
    "1234567890 2020 2021 2022 2023 2024 2025 2026 abc qwerty 111111 . ?"
).split()


def candidates(words: list[str]) -> Iterator[tuple[int, str]]:
    """Every password a person may make of the list, with the product of ranks it has there."""
    for rank, word in enumerate(words, 1):
        yield rank, word
    common = words[:WORDS]
    for rank, word in enumerate(common, 1):
        yield 2 * rank, word * 2
        yield 3 * rank, word * (-(-SHORTEST // len(word)))
        for place, tail in enumerate(TAILS, 1):
            yield rank * place, word + tail
        for other_rank, other in enumerate(common[: _reach(rank)], 1):
            yield rank * other_rank, word + other


def blocklist(words: list[str]) -> list[str]:
    """The likeliest long passwords, likeliest first."""
    best: dict[str, int] = {}
    for product, text in candidates(words):
        if len(text) >= SHORTEST:
            best[text] = min(product, best.get(text, product))
    return sorted(best, key=lambda text: (best[text], text))[:LINES]


def main() -> None:
    """Read the word list and write the file."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-not-found, import-untyped, unused-ignore]

    head = f"# source: zxcvbn 4.5.0 (MIT), frequency_lists, by lint/make_blocklist.py\n# checked_on: {CHECKED_ON}\n"
    TARGET.write_text(head + "\n".join(blocklist(list(FREQUENCY_LISTS["passwords"]))) + "\n", encoding="utf-8")


def _reach(rank: int) -> int:
    # Pairs beyond this product cannot stand among the first 10,000.
    return max(1, 3_000 // rank)


if __name__ == "__main__":
    main()
