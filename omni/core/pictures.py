"""Pictures people send, opened with care: known by their bytes, upright, and never larger than a machine can bear."""

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

# security.md, Uploads.
MOST_UPLOAD_BYTES = 5_000_000
MOST_PIXELS = 20_000_000
# All frames of a moving picture together.
MOST_FRAME_PIXELS = 60_000_000
# What Pillow raises on bytes that stop being a picture midway.
_UNREADABLE = (OSError, SyntaxError, ValueError, LookupError, EOFError, struct.error, Image.DecompressionBombError)
_FORMATS = ("JPEG", "PNG", "WEBP")
_MOVING = (*_FORMATS, "GIF")


class ImageFault(StrEnum):
    """What is wrong with an upload; the form says it in words."""

    NOT_AN_IMAGE = "not_an_image"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_BYTES = "too_many_bytes"


@dataclass(frozen=True)
class Bare:
    """A picture of our own making: nothing in it but its points."""

    content: bytes
    mime: str
    width: int
    height: int


class BadImage(ValueError):
    """The upload cannot become a picture of ours."""

    def __init__(self, fault: ImageFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def fitted(upload: bytes, size: tuple[int, int], centre: tuple[float, float] = (0.5, 0.4)) -> Image.Image:
    """The upload upright on white, cut to `size` around `centre`. A face stands above the middle of a portrait.

    Raises: BadImage.
    """
    if len(upload) > MOST_UPLOAD_BYTES:
        raise BadImage(ImageFault.TOO_MANY_BYTES)
    picture = _open(upload)
    if picture.width * picture.height > MOST_PIXELS:
        raise BadImage(ImageFault.TOO_MANY_PIXELS)
    # A JPEG can be read at half or a quarter of its size, which a 12-megapixel photograph is glad of.
    picture.draft(None, (max(size), max(size)))
    try:
        upright = ImageOps.exif_transpose(picture)
        whole = _on_white(upright)
    except (OSError, SyntaxError, ValueError) as fault:
        raise BadImage(ImageFault.BROKEN) from fault
    return ImageOps.fit(whole, size, Image.Resampling.LANCZOS, centering=centre)


def bare(upload: bytes, *, longest: int) -> Bare:
    """The same picture upright, no side longer than `longest`, without place, camera, comment or colour profile.

    A photograph becomes a JPEG, a moving GIF stays one, everything else becomes a PNG. Raises: BadImage.
    """
    picture = _open(upload, _MOVING)
    if picture.width * picture.height > MOST_PIXELS:
        raise BadImage(ImageFault.TOO_MANY_PIXELS)
    out = io.BytesIO()
    try:
        if getattr(picture, "is_animated", False):
            return _moving(picture, longest, out)
        is_photo = picture.format == "JPEG" or (picture.format == "WEBP" and not picture.has_transparency_data)
        picture.draft(None, (longest, longest))
        still = _small(ImageOps.exif_transpose(picture), longest)
        still = _on_white(still) if is_photo else still
        still.info.clear()
        if is_photo:
            still.save(out, "JPEG", quality=85, optimize=True)
        else:
            still.save(out, "PNG")
    except BadImage:
        raise
    except _UNREADABLE as fault:
        raise BadImage(ImageFault.BROKEN) from fault
    return Bare(out.getvalue(), "image/jpeg" if is_photo else "image/png", still.width, still.height)


def jpeg(picture: Image.Image, *, most_bytes: int, qualities: tuple[int, ...]) -> bytes:
    """The picture as a JPEG of at most so many bytes, at the best of the qualities that fits, without metadata."""
    # A fresh image carries no metadata of the one it was made from.
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    for quality in qualities:
        out = io.BytesIO()
        bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
        if out.tell() <= most_bytes:
            break
    return out.getvalue()


def _moving(picture: Image.Image, longest: int, out: io.BytesIO) -> Bare:
    """A GIF of the same frames at the same pace."""
    frames: int = getattr(picture, "n_frames", 1)
    if picture.width * picture.height * frames > MOST_FRAME_PIXELS:
        raise BadImage(ImageFault.TOO_MANY_PIXELS)
    shown = [(_small(frame, longest), frame.info.get("duration", 100)) for frame in ImageSequence.Iterator(picture)]
    for frame, _duration in shown:
        frame.info.clear()
    first, rest = shown[0][0], [frame for frame, _duration in shown[1:]]
    pace: Sequence[int] = [duration for _frame, duration in shown]
    first.save(out, "GIF", save_all=True, append_images=rest, duration=pace, loop=0, disposal=2)
    return Bare(out.getvalue(), "image/gif", first.width, first.height)


def _small(picture: Image.Image, longest: int) -> Image.Image:
    """A copy in plain colours (a palette names its own), no side longer than `longest`."""
    copy = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    copy.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return copy


def _open(upload: bytes, formats: tuple[str, ...] = _FORMATS) -> Image.Image:
    try:
        return Image.open(io.BytesIO(upload), formats=formats)
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
