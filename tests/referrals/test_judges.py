"""What chats would read of a page: parsers that are not ours agree with the database, whole and cut."""

import html as entities
import random
import re
from typing import Any
from urllib.parse import urlsplit

import extruct
import html5lib
import lxml.html
import pytest
from linkpreview import Link, LinkPreview

from omni.referrals import actions, queries
from omni.referrals.actions import LinkFacts
from tests.referrals.friend import Friend

# What Cheogram, Slack and WhatsApp read of a page (specs/referrals.md, 5.6 and 10).
CUTS = (None, 4_000, 32_768, 300_000)
ALPHABETS = (
    "abc XYZ 123",
    "éñüßøŁőğ ",
    "жщыю ",
    "שלום ",
    "漢字かな ",
    "🎉👩‍👧🏽 ",
    "\"'<>&;#%{}$",
    "a‏b ",
)


def texts(seed: int) -> tuple[str, str, str]:
    """A title, a description and an alternative text in one of many scripts."""
    dice = random.Random(seed)
    letters = ALPHABETS[seed % len(ALPHABETS)]

    def some(most: int) -> str:
        count = dice.randint(1, most)
        return " ".join("".join(dice.choice(letters) for _ in range(count)).split()) or "x"

    return some(50), some(70), some(40)


def by_extruct(page: str, url: str) -> dict[str, str]:
    (found,) = extruct.extract(page, base_url=url, syntaxes=["opengraph"], uniform=False)["opengraph"]
    return {key.removeprefix("og:"): value for key, value in found["properties"]}


def by_linkpreview(page: str, url: str) -> dict[str, str]:
    seen = LinkPreview(Link(url, page), parser="lxml")
    return {
        "title": seen.title,
        "description": seen.description,
        "image": seen.absolute_image,
        "site_name": seen.site_name,
    }


def by_html5lib(page: str, _url: str) -> dict[str, str]:
    tree = html5lib.parse(page, namespaceHTMLElements=False)
    found = {one.get("property"): one.get("content") for one in tree.iter("meta") if one.get("property")}
    return {key.removeprefix("og:"): value for key, value in found.items()}


def by_lxml(page: str, _url: str) -> dict[str, str]:
    tree = lxml.html.fromstring(page)
    names = {one.get("name"): one.get("content") for one in tree.iter("meta") if one.get("name")}
    assert tree.findtext(".//title") == names["twitter:title"]
    return {key.removeprefix("twitter:"): value for key, value in names.items() if key.startswith("twitter:")}


@pytest.mark.parametrize("seed", range(len(ALPHABETS)))
def test_judges_agree(app: Any, maya: Any, seed: int) -> None:
    title, description, alt = texts(seed)
    slug = f"card-{seed}"
    link = actions.make_link(LinkFacts(title, description, slug=slug, alt=alt), picture=None, by=maya)
    raw = Friend(app, slug).open().data
    card = queries.card_of(link)
    for cut in CUTS:
        page = raw[:cut].decode(errors="ignore")
        for judge in (by_extruct, by_linkpreview, by_html5lib, by_lxml):
            told = judge(page, f"http://127.0.0.1:8000/r/{slug}")
            assert told["title"] == title and told["description"] == description, (judge, cut)
            assert urlsplit(told["image"]).path == f"/r/{slug}/card.{card.hash8}.jpg"
            if judge in (by_html5lib, by_extruct):
                assert (told["image:width"], told["image:height"], told["image:alt"]) == ("1200", "630", alt)
                assert told["site_name"] == "Juniper Yoga" and told["url"].endswith(f"/r/{slug}")


def test_the_head_stands_in_its_order_and_ends_before_byte_4000(app: Any, link: Any) -> None:
    raw = Friend(app, link.slug).open().data.decode()
    head = raw[: raw.index("</head>")]
    assert len(head.encode()) <= 4_000
    marks = [
        "<meta charset",
        "<title",
        *(f'="{tag}"' for tag in TAGS),
        'rel="canonical"',
        'name="viewport"',
        'rel="stylesheet"',
    ]
    places = [head.index(mark) for mark in marks]
    assert places == sorted(places)
    assert entities.unescape(re.search(r"<title>(.*?)</title>", head)[1]) == link.title  # type: ignore[index]


@pytest.mark.parametrize("sign", ['"', "&", "🎉", "ह", "<"])
def test_the_heaviest_card_ends_before_byte_4000_too(app: Any, maya: Any, sign: str) -> None:
    facts = LinkFacts(sign * 120, sign * 200, slug="s" * 40, alt=sign * 200)
    actions.make_link(facts, picture=None, by=maya)
    raw = Friend(app, "s" * 40).open().data
    assert raw.index(b"</head>") <= 4_000
    told = by_html5lib(raw[:4_000].decode(errors="ignore"), "")
    assert told["title"].rstrip("…") == (sign * 120)[: len(told["title"].rstrip("…"))]
    assert len(told["title"]) >= 59


TAGS = (
    "og:title", "og:description", "og:url", "og:image", "og:image:secure_url", "og:image:type", "og:image:width",
    "og:image:height", "og:image:alt", "og:type", "og:site_name", "og:locale", "twitter:card", "twitter:title",
    "twitter:description", "twitter:image", "twitter:image:alt", "description",
)  # fmt: skip
