"""Pictures people send, opened with care: known by their bytes, upright, and never larger than a machine can bear."""

import io
from enum import StrEnum

from PIL import Image, ImageOps, UnidentifiedImageError

# security.md, Uploads.
MOST_UPLOAD_BYTES = 5_000_000
MOST_PIXELS = 20_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")


class ImageFault(StrEnum):
    """What is wrong with an upload; the form says it in words."""

    NOT_AN_IMAGE = "not_an_image"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_BYTES = "too_many_bytes"


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
