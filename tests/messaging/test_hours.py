"""Where a person may be, and at which hours a text may arrive there; judged minute by minute by another reckoning."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni.core import clock
from omni.messaging import hours, tables, zones
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


QUIET = tables.rows_of("quiet_rules.csv")


def allowed(window: Window, zone: str, states: frozenset[str], at: datetime) -> bool:
    """The other reckoning: what the clock on the wall says, and nothing of spans."""
    local = at.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if window is Window.SERVICE:
        return 7 * 60 <= minute < 22 * 60
    first, last = (12 if local.weekday() == 6 else 9) * 60, 20 * 60
    for row in QUIET:
        if row["state"] in states and local.strftime("%a") in row["days"].split():
            if not row["from"]:
                return False
            first = max(first, int(row["from"].partition(":")[0]) * 60)
            last = min(last, int(row["to"].partition(":")[0]) * 60)
    return first <= minute < last


places = st.lists(
    # Some with half hours, with a clock that jumps half an hour, or that jumps late in the evening.
    st.sampled_from([ET, CT, MT, PT, HI, "America/Phoenix", "America/Anchorage", "Europe/London", "Asia/Kolkata",
                     "Australia/Lord_Howe", "Pacific/Easter", "America/Nuuk", "America/St_Johns", "Pacific/Apia"]),
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


@pytest.mark.parametrize(
    ("window", "names", "states"),
    [(Window.OFFERS, (ET, PT), ("RI",)), (Window.SERVICE, (CT, "Australia/Lord_Howe"), ()),
     (Window.SERVICE, ("Pacific/Easter", "America/Phoenix"), ())],
)  # fmt: skip
def test_400_days_are_judged_as_the_clocks_on_the_walls_say(
    window: Window, names: tuple[str, ...], states: tuple[str, ...]
) -> None:
    """From opening to opening, as a text would wait, against every fifth minute over both changes of the clock."""
    where, held = Where(names, frozenset(states)), frozenset(states)
    at, until = datetime(2026, 2, 1, 3, tzinfo=UTC), datetime(2027, 3, 8, 3, tzinfo=UTC)
    claimed = set[datetime]()
    while at < until:
        found = opening(window, where, at=at)
        assert found.opens_at and found.closes_at
        minute = found.opens_at
        while minute < found.closes_at:
            claimed.add(minute)
            minute += timedelta(minutes=5)
        at = found.closes_at
    start = datetime(2026, 2, 1, 3, tzinfo=UTC)
    minutes = (start + timedelta(minutes=5 * n) for n in range(400 * 288))
    wanted = {each for each in minutes if all(allowed(window, name, held, each) for name in names)}
    assert wanted == {each for each in claimed if start <= each < start + timedelta(days=400)}


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
    # In two zones the evening is that of the first in which it is an hour for both.
    both = Where((PT, ET))
    eight = et(day, "08:00")
    moved = requested_at(Request.REMINDER, both, starts_at=eight, at=et(day, "05:00"), now=now)
    assert moved == before
    # What has begun needs no text.
    assert asked(Request.CHANGE, starts_at=early, at=early) is None
    # Where no hour is shared, news of a change goes as soon as the appointment is near.
    nowhere = Where((ET, "Europe/London", "Asia/Dhaka", "Pacific/Auckland"))
    at = early - timedelta(hours=20)
    assert opening(Window.SERVICE, nowhere, at=at).opens_at is None
    found = requested_at(Request.CHANGE, nowhere, starts_at=early, at=at, now=at)
    assert found == early - timedelta(hours=12) + timedelta(minutes=1)
    assert requested_at(Request.CONFIRMATION, nowhere, starts_at=early, at=at, now=at) is None
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
        ("+16005550142", set(zones.MAINLAND)), ("+14075550142", {ET}), ("+16895550142", {ET}),
        ("+16055550142", {CT, MT}),
        ("+16845550142", {"Pacific/Pago_Pago"}), ("+14715550142", {CT}), ("+14165550142", {"America/Toronto"}),
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


@pytest.mark.parametrize(
    ("place", "state", "expected"),
    [
        ("60614", "IL", {CT}), ("60614-1234", "IL", {CT}), ("02906-1234", "RI", {ET}), ("96815", "HI", {HI}),
        ("79901", "TX", {MT}), ("77002", "TX", {CT}), ("33101", "FL", {ET}), ("32501", "FL", {CT}),
        ("32401", "FL", {ET, CT}), ("99501", "AK", {"America/Anchorage", "America/Adak"}), ("00501", "NY", {ET}),
        ("00901", "PR", {"America/Puerto_Rico"}), ("73301", "TX", {CT}), ("88595", "TX", {MT}),
        ("47901", "IN", {ET, CT}),
        ("36867", "AL", {CT, ET}), ("96799", "AS", {"Pacific/Pago_Pago"}), ("06390", "NY", {ET}),
        ("IL", "IL", {CT}), ("il 60614", "IL", {CT}), ("austin, tx", "TX", {CT, MT}),
        ("12 Maple Ct, Austin, TX 78701-1234, USA", "TX", {CT}), ("123 ne broadway, portland or 97232", "OR", {PT}),
    ],
)  # fmt: skip
def test_a_place_in_the_us_tells_its_state_and_zones(place: str, state: str, expected: set[str]) -> None:
    found = where_is("", places=[place])
    assert (found.states, set(found.zones)) == ({state}, expected)


@pytest.mark.parametrize(
    "place", ["12 maple ct", "12345 Main Street", "Chausseestr. 5, 10115 Berlin", "ON M5V", "09012", ""]
)
def test_an_address_that_ends_with_no_place_in_the_us_tells_nothing(place: str) -> None:
    assert where_is("+493012345678", places=[place]) == where_is("+493012345678")
    assert where_is("", places=[place]).zones == zones.MAINLAND


def test_of_an_address_only_its_end_is_kept() -> None:
    found = where_is("+13125550142", places=["12 Secret Lane, Naperville, IL 60540"])
    assert found.as_text() == "America/Chicago|place:IL 60540,number:312"
    assert where_is("+493012345678").as_text() == "Europe/Berlin|number:+49"


def test_who_lives_by_another_clock_is_not_held_to_the_rules_of_their_old_number() -> None:
    assert where_is("+14015550142", stated=ET).states == {"RI"}
    assert where_is("+15025550142", stated="America/Kentucky/Louisville").states == {"KY"}
    assert where_is("+14015550142", stated=PT).states == frozenset()


def test_every_figure_says_where_it_is_from() -> None:
    today = clock.today_in("UTC")
    for name in ("quiet_rules.csv", "state_zones.csv", "split_area_codes.csv", "zip_prefixes.csv"):
        for row in tables.rows_of(name):
            checked_on = date.fromisoformat(row["checked_on"])
            assert len(row["source"]) > 8 and today - checked_on < timedelta(days=365), (name, row)
    every = zones.states()
    assert len(every) == 50 + 1 + 8
    named = {zone for state in every.values() for zone in state.zones}
    named |= {zone for found in zones.split_area_codes().values() for zone in found}
    named |= {zone for _state, found in zones.postcodes().values() for zone in found}
    assert named <= clock.zones() and all(state.zones for state in every.values())


def test_no_area_code_and_no_postcode_lies_in_two_states() -> None:
    codes = [code for state in zones.states().values() for code in state.area_codes]
    assert len(codes) == len(set(codes)) > 350
    rows = tables.rows_of("zip_prefixes.csv")
    spans = [(len(row["first"]), int(row["first"]), int(row["last"])) for row in rows]
    taken = [(length, number) for length, first, last in spans for number in range(first, last + 1)]
    assert len(taken) == len(set(taken)) and {length for length, _number in taken} == {3, 5}
    assert {state for state, _zones in zones.postcodes().values()} == zones.states().keys()


def test_an_area_code_tells_no_zone_outside_its_state() -> None:
    """The library, our table of states and our table of splits are from three sources: none contradicts another."""
    for name, state in zones.states().items():
        for code in state.area_codes:
            found = where_is(f"+1{code}5550142")
            assert set(found.zones) <= set(state.zones) | _TWINS and found.states == {name}, (name, code, found)


# The library calls these by a part of their zone.
_TWINS = {"Pacific/Saipan"}


def test_a_rule_of_a_state_is_stricter_than_our_own_hours() -> None:
    for (state, weekday), (opens, closes) in hours.rules().items():
        ours = hours.hours_of(Window.OFFERS, weekday)
        assert opens == closes or opens > ours[0] or closes < ours[1] or state == "KY", (state, weekday)
        assert state in zones.states()
