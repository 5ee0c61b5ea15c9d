"""A picture somebody sent, made into a card: JPEG, 1200 by 630, at most 300 KB, nothing of the camera left in it."""

import hashlib
import io
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageOps, UnidentifiedImageError

CARD_SIZE = (1200, 630)
MOST_CARD_BYTES = 300_000
# security.md, Uploads.
MOST_UPLOAD_BYTES = 5_000_000
MOST_PIXELS = 20_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITIES = (86, 80, 72, 64, 54, 44, 34, 24, 14)
# A landscape crop of a portrait shows the face, which stands above the middle.
_CENTRE = (0.5, 0.4)


class ImageFault(StrEnum):
    """What is wrong with an upload; the form says it in words."""

    NOT_AN_IMAGE = "not_an_image"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_BYTES = "too_many_bytes"


class BadImage(ValueError):
    """The upload cannot become a card."""

    def __init__(self, fault: ImageFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class CardPicture:
    """The bytes of a card, ready to be served."""

    bytes: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.bytes).hexdigest()


def re_encode(upload: bytes) -> CardPicture:
    """Turn an upload into a card picture; rotation is kept, place and camera data are gone.

    Raises: BadImage.
    """
    if len(upload) > MOST_UPLOAD_BYTES:
        raise BadImage(ImageFault.TOO_MANY_BYTES)
    picture = _open(upload)
    if picture.width * picture.height > MOST_PIXELS:
        raise BadImage(ImageFault.TOO_MANY_PIXELS)
    # A JPEG can be read at half or a quarter of its size, which a 12-megapixel photograph is glad of.
    picture.draft(None, (max(CARD_SIZE), max(CARD_SIZE)))
    try:
        upright = ImageOps.exif_transpose(picture)
        whole = _on_white(upright)
    except (OSError, SyntaxError, ValueError) as fault:
        raise BadImage(ImageFault.BROKEN) from fault
    return encode(ImageOps.fit(whole, CARD_SIZE, Image.Resampling.LANCZOS, centering=_CENTRE))


def encode(picture: Image.Image) -> CardPicture:
    """The picture as a JPEG of at most 300 KB, at the best quality that fits."""
    # A fresh image carries no metadata of the one it was made from.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    for quality in _QUALITIES:
        out = io.BytesIO()
        bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= MOST_CARD_BYTES:
            break
    return CardPicture(out.getvalue(), *bare.size)


def _open(upload: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(upload), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise BadImage(ImageFault.TOO_MANY_PIXELS) from fault
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as fault:
        raise BadImage(ImageFault.NOT_AN_IMAGE) from fault


def _on_white(picture: Image.Image) -> Image.Image:
    """The picture without transparency. Reads the pixels, so a truncated file shows itself here."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(ground, seen).convert("RGB")
    return picture.convert("RGB")
