"""Callbacks: signed or refused, kept once, applied in any order; stop and start at once."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omni.accounts.models import Notice
from omni.contacts import queries as contacts
from omni.contacts.kinds import Channel, Kind
from omni.contacts.models import Activity
from omni.core import clock, ids, tenancy
from omni.core.faults import Invalid, NotAllowed, NotFound
from omni.core.tenancy import Workspace
from omni.messaging import actions, addresses, gateway
from omni.messaging.actions.delivering import claim, record_outcome
from omni.messaging.gateway import Fields
from omni.messaging.models import Conversation, Direction, Message, SendAttempt, WaitingOn, WebhookEvent
from omni.messaging.outcomes import Fact, Outcome, Seen
from omni.messaging.states import Reason, State
from tests.messaging.conftest import ANA, Studio, fresh
from tests.times import at
from tests.twilio_sim import callbacks
from tests.twilio_sim.client import ACCOUNT, NUMBER, TOKEN, Simulator, until

Work = Callable[..., int]

MYAPP = "https://mycompany.com/myapp.php?foo=1&bar=2"
CALL = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "From": "+14158675309", "To": "+18005551212",
        "Caller": "+14158675309"}  # fmt: skip


def fields(form: dict[str, str]) -> Fields:
    return Fields({name: [value] for name, value in form.items()})


@pytest.mark.parametrize(
    ("url", "signature"),
    [(MYAPP, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
     ("https://mycompany.com:443/myapp.php?foo=1&bar=2", "kvajT1Ptam85bY51eRf/AJRuM3w=")],
)  # fmt: skip
def test_signature_vectors(url: str, signature: str) -> None:
    assert gateway.is_signed(("12345",), url, fields(CALL), signature)
    assert gateway.is_signed(("newer", "12345"), url, fields(CALL), signature)
    assert not gateway.is_signed(("54321",), url, fields(CALL), signature)
    assert not gateway.is_signed(("12345",), url, fields({**CALL, "Digits": "1235"}), signature)


@pytest.mark.parametrize("signature", [None, "", "RSOY", "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="])
def test_a_missing_or_foreign_signature_is_refused(signature: str | None) -> None:
    """The last is the SHA-256 of the same form: an account's token signs with SHA-1 and nothing else."""
    assert not gateway.is_signed(("12345",), MYAPP, fields(CALL), signature)


def test_escapes_spaces_and_repeated_fields_are_signed_as_they_came() -> None:
    form = Fields({"Body": ["  Olé  "], "MediaUrl": ["b", "a", "b"]})
    text = "https://x.example/caf%C3%A9?a=%7e"
    signed = callbacks.sign("t", text + "Body  Olé  MediaUrlaMediaUrlb", {})
    assert gateway.is_signed(("t",), text, form, signed)
    assert not gateway.is_signed(("t",), "https://x.example/café?a=~", form, signed)


def form_in(body: str, *, sid: str = "SM1", sender: str = ANA, **more: str) -> dict[str, str]:
    return {"MessageSid": sid, "AccountSid": ACCOUNT, "From": sender, "To": NUMBER, "Body": body, **more}


def come_in(form: dict[str, str], *, token: str = TOKEN) -> None:
    url = addresses.inbound()
    actions.receive_inbound(fields(form), url=url, signature=callbacks.sign(token, url, form))


def status_of(message: Message, n: int, sid: str, status: str, error: str = "", *, ours: str = NUMBER) -> None:
    url = addresses.status(message.id, n)
    form = {"MessageSid": sid, "AccountSid": ACCOUNT, "From": ours, "To": ANA, "MessageStatus": status}
    form |= {"ErrorCode": error} if error else {}
    actions.receive_status(fields(form), message.id, n, url=url, signature=callbacks.sign(TOKEN, url, form))


def test_a_text_comes_in_once_however_often_it_is_called(live: Studio, work: Work) -> None:
    for _ in range(3):
        come_in(form_in("Is the 18:30 class ok?"))
        work("hooks")
    message, conversation = Message.get(), Conversation.get()
    assert message.direction is Direction.IN and message.body == "Is the 18:30 class ok?"
    assert conversation.waiting_on is WaitingOn.US and conversation.contact_id == live.lead.id
    assert Activity.select().where(Activity.kind == Kind.TEXT).count() == 1
    assert Notice.select().count() == 1


def test_who_texts_us_may_be_answered(live: Studio, work: Work) -> None:
    come_in(form_in("Hello"))
    work("hooks")
    assert live.text("Hi Ana", basis=None).state is State.QUEUED


