"""Our own time-keeper."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from omni.core import schedule
from omni.core.models_processes import ScheduleTick


@pytest.fixture
def ran(house: object) -> Iterator[list[str]]:
    """Two ticks of the tests' own; the list says which ran."""
    ran: list[str] = []

    @schedule.tick("tests.often", every_s=5)
    def often() -> None:
        ran.append("often")

    @schedule.tick("tests.breaks", every_s=5)
    def breaks() -> None:
        raise ZeroDivisionError

    @schedule.tick("tests.nightly", every_s=86_400)
    def nightly() -> None:
        ran.append("nightly")

    yield ran
    for name in ("tests.often", "tests.breaks", "tests.nightly"):
        del schedule.TICKS[name]


def make_due(name: str, *, since: timedelta = timedelta(seconds=1)) -> None:
    ScheduleTick.update(due_at=datetime.now(UTC) - since).where(ScheduleTick.name == name).execute()


def row(name: str) -> ScheduleTick:
    return ScheduleTick.get(ScheduleTick.name == name)


def test_a_due_tick_runs_once_and_is_set_to_its_next_multiple(ran: list[str]) -> None:
    schedule.set_up()
    schedule.run_due()
    assert ran == ["often"]
    assert schedule.run_due() == 0
    due_at = row("tests.often").due_at
    assert due_at > datetime.now(UTC)
    assert due_at.timestamp() % 5 == 0


def test_missed_ticks_run_once(ran: list[str]) -> None:
    schedule.set_up()
    make_due("tests.often", since=timedelta(hours=3))
    schedule.run_due()
    schedule.run_due()
    assert ran == ["often"]


def test_a_tick_that_breaks_does_not_stop_the_others(ran: list[str]) -> None:
    schedule.set_up()
    assert schedule.run_due() >= 2
    assert row("tests.breaks").due_at > datetime.now(UTC)
    assert row("tests.breaks").lease_until is None


def test_a_daily_tick_waits_for_midnight(ran: list[str]) -> None:
    schedule.set_up()
    schedule.run_due()
    assert "nightly" not in ran
    due_at = row("tests.nightly").due_at
    assert (due_at.hour, due_at.minute) == (0, 0)


def test_setting_up_again_leaves_what_is_due_as_it_is(ran: list[str]) -> None:
    schedule.set_up()
    make_due("tests.nightly")
    schedule.set_up()
    schedule.run_due()
    assert "nightly" in ran


def test_a_second_scheduler_does_not_run_what_the_first_holds(ran: list[str]) -> None:
    schedule.set_up()
    assert schedule._claim(schedule.TICKS["tests.often"])
    assert not schedule._claim(schedule.TICKS["tests.often"])
    schedule.run_due()
    assert "often" not in ran


def test_a_tick_whose_scheduler_died_runs_when_its_lease_ends(ran: list[str]) -> None:
    schedule.set_up()
    schedule._claim(schedule.TICKS["tests.often"])
    ScheduleTick.update(lease_until=datetime.now(UTC) - timedelta(seconds=1)).execute()
    schedule.run_due()
    assert "often" in ran


def test_a_tick_that_takes_too_long_is_stopped(ran: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    @schedule.tick("tests.slow", every_s=5)
    def slow() -> None:
        time.sleep(30)

    monkeypatch.setattr(schedule, "LIMIT_S", 1)
    try:
        schedule.set_up()
        began = time.monotonic()
        schedule.run_due()
        assert time.monotonic() - began < 10
    finally:
        del schedule.TICKS["tests.slow"]
