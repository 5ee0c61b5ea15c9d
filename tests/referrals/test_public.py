"""The page a friend opens, the form they send, and what arrives."""

import io
import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from itsdangerous import TimestampSigner
from PIL import Image

from omni.contacts.actions import edit_contact, read_person, set_owner
from omni.contacts.kinds import Channel, Lifecycle, PointKind
from omni.contacts.models import Contact
from omni.contacts.queries import consent_of, find_by_address
from omni.core import clock, secrets
from omni.core.events import EventRow
from omni.core.ids import encode
from omni.core.tenancy import entered
from omni.referrals import actions, images, pages, queries
from omni.referrals.actions import LinkFacts
from omni.referrals.models import LeadSubmission, Touch, VoidReason
from tests.browse import counted
from tests.referrals.friend import IPHONE, PIXEL, Friend

ANA = {"name": "Ana Nunez", "phone": "312 555 0142"}


def forget_pages(app: Any) -> None:
    """As if five seconds had passed."""
    app.extensions["referral_pages"].drop()


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)).split())


def change(link: Any, maya: Any, picture: Any = None, **facts: Any) -> Any:
    now = {"title": link.title, "description": link.description, "slug": link.slug} | facts
    return actions.change_link(link, LinkFacts(**now), picture=picture, version=link.version, by=maya)


# -- the page ----------------------------------------------------------------------------------------------------------


def test_a_drawn_card_does_not_repeat_the_title_on_the_page(friend: Friend) -> None:
    assert "<img" not in friend.open().get_data(as_text=True)


def test_a_picture_stands_on_the_page(friend: Friend, link: Any, maya: Any) -> None:
    change(link, maya, picture=images.encode(Image.new("RGB", (1200, 630), "green")), alt="Green")
    assert 'width="1200" height="630" alt="Green"' in friend.open().get_data(as_text=True)


def test_the_page_is_whole_without_cookie_or_script(friend: Friend) -> None:
    answer = friend.open()
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    page = answer.get_data(as_text=True)
    assert "<script" not in page and "style=" not in page
    for name in ("name", "phone", "email", "message", "sms_consent", "show_progress"):
        assert f'name="{name}"' in page
    assert " checked" not in page and "No cookies on this page" in page


def test_page_and_stylesheet_are_small(friend: Friend) -> None:
    page = friend.open(Accept_Encoding="gzip")
    sheet = re.search(r'href="(/static/css/public\.css[^"]+)"', friend.open().get_data(as_text=True))
    assert sheet
    style = friend.get(sheet[1], Accept_Encoding="gzip")
    assert len(style.data) <= 4_096 and len(page.data) + len(style.data) <= 14_336


@pytest.mark.parametrize("agent", ["", IPHONE, PIXEL, "WhatsApp/2", "Googlebot/2.1", "x" * 9000])
@pytest.mark.parametrize(
    "headers", [{}, {"Cookie": "omni=" + "a" * 40}, {"Accept_Language": "es"}, {"HX_Request": "true"}]
)
def test_everyone_gets_the_same_bytes(friend: Friend, agent: str, headers: dict[str, str]) -> None:
    first = friend.open()
    again = Friend(friend.app, friend.slug, agent).open(**headers)
    assert again.data == first.data
    same = [name for name, _ in first.headers]
    assert [(name, again.headers[name]) for name in same] == [(name, first.headers[name]) for name in same]


def test_the_way_past_flask_answers_as_flask_does(friend: Friend) -> None:
    """The first answer is Flask's, the second the kept one."""
    for encoding in ("gzip", "identity"):
        forget_pages(friend.app)
        first, second = (friend.open(Accept_Encoding=encoding) for _ in range(2))
        assert first.data == second.data and sorted(first.headers) == sorted(second.headers)
        head = friend.open(method="HEAD", Accept_Encoding=encoding)
        assert head.data == b"" and sorted(head.headers) == sorted(first.headers)