def test_their_carrier_tells_where_they_may_be(live: Studio, work: Work) -> None:
    told = {"FromCountry": "US", "FromState": "HI", "FromZip": "96815"}
    come_in(form_in("Hello", sid="SM1", **told))
    come_in(form_in("Hello again", sid="SM2", FromCountry="CA", FromState="ON", FromZip=""))
    work("hooks")
    text = live.text("Hi Ana", basis=None)
    assert text.zone_evidence == "Pacific/Honolulu,America/Chicago|place:HI 96815,number:312"


def test_a_stop_acts_before_the_carrier_is_answered(live: Studio) -> None:
    waiting = live.text("Hello")
    come_in(form_in("Stop."))
    assert fresh(waiting).state is State.BLOCKED and fresh(waiting).reason is Reason.OPTED_OUT
    assert contacts.has_stopped(Channel.SMS, ANA)


def test_start_lifts_it_and_a_sentence_does_neither(live: Studio, work: Work) -> None:
    come_in(form_in("STOP", sid="SM1"))
    come_in(form_in("please start texting me", sid="SM2"))
    assert contacts.has_stopped(Channel.SMS, ANA)
    with at(clock.now() + timedelta(seconds=1)):
        come_in(form_in("START", sid="SM3"))
    assert not contacts.has_stopped(Channel.SMS, ANA)
    work("hooks")
    assert live.text("Welcome back", basis=None).state is State.QUEUED


def test_a_number_nobody_knows_can_stop_too(live: Studio, work: Work) -> None:
    come_in(form_in("STOP", sender="+14155550171"))
    work("hooks")
    tom = live.person("Tom Reyes", "+14155550171")
    assert contacts.has_stopped(Channel.SMS, "+14155550171") and Conversation.get().contact_id is None
    with pytest.raises(Invalid):
        actions.send_text(tom, "Hi", address="+14155550171", by=live.maya, client_key="x")


def test_a_stop_word_waits_for_nobody(live: Studio, work: Work) -> None:
    come_in(form_in("STOP"))
    work("hooks")
    assert Conversation.get().waiting_on is not WaitingOn.US


def test_a_wrong_signature_keeps_nothing(live: Studio) -> None:
    for form, token in [(form_in("x"), "wrong"), (form_in("x", AccountSid="AC" + "0" * 32), TOKEN)]:
        with pytest.raises(NotAllowed):
            come_in(form, token=token)
    assert WebhookEvent.select().count() == 0


def test_iris_cannot_speak_for_maya(live: Studio, sim: Simulator) -> None:
    """Even with Maya's AccountSid and number, her own token opens nothing of Maya's."""
    message = live.text("Hello")
    iron = Workspace.create(number=12, slug="iron", name="Iron Gym")
    with tenancy.entered(iron):
        sim.account(sid="AC" + "b2" * 16, token="i" * 32, numbers=("+12125550100",))
        actions.connect("AC" + "b2" * 16, "i" * 32, "+12125550100", None, by=live.maya_of(iron))
        with pytest.raises(NotAllowed):
            come_in(form_in("STOP"), token="i" * 32)
        url = addresses.status(message.id, 1)
        form = {"MessageSid": "SM9", "AccountSid": "AC" + "b2" * 16, "From": "+12125550100", "To": ANA,
                "MessageStatus": "failed"}  # fmt: skip
        with pytest.raises(NotFound):
            actions.receive_status(fields(form), message.id, 1, url=url, signature=callbacks.sign("i" * 32, url, form))
    assert fresh(message).state is State.QUEUED


def test_callbacks_signed_with_the_token_before_this_one_still_count(live: Studio, sim: Simulator) -> None:
    sim.account(token="n" * 32)
    actions.connect(ACCOUNT, "n" * 32, NUMBER, None, by=live.maya)
    come_in(form_in("signed with the old one"), token=TOKEN)
    come_in(form_in("signed with the new one", sid="SM2"), token="n" * 32)
    assert WebhookEvent.select().count() == 2
    sim.account()


def row(message: Message) -> dict[str, Any]:
    stands = fresh(message)
    shown = {
        name: getattr(stands, name) for name in ("state", "reason", "sid", "provider_status", "error_code", "attempt")
    }
    return {**shown, "attempts": [(each.n, each.outcome, each.sid) for each in SendAttempt.select().where(
        SendAttempt.message == message.id).order_by(SendAttempt.n)]}  # fmt: skip


ENDS = {"delivered": "", "undelivered": "30006", "failed": "30007"}


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[tuple[str, bool]]]:
    """How a text ends, and what is heard of it in which order: each step, and whether it is applied at once."""
    end = draw(st.sampled_from(sorted(ENDS)))
    steps = ["reply", "sent", end]
    heard = draw(st.permutations(steps + draw(st.lists(st.sampled_from(steps), max_size=4))))
    return end, [(step, draw(st.booleans())) for step in heard]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories())
