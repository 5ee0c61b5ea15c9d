"""The invariants of specs/referrals.md, section 4, that this storey has: 3 to 7, 15 and 16 (1 and 2: test_public)."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omni.contacts.models import Contact
from omni.core import queue
from omni.core.faults import Invalid
from omni.referrals import actions, place, queries
from omni.referrals.actions import Answers, LinkFacts
from omni.referrals.classes import VISITS, HitClass
from omni.referrals.models import Hit, HitDaily, LeadSubmission, ReferralLink, Touch
from tests.parallel import in_parallel
from tests.referrals.friend import IPHONE, PIXEL, Friend

AGENTS = (IPHONE, PIXEL, "WhatsApp/2", "", "curl/8.1", "Mozilla/5.0 ms-office")
# Each example writes into the one house of its test, which is what the invariant is about.
in_one_house = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_3_and_4_every_answer_is_one_hit_and_the_days_add_up(app: Any, link: Any, count: Callable[[], Any]) -> None:
    answered = 0

    @in_one_house
    @given(st.lists(st.tuples(st.sampled_from(AGENTS), st.sampled_from(["GET", "HEAD"]), st.booleans()), max_size=12))
    def many(requests: list[tuple[str, str, bool]]) -> None:
        nonlocal answered
        for agent, method, again in requests:
            first = Friend(app, link.slug, agent).open(method=method)
            answered += 1
            if again:
                known = Friend(app, link.slug, agent).open(If_None_Match=first.headers["ETag"])
                assert known.status_code == 304
                answered += 1
        count()
        count()
        by_class = Counter(hit.hit_class for hit in Hit.select())
        assert sum(by_class.values()) == answered
        days: Counter[HitClass] = Counter()
        for day in HitDaily.select():
            days[day.hit_class] += day.n
        assert +days == +by_class

    many()


def test_4_a_visitor_is_one_a_day_however_often_they_come(app: Any, link: Any, count: Callable[[], Any]) -> None:
    for agent in (IPHONE, IPHONE, PIXEL, IPHONE, "WhatsApp/2"):
        Friend(app, link.slug, agent).open()
    count()
    counts = queries.counts_of([link])[link.id]
    assert (counts.taps, counts.visitors, counts.shares) == (4, 2, 1)


def test_4_a_form_confirms_its_visitor_and_moves_the_count_along(
    friend: Friend, link: Any, count: Callable[[], Any]
) -> None:
    friend.send(name="Ana", phone="312 555 0142")
    count()
    (hit,) = Hit.select()
    assert (hit.hit_class, hit.reason) == (HitClass.HUMAN_CONFIRMED, "form sent")
    days = {day.hit_class: (day.n, day.n_first) for day in HitDaily.select()}
    assert days == {HitClass.HUMAN: (0, 0), HitClass.HUMAN_CONFIRMED: (1, 1)}


def test_5_a_slug_never_points_at_a_second_link(maya: Any, link: Any) -> None:
    first: dict[str, Any] = {}
    dice = random.Random(7)
    made = [link]
    for _ in range(60):
        slug = dice.choice(["spring", "summer", "autumn", "winter", "tom-first-week"])
        try:
            if dice.random() < 0.4:
                made.append(actions.make_link(LinkFacts("Any", slug=slug), picture=None, by=maya))
            elif dice.random() < 0.2:
                actions.retire_link(dice.choice(made), by=maya)
            else:
                one = queries.get_link(dice.choice(made).id)
                actions.change_link(one, LinkFacts("Any", slug=slug), picture=None, version=one.version, by=maya)
        except Invalid as fault:
            assert "slug" in fault.faults
        from omni.core import doors

        for known in ("spring", "summer", "autumn", "winter", "tom-first-week"):
            door = doors.find(doors.SLUG, f"r/{known}")
            if door:
                assert first.setdefault(known, door.subject) == door.subject
    assert len(first) == 5


def test_6_a_cap_of_ten_holds_under_fifty_posts(juniper: Any, maya: Any) -> None:
    facts = LinkFacts("Ten places", slug="ten", lead_cap=10)
    ten = actions.make_link(facts, picture=None, by=maya)
    acts = [
        lambda number=number: actions.receive_lead(
            queries.get_link(ten.id), Answers(f"P{number}", f"+131255502{number:02}")
        )
        for number in range(50)
    ]
    for start in range(0, 50, 10):
        answers = in_parallel(juniper, acts[start : start + 10])
        assert all(isinstance(answer, LeadSubmission) for answer in answers)
    assert queries.get_link(ten.id).lead_count == 10
    waiting = LeadSubmission.select().where(LeadSubmission.is_waiting)
    assert (LeadSubmission.select().count(), waiting.count()) == (50, 40)


def test_7_a_double_tap_is_one_lead(juniper: Any, link: Any) -> None:
    answers = Answers("Ana Nunez", "+13125550142", "ana@example.com", "Hello", show_progress=True)
    said = in_parallel(juniper, [lambda: actions.receive_lead(queries.get_link(link.id), answers) for _ in range(8)])
    assert len({one.id for one in said}) == 1
    assert LeadSubmission.select().count() == Touch.select().count() == Contact.select().count() == 1
    assert queries.get_link(link.id).lead_count == 1


@pytest.mark.parametrize("header", ["Sec_GPC", "DNT"])
def test_16_who_asks_not_to_be_tracked_is_counted_without_a_key(
    app: Any, link: Any, count: Callable[[], Any], header: str
) -> None:
    for _ in range(3):
        answer = Friend(app, link.slug).open(**{header: "1"})
        assert "Set-Cookie" not in answer.headers
    count()
    assert [hit.is_first_today for hit in Hit.select()] == [None] * 3
    assert not list(queue.connection().scan_iter(match="omni:referrals:u:*"))
    counts = queries.counts_of([link])[link.id]
    assert (counts.taps, counts.visitors) == (3, 0)


def test_15_no_address_agent_or_key_lies_anywhere_in_clear(
    app: Any, link: Any, count: Callable[[], Any], config: Any, caplog: pytest.LogCaptureFixture
) -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) canary-agent Version/17.0 Mobile Safari/604.1"
    client = app.test_client()
    headers = {"User-Agent": agent, "Accept": "text/html", "Referer": "https://canary-referrer.example/x"}
    client.get(f"/r/{link.slug}", headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.77"})
    for path in place.spool_folder().glob("*"):
        raw = path.read_bytes()
        assert b"canary" not in raw and b"203.0.113.77" not in raw
    count()
    (hit,) = Hit.select()
    keys = [name.decode().rsplit(":", 1)[1] for name in queue.connection().scan_iter(match="omni:referrals:u:*")]
    assert len(keys) == 1 and hit.hit_class in VISITS
    rows = [str(row.__data__) for model in (Hit, HitDaily, ReferralLink) for row in model.select()]
    told = "\n".join([*rows, caplog.text])
    for secret in ("canary", "203.0.113.77", keys[0], str(bytes.fromhex(keys[0]))):
        assert secret not in told
    if config.database_url.startswith("sqlite"):
        raw = b"".join(path.read_bytes() for path in config.data_dir.glob("omni.db*"))
        assert b"canary" not in raw and b"203.0.113.77" not in raw and bytes.fromhex(keys[0]) not in raw


def test_old_single_hits_go_and_their_days_stay(friend: Friend, link: Any, count: Callable[[], Any]) -> None:
    from datetime import timedelta

    from omni.core import clock

    friend.open()
    count()
    assert actions.forget_hits(link.id, before=clock.now() + timedelta(days=1)) == 1
    assert Hit.select().count() == 0 and queries.counts_of([link])[link.id].taps == 1
