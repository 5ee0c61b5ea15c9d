"""Which texts are keywords, and which only contain one."""

import pytest

from omni.messaging.keywords import Keyword, find_keyword

STOPS = [
    *["stop", "STOP", " Stop. ", "stopall", "stop all", "STOP  ALL!", "unsubscribe", "end", "quit", "cancel", "revoke"],
    *["optout", "opt out", "opt-out", "arret", "arrêt", "Arrêté", "arrett", "«stop»", "Stop 🙏🏽"],
    *["\uff33\uff34\uff2f\uff30", "st\u200bop"],
]
NOT_STOPS = ["Yes! Let's STOP wasting Mondays, book me in", "can't stop smiling", "stop please", "stopp", "", "!!!",
             "the end", "cancel my class", "no stop", "yes"]  # fmt: skip


@pytest.mark.parametrize("body", STOPS)
def test_a_stop_word_alone_stops(body: str) -> None:
    assert find_keyword(body) is Keyword.STOP


@pytest.mark.parametrize("body", NOT_STOPS)
def test_a_word_inside_a_sentence_does_not_stop(body: str) -> None:
    assert find_keyword(body) is None


@pytest.mark.parametrize(("body", "keyword"), [("Start", Keyword.START), ("UNSTOP", Keyword.START),
                                               ("help?", Keyword.HELP), ("Info", Keyword.HELP)])  # fmt: skip
def test_start_and_help_are_read_alike(body: str, keyword: Keyword) -> None:
    assert find_keyword(body) is keyword


def test_what_twilio_read_beats_our_reading() -> None:
    assert find_keyword("basta", "STOP") is Keyword.STOP
    assert find_keyword("stop", "START") is Keyword.START
    assert find_keyword("stop", "nonsense") is Keyword.STOP
