"""Where a person may be, and at which hours a text may arrive there; judged minute by minute by another reckoning."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni.messaging import hours, zones
from omni.messaging.hours import Request, Window, local_instant, opening, requested_at
from omni.messaging.states import MessagePurpose
from omni.messaging.zones import Hint, Where, where_is

EASTERN = ZoneInfo("America/New_York")
ET, CT, MT, PT, HI = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Pacific/Honolulu"
JANUARY, JULY = date(2026, 1, 14), date(2026, 7, 15)


def et(day: date, wall: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(wall), EASTERN).astimezone(UTC)


def window_in_et(window: Window, zone_names: tuple[str, ...], day: date) -> tuple[str, str]:
    found = opening(window, Where(zone_names), at=et(day, "05:00"))
    assert found.opens_at and found.closes_at
    return tuple(each.astimezone(EASTERN).strftime("%H:%M") for each in (found.opens_at, found.closes_at))


@pytest.mark.parametrize(
    ("other", "day", "offers", "service"),
    [
        (PT, JANUARY, ("12:00", "20:00"), ("10:00", "22:00")),
        (PT, JULY, ("12:00", "20:00"), ("10:00", "22:00")),
        (CT, JANUARY, ("10:00", "20:00"), ("08:00", "22:00")),
        (HI, JANUARY, ("14:00", "20:00"), ("12:00", "22:00")),
        (HI, JULY, ("15:00", "20:00"), ("13:00", "22:00")),
    ],
)
def test_hours_by_purpose(other: str, day: date, offers: tuple[str, str], service: tuple[str, str]) -> None:
    assert window_in_et(Window.OFFERS, (ET, other), day) == offers
    assert window_in_et(Window.SERVICE, (ET, other), day) == service


def test_each_purpose_has_its_window() -> None:
    assert set(hours.WINDOWS) == set(MessagePurpose)
    for purpose in (MessagePurpose.REPLY, MessagePurpose.REQUIRED):
        assert opening(hours.WINDOWS[purpose], Where((ET,)), at=et(JULY, "03:00")).is_open


def test_an_offer_waits_for_sunday_noon() -> None:
    sunday = date(2026, 7, 19)
    found = opening(Window.OFFERS, Where((ET,)), at=et(sunday, "10:00"))
    assert not found.is_open and found.opens_at == et(sunday, "12:00")
    assert opening(Window.SERVICE, Where((ET,)), at=et(sunday, "10:00")).is_open


def test_zones_that_share_no_hour_are_never_open() -> None:
    found = opening(Window.OFFERS, Where((ET, "Asia/Tokyo")), at=et(JULY, "12:00"))
    assert (found.is_open, found.opens_at, found.closes_at) == (False, None, None)


def test_a_state_of_stricter_hours_tightens_offers_alone() -> None:
    sunday, friday = date(2026, 7, 19), date(2026, 7, 17)
    providence = where_is("+14015550142")
    assert providence.states == {"RI"} and providence.zones == (ET,)
    assert opening(Window.OFFERS, providence, at=et(friday, "17:59")).is_open
    assert not opening(Window.OFFERS, providence, at=et(friday, "18:00")).is_open
    assert opening(Window.OFFERS, providence, at=et(sunday, "13:00")).opens_at == et(date(2026, 7, 20), "09:00")
    assert opening(Window.SERVICE, providence, at=et(sunday, "13:00")).is_open
    assert opening(Window.OFFERS, where_is("+15025550142"), at=et(friday, "09:30")).opens_at == et(friday, "10:00")


# --- invariant 12 ---


def allowed(window: Window, zone: str, states: frozenset[str], at: datetime) -> bool:
    """The other reckoning: what the clock on the wall says, and nothing of spans."""
    local = at.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if window is Window.SERVICE:
        return 7 * 60 <= minute < 22 * 60
    first, last = (12 if local.weekday() == 6 else 9) * 60, 20 * 60
    for row in zones.rows_of("quiet_rules.csv"):
        if row["state"] in states and local.strftime("%a") in row["days"].split():
            if not row["from"]:
                return False
            first = max(first, int(row["from"].partition(":")[0]) * 60)
            last = min(last, int(row["to"].partition(":")[0]) * 60)
    return first <= minute < last


places = st.lists(
    st.sampled_from([ET, CT, MT, PT, HI, "America/Phoenix", "America/Anchorage", "Europe/London"]),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip
instants = st.integers(0, 400 * 24 * 60).map(
    lambda minutes: datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(window=st.sampled_from([Window.SERVICE, Window.OFFERS]), names=places, at=instants,
       states=st.sets(st.sampled_from(["AL", "RI", "KY", "UT", "TX"]), max_size=2))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_every_opening_lies_in_the_window_of_every_zone(
    window: Window, names: list[str], at: datetime, states: set[str]
) -> None:
    where = Where(tuple(names), frozenset(states))
    held = frozenset(states) if window is Window.OFFERS else frozenset()

    def fits(moment: datetime) -> bool:
        return all(allowed(window, name, held, moment) for name in names)

    found = opening(window, where, at=at)
    assert found.is_open == fits(at)
    if found.opens_at is None:
        assert not any(fits(at + timedelta(minutes=30 * n)) for n in range(8 * 48))
        return
    assert fits(max(found.opens_at, at))
    assert found.closes_at and fits(found.closes_at - timedelta(minutes=1)) and not fits(found.closes_at)
    if not found.is_open:
        assert not fits(found.opens_at - timedelta(minutes=1))
        minutes = int((found.opens_at - at).total_seconds() // 60)
        assert not any(fits(at + timedelta(minutes=n)) for n in range(0, minutes, 7))


@pytest.mark.parametrize("zone", [ET, "Europe/London", "America/Phoenix"])
def test_both_changes_of_the_clock_keep_the_window_on_the_wall(zone: str) -> None:
    here = ZoneInfo(zone)
    for n in range(400):
        noon = datetime.combine(date(2026, 1, 1) + timedelta(days=n), time(12), here)
        found = opening(Window.SERVICE, Where((zone,)), at=noon.astimezone(UTC))
        assert found.opens_at and found.closes_at
        assert [each.astimezone(here).strftime("%d %H:%M") for each in (found.opens_at, found.closes_at)] == [
            noon.strftime("%d 07:00"), noon.strftime("%d 22:00")
        ]  # fmt: skip


# --- requested texts ---


def test_requested_hours() -> None:
    home, day = Where((ET,)), date(2026, 7, 15)
    early, now = et(day, "06:30"), et(date(2026, 7, 10), "12:00")

    def asked(kind: Request, *, starts_at: datetime, at: datetime, now: datetime = now) -> datetime | None:
        return requested_at(kind, home, starts_at=starts_at, at=at, now=now)

    # A reminder before dawn goes the evening before, and not at all where that is past.
    before = et(date(2026, 7, 14), "19:00")
    assert asked(Request.REMINDER, starts_at=early, at=et(day, "04:30")) == before
    assert asked(Request.REMINDER, starts_at=early, at=et(day, "04:30"), now=et(date(2026, 7, 14), "20:00")) is None
    assert asked(Request.REMINDER, starts_at=et(day, "12:00"), at=et(day, "10:00")) == et(day, "10:00")
    # A confirmation at midnight waits for the morning; of an appointment before that it is of no use.
    assert asked(Request.CONFIRMATION, starts_at=et(day, "18:00"), at=et(day, "00:10")) == et(day, "07:00")
    assert asked(Request.CONFIRMATION, starts_at=early, at=et(day, "00:10")) is None
    # A cancellation at midnight goes at once when the appointment is near, else in the morning.
    assert asked(Request.CHANGE, starts_at=early, at=et(day, "00:10")) == et(day, "00:10")
    assert asked(Request.CHANGE, starts_at=et(day, "18:00"), at=et(day, "00:10")) == et(day, "07:00")
    assert hours.is_requested(starts_at=early, at=early - timedelta(hours=24))
    assert not hours.is_requested(starts_at=early, at=early - timedelta(hours=25))


def test_a_wall_time_that_never_was_is_the_next_that_is_and_of_two_the_first() -> None:
    home = Where((ET,))
    gap = local_instant(date(2026, 3, 8), time(2, 30), home)
    assert gap.was_moved and gap.at == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    twice = local_instant(date(2026, 11, 1), time(1, 30), home)
    assert not twice.was_moved and twice.at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


# --- where ---


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("+13125550142", {CT}), ("+12125550142", {ET}), ("+18085550142", {HI}), ("+18505550142", {ET, CT}),
        ("+19065550142", {ET, CT}), ("+15415550142", {PT, "America/Boise"}), ("+18005550142", set(zones.MAINLAND)),
        ("+15005550006", set(zones.MAINLAND)), ("64673", set(zones.MAINLAND)), ("", set(zones.MAINLAND)),
        ("+19995550142", set(zones.MAINLAND)), ("+525512345678", {"America/Mexico_City"}),
    ],
)  # fmt: skip
def test_a_number_tells_its_zones(address: str, expected: set[str]) -> None:
    assert set(where_is(address).zones) == expected


def test_hints_are_joined_and_their_own_word_stands_alone() -> None:
    assert where_is("+13125550142", noted=PT, places=["HI 96815"]).zones == (PT, HI, CT)
    said = where_is("+13125550142", stated=PT, noted=HI, places=["10001"])
    assert said.zones == (PT,) and [each.hint for each in said.evidence] == [Hint.STATED]
    # A zone nobody knows says nothing.
    assert where_is("+13125550142", stated="Mars/Base", noted="Nowhere").zones == (CT,)
    joined = where_is("+13125550142", places=["Naperville IL 60540"])
    assert joined.as_text() == "America/Chicago|place:Naperville IL 60540,number:312"


@pytest.mark.parametrize(
    ("place", "state"),
    [("60614", "IL"), ("02906-1234", "RI"), ("96815", "HI"), ("79901", "TX"), ("32501", "FL"), ("99501", "AK"),
     ("00901", "PR"), ("00501", "NY"), ("73301", "TX"), ("88595", "TX")],
)  # fmt: skip
def test_a_postcode_tells_its_state(place: str, state: str) -> None:
    assert set(zones.states()[state].zones) <= set(where_is("", places=[place]).zones)
    assert set(zones._states_in(place)) == {state}


def test_every_figure_says_where_it_is_from() -> None:
    for name in ("quiet_rules.csv", "state_zones.csv", "split_area_codes.csv"):
        for row in zones.rows_of(name):
            assert row["source"].strip() and date.fromisoformat(row["checked_on"]), (name, row)
    every = zones.states()
    assert len(every) == 50 + 5
    assert {state for state, _day in hours.rules()} <= every.keys()
    # A rule is only of use where the area codes that it may hold for are known.
    assert all(every[state].area_codes for state, _day in hours.rules())
    for state in every.values():
        assert all(ZoneInfo(zone) for zone in state.zones)


def test_no_postcode_lies_in_two_states() -> None:
    taken: dict[int, str] = {}
    for name, state in zones.states().items():
        for first, last in state.prefixes:
            for prefix in range(first, last + 1):
                assert taken.setdefault(prefix, name) == name
