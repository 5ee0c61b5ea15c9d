"""What a POST comes to, what a state is called, and how late a try comes: pure tables."""

import pytest

from omni.messaging import statuses
from omni.messaging.outcomes import RETRY_S, Fact, Outcome, Seen, judge, reason_undelivered, wait_s
from omni.messaging.states import Reason, State, Word, line_of, word_of

TABLE = [
    (Seen(Fact.NOT_CONNECTED), Outcome.NOT_SENT),
    (Seen(Fact.ANSWERED, http=429, retry_after_s=3), Outcome.NOT_SENT),
    (Seen(Fact.ANSWERED, http=401), Outcome.NOT_SENT),
    (Seen(Fact.ANSWERED, http=400, error=21610), Outcome.REJECTED),
    (Seen(Fact.ANSWERED, http=404), Outcome.REJECTED),
    (Seen(Fact.ANSWERED, http=500), Outcome.UNKNOWN),
    (Seen(Fact.ANSWERED, http=503, error=20500), Outcome.UNKNOWN),
    (Seen(Fact.LOST), Outcome.UNKNOWN),
    (Seen(Fact.LOST, http=201), Outcome.UNKNOWN),
    (Seen(Fact.ANSWERED, http=201, sid=None), Outcome.UNKNOWN),
    (Seen(Fact.ANSWERED, http=201, sid="SM1"), Outcome.ACCEPTED),
]


@pytest.mark.parametrize(("seen", "outcome"), TABLE)
def test_outcome_table(seen: Seen, outcome: Outcome) -> None:
    assert judge(seen).outcome is outcome


def test_a_stop_the_carrier_knows_of_is_ours_too() -> None:
    assert judge(Seen(Fact.ANSWERED, http=400, error=21610)).is_opted_out
    assert judge(Seen(Fact.ANSWERED, http=401)).is_sign_in_refused
    assert reason_undelivered(30006) is Reason.LANDLINE and reason_undelivered(None) is None


@pytest.mark.parametrize("attempt", range(1, 9))
def test_tries_come_later_each_time_and_are_scattered_by_a_fifth(attempt: int) -> None:
    meant = RETRY_S[min(attempt, 5) - 1]
    assert all(meant * 0.8 <= wait_s(attempt) <= meant * 1.2 for _ in range(50))
    assert wait_s(attempt, 42) == 42


def test_every_state_has_one_word() -> None:
    ours = [state for state in State if state is not State.RECEIVED]
    assert all(word_of(state) in Word for state in ours) and word_of(State.RECEIVED) is None
    assert {word_of(state) for state in ours} == set(Word)
    assert word_of(State.BLOCKED, Reason.NO_BASIS) is Word.NEEDS_YOU


def test_what_was_not_delivered_or_needs_you_has_its_line() -> None:
    for state in State:
        for reason in (None, *Reason):
            if word_of(state, reason) in (Word.NOT_DELIVERED, Word.NEEDS_YOU):
                assert str(line_of(state, reason))


def test_no_final_ranks_below_what_comes_before_it() -> None:
    finals = {"delivered", "undelivered", "failed", "canceled", "partially_delivered", "read"}
    assert min(statuses.RANKS[each] for each in finals) > max(r for s, r in statuses.RANKS.items() if s not in finals)
    assert statuses.rank_of("unheard of") == -1
