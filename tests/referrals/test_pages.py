"""The studio's pages of links, asked as a browser and as htmx; and who may not."""

import io
from typing import Any

import pytest

from omni.core import pictures
from omni.core.ids import encode
from omni.core.tenancy import entered
from omni.referrals import actions, images, queries
from omni.referrals.actions import LinkFacts
from omni.referrals.models import CardImage, LinkStatus, ReferralLink
from tests.browse import Browse
from tests.referrals.friend import photograph

NEW = "/referrals/new"


def page_of(link: Any) -> str:
    return f"/referrals/links/{encode(link.id)}"


def test_an_empty_studio_is_shown_the_next_act(browse: Browse) -> None:
    page = browse.get("/referrals")
    assert "No link yet" in page and "New referral link" in page


def test_a_link_is_made_from_a_title_alone(browse: Browse, maya: Any) -> None:
    made = browse.post(NEW, {"title": "Tom invites you to a free first week"}, on=NEW)
    link = ReferralLink.get()
    assert made.location.endswith(page_of(link))
    assert link.slug == "tom-invites-you-to-a-free-first-week" and link.owner_id == maya.id
    shown = browse.follow(made)
    assert "/r/tom-invites-you-to-a-free-first-week" in shown.text and "The link is open. Share it." in shown.text
    assert queries.card_of(link).is_drawn


def test_a_link_keeps_everything_that_was_said(browse: Browse) -> None:
    fields = {
        "title": "Spring & “friends”",
        "description": "Seven days.",
        "slug": "Spring-Friends",
        "name": "Tom, winter",
        "alt": "Sun over hills",
        "ends_on": "2030-01-31",
        "lead_cap": "10",
        "image": (io.BytesIO(photograph()), "morning.jpg"),
    }
    browse.post(NEW, fields, on=NEW)
    link = ReferralLink.get()
    assert (link.title, link.slug) == ("Spring & “friends”", "spring-friends")
    assert (link.name, link.alt) == ("Tom, winter", "Sun over hills")
    assert link.lead_cap == 10 and link.expires_at.isoformat() == "2030-02-01T06:00:00+00:00"
    card = CardImage.get()
    assert (card.w, card.h, card.is_drawn) == (1200, 630, False)


@pytest.mark.parametrize("slug", ["login", "tom-first-week"])
def test_a_slug_that_is_gone_comes_back_with_three_free_ones(browse: Browse, link: Any, slug: str) -> None:
    answer = browse.post(NEW, {"title": "Another", "slug": slug, "description": "kept"}, on=NEW, status=422)
    assert "is taken. Free are" in answer and f"{slug}-2" in answer.text and "kept" in answer.text
    assert ReferralLink.select().count() == 1


def test_an_old_slug_is_never_anyone_elses(browse: Browse, link: Any, maya: Any) -> None:
    actions.change_link(link, LinkFacts("New words", slug="spring"), picture=None, version=1, by=maya)
    answer = browse.post(NEW, {"title": "Another", "slug": "tom-first-week"}, on=NEW, status=422)
    assert "is taken" in answer


def test_a_strange_studios_slug_is_taken_too(browse: Browse, world: Any, iris: Any, maya: Any) -> None:
    with entered(world.iron):
        actions.make_link(LinkFacts("Iron", slug="spring"), picture=None, by=iris)
    browse.post(NEW, {"title": "Juniper", "slug": "spring"}, on=NEW, status=422)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"title": ""}, "Give it a title"),
        ({"title": "x" * 500}, "This has 500 characters; up to 120 fit here."),
        ({"title": "Ok", "description": "d" * 201}, "up to 200 fit here"),
        ({"title": "Ok", "slug": "Ünï côde!"}, "is no address"),
        ({"title": "Ok", "lead_cap": "0"}, "Give a whole number"),
        ({"title": "Ok", "ends_on": "soon"}, "is not a day"),
        ({"title": "Ok", "ends_on": "9999-12-31"}, "is not a day"),
        ({"title": "Ok", "ends_on": "0001-01-01"}, "is not a day"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    browse: Browse, fields: dict[str, str], says: str
) -> None:
    answer = browse.post(NEW, {"name": "Tom, winter", **fields}, on=NEW, status=422)
    assert says in answer and "Tom, winter" in answer.text
    assert ReferralLink.select().count() == 0


@pytest.mark.parametrize(
    ("upload", "status", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "no picture we can read"),
        (photograph()[:3000], 422, "stops in the middle"),
        (photograph(5001, 4000), 422, "more than 20 million pixels"),
        (b"\xff\xd8" + bytes(450_000), 413, "larger than 5 MB"),
    ],
    ids=["svg", "cut", "pixels", "bytes"],
)
def test_a_bad_picture_leaves_the_other_fields(
    browse: Browse, monkeypatch: pytest.MonkeyPatch, upload: bytes, status: int, says: str
) -> None:
    monkeypatch.setattr(images, "MOST_UPLOAD_BYTES", 400_000)
    monkeypatch.setattr(pictures, "MOST_UPLOAD_BYTES", 400_000)
    fields = {"title": "Tom invites", "description": "kept", "image": (io.BytesIO(upload), "x.jpg")}
    answer = browse.post(NEW, fields, on=NEW, status=status)
    assert says in answer and "Tom invites" in answer.text and "kept" in answer.text
    assert CardImage.select().count() == 0