def test_a_cached_page_asks_nothing_of_the_database(friend: Friend) -> None:
    friend.open()
    with counted() as statements:
        for method in ("GET", "HEAD"):
            friend.open(method=method)
        friend.open(If_None_Match="nothing")
    assert statements == []


def test_no_get_ever_writes(friend: Friend, link: Any) -> None:
    receipt = friend.send(**ANA).headers["Location"]
    forget_pages(friend.app)
    with counted() as statements:
        for url in (f"/r/{link.slug}", f"/r/{link.slug}/card.jpg", f"/r/{link.slug}/qr.svg", "/r/unknown", receipt):
            friend.get(url)
            friend.app.test_client().head(url)
    assert statements and all(text.startswith(("SELECT", "WITH")) for text in statements)


def test_a_page_that_is_known_is_a_304(friend: Friend) -> None:
    for encoding in ("gzip", "identity"):
        etag = friend.open(Accept_Encoding=encoding).headers["ETag"]
        again = friend.open(Accept_Encoding=encoding, If_None_Match=etag)
        assert (again.status_code, again.data) == (304, b"")
        assert friend.open(Accept_Encoding=encoding, If_None_Match='"other"').status_code == 200


def test_a_foreign_host_is_refused_even_when_the_page_is_ready(friend: Friend) -> None:
    friend.open()
    friend.open()
    assert friend.open(Host="evil.example").status_code == 421


@pytest.mark.parametrize(
    "query", ["?m=junk", "?m=wa", "?" + "q" * 8000, "?url=//evil.example", "?redirect=https://evil.example"]
)
def test_whatever_stands_in_the_query_it_is_the_page(friend: Friend, query: str) -> None:
    assert friend.open(query).data == friend.open().data


# -- states ------------------------------------------------------------------------------------------------------------


def test_a_resting_link_shows_its_card_and_no_form(friend: Friend, link: Any, maya: Any) -> None:
    actions.pause_link(link, by=maya)
    answer = friend.open()
    assert answer.status_code == 200 and "This invitation is resting" in words(answer)
    assert b"<form" not in answer.data and b"og:image" in answer.data


def test_a_link_past_its_last_day_says_so(friend: Friend, link: Any, maya: Any) -> None:
    change(link, maya, expires_at=clock.now() - timedelta(minutes=1))
    answer = friend.open()
    assert "This invitation ended on" in words(answer) and b"<form" not in answer.data


def test_a_full_link_offers_the_waiting_list(friend: Friend, link: Any, maya: Any) -> None:
    change(link, maya, lead_cap=1)
    friend.send(**ANA)
    forget_pages(friend.app)
    assert "Every place is taken" in words(friend.open())
    second = friend.send(name="Bo", phone="312 555 0199")
    assert "You are on the waiting list" in words(friend.get(second.headers["Location"]))
    assert Touch.select().where(Touch.void_reason == VoidReason.WAITING_LIST).count() == 1


def test_an_old_slug_leads_to_the_new_one_for_ever_and_keeps_the_query(friend: Friend, link: Any, maya: Any) -> None:
    fresh = change(link, maya, slug="spring")
    change(fresh, maya, slug="summer")
    for old in ("tom-first-week", "spring"):
        answer = friend.open("?m=wa&x=1", slug=old)
        assert answer.status_code == 302 and answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Location"].endswith("/r/summer?m=wa&x=1")
    assert friend.open(slug="SUMMER").headers["Location"].endswith("/r/summer")


def test_a_form_sent_to_an_old_slug_arrives(friend: Friend, link: Any, maya: Any) -> None:
    token = friend.token()
    change(link, maya, slug="spring")
    forget_pages(friend.app)
    sent = friend.send(token=token, **ANA)
    assert sent.status_code == 303 and "/r/spring/thanks/" in sent.headers["Location"]


def test_a_retired_link_is_gone_with_a_useful_page(friend: Friend, link: Any, maya: Any) -> None:
    friend.send(**ANA)
    actions.retire_link(link, by=maya)
    forget_pages(friend.app)
    answer = friend.open()
    assert answer.status_code == 410 and "This invitation is gone" in words(answer)
    assert b"og:image" not in answer.data and b"<form" not in answer.data
    assert friend.get(f"/r/{link.slug}/card.jpg").status_code == 410


