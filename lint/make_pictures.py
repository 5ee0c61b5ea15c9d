"""Take the pictures of docs/pictures anew, from a running demo.

`OMNI_DATA_DIR=/tmp/omni-pictures PORT=8790 python app.py demo` prints a link; then, in another terminal:
`.venv/bin/python lint/make_pictures.py LINK [SCREEN …]`. Each screen is taken at the width of a phone and of a desk, in
light and in dark, and made small enough for a repository.
"""

import io
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from omni.checks import find_chromium  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
# Inter, where it is installed, stands in for the typeface of a phone, which a server has none of.
FONTS = ROOT / "tests" / "look" / "fonts.conf"
SIZES = {390: 844, 1280: 800}
THEMES = ("light", "dark")
MOST_BYTES = 120_000
# So many colours, until the picture is small enough.
COLOURS = (256, 160, 96, 64)

# Where each screen is: an address, or how to find one from a page of the demo.
SCREENS: dict[str, Callable[[Any, str], str]] = {
    "board": lambda page, home: f"{home}/boards",
    "today": lambda page, home: f"{home}/today",
    "contact": lambda page, home: _first_link(page, f"{home}/inbox", r"^/contacts/[0-9a-z]{26}$", through="inbox"),
    "inbox": lambda page, home: _first_link(page, f"{home}/inbox", r"^/inbox/[0-9a-z]{26}$"),
    "referral": lambda page, home: f"{home}/r/tom",
    "signup": lambda page, home: f"{home}/signup",
}
# What a stranger sees is taken without a session.
STRANGERS = frozenset({"referral", "signup"})


def main(words: list[str]) -> int:
    """Take the named screens, all by default; 2 when the words or the demo are not right."""
    if not words or not words[0].startswith("http") or set(words[1:]) - SCREENS.keys():
        print(f"usage: make_pictures.py LINK_OF_THE_DEMO [{' '.join(SCREENS)}]", file=sys.stderr)
        return 2
    link, chosen = words[0], words[1:] or list(SCREENS)
    home = "{0.scheme}://{0.netloc}".format(urlsplit(link))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        fonts: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(FONTS)}
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"], env=fonts)
        inside = _enter(browser, link)
        for screen in chosen:
            state = None if screen in STRANGERS else inside
            address = _address(browser, screen, home, inside)
            for width, height in SIZES.items():
                for theme in THEMES:
                    _take(browser, address, state, screen, width, height, theme)
        browser.close()
    return 0


def _enter(browser: Any, link: str) -> Any:
    """Press the button of the demo's page; the cookies of its owner come back."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button").first.click()
    page.wait_for_url("**/today")
    state = context.storage_state()
    context.close()
    return state


def _address(browser: Any, screen: str, home: str, inside: Any) -> str:
    context = browser.new_context(storage_state=inside)
    address = SCREENS[screen](context.new_page(), home)
    context.close()
    return address


def _first_link(page: Any, start: str, shape: str, *, through: str = "") -> str:
    """The first address of this shape on the page `start`, or on the first conversation it leads to."""
    page.goto(start)
    if through:
        page.goto(_first_link(page, start, rf"^/{through}/[0-9a-z]{{26}}$"))
    paths = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.pathname)")
    found = next(path for path in paths if re.match(shape, path))
    return "{0.scheme}://{0.netloc}{1}".format(urlsplit(start), found)


def _take(browser: Any, address: str, state: Any, screen: str, width: int, height: int, theme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        reduced_motion="reduce",
        storage_state=state,
        has_touch=width < 600,
        locale="en-US",
    )
    page = context.new_page()
    page.goto(address, wait_until="load")
    page.evaluate("document.fonts.ready")
    target = FOLDER / f"{screen}-{width}-{theme}.png"
    target.write_bytes(_small(page.screenshot()))
    print(f"{target.relative_to(ROOT)} {target.stat().st_size:,} bytes")
    context.close()


def _small(taken: bytes) -> bytes:
    """The picture in so many colours that it fits."""
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    for colours in COLOURS:
        written = io.BytesIO()
        picture.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
            written, "PNG", optimize=True
        )
        if written.tell() <= MOST_BYTES:
            break
    return written.getvalue()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
