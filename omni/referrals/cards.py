"""The card drawn for a link that has no picture of its own: its title, the studio's name and the studio's colour."""

from dataclasses import dataclass
from uuid import UUID

from PIL import Image, ImageDraw

from omni.referrals.images import CARD_SIZE, CardPicture, encode
from omni.referrals.lettering import Type, writable

_WIDTH, _HEIGHT = CARD_SIZE
_MARGIN = 80
_BOLD, _SEMIBOLD = 720, 620
_TITLE_SIZES = (104, 92, 80, 70, 60, 52, 44)
_LINE = 1.12
_TITLE_TOP, _TITLE_ROOM = 190, 360
# Twice the size and then halved: Pillow's circles have no smooth edge of their own.
_SHARP = 2


@dataclass(frozen=True)
class Tint:
    """A ground, what is written on it, and a quiet mark; the six of LOOK.md, chosen by id as faces are."""

    ground: str
    ink: str
    mark: str


TINTS = (
    Tint("#D9E7DD", "#24523B", "#C6DACD"),
    Tint("#D8E4EE", "#23485F", "#C5D7E5"),
    Tint("#E9DDEB", "#5A3563", "#DDCCE0"),
    Tint("#F3DFD3", "#6E3A1E", "#EBD0BF"),
    Tint("#EEE6C8", "#574800", "#E4D9B0"),
    Tint("#E3E0DA", "#47423A", "#D6D1C8"),
)


def tint_of(seed: UUID) -> Tint:
    """The tint that belongs to an id, always the same one."""
    return TINTS[seed.int % len(TINTS)]


def draw(title: str, *, studio: str, seed: UUID) -> CardPicture:
    """Draw the card. Letters the font lacks are left out; for a title mostly made of such the studio's name stands."""
    tint = tint_of(seed)
    card = _ground(tint)
    pen = ImageDraw.Draw(card)
    name, words = writable(studio) or "Omni", writable(title)
    _write_studio(pen, name, tint)
    _write_title(pen, words if len(words) * 2 >= len(title.strip()) else name, tint)
    return encode(card)


def _ground(tint: Tint) -> Image.Image:
    """The coloured ground with a large, quiet ring running out of its lower corner."""
    canvas = Image.new("RGB", (_WIDTH * _SHARP, _HEIGHT * _SHARP), tint.ground)
    x, y, radius = (_WIDTH - 130) * _SHARP, (_HEIGHT - 40) * _SHARP, 300 * _SHARP
    ImageDraw.Draw(canvas).ellipse(
        (x - radius, y - radius, x + radius, y + radius), outline=tint.mark, width=64 * _SHARP
    )
    return canvas.resize(CARD_SIZE, Image.Resampling.LANCZOS)


def _write_studio(pen: ImageDraw.ImageDraw, name: str, tint: Tint) -> None:
    initial, line = Type(40, _SEMIBOLD), Type(38, _SEMIBOLD)
    letter = name[0].upper()
    pen.rounded_rectangle((_MARGIN, 68, _MARGIN + 76, 144), radius=18, fill=tint.ink)
    initial.write(pen, (_MARGIN + 38 - initial.width(letter) / 2, 106), letter, fill=tint.ground)
    line.write(pen, (_MARGIN + 100, 106), line.cut(name, _WIDTH - 2 * _MARGIN - 100), fill=tint.ink)


def _write_title(pen: ImageDraw.ImageDraw, words: str, tint: Tint) -> None:
    face, lines = _set(words)
    height = face.size * _LINE
    y = _TITLE_TOP + (_TITLE_ROOM - height * len(lines)) / 2 + height / 2
    for line in lines:
        face.write(pen, (_MARGIN, y), line, fill=tint.ink)
        y += height


def _set(words: str) -> tuple[Type, list[str]]:
    """The largest type in which the words fit, and their lines; in the smallest, what is too much is cut."""
    width = _WIDTH - 2 * _MARGIN
    for size in _TITLE_SIZES:
        face = Type(size, _BOLD)
        lines = face.wrap(words, width)
        if len(lines) * size * _LINE <= _TITLE_ROOM:
            return face, lines
    most = int(_TITLE_ROOM / (face.size * _LINE))
    return face, [*lines[: most - 1], face.cut(lines[most - 1] + "…", width)]
