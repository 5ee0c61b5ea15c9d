"""From the click to the carrier's receipt, against a carrier that speaks real HTTP."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Channel
from omni.core import clock
from omni.core.faults import Invalid
from omni.messaging import actions, jobs, queries
from omni.messaging.models import Message, PracticeText, SendAttempt
from omni.messaging.outcomes import Outcome
from omni.messaging.states import Reason, State, Word
from tests.messaging.conftest import ANA, Studio, fresh
from tests.times import at
from tests.twilio_sim.client import ACCOUNT, NUMBER, SERVICE, TOKEN, Simulator, until

Work = Callable[..., int]


def test_a_text_reaches_the_carrier_and_its_receipt_comes_back(
    live: Studio, sim: Simulator, served: str, work: Work
) -> None:
    message = live.text()
    work("texts")
    assert fresh(message).state is State.HANDED_OVER
    until(lambda: all(row["answer"] == 204 for row in sim.callbacks()) and len(sim.callbacks()) == 2)
    work("hooks")
    assert fresh(message).state is State.DELIVERED and fresh(message).word is Word.DELIVERED
    assert [row["body"] for row in sim.messages()] == ["Juniper Yoga: Come by on Friday Reply STOP to stop"]


def test_the_first_text_says_who_and_how_to_stop_and_the_second_does_not(
    live: Studio, sim: Simulator, work: Work
) -> None:
    first, second = live.text("One"), live.text("Two")
    assert first.is_first and not second.is_first
    assert (first.body, second.body) == ("Juniper Yoga: One Reply STOP to stop", "Two")
    work("texts")
    assert [row["body"] for row in sim.messages()] == [first.body, second.body]


@pytest.mark.parametrize(
    ("typed", "frozen"),
    [
        ("Maya from Juniper Yoga here", "Maya from Juniper Yoga here Reply STOP to stop"),
        ("Hello. Text STOP to end", "Juniper Yoga: Hello. Text STOP to end"),
        ("Juniper Yoga. STOP ends this", "Juniper Yoga. STOP ends this"),
    ],
)
def test_what_the_writer_said_already_is_not_said_twice(live: Studio, typed: str, frozen: str) -> None:
    assert live.text(typed).body == frozen


def test_a_first_text_that_never_left_gives_its_place_back(live: Studio, sim: Simulator, work: Work) -> None:
    sim.fault("4xx", code=21612)
    first = live.text("One")
    work("texts")
    assert fresh(first).state is State.REJECTED and not fresh(first).is_first
    assert live.text("Two").is_first


def test_equal_client_keys_are_one_text(live: Studio) -> None:
    assert live.text("One", key="k").id == live.text("One again", key="k").id
    assert Message.select().count() == 1


def test_without_a_basis_the_text_is_kept_and_asks(live: Studio, sim: Simulator, work: Work) -> None:
    message = live.text("Hello", basis=None)
    work("texts")
    assert message.word is Word.NEEDS_YOU and message.line and sim.arrivals() == []
    actions.answer_basis(message, Basis.CUSTOMER, by=live.maya)
    work("texts")
    assert [row["body"] for row in sim.messages()] == [message.body]


def test_a_kept_text_leaves_the_place_of_the_first_text_to_one_that_goes(
    live: Studio, sim: Simulator, work: Work
) -> None:
    kept = live.text("Hello", basis=None)
    going = live.text("Come by", basis=Basis.CUSTOMER)
    assert not kept.is_first and going.is_first
    assert going.body == "Juniper Yoga: Come by Reply STOP to stop"
    actions.answer_basis(kept, Basis.CUSTOMER, by=live.maya)
    assert not fresh(kept).is_first
    work("texts")
    assert {row["body"] for row in sim.messages()} == {kept.body, going.body}


def test_a_kept_text_takes_the_place_of_the_first_text_when_it_goes(live: Studio) -> None:
    kept = live.text("Hello", basis=None)
    actions.answer_basis(kept, Basis.CUSTOMER, by=live.maya)
    assert fresh(kept).is_first and not live.text("Two").is_first


def test_who_said_stop_is_not_texted(live: Studio, sim: Simulator, work: Work) -> None:
    waiting = live.text("Hello")
    people.opt_out_address(Channel.SMS, ANA, by=live.maya, source="teammate")
    work("texts")
    assert fresh(waiting).state is State.BLOCKED and fresh(waiting).reason is Reason.OPTED_OUT
    with pytest.raises(Invalid):
        live.text("Hello again")
    assert sim.arrivals() == []


def test_texts_of_a_conversation_leave_in_the_order_they_were_written(live: Studio, sim: Simulator, work: Work) -> None:
    texts = [live.text(str(n)) for n in range(5)]
    actions.deliver(texts[3].id)
    assert sim.arrivals() == []
    work("texts")
    assert [row["body"] for row in sim.messages()] == [text.body for text in texts]


def test_a_work_horse_goes_on_with_what_is_due_in_its_studio(live: Studio, sim: Simulator) -> None:
    texts = [live.text(f"Text {n}") for n in range(3)]
    later = live.text("Text 3")
    Message.update(not_before=clock.now() + timedelta(hours=1)).where(Message.id == later.id).execute()
    jobs.deliver(texts[0].id)
    assert [fresh(text).state for text in texts] == [State.HANDED_OVER] * 3
    assert fresh(later).state is State.QUEUED and len(sim.messages()) == 3


def test_a_work_horse_begins_none_after_its_time(live: Studio, sim: Simulator) -> None:
    first, second = live.text("One"), live.text("Two")
    actions.deliver(first.id)
    actions.deliver_due(before=time.monotonic() - 1)
    assert fresh(second).state is State.QUEUED and len(sim.messages()) == 1


def test_a_fault_in_a_later_text_is_noted_under_its_own_row_and_holds_nothing_up(
    live: Studio, sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    first = live.text("One")
    tom, eva = live.person("Tom Reyes", "+14155550171"), live.person("Eva Lind", "+14155550172")
    broken, last = (
        actions.send_text(each, "Hi", address=address, by=live.maya, client_key=address, basis=Basis.ASKED)
        for each, address in ((tom, "+14155550171"), (eva, "+14155550172"))
    )
    # A body that cannot be opened, as after a key was lost.
    Message.update(body=b"not sealed").where(Message.id == broken.id).execute()
    jobs.deliver(first.id)
    noted = [record.omni for record in caplog.records if record.msg == "job_failed"]  # type: ignore[attr-defined]
    assert [line["row"] for line in noted] == [broken.id]
    assert [fresh(each).state for each in (first, last)] == [State.HANDED_OVER] * 2


def test_an_answer_that_never_came_makes_it_unknown_and_a_callback_settles_it(
    live: Studio, sim: Simulator, served: str, work: Work
) -> None:
    sim.fault("drop_after")
    sim.settings(list_lag_s=3600)
    message = live.text()
    actions.deliver(message.id)
    assert fresh(message).state is State.UNKNOWN
    until(lambda: len([row for row in sim.callbacks() if row["answer"] == 204]) == 2)
    work("hooks")
    assert fresh(message).state is State.DELIVERED and len(sim.messages()) == 1
    assert SendAttempt.get().witness == "callback"


def test_the_list_settles_what_no_callback_did(live: Studio, sim: Simulator, work: Work) -> None:
    sim.fault("500_after")
    sim.settings(callbacks="lost")
    message = live.text()
    work("texts")
    assert fresh(message).state is State.DELIVERED and SendAttempt.get().witness == "list"
    assert len(sim.arrivals()) == 1


def test_the_list_settles_a_text_for_which_a_service_chose_another_number(
    live: Studio, sim: Simulator, work: Work
) -> None:
    sim.fault("500_after")
    sim.settings(callbacks="lost")
    message = live.text()
    actions.deliver(message.id)
    Message.update(from_address="+13125550188").where(Message.id == message.id).execute()
    actions.settle(message.id)
    assert fresh(message).state is State.UNKNOWN
    actions.connect(ACCOUNT, TOKEN, NUMBER, SERVICE, by=live.maya)
    actions.settle(message.id)
    assert SendAttempt.get().witness == "list" and len(sim.arrivals()) == 1


def test_a_text_absent_from_two_lists_a_quarter_apart_is_sent_again(live: Studio, sim: Simulator, work: Work) -> None:
    sim.fault("drop_before")
    message = live.text()
    actions.deliver(message.id)
    now = clock.now()
    actions.settle(message.id)
    with at(now + timedelta(minutes=14)):
        actions.settle(message.id)
    assert fresh(message).state is State.UNKNOWN
    with at(now + timedelta(minutes=16)):
        actions.settle(message.id)
        assert fresh(message).state is State.QUEUED
        work("texts")
    assert len(sim.messages()) == 1 and fresh(message).attempt == 2


def test_a_lagging_list_is_not_believed_at_once(live: Studio, sim: Simulator, work: Work) -> None:
    sim.fault("drop_after", silent=True)
    sim.settings(list_lag_s=600)
    message = live.text()
    work("texts")
    work("texts")
    assert fresh(message).state is State.UNKNOWN and len(sim.arrivals()) == 1


def test_an_unknown_text_past_its_time_needs_a_person(live: Studio, sim: Simulator, work: Work) -> None:
    sim.fault("drop_before")
    message = live.text()
    actions.deliver(message.id)
    with at(clock.now() + timedelta(hours=7)):
        actions.settle(message.id)
    assert fresh(message).word is Word.NEEDS_YOU
    actions.leave(message)
    assert fresh(message).word is Word.SENT and fresh(message).reason is Reason.LEFT


def test_sending_an_unsure_text_again_is_a_new_text(live: Studio, sim: Simulator, work: Work) -> None:
    sim.fault("drop_before")
    message = live.text()
    actions.deliver(message.id)
    with at(clock.now() + timedelta(hours=7)):
        actions.settle(message.id)
        again = actions.send_again(fresh(message), by=live.maya, client_key="again")
        assert actions.send_again(fresh(message), by=live.maya, client_key="again").id == again.id
        work("texts")
    assert fresh(again).state is State.HANDED_OVER and again.retry_of == message.id
    assert fresh(message).reason is Reason.SENT_AGAIN


def test_twins_wait_for_each_other(live: Studio, sim: Simulator, work: Work) -> None:
    live.text("Hello")
    work("texts")
    sim.fault("drop_before")
    one, two = live.text("See you", key="1"), live.text("See  you", key="2")
    actions.deliver(one.id)
    actions.deliver(two.id)
    assert (fresh(one).state, fresh(two).state, fresh(two).reason) == (State.UNKNOWN, State.QUEUED, Reason.TWIN)


def test_a_full_carrier_is_tried_again_later(live: Studio, sim: Simulator, work: Work) -> None:
    sim.fault("429", retry_after=7)
    message = live.text()
    actions.deliver(message.id)
    stands = fresh(message)
    assert stands.state is State.QUEUED and stands.not_before is not None
    assert timedelta(seconds=5) < stands.not_before - clock.now() <= timedelta(seconds=7)
    with at(clock.now() + timedelta(seconds=8)):
        work("texts")
    assert len(sim.messages()) == 1


def test_a_refused_sign_in_pauses_the_connection(live: Studio, sim: Simulator) -> None:
    sim.account(token="another")
    message = live.text()
    actions.deliver(message.id)
    connection = queries.find_connection()
    assert connection is not None and connection.refused_at is not None
    assert fresh(message).reason is Reason.CONNECTION_PAUSED
    sim.account()


def test_a_carrier_that_knows_of_a_stop_teaches_us(live: Studio, sim: Simulator, work: Work) -> None:
    sim.steer("block", number=ANA)
    message = live.text()
    work("texts")
    assert fresh(message).state is State.REJECTED and fresh(message).reason is Reason.OPTED_OUT
    with pytest.raises(Invalid):
        live.text("More")


def test_a_text_that_waited_too_long_is_not_sent(live: Studio, sim: Simulator, work: Work) -> None:
    message = live.text()
    with at(clock.now() + timedelta(hours=6, seconds=1)):
        work("texts")
    assert fresh(message).state is State.EXPIRED and sim.arrivals() == []


def test_a_lost_lease_is_unknown_and_never_posted_again(live: Studio, sim: Simulator, work: Work) -> None:
    message = live.text()
    assert actions.delivering.claim(message.id) is not None
    with at(clock.now() + timedelta(seconds=121)):
        actions.end_lease(message.id)
        assert fresh(message).state is State.UNKNOWN
        actions.deliver(message.id)
    assert sim.arrivals() == [] and SendAttempt.get().outcome is Outcome.UNKNOWN


def test_a_practice_text_never_reaches_the_carrier(studio: Studio, sim: Simulator, work: Work) -> None:
    waiting = studio.text("Hello")
    actions.connect(ACCOUNT, TOKEN, NUMBER, None, by=studio.maya)
    work("texts")
    assert sim.arrivals() == []
    assert studio.text("Now for real").conversation_id != waiting.conversation_id


def test_a_live_text_never_reaches_the_practice_phone(live: Studio, sim: Simulator, work: Work) -> None:
    message = live.text("Hello")
    actions.disconnect(by=live.maya)
    work("texts")
    assert fresh(message).reason is Reason.OTHER_CARRIER and PracticeText.select().count() == 0


def test_a_body_is_sealed_and_never_written_again(live: Studio, sim: Simulator, work: Work) -> None:
    message = live.text("Something private")
    sealed = Message.get_by_id(message.id).__data__["body"]
    work("texts")
    assert b"private" not in bytes(sealed) and bytes(Message.get_by_id(message.id).__data__["body"]) == bytes(sealed)