@pytest.mark.parametrize("slug", ["nobody-made-this", "a%00b", "%ff", "x" * 3000])
@pytest.mark.parametrize("path", ["", "/card.jpg", "/card.12345678.jpg", "/qr.svg", "/thanks/x"])
def test_what_never_was_is_a_404(friend: Friend, slug: str, path: str) -> None:
    assert friend.get(f"/r/{slug}{path}").status_code == 404


def test_a_made_link_shows_although_somebody_tried_it_before(friend: Friend, maya: Any) -> None:
    assert friend.open(slug="spring").status_code == 404
    actions.make_link(LinkFacts("Spring", slug="spring"), picture=None, by=maya)
    forget_pages(friend.app)
    assert friend.open(slug="spring").status_code == 200


# -- pictures ----------------------------------------------------------------------------------------------------------


def test_pictures_are_for_every_site_and_the_hashed_one_never_changes(friend: Friend, link: Any, maya: Any) -> None:
    hashed = re.search(r'og:image" content="([^"]+)"', friend.open().get_data(as_text=True))
    assert hashed
    path = urlsplit(hashed[1]).path
    for url, cache in ((path, "immutable"), (f"/r/{link.slug}/card.jpg", "max-age=300")):
        answer = friend.get(url)
        assert (
            answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            and cache in answer.headers["Cache-Control"]
        )
        assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
    change(link, maya, title="Other words")
    assert friend.get(path).status_code == 200, "an old card stays, since chats keep its address"


def test_a_part_of_a_picture_is_a_206(friend: Friend, link: Any) -> None:
    url = f"/r/{link.slug}/card.jpg"
    whole = friend.get(url).data
    part = friend.get(url, Range="bytes=10-19")
    assert part.status_code == 206 and part.data == whole[10:20]
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert friend.get(url, Range=f"bytes={len(whole)}-").status_code == 416


def test_the_qr_code_leads_to_the_page_and_says_that_it_did(friend: Friend, link: Any) -> None:
    svg, png = (friend.get(f"/r/{link.slug}/qr.{kind}") for kind in ("svg", "png"))
    assert svg.mimetype == "image/svg+xml" and b"<svg" in svg.data and b"<script" not in svg.data
    assert png.mimetype == "image/png" and Image.open(io.BytesIO(png.data)).size[0] > 200


# -- the form ----------------------------------------------------------------------------------------------------------


def test_what_a_friend_sends_becomes_contact_card_touch_and_consent(friend: Friend, link: Any, maya: Any) -> None:
    sent = friend.send(**ANA, email="ana@example.com", message="Evenings only", sms_consent="y")
    assert sent.status_code == 303
    (contact,) = find_by_address(PointKind.PHONE, "+13125550142")
    assert contact.display_name == "Ana Nunez" and contact.lifecycle is Lifecycle.LEAD and contact.owner_id == maya.id
    (touch,) = Touch.select()
    assert (touch.contact_id, touch.link_id, touch.void_reason) == (contact.id, link.id, None)
    consent = consent_of(Channel.SMS, "+13125550142")
    assert not consent.is_stopped and "may text me about my visit" in consent.evidence.words
    told = [event.type for event in EventRow.select().order_by(EventRow.id)]
    assert "LeadArrived" in told and "ReferralArrived" in told
    assert queries.get_link(link.id).lead_count == 1


