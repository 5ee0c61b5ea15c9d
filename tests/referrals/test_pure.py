"""Slugs, the head of a page, and the shelf, each by itself."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.referrals import head, shelf, slugs
from omni.referrals.express import takes_gzip
from omni.referrals.head import Card, tags_of
from omni.referrals.shelf import Page, Shelf


@given(st.text(max_size=120))
def test_a_slug_made_from_a_title_is_well_formed_or_nothing(title: str) -> None:
    slug = slugs.slug_of(title)
    assert slug == "" or slugs.is_well_formed(slug)


@pytest.mark.parametrize("slug", ["ab", "x" * 41, "a b", "Tom", "tøm", "-ab", "ab-", "a/b", "a.b", "", "a\n"])
def test_what_is_no_slug(slug: str) -> None:
    assert not slugs.is_well_formed(slug)


@given(st.sampled_from(["spring", "tom-first-week", "x" * 40, "admin", "שלום"]), st.sets(st.integers(0, 30)))
def test_three_free_slugs_are_offered_whatever_is_taken(wanted: str, gone: set[int]) -> None:
    near = [slug for slug, _ in zip(slugs._candidates(slugs.slug_of(wanted) or "friend"), range(40), strict=False)]
    taken = {near[number] for number in gone}
    offered = slugs.free_ones(wanted, taken=lambda some: taken & set(some))
    assert len(set(offered)) == 3 and not set(offered) & taken
    assert all(slugs.is_well_formed(slug) and not slugs.is_reserved(slug) for slug in offered)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1)


def card(title: str, description: str = "", alt: str = "") -> Card:
    page = "https://studio.example/r/" + "s" * 40
    return Card(title, description, page, f"{page}/card.12345678.jpg", 1200, 630, alt or title, "J" * 60, "en")


@given(texts.filter(lambda text: len(text) <= 120), st.text(max_size=200), st.text(max_size=200))
def test_the_tags_end_in_time_whatever_they_say(title: str, description: str, alt: str) -> None:
    told = tags_of(card(title, description, alt))
    assert sum(tag.bytes for tag in told) + head.LAYOUT_BYTES <= head.MOST_HEAD_BYTES


@pytest.mark.parametrize("sign", ['"', "🎉", "ह", "&", "ж"])
def test_the_heaviest_texts_are_cut_with_an_ellipsis(sign: str) -> None:
    told = {tag.key: tag.content for tag in tags_of(card(sign * 120, sign * 200, sign * 200))}
    assert told["og:description"].endswith("…") or len(told["og:description"]) == 200
    assert told["og:title"].startswith(sign * 40)
    assert told["og:description"] == told["twitter:description"] == told["description"]


def test_plain_texts_are_told_whole_and_in_order() -> None:
    told = tags_of(card("t" * 120, "d" * 200, "a" * 200))
    assert [tag.key for tag in told] == [
        "og:title", "og:description", "og:url", "og:image", "og:image:secure_url", "og:image:type", "og:image:width",
        "og:image:height", "og:image:alt", "og:type", "og:site_name", "og:locale", "twitter:card", "twitter:title",
        "twitter:description", "twitter:image", "twitter:image:alt", "description",
    ]  # fmt: skip
    assert told[0].content == "t" * 120 and told[1].content == "d" * 200


@pytest.mark.parametrize(
    ("language", "locale"), [("en", "en_US"), ("es", "es_ES"), ("en-GB", "en_GB"), ("pt_BR", "pt_BR")]
)
def test_a_language_as_open_graph_writes_it(language: str, locale: str) -> None:
    assert head.locale_of(language) == locale


@pytest.mark.parametrize(
    ("accepts", "takes"),
    [("gzip, br", True), ("*", True), ("br", False), ("", False), ("gzip;q=0", False), ("br, GZIP;q=0.5", True)],
)
def test_who_takes_gzip(accepts: str, takes: bool) -> None:
    assert takes_gzip(accepts) is takes


class Painter:
    """Draws pages and counts how often."""

    def __init__(self) -> None:
        self.drawn = 0
        self.is_away = False

    def draw(self, slug: str) -> Page[str]:
        if self.is_away:
            raise ConnectionError
        self.drawn += 1
        return Page(200, view=slug, plain=b"x" * 1000)


def test_a_page_is_drawn_once_for_five_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    painter, clock = Painter(), [0.0]
    monkeypatch.setattr(shelf.time, "monotonic", lambda: clock[0])
    pages = Shelf(painter.draw)
    for second in (0.0, 1.0, 4.9):
        clock[0] = second
        pages.get("spring")
    assert painter.drawn == 1
    clock[0] = 5.1
    pages.get("spring")
    assert painter.drawn == 2


def test_while_the_database_is_away_the_old_page_serves_for_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    painter, clock = Painter(), [0.0]
    monkeypatch.setattr(shelf.time, "monotonic", lambda: clock[0])
    pages = Shelf(painter.draw, away=(ConnectionError,))
    kept = pages.get("spring")
    painter.is_away = True
    clock[0] = 3599.0
    assert pages.get("spring") is kept
    clock[0] = 3601.0
    with pytest.raises(ConnectionError):
        pages.get("spring")


def test_while_one_draws_the_others_get_the_old_page(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, begun, go_on = [0.0], threading.Event(), threading.Event()
    monkeypatch.setattr(shelf.time, "monotonic", lambda: clock[0])
    drawn: list[str] = []

    def draw(slug: str) -> Page[str]:
        drawn.append(slug)
        if len(drawn) == 2:
            begun.set()
            go_on.wait(10)
        return Page(200, view=str(len(drawn)))

    pages = Shelf(draw)
    old = pages.get("spring")
    clock[0] = 6.0
    slow = threading.Thread(target=pages.get, args=("spring",))
    slow.start()
    assert begun.wait(10)
    assert pages.get("spring") is old
    go_on.set()
    slow.join()
    assert pages.get("spring").view == "2"


def test_the_shelf_keeps_to_its_size() -> None:
    pages = Shelf(Painter().draw)
    for number in range(shelf.MOST_PAGES + 50):
        pages.get(f"slug-{number}")
    assert len(pages._pages) == shelf.MOST_PAGES
