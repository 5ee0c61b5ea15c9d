"""The ratios that LOOK promises, computed from the tokens as they are written, in both themes."""

import re

import pytest

from tests.look.book import STATIC, TINTS

GROUNDS = ["paper", "sheet", "well", "lift"]
THEMES = ["light", "dark"]


def tokens(sheet: str) -> dict[str, tuple[str, str]]:
    """Each colour of a sheet: its light and its dark value."""
    text = (STATIC / "css" / sheet).read_text()
    found = re.findall(r"--([a-z0-9-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\)", text)
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT = [
    *((name, ground, 4.5) for name in ("ink", "ink2", "ink3", "act", "warm", "hot") for ground in GROUNDS),
    ("act-ink", "act", 4.5),
    ("hot-ink", "hot", 4.5),
    *(("ink", soft, 4.5) for soft in ("act-soft", "warm-soft", "hot-soft")),
    *(("ink2", soft, 4.5) for soft in ("act-soft", "warm-soft")),
    *((name, "act-soft", 4.5) for name in ("ink3", "act", "warm", "hot")),
    ("warm", "warm-soft", 4.5),
    ("hot", "hot-soft", 4.5),
    ("paper", "ink", 4.5),
    ("paper", "act", 4.5),
]
MARKS = [(name, ground, 3.0) for name in ("edge", "warm-mark", "hot-mark", "focus", "act") for ground in GROUNDS]
TINTED = [(f"{tint}-ink", tint, 7.0) for tint in TINTS]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "ground", "least"), [*TEXT, *MARKS, *TINTED])
def test_a_pair_of_tokens_keeps_its_ratio(front: str, ground: str, least: float, theme: str) -> None:
    at, all_of = THEMES.index(theme), tokens("tokens.css")
    assert ratio(all_of[front][at], all_of[ground][at]) >= least


def test_public_pages_have_the_same_colours() -> None:
    ours = tokens("tokens.css")
    assert {name: value for name, value in tokens("public.css").items() if ours[name] != value} == {}


def test_the_bar_of_the_browser_has_the_colour_of_the_page() -> None:
    head = (STATIC.parent / "templates/layouts/_head.html").read_text()
    assert tuple(re.findall(r'content="(#[0-9A-F]{6})"', head)) == tokens("tokens.css")["paper"]
