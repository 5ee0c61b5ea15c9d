"""The status line: one, by precedence, and the same wherever it is read."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omni.boards import pages, wording
from omni.boards.faces import Reader, face_of
from omni.boards.models import Card
from omni.boards.on_today import standings
from omni.boards.queries import status_line
from omni.boards.status import ORDER, Known, State
from omni.contacts.actions import restrict
from omni.contacts.models import Contact
from omni.contacts.next_actions import NextAction, Step, clear_next_action, set_next_action
from omni.core import clock
from omni.core.ids import encode, new_id
from omni.core.policies import Reach
from omni.core.words import use_locale

CHICAGO = ZoneInfo("America/Chicago")
NOW = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
AGO, AHEAD = NOW - timedelta(hours=3), NOW + timedelta(hours=2)
NOTHING = Known(True, False, None, None, None, None, None, None)


def by_the_end_of(days: int) -> datetime:
    day = (NOW + timedelta(days=days)).astimezone(CHICAGO)
    return day.replace(hour=23, minute=59, second=59, microsecond=999_999).astimezone(UTC)


def lines(known: Known) -> tuple[str, str]:
    """The line under a name, and where no name stands above it."""
    clock.freeze(NOW)
    try:
        with use_locale("en", "America/Chicago"):
            line, today = status_line(known, now=NOW, zone=CHICAGO), NOW.astimezone(CHICAGO).date()
            return (
                (wording.line_words(line, CHICAGO.key), wording.line_with_name(line, "Ana", today))
                if line
                else ("", "")
            )
    finally:
        clock.freeze(None)


CALL_LATE = NOTHING._replace(step="call:x", due_at=by_the_end_of(-2))


@pytest.mark.parametrize(
    ("known", "under", "alone"),
    [
        (CALL_LATE._replace(is_restricted=True, reply_due_at=AGO), "Locked", "Locked"),
        (CALL_LATE._replace(reply_due_at=AGO), "Answer · 3 hours late", "Answer Ana, 3 hours late"),
        (CALL_LATE._replace(reply_due_at=AHEAD), "Call · 2 days late", "Call Ana, 2 days late"),
        (CALL_LATE._replace(snoozed_until=NOW + timedelta(days=3)), "Call · 2 days late", "Call Ana, 2 days late"),
        (NOTHING._replace(step="call:x", due_at=AGO), "Call · 3 hours late", "Call Ana, 3 hours late"),
        (
            NOTHING._replace(snoozed_until=NOW + timedelta(days=3), reply_due_at=AHEAD, step="call:x", due_at=AHEAD),
            "Resting until Monday",
            "Resting until Monday",
        ),
        (
            NOTHING._replace(reply_due_at=AHEAD, step="text:x", due_at=AHEAD),
            "Answer · today 12:00\u202fPM",
            "Answer Ana, today 12:00\u202fPM",
        ),
        (
            NOTHING._replace(step="text:x", due_at=by_the_end_of(0), stale_at=AGO, quiet_since=AGO),
            "Text · today",
            "Text Ana, today",
        ),
        (
            NOTHING._replace(step="call:x", due_at=by_the_end_of(3), stale_at=AGO, quiet_since=NOW - timedelta(days=9)),
            "Silent 9 days",
            "Silent 9 days",
        ),
        (NOTHING._replace(step="call:x", due_at=by_the_end_of(3)), "Call · Monday", "Call Ana, Monday"),
        (
            NOTHING._replace(step="todo:Send the timetable", due_at=by_the_end_of(20)),
            "Send the timetable · Dec 17",
            "Send the timetable for Ana, Dec 17",
        ),
        (NOTHING._replace(snoozed_until=AGO, stale_at=AHEAD), "Add next step", "Add next step"),
        (NOTHING._replace(is_open=False), "", ""),
        (
            NOTHING._replace(is_open=False, step="visit:Trial", due_at=AHEAD),
            "Visit · today 12:00\u202fPM",
            "Ana comes, today 12:00\u202fPM",
        ),
    ],
)
def test_the_first_line_that_fits_is_said(known: Known, under: str, alone: str) -> None:
    assert lines(known) == (under, alone)


def test_the_order_is_that_of_the_specification() -> None:
    assert list(ORDER) == [
        State.LOCKED, State.ANSWER_LATE, State.LATE, State.RESTING, State.ANSWER, State.TODAY, State.SILENT,
        State.LATER, State.NONE,
    ]  # fmt: skip


instants = st.none() | st.integers(-40_000, 40_000).map(lambda minutes: NOW + timedelta(minutes=minutes))
few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(data=st.data())
def test_status_line_is_one_and_the_same_everywhere(
    data: Any, newcomer: Callable[..., Card], join: SimpleNamespace, maya: Any
) -> None:
    card = Card.select().first() or newcomer()
    NextAction.delete().execute()
    clock.freeze(NOW)
    due, rest, reply, silent = (data.draw(instants) for _ in range(4))
    try:
        if due:
            ref = ("task", new_id())
            set_next_action(card.contact_id, ref=ref, step=Step.CALL, title="Call", due_at=due)
        stage = data.draw(st.sampled_from([join.new, join.lost]))
        Contact.update(snoozed_until=rest).where(Contact.id == card.contact_id).execute()
        Card.update(stage=stage, reply_due_at=reply, stale_at=silent).where(Card.id == card.id).execute()
        known = Known(stage.is_open, False, reply, "call:Call" if due else None, due, rest, silent, card.entered_at)
        line = status_line(known, now=NOW, zone=CHICAGO)
        said = wording.line_words(line, CHICAGO.key) if line else ""
        reader = Reader(NOW, CHICAGO, NOW.astimezone(CHICAGO).date(), "en", maya.id, Reach.FULL)
        assert face_of(pages.row_of(card), reader).line == said
        assert standings([card.contact_id])[card.contact_id].line == said
        if due:
            clear_next_action(ref=ref)
    finally:
        clock.freeze(None)


def test_card_list_contact_and_today_say_the_same(
    hers: Any, newcomer: Callable[..., Card], join: SimpleNamespace
) -> None:
    card = newcomer()
    due_at = clock.now() - timedelta(days=2)
    set_next_action(card.contact_id, ref=("task", new_id()), step=Step.CALL, title="Call", due_at=due_at)
    for url in (f"/boards/{encode(join.board.id)}", "/contacts", f"/contacts/{encode(card.contact_id)}", "/today"):
        assert "Call · 2 days late" in hers.get(url), url


def test_whoever_is_at_rest_by_law_is_locked(
    hers: Any, newcomer: Callable[..., Card], join: SimpleNamespace, maya: Any
) -> None:
    card = newcomer()
    restrict(card.contact, reason="asked", by=maya)
    for url in (f"/boards/{encode(join.board.id)}", "/contacts", f"/contacts/{encode(card.contact_id)}"):
        assert "Locked" in hers.get(url), url


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=20), "Just arrived"),
        (timedelta(minutes=1), "1 minute here"),
        (timedelta(hours=3), "3 hours here"),
        (timedelta(days=9), "9 days here"),
        (timedelta(days=21), "3 weeks here"),
        (timedelta(days=90), "3 months here"),
    ],
)
def test_how_long_a_card_stands_is_said_in_words(passed: timedelta, said: str) -> None:
    with use_locale("en", "UTC"):
        assert wording.here(NOW - passed, NOW) == said
