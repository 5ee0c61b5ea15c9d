"""A picture somebody sent, made into a card: JPEG, 1200 by 630, at most 300 KB, nothing of the camera left in it."""

import hashlib
from dataclasses import dataclass

from PIL import Image

from omni.core.pictures import MOST_UPLOAD_BYTES, BadImage, ImageFault, fitted, jpeg

__all__ = [
    "CARD_SIZE",
    "MOST_CARD_BYTES",
    "MOST_UPLOAD_BYTES",
    "BadImage",
    "CardPicture",
    "ImageFault",
    "encode",
    "re_encode",
]

CARD_SIZE = (1200, 630)
MOST_CARD_BYTES = 300_000
_QUALITIES = (86, 80, 72, 64, 54, 44, 34, 24, 14)


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
    return encode(fitted(upload, CARD_SIZE))


def encode(picture: Image.Image) -> CardPicture:
    """The picture as a JPEG of at most 300 KB, at the best quality that fits."""
    return CardPicture(jpeg(picture, most_bytes=MOST_CARD_BYTES, qualities=_QUALITIES), *picture.size)
