"""Pictures: what is sent becomes a card or is refused with a reason, and where there is none a card is drawn."""

import io
import random
from uuid import UUID

import pytest
from PIL import Image

from omni.referrals import cards, images
from omni.referrals.images import BadImage, ImageFault
from omni.referrals.lettering import Type, writable
from tests.referrals.friend import photograph

JUNIPER = UUID(int=0)


def opened(picture: images.CardPicture) -> Image.Image:
    return Image.open(io.BytesIO(picture.bytes))


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_each_kind_becomes_a_jpeg_of_1200_by_630(kind: str) -> None:
    card = opened(images.re_encode(photograph(kind=kind)))
    assert (card.format, card.size, card.mode) == ("JPEG", (1200, 630), "RGB")


def test_even_noise_fits_into_300_kilobytes() -> None:
    out = io.BytesIO()
    noise(1300, 800).save(out, "JPEG", quality=90)
    assert len(images.re_encode(out.getvalue()).bytes) <= images.MOST_CARD_BYTES


def test_place_and_camera_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera Maker"
    exif.get_ifd(0x8825)[2] = (41.0, 52.0, 0.0)
    upload = photograph(exif=exif, comment=b"taken at home")
    assert b"Camera Maker" in upload
    card = images.re_encode(upload)
    assert not opened(card).getexif()
    assert b"Camera Maker" not in card.bytes and b"taken at home" not in card.bytes and b"Exif" not in card.bytes


def test_a_picture_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    # Orientation 6: the top of the scene is the right side of the file, so red (left) belongs on top.
    exif[0x0112] = 6
    card = opened(images.re_encode(photograph(1200, 1600, exif=exif)))
    left_red, _, left_blue = card.getpixel((20, 10))
    assert left_red > left_blue
    below_red, _, below_blue = card.getpixel((20, 620))
    assert below_blue > below_red


def test_transparency_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (1200, 630), (0, 0, 0, 0)).save(out, "PNG")
    assert min(opened(images.re_encode(out.getvalue())).getpixel((600, 300))) > 250


@pytest.mark.parametrize("mode", ["CMYK", "L", "P", "1", "LA", "I;16"])
def test_every_mode_of_pixels_is_read(mode: str) -> None:
    out = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new("L" if mode == "I;16" else mode, (1300, 700)).convert(mode if mode != "I;16" else "I;16").save(out, kind)
    assert opened(images.re_encode(out.getvalue())).size == (1200, 630)


def gif() -> bytes:
    return photograph(kind="GIF")


def huge() -> bytes:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("upload", "fault"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ImageFault.NOT_AN_IMAGE),
        (b"", ImageFault.NOT_AN_IMAGE),
        (b"%PDF-1.7", ImageFault.NOT_AN_IMAGE),
        (gif(), ImageFault.NOT_AN_IMAGE),
        (photograph()[:3000], ImageFault.BROKEN),
        (photograph(kind="PNG")[:200], ImageFault.BROKEN),
        (huge(), ImageFault.TOO_MANY_PIXELS),
        (photograph(5001, 4000), ImageFault.TOO_MANY_PIXELS),
        (bytes(images.MOST_UPLOAD_BYTES + 1), ImageFault.TOO_MANY_BYTES),
    ],
    ids=["svg", "nothing", "pdf", "gif", "cut jpeg", "cut png", "30,000 x 30,000", "20.004 megapixels", "over 5 MB"],
)
def test_what_cannot_become_a_card_is_refused_with_the_reason(upload: bytes, fault: ImageFault) -> None:
    with pytest.raises(BadImage) as refused:
        images.re_encode(upload)
    assert refused.value.fault is fault


def test_a_polyglot_keeps_nothing_of_its_second_face() -> None:
    card = images.re_encode(photograph() + b"<script>alert(1)</script>")
    assert b"script" not in card.bytes


def test_a_drawn_card_is_the_same_for_the_same_words_and_another_for_others() -> None:
    one = cards.draw("Tom invites you", studio="Juniper Yoga", seed=JUNIPER)
    assert one.sha256 == cards.draw("Tom invites you", studio="Juniper Yoga", seed=JUNIPER).sha256
    assert one.sha256 != cards.draw("Tom invites Ana", studio="Juniper Yoga", seed=JUNIPER).sha256
    assert one.sha256 != cards.draw("Tom invites you", studio="Iron Gym", seed=JUNIPER).sha256
    assert opened(one).size == (1200, 630) and len(one.bytes) < 150_000


@pytest.mark.parametrize("number", range(6))
def test_the_card_wears_the_studios_colour(number: int) -> None:
    card = opened(cards.draw("Hello", studio="Juniper", seed=UUID(int=number)))
    wanted = tuple(int(cards.TINTS[number].ground[at : at + 2], 16) for at in (1, 3, 5))
    assert all(abs(seen - meant) < 6 for seen, meant in zip(card.getpixel((5, 5)), wanted, strict=True))


@pytest.mark.parametrize(
    "title",
    ["x", "W" * 120, "word " * 24, "שלום לכולם", "🎉🎉🎉", "Łódź, Đặng, Őszi", "a‮b\tc\nd", "   ", "“Ñandú” — ½ €"],
)
def test_any_title_can_be_drawn(title: str) -> None:
    assert opened(cards.draw(title, studio="", seed=JUNIPER)).size == (1200, 630)


def test_letters_the_font_lacks_are_left_out() -> None:
    assert writable("Łódź 🎉 мир") == "Łódź"


def test_the_font_obeys_its_weight() -> None:
    """A variable font that was not told its weight draws the same letters for every one of them."""
    assert Type(100, 720).width("Free first week") > Type(100, 400).width("Free first week") * 1.03
