"""The tags by which a chat draws a link's card: complete, in a fixed order, and over before byte 4,000."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import escape

# Cheogram reads 4,000 bytes of a page. What the layout itself puts into its head comes off that.
MOST_HEAD_BYTES = 4_000
LAYOUT_BYTES = 700
# So much of each text is kept, whatever it is written in.
_LEAST = {"alt": 20, "description": 40, "title": 60}
_TERRITORIES = {"en": "US", "es": "ES"}


@dataclass(frozen=True)
class Tag:
    """One `<meta>`: its key stands in `property` for Open Graph, in `name` for everyone else."""

    attribute: str
    key: str
    content: str

    @property
    def bytes(self) -> int:
        return len(f'<meta {self.attribute}="{self.key}" content="{escape(self.content)}">\n'.encode())


@dataclass(frozen=True)
class Card:
    """What a chat is told of a page."""

    title: str
    description: str
    url: str
    image_url: str
    width: int
    height: int
    alt: str
    site_name: str
    language: str


def tags_of(card: Card) -> list[Tag]:
    """The tags, their texts cut (with an ellipsis) where all of them would not end in time."""
    most = MOST_HEAD_BYTES - LAYOUT_BYTES
    for name, least in _LEAST.items():
        while _bytes(card) > most and len(getattr(card, name)) > least:
            text = getattr(card, name).removesuffix("…")
            card = replace(card, **{name: text[: max(least - 1, len(text) - 8)].rstrip() + "…"})
    return list(_tags(card))


def locale_of(language: str) -> str:
    """A language as Open Graph writes it: en_US."""
    said, _, territory = language.replace("_", "-").partition("-")
    return f"{said.lower()}_{(territory or _TERRITORIES.get(said.lower(), said)).upper()}"


def _bytes(card: Card) -> int:
    # Title and canonical address stand in tags of their own.
    return (
        sum(tag.bytes for tag in _tags(card))
        + len(f"<title>{escape(card.title)}</title>\n".encode())
        + len(f'<link rel="canonical" href="{escape(card.url)}">\n'.encode())
    )


def _tags(card: Card) -> Iterator[Tag]:
    for key, content in (
        ("og:title", card.title),
        ("og:description", card.description),
        ("og:url", card.url),
        ("og:image", card.image_url),
        ("og:image:secure_url", card.image_url),
        ("og:image:type", "image/jpeg"),
        ("og:image:width", str(card.width)),
        ("og:image:height", str(card.height)),
        ("og:image:alt", card.alt),
        ("og:type", "website"),
        ("og:site_name", card.site_name),
        ("og:locale", locale_of(card.language)),
    ):
        if content:
            yield Tag("property", key, content)
    for key, content in (
        ("twitter:card", "summary_large_image"),
        ("twitter:title", card.title),
        ("twitter:description", card.description),
        ("twitter:image", card.image_url),
        ("twitter:image:alt", card.alt),
        ("description", card.description),
    ):
        if content:
            yield Tag("name", key, content)
