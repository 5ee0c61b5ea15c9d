"""What holds texts back: money, a number's pace, a time that was chosen, a number that changed hands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from peewee import fn

from omni.config import Config
from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Channel
from omni.contacts.models import ContactPoint
from omni.core import clock, migrations
from omni.core.faults import Invalid
from omni.core.tenancy import entered
from omni.messaging import actions, costs, gate, queries
from omni.messaging.actions import pacing, spending
from omni.messaging.gate import Letter
from omni.messaging.models import Message, PeriodKind, ReservationState, Sender, SpendPeriod, SpendReservation
from omni.messaging.states import MessagePurpose, Reason, State
from omni.start import all_models, sql_by_hand
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio, fresh
from tests.parallel import in_parallel
from tests.times import at
from tests.twilio_sim.client import NUMBER, Simulator, until

Work = Callable[..., int]
# The form of limits as somebody fills it.
CHOSEN = {"day": "5", "month": "50", "per_minute": "120", "per_day": "3000", "price": "0.0083"}


def is_balanced() -> bool:
    """Invariant 10: what is held and settled is what is used, and within the cap."""
    for period in SpendPeriod.select():
        mine = SpendReservation.day if period.kind is PeriodKind.DAY else SpendReservation.month
        taken = SpendReservation.select(fn.SUM(SpendReservation.micros)).where(
            mine == period.id, SpendReservation.state != ReservationState.RELEASED
        )
        if (taken.scalar() or 0) != period.used or period.used > period.cap:
            return False
    return True


def sender() -> Sender:
    found: Sender = Sender.get(Sender.address == NUMBER)
    return found


# --- money ---


def test_a_text_takes_what_it_costs_and_one_that_never_left_gives_it_back(
    live: Studio, sim: Simulator, work: Work
) -> None:
    leaves, never = live.text("One"), live.text("Two")
    cost = costs.of_text(1, sender())
    assert [row.used for row in SpendPeriod.select()] == [2 * cost, 2 * cost]
    assert actions.take_back(never, by=live.maya)
    work("texts")
    states = {row.message_id: row.state for row in SpendReservation.select()}
    assert states == {leaves.id: ReservationState.SETTLED, never.id: ReservationState.RELEASED}
    assert is_balanced() and SpendPeriod.select().first().used == cost
    assert fresh(never).reason is Reason.TAKEN_BACK and len(sim.messages()) == 1


def test_a_cap_that_is_reached_refuses_the_text_and_says_by_how_much(live: Studio) -> None:
    actions.set_caps(day=costs.of_text(1, sender()), month=1_000_000, by=live.maya)
    live.text("One")
    with pytest.raises(Invalid) as refused:
        live.text("Two")
    assert refused.value.values == {"short": "$0.008", "cap": "$0.008"}
    assert Message.select().count() == 1 and is_balanced()


def test_a_practice_text_costs_nothing(studio: Studio) -> None:
    studio.text()
    assert SpendPeriod.select().count() == 0


def test_eight_writers_never_take_more_than_the_cap(live: Studio) -> None:
    one = costs.of_text(1, sender())
    actions.set_caps(day=10 * one, month=200 * one, by=live.maya)
    live.text("First")

    def write(number: int) -> int:
        taken = 0
        for n in range(3):
            try:
                live.text(f"Text {number} {n}")
                taken += 1
            except Invalid:
                pass
        return taken

    answers = in_parallel(live.workspace, [lambda n=n: write(n) for n in range(8)])
    assert sum(answers) == 9 and is_balanced()
    assert spending.period_of(PeriodKind.DAY).used == 10 * one


def test_a_new_month_begins_with_the_last_ones_cap_and_nothing_used(live: Studio) -> None:
    actions.set_caps(day=3_000_000, month=70_000_000, by=live.maya)
    live.text()
    with at(clock.now() + timedelta(days=32)):
        month = spending.period_of(PeriodKind.MONTH)
        assert (month.cap, month.used) == (70_000_000, 0)


# --- pace ---


def test_a_number_sends_no_faster_than_it_may(live: Studio, sim: Simulator, work: Work) -> None:
    now = clock.now()
    Sender.update(segments_per_minute=6, tokens_milli=2000, refilled_at=now).where(Sender.address == NUMBER).execute()
    with at(now):
        for n in range(5):
            live.text(f"Text {n}")
        work("texts")
        assert len(sim.messages()) == 2
        with pytest.raises(pacing.Paced) as paced:
            actions.deliver(Message.get(Message.state == State.QUEUED).id)
        assert paced.value.until == now + timedelta(seconds=10)
    with at(now + timedelta(seconds=21)):
        work("texts")
        assert len(sim.messages()) == 4
    # A bucket holds a minute's worth, however long nothing was sent.
    with at(now + timedelta(days=1)):
        assert queries.find_sender() and gate.pace.tokens_at(sender(), clock.now()) == 6000


def test_a_carrier_that_says_too_many_halves_the_pace_for_a_minute(live: Studio, sim: Simulator) -> None:
    sim.fault("429", retry_after=1)
    message = live.text()
    actions.deliver(message.id)
    assert fresh(message).state is State.QUEUED
    now, slow = clock.now(), sender()
    assert gate.pace.rate(slow, now) * 2 == gate.pace.rate(slow, now + timedelta(seconds=61))


def test_what_is_over_a_numbers_day_goes_after_midnight(live: Studio, sim: Simulator, work: Work) -> None:
    Sender.update(segments_per_day=1).where(Sender.address == NUMBER).execute()
    first, second = live.text("One"), live.text("Two")
    work("texts")
    assert fresh(first).state is State.HANDED_OVER
    waits = fresh(second)
    assert (waits.state, waits.reason) == (State.SCHEDULED, Reason.SENDER_DAY)
    # Its day begins anew at midnight, and texts may arrive from seven on.
    assert waits.not_before.astimezone(live.zone).time().isoformat() == "07:00:00"
    with at(waits.not_before):
        work("texts")
    assert fresh(second).state is State.HANDED_OVER


def test_limits_are_read_and_chosen_on_their_page(app: Any, live: Studio) -> None:
    maya, url = Browse(app).as_(live.maya), "/settings/texting/limits"
    live.text()
    assert "Used today: $0.008. This month: $0.008." in maya.get(url)
    for field, value in (("day", "much"), ("per_minute", "0"), ("per_day", "9999999"), ("price", "1.5")):
        assert value in maya.post(url, {**CHOSEN, field: value}, on=url, status=422).text
    maya.post(url, CHOSEN, on=url)
    assert (
        spending.period_of(PeriodKind.DAY).cap == 5_000_000 and spending.period_of(PeriodKind.MONTH).cap == 50_000_000
    )
    assert (sender().segments_per_minute, sender().segments_per_day, sender().micros_per_segment) == (120, 3000, 8300)


def test_an_unregistered_number_texts_nobody_in_the_us_until_somebody_says_it_is_registered(
    app: Any, live: Studio, sim: Simulator, served: str, work: Work
) -> None:
    sim.settings(final="undelivered", error=30034)
    live.text()
    work("texts")
    until(lambda: len(sim.callbacks()) == 2 and all(row["answer"] == 204 for row in sim.callbacks()))
    work("hooks")
    assert sender().unregistered_at is not None
    with pytest.raises(Invalid):
        live.text("More")
    maya, url = Browse(app).as_(live.maya), "/settings/texting/limits"
    assert "not registered" in maya.get(url)
    maya.post(url, {**CHOSEN, "is_registered": "y"}, on=url)
    assert live.text("More").state is State.QUEUED


def test_a_phone_out_of_reach_gets_a_service_text_once_more(
    live: Studio, sim: Simulator, served: str, work: Work
) -> None:
    sim.settings(final="undelivered", error=30003)
    first = live.text()
    work("texts")
    until(lambda: len(sim.callbacks()) == 2 and all(row["answer"] == 204 for row in sim.callbacks()))
    work("hooks")
    again = Message.get(Message.retry_of == first.id)
    assert (again.state, again.body, again.not_before) == (
        State.SCHEDULED,
        first.body,
        clock.now() + timedelta(minutes=30),
    )
    with at(again.not_before):
        work("texts")
        until(lambda: len(sim.callbacks()) == 4 and all(row["answer"] == 204 for row in sim.callbacks()))
        work("hooks")
    assert Message.select().count() == 2 and len(sim.messages()) == 2 and is_balanced()


# --- time ---


def test_a_text_goes_at_the_time_that_was_chosen_and_not_before(live: Studio, sim: Simulator, work: Work) -> None:
    when = clock.now() + timedelta(days=2)
    message = live.text("See you", when=when)
    assert (message.state, message.not_before, message.reason) == (State.SCHEDULED, when, Reason.CHOSEN_TIME)
    work("texts")
    assert sim.arrivals() == []
    with at(when):
        work("texts")
    assert fresh(message).state is State.HANDED_OVER


def test_a_text_that_waits_can_be_taken_back_until_it_is_claimed(live: Studio, sim: Simulator, work: Work) -> None:
    message = live.text("See you", when=clock.now() + timedelta(hours=1))
    assert actions.take_back(message, by=live.maya) and not actions.take_back(message, by=live.maya)
    gone = live.text("Now")
    work("texts")
    assert not actions.take_back(gone, by=live.maya) and [row["body"] for row in sim.messages()] == [gone.body]


def test_a_later_text_does_not_wait_for_one_that_has_its_own_time(live: Studio, sim: Simulator, work: Work) -> None:
    live.text("Tomorrow", when=clock.now() + timedelta(days=1))
    live.text("Now")
    work("texts")
    assert len(sim.messages()) == 1 and sim.messages()[0]["body"] == "Now"


# --- whose number it is ---


def test_a_text_does_not_follow_a_number_to_its_next_owner(live: Studio, sim: Simulator, work: Work) -> None:
    message = live.text("See you", when=clock.now() + timedelta(hours=2))
    ContactPoint.delete().where(ContactPoint.contact == live.lead.id, ContactPoint.norm == ANA).execute()
    with at(message.not_before):
        work("texts")
    assert (fresh(message).state, fresh(message).reason) == (State.BLOCKED, Reason.NUMBER_CHANGED)
    assert sim.arrivals() == [] and is_balanced()


@pytest.mark.parametrize(("days", "is_open"), [(89, True), (91, False)])
def test_having_written_to_us_once_is_a_yes_for_ninety_days(live: Studio, days: int, is_open: bool) -> None:
    people.record_consent(live.lead, channel=Channel.SMS, basis=Basis.INBOUND, source="text", by=live.maya, norm=ANA)
    conversation = actions.conversing.open_conversation(sender(), ANA, contact=live.lead)
    type(conversation).update(last_in_at=clock.now() - timedelta(days=days)).execute()
    letter = Letter(live.lead, ANA, MessagePurpose.SERVICE, conversation, sender())
    assert gate.check(letter).is_open is is_open
    live.agreed(live.lead, ANA)
    assert gate.check(letter).is_open


def test_an_offer_needs_a_written_yes_and_the_fourth_in_a_week_waits(live: Studio) -> None:
    letter = Letter(live.lead, ANA, MessagePurpose.MARKETING, None, sender())
    live.agreed(live.lead, ANA)
    assert gate.check(letter).reason is Reason.NO_GRANT
    live.agreed_to_offers(live.lead, ANA)
    assert gate.check(letter).is_open
    for n in range(3):
        live.offer(f"Offer {n}", at=clock.now() - timedelta(days=6 - n))
    answer = gate.check(letter)
    assert (answer.reason, answer.until) == (
        Reason.TOO_OFTEN,
        Message.select().order_by(Message.id).first().created_at + timedelta(days=7),
    )


# --- the state before ---


@pytest.mark.own_database
def test_limits_come_to_a_studio_that_texts_and_go_again(world: Any, config: Config, house: Any) -> None:
    with entered(world.juniper):
        bo = world.person("Bo Lund", "312 555 0177", by=world.maya)
        message = actions.send_text(
            bo, "Hello", address="+13125550177", by=world.maya, client_key="k", basis=Basis.ASKED,
            at=clock.now() + timedelta(days=1),
        )  # fmt: skip
    migrations.down(config.data_dir, config.database_roles, "0039_hours_and_limits")
    migrations.up(config.data_dir, config.database_roles)
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
    with entered(world.juniper):
        again = Message.get_by_id(message.id)
        assert (again.state, again.body) == (State.QUEUED, message.body)
        assert Sender.get().segments_per_minute == 60