def test_without_a_tick_there_is_no_consent_and_nothing_is_shown_to_anyone(friend: Friend) -> None:
    receipt = friend.send(**ANA).headers["Location"]
    assert not consent_of(Channel.SMS, "+13125550142").granted
    said = words(friend.get(receipt))
    assert "you did not agree to texts" in said and "Only that one more person came" in said


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"name": "Ana"}, "Give a mobile number or an email"),
        ({"name": "", "phone": "312 555 0142"}, "Give your name"),
        ({"name": "Ana", "phone": "312"}, "has 3 digits. A US number has 10"),
        ({"name": "Ana", "email": "ana.example.com"}, "has no @"),
        ({"name": "n" * 121, "phone": "312 555 0142"}, "up to 120 fit"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_kept(friend: Friend, fields: dict[str, str], says: str) -> None:
    answer = friend.send(**{"message": "Evenings only", "sms_consent": "y", **fields})
    assert answer.status_code == 422 and says in words(answer)
    page = answer.get_data(as_text=True)
    assert "Evenings only" in page and " checked" in page and "Set-Cookie" not in answer.headers
    assert Contact.select().count() == LeadSubmission.select().count() == 0


def test_a_page_that_lay_open_too_long_is_sent_once_more(friend: Friend) -> None:
    token = friend.token()
    clock.freeze(clock.now() + timedelta(hours=3))
    stale = friend.send(token=token, **ANA)
    assert (
        stale.status_code == 422
        and "Send it once more" in words(stale)
        and "312 555 0142" in stale.get_data(as_text=True)
    )
    fresh = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', stale.get_data(as_text=True))
    assert fresh and friend.send(token=fresh[1], **ANA).status_code == 303
    clock.freeze(None)


def test_a_form_of_another_site_is_refused(friend: Friend) -> None:
    headers = {"User-Agent": IPHONE, "Sec-Fetch-Site": "cross-site"}
    data = {"csrf_token": friend.token(), **ANA}
    assert friend.app.test_client().post(f"/r/{friend.slug}", data=data, headers=headers).status_code == 403


def test_the_same_form_again_is_the_same_lead(friend: Friend, link: Any) -> None:
    for message in ("One", "Two", "Two"):
        assert friend.send(**ANA, message=message).status_code == 303
    (submission,) = LeadSubmission.select()
    assert submission.answers["message"] == "Two"
    assert Contact.select().count() == Touch.select().count() == queries.get_link(link.id).lead_count == 1


def test_a_robot_that_fills_the_hidden_field_is_thanked_and_marked(friend: Friend) -> None:
    assert friend.send(**ANA, website="http://spam.example").status_code == 303
    assert LeadSubmission.get().is_suspect


def test_a_member_is_told_kindly_and_earns_nobody_anything(friend: Friend, world: Any) -> None:
    member = world.member
    sent = friend.send(name=member.display_name, phone="+1 312 555 0143")
    assert "You are a member already" in words(friend.get(sent.headers["Location"]))
    assert Touch.get().void_reason is VoidReason.ALREADY_MEMBER and Touch.get().contact_id == member.id


def test_a_known_person_keeps_their_owner(friend: Friend, world: Any, theo: Any) -> None:
    set_owner(world.lead, theo, by=world.maya)
    friend.send(name="Ana Nunez", phone="312 555 0142")
    assert Contact.get_by_id(world.lead.id).owner_id == theo.id


def test_the_receipt_repeats_nothing_that_was_typed(friend: Friend) -> None:
    receipt = friend.send(**ANA, email="ana@example.com", message="Evenings only", sms_consent="y").headers["Location"]
    answer = friend.get(receipt)
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
    for typed in ("Nunez", "0142", "ana@example.com", "Evenings"):
        assert typed not in answer.get_data(as_text=True)
    assert "may text me about my visit" in words(answer) and "Ticked on" in words(answer)


def withdraw(friend: Friend, receipt: str, what: str) -> Any:
    token = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', friend.get(receipt).get_data(as_text=True))
    assert token
    headers = {"Sec-Fetch-Site": "same-origin"}
    data = {"csrf_token": token[1], "what": what}
    return friend.app.test_client().post(f"{receipt}/withdrawal", data=data, headers=headers)


def test_the_yes_to_texts_can_be_taken_back_on_the_receipt(friend: Friend) -> None:
    receipt = friend.send(**ANA, sms_consent="y").headers["Location"]
    assert withdraw(friend, receipt, "texts").status_code == 303
    assert consent_of(Channel.SMS, "+13125550142").is_stopped
    assert "You took your yes to texts back" in words(friend.get(receipt))


@pytest.mark.parametrize("phone", ["312 555 0199", ""])
def test_taking_the_yes_back_stops_the_number_it_was_given_for(friend: Friend, maya: Any, phone: str) -> None:
    """Whatever number the studio has of them by now."""
    receipt = friend.send(**ANA, sms_consent="y").headers["Location"]
    contact = Contact.get()
    edit_contact(contact, read_person("Ana Nunez", phone, ""), version=contact.version, by=maya)
    assert withdraw(friend, receipt, "texts").status_code == 303
    assert consent_of(Channel.SMS, "+13125550142").is_stopped
    assert not consent_of(Channel.SMS, "+13125550199").is_stopped
    assert "You took your yes to texts back" in words(friend.get(receipt))


def test_what_the_friend_may_see_can_be_taken_back(friend: Friend) -> None:
    receipt = friend.send(**ANA, show_progress="y").headers["Location"]
    assert "Your first name, and how far you got" in words(friend.get(receipt))
    withdraw(friend, receipt, "progress")
    assert LeadSubmission.get().show_progress is False


def test_a_receipt_opens_on_its_own_link_alone_and_for_30_days(
    friend: Friend, link: Any, maya: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = actions.make_link(LinkFacts("Other", slug="other"), picture=None, by=maya)
    receipt = friend.send(**ANA).headers["Location"]
    assert friend.get(receipt.replace(link.slug, other.slug)).status_code == 404
    assert friend.get(receipt + "x").status_code == 404
    month = 30 * 24 * 3600
    for age_s, status in ((month - 60, 200), (month + 60, 410)):
        # The signature bears the machine's time, not our clock's.
        with monkeypatch.context() as past:
            past.setattr(TimestampSigner, "get_timestamp", lambda _signer, age_s=age_s: int(time.time()) - age_s)
            old = secrets.sign("referral receipt", encode(LeadSubmission.get().id))
        assert friend.get(f"/r/{link.slug}/thanks/{old}").status_code == status


def test_the_eleventh_form_in_an_hour_from_one_phone_waits(friend: Friend, redis: Any) -> None:
    token = friend.token()
    answers = [friend.send(token=token, name="Ana", phone=f"312 555 01{number:02}") for number in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert Friend(friend.app, friend.slug, PIXEL).send(**ANA).status_code == 303, "the studio's wifi is one network"


def test_the_owner_is_told_once(friend: Friend, maya: Any) -> None:
    from omni.accounts.models import Notice

    friend.send(**ANA)
    submission = LeadSubmission.get()
    for _ in range(2):
        actions.follow_up(submission.id)
    (notice,) = Notice.select().where(Notice.teammate == maya)
    assert notice.kind == "lead_arrived" and notice.count == 1


def test_a_lost_follow_up_is_found_again(friend: Friend) -> None:
    """No Redis hears the bell, so the row itself must be found."""
    from omni.core import queue

    friend.send(**ANA)
    assert queue.work_off("work") >= 1
    assert LeadSubmission.get().followed_up_at is not None


def test_the_contact_page_says_by_which_link_they_came(friend: Friend, link: Any, maya: Any) -> None:
    from omni.referrals import today

    friend.send(**ANA)
    (panel,) = today.panels(Contact.get(), maya)
    assert panel.template == "referrals/_came_by.html" and panel.values["link"].id == link.id


def test_a_page_of_iris_lands_in_her_studio(app: Any, world: Any, iris: Any, maya: Any) -> None:
    with entered(world.iron):
        actions.make_link(LinkFacts("Iron", slug="iron"), picture=None, by=iris)
    assert Friend(app, "iron").send(**ANA).status_code == 303
    assert Contact.select().count() == 0
    with entered(world.iron):
        assert Contact.select().count() == 1


def test_the_view_of_a_page_speaks_the_studios_language(link: Any, juniper: Any) -> None:
    assert pages.view_of(link).wordings.texts.startswith("Juniper Yoga may text me")