def test_callbacks_in_any_order_and_number_give_the_same_row(
    live: Studio, work: Work, story: tuple[str, list[tuple[str, bool]]]
) -> None:
    end, heard = story
    n = next(COUNTER)
    message, sid = live.text(f"Text {n}"), f"SM{n}"
    assert claim(message.id) is not None
    for step, is_applied in heard:
        if step == "reply":
            record_outcome(message.id, 1, Seen(Fact.ANSWERED, http=201, sid=sid, status="queued"))
        else:
            status_of(message, 1, sid, step, ENDS.get(step, ""))
            if is_applied:
                work("hooks")
    work("hooks")
    expected = {"delivered": State.DELIVERED, "undelivered": State.UNDELIVERED, "failed": State.FAILED}[end]
    stands = row(message)
    assert (stands["state"], stands["provider_status"], stands["sid"]) == (expected, end, sid)
    assert stands["attempts"] == [(1, Outcome.ACCEPTED, sid)]


COUNTER = itertools.count()


def test_a_late_callback_stops_a_text_that_was_about_to_leave_again(live: Studio, sim: Simulator, work: Work) -> None:
    message = live.text()
    assert claim(message.id) is not None
    record_outcome(message.id, 1, Seen(Fact.LOST))
    Message.update(state=State.QUEUED).where(Message.id == message.id).execute()
    status_of(message, 1, "SM1", "sent")
    work()
    assert fresh(message).state is State.HANDED_OVER and sim.arrivals() == []


def test_a_second_acceptance_is_written_down_and_changes_nothing(live: Studio, work: Work) -> None:
    message = live.text()
    assert claim(message.id) is not None
    record_outcome(message.id, 1, Seen(Fact.LOST))
    Message.update(state=State.QUEUED).where(Message.id == message.id).execute()
    assert claim(message.id) is not None
    record_outcome(message.id, 2, Seen(Fact.ANSWERED, http=201, sid="SM2", status="queued"))
    status_of(message, 1, "SM1", "delivered")
    work("hooks")
    assert [each.outcome for each in SendAttempt.select().order_by(SendAttempt.n)] == [Outcome.TWICE, Outcome.ACCEPTED]
    assert fresh(message).sid == "SM2" and fresh(message).reason is Reason.SENT_TWICE


def test_two_finals_are_settled_by_asking(live: Studio, sim: Simulator, work: Work) -> None:
    sim.settings(callbacks="lost")
    message = live.text()
    actions.deliver(message.id)
    sid = sim.messages()[0]["sid"]
    status_of(message, 1, sid, "failed", "30007")
    status_of(message, 1, sid, "delivered")
    work()
    assert fresh(message).state is State.DELIVERED


def test_two_finals_stay_to_be_settled_while_the_carrier_does_not_answer(
    live: Studio, sim: Simulator, work: Work
) -> None:
    sim.settings(callbacks="lost")
    message = live.text()
    actions.deliver(message.id)
    sid = sim.messages()[0]["sid"]
    status_of(message, 1, sid, "failed", "30007")
    status_of(message, 1, sid, "delivered")
    work("hooks")
    sim.account(token="another")
    actions.settle(message.id)
    assert fresh(message).must_ask and fresh(message).state is State.FAILED
    sim.account()
    actions.settle(message.id)
    assert fresh(message).state is State.DELIVERED and not fresh(message).must_ask


def test_a_silent_text_is_asked_about_and_given_up_after_three_days(live: Studio, sim: Simulator, work: Work) -> None:
    sim.settings(callbacks="lost", final=None)
    message = live.text()
    actions.deliver(message.id)
    with at(clock.now() + timedelta(minutes=11)):
        work("texts")
    assert fresh(message).state is State.HANDED_OVER
    with at(clock.now() + timedelta(hours=73)):
        work("texts")
    assert fresh(message).state is State.NO_RECEIPT


def test_webhooks_answer_204_403_404_and_413(live: Studio, sim: Simulator, served: str, work: Work) -> None:
    sim.inbound(f"{served}/webhooks/twilio/inbound?a=%C3%A9", "Olé  ", sender=ANA)
    until(lambda: [each["answer"] for each in sim.callbacks()] == [204])
    assert callbacks.post(f"{served}/webhooks/twilio/inbound", form_in("x", sid="SM2"), "wrong") == 403
    nobody = ids.encode(ids.new_id())
    form = {"MessageSid": "SM3", "AccountSid": ACCOUNT, "From": NUMBER, "To": ANA, "MessageStatus": "sent"}
    assert callbacks.post(f"{served}/webhooks/twilio/status/{nobody}/1", form, TOKEN) == 404
    assert callbacks.post(f"{served}/webhooks/twilio/inbound", form_in("x" * 70_000), TOKEN) == 413
    work("hooks")
    assert [each.body for each in Message.select()] == ["Olé  "]