def test_strange_titles_are_kept_to_the_letter_and_escaped(browse: Browse, friend: Any) -> None:
    title = '"><script>alert(1)</script> שלום 🎉'
    browse.post(NEW, {"title": title, "slug": "strange"}, on=NEW)
    assert ReferralLink.get(ReferralLink.slug == "strange").title == title
    page = friend.open(slug="strange").get_data(as_text=True)
    assert "<script" not in page and "🎉" in page


def test_a_link_is_shown_with_card_share_row_numbers_and_history(browse: Browse, link: Any, maya: Any) -> None:
    actions.change_link(link, LinkFacts("New words", slug=link.slug, name="Tom"), picture=None, version=1, by=maya)
    page = browse.get(page_of(link))
    for words in ("Share it", "WhatsApp", "The last 30 days", "Who came by it", "History", "Made this link"):
        assert words in page, words
    assert "Changed the referral link “Tom”" in page and "sms:?" in page.text and "qr.png" in page.text


def test_a_changed_link_answers_under_its_new_slug(browse: Browse, link: Any) -> None:
    edit = f"{page_of(link)}/edit"
    browse.post(page_of(link), {"title": "Spring", "slug": "spring"}, on=edit)
    fresh = queries.get_link(link.id)
    assert (fresh.title, fresh.slug, fresh.version) == ("Spring", "spring", 2)


def test_a_link_changed_meanwhile_is_a_409(browse: Browse, link: Any, maya: Any) -> None:
    edit = f"{page_of(link)}/edit"
    browse.get(edit)
    actions.change_link(link, LinkFacts("Theirs", slug=link.slug), picture=None, version=1, by=maya)
    browse.post(page_of(link), {"title": "Mine"}, on=edit, status=409)
    assert queries.get_link(link.id).title == "Theirs"


def test_a_drawn_card_follows_the_title_and_a_sent_one_stays(link: Any, maya: Any) -> None:
    before = queries.card_of(link).sha256
    fresh = actions.change_link(link, LinkFacts("Other words", slug=link.slug), picture=None, version=1, by=maya)
    assert queries.card_of(fresh).sha256 != before
    assert CardImage.select().count() == 2


def test_a_link_rests_and_opens_again(browse: Browse, link: Any) -> None:
    browse.post(f"{page_of(link)}/pause", on=page_of(link))
    assert queries.get_link(link.id).status is LinkStatus.PAUSED
    browse.asked.clear()
    browse.post(f"{page_of(link)}/pause/end", on=page_of(link))
    assert queries.get_link(link.id).status is LinkStatus.ACTIVE


def test_htmx_gets_the_line_that_says_the_state(browse: Browse, link: Any) -> None:
    resting = browse.post_part(f"{page_of(link)}/pause", on=page_of(link))
    assert "Resting" in resting and "Open again" in resting
    again = browse.delete(f"{page_of(link)}/pause", on=page_of(link))
    assert "Let it rest" in again


def test_ending_a_link_is_asked_first_and_final(browse: Browse, link: Any, maya: Any) -> None:
    ask = f"{page_of(link)}/retirement"
    assert "nobody can use its address again" in browse.get(ask)
    browse.post(ask, on=ask)
    assert queries.get_link(link.id).status is LinkStatus.RETIRED
    assert "No link yet" in browse.get("/referrals")
    assert actions.resume_link(queries.get_link(link.id), by=maya).status is LinkStatus.RETIRED
    browse.post(NEW, {"title": "Again", "slug": link.slug}, on=NEW, status=422)


@pytest.mark.parametrize("path", ["", "/edit", "/numbers", "/retirement"])
def test_iris_gets_404_for_mayas_link(app: Any, link: Any, iris: Any, path: str) -> None:
    Browse(app).as_(iris).get(page_of(link) + path, status=404)


@pytest.mark.parametrize("path", ["", "/edit", "/numbers"])
def test_a_rep_sees_only_their_own_links(app: Any, link: Any, theo: Any, path: str) -> None:
    theirs = Browse(app).as_(theo)
    theirs.get(page_of(link) + path, status=403)
    assert "No link yet" in theirs.get("/referrals")


def test_numbers_come_as_a_page_and_as_a_part(browse: Browse, link: Any) -> None:
    url = f"{page_of(link)}/numbers?days=7"
    assert "The last 7 days" in browse.get(url)
    assert "The last 30 days" in browse.get(f"{page_of(link)}/numbers?days=junk")


def test_many_links_come_in_pages(browse: Browse, maya: Any) -> None:
    for number in range(queries.PAGE_SIZE + 2):
        actions.make_link(LinkFacts(f"Link {number}"), picture=None, by=maya)
    first = browse.get("/referrals")
    assert "Earlier links" in first and "Link 26" in first
    assert len(queries.list_links(after=queries.list_links()[-1].id)) == 2
