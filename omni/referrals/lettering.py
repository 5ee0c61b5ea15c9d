"""Setting type on a card: Inter in any size and weight, its Latin letters and its further Latin ones as one font.

Pillow knows nothing of fallback, so a text is cut into runs, each set in the file that has its letters.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont

_FOLDER = Path(__file__).parents[2] / "static/vendor/inter@5.3.0"
_FILES = ("inter-latin-wght-normal.woff2", "inter-latin-ext-wght-normal.woff2")
# A private sign that no file has: what a font draws for it, it draws for every letter it lacks.
_NOWHERE = "\U0010fffd"


@dataclass(frozen=True)
class Type:
    """Inter in one size (pixels) and weight."""

    size: int
    weight: int

    def width(self, text: str) -> float:
        """How wide the text is, in pixels."""
        return sum(font.getlength(run) for font, run in self._runs(text))

    def write(self, pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, *, fill: str) -> None:
        """Write one line, `at` being the left end of its middle."""
        x, y = at
        for font, run in self._runs(text):
            pen.text((x, y), run, font=font, fill=fill, anchor="lm")
            x += font.getlength(run)

    def wrap(self, words: str, width: float) -> list[str]:
        """The words in lines no wider than `width`; a word that is wider is broken."""
        lines: list[str] = []
        for word in words.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer) <= width:
                lines[-1] = longer
            else:
                lines += self._pieces(word, width)
        return lines

    def cut(self, text: str, width: float) -> str:
        """The text where it fits, else its beginning and an ellipsis."""
        if self.width(text) <= width:
            return text
        while text and self.width(text + "…") > width:
            text = text[:-1].rstrip(" …")
        return text + "…"

    def _runs(self, text: str) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
        for file, signs in groupby(text, key=lambda sign: _file_with(sign) or 0):
            yield _font(file, self.size, self.weight), "".join(signs)

    def _pieces(self, word: str, width: float) -> list[str]:
        pieces = [""]
        for sign in word:
            if pieces[-1] and self.width(pieces[-1] + sign) > width:
                pieces.append("")
            pieces[-1] += sign
        return pieces


def writable(text: str) -> str:
    """The text without letters the font does not have, spaces tidied."""
    return " ".join("".join(sign for sign in text if sign.isspace() or _file_with(sign) is not None).split())


@lru_cache(maxsize=4096)
def _file_with(sign: str) -> int | None:
    """The number of the file that has this letter, or None."""
    if sign.isspace():
        return 0
    if not sign.isprintable():
        return None
    return next((file for file in range(len(_FILES)) if _drawn(file, sign) != _drawn(file, _NOWHERE)), None)


def _drawn(file: int, sign: str) -> bytes:
    return bytes(_font(file, 44, 700).getmask(sign))


@lru_cache(maxsize=64)
def _font(file: int, size: int, weight: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(_FOLDER / _FILES[file]), size)
    # Without this a variable font is drawn in its default weight, whatever was asked for.
    font.set_variation_by_axes([weight])
    return font
