"""The nightly comparison with Twilio: missing stops are added, starts never, and who was texted anyway is told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from omni.accounts.models import Notice, NoticeKind
from omni.config import Config
from omni.contacts import actions as people
from omni.contacts import queries as contacts
from omni.contacts.kinds import Channel, PointKind
from omni.contacts.models import ConsentEvent, ContactPoint
from omni.core import actors, clock, database, ids, migrations, tenancy
from omni.core.tenancy import Reason as Why
from omni.core.tenancy import cross_tenant
from omni.messaging import actions, finders, queries
from omni.messaging.models import (
    DifferenceKind,
    Message,
    ParityDifference,
    ParityRun,
    Sender,
    TwilioConnection,
    WebhookEvent,
)
from omni.messaging.states import MessagePurpose, State
from omni.start import all_models, sql_by_hand
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio, at, fresh
from tests.messaging.test_catch_up import TOM, missed
from tests.messaging.test_receiving import come_in, form_in, status_of
from tests.twilio_sim.client import NUMBER, Simulator

Work = Callable[..., int]

BEA = "+14155550172"
CAL = "+14155550173"
SETTINGS = "/settings/texting"
# Longer ago than what is caught up with, shorter than what is compared.
YESTERDAY_S = 3 * 3600


def audit() -> list[tuple[str, str, bool]]:
    """Compare now; what was found."""
    actions.audit(TwilioConnection.get().id)
    run = queries.find_last_audit()
    assert run is not None
    return [(each.kind.value, each.address, each.is_mended) for each in queries.list_differences(run)]


def stop(address: str, *, hours_ago: float) -> None:
    moment = clock.now() - timedelta(hours=hours_ago)
    people.opt_out_address(Channel.SMS, address, by=actors.SYSTEM, source="text", words="STOP", at=moment)


def has_stopped(address: str) -> bool:
    return contacts.has_stopped(Channel.SMS, address)


def test_all_in_step(app: Any, live: Studio, sim: Simulator) -> None:
    maya = Browse(app).as_(live.maya)
    assert "The first one comes with the night" in maya.get(SETTINGS)
    stop(TOM, hours_ago=4)
    missed(sim, "STOP", ago_s=4 * 3600, sender=TOM)
    sim.sent(ANA, ago_s=600)
    # On its way when the stop came; the answer that the law asks for; refused by Twilio, as it should be.
    stop(BEA, hours_ago=2)
    sim.sent(BEA, ago_s=2 * 3600 - 30)
    required = live.text("You are stopped")
    sid = sim.sent(BEA, ago_s=600)
    Message.update(sid=sid, purpose=MessagePurpose.REQUIRED).where(Message.id == required.id).execute()
    sim.sent(BEA, ago_s=300, status="failed", error=21610)
    assert audit() == []
    assert ParityRun.get().texts == 5
    assert "All in step. 5 texts compared" in maya.get(SETTINGS)
    assert Notice.select().count() == 0


def test_missing_stops_are_added_and_starts_never(app: Any, live: Studio, sim: Simulator) -> None:
    """All of it reached Twilio longer ago than its list is read again, so nothing was taken in as a text."""
    maya = Browse(app).as_(live.maya)
    Sender.update(heard_until=clock.now()).where(Sender.address == NUMBER).execute()
    waiting = live.text("Hello")
    missed(sim, "Stop please!", ago_s=YESTERDAY_S, sender=ANA)
    missed(sim, "Stop.", ago_s=YESTERDAY_S, sender=ANA)
    sim.sent(TOM, ago_s=YESTERDAY_S, status="failed", error=21610)
    stop(BEA, hours_ago=20)
    missed(sim, "START", ago_s=YESTERDAY_S, sender=BEA)
    missed(sim, "START", ago_s=YESTERDAY_S, sender=CAL)
    assert sorted(audit()) == [("blocked", TOM, True), ("start", BEA, False), ("stop", ANA, True)]
    assert has_stopped(ANA) and has_stopped(TOM) and has_stopped(BEA) and not has_stopped(CAL)
    assert fresh(waiting).state is State.BLOCKED
    row = ConsentEvent.get(ConsentEvent.source == "parity")
    assert clock.now() - row.at > timedelta(hours=2)
    page = maya.get(SETTINGS)
    assert "+1 312 555 0142 wrote a stop word that had not reached us" in page
    assert "+1 415 555 0172 wrote START, and it did not reach us" in page
    assert Notice.select().count() == 0
    # The next night finds it in step.
    with at(clock.now() + timedelta(hours=24)):
        assert audit() == []


def test_a_stop_that_was_taken_back_since_is_written_down_and_stops_nothing(live: Studio, sim: Simulator) -> None:
    Sender.update(heard_until=clock.now()).where(Sender.address == NUMBER).execute()
    missed(sim, "STOP", ago_s=YESTERDAY_S)
    come_in(form_in("START"))
    assert audit() == [("stop", ANA, True)]
    assert not has_stopped(ANA)


def test_who_was_texted_after_they_said_stop_is_red(app: Any, live: Studio, sim: Simulator) -> None:
    """By us or by another tool that shares the number."""
    maya = Browse(app).as_(live.maya)
    come_in(form_in("Hello", sender=TOM, sid="SM1"))
    actions.apply_event(next(iter(each for _, each in found(finders.unprocessed_events))))
    stop(TOM, hours_ago=20)
    sim.sent(TOM, ago_s=YESTERDAY_S)
    sim.sent(TOM, ago_s=600)
    assert audit() == [("texted", TOM, False)]
    page = maya.get(SETTINGS)
    assert "Somebody was texted after they said stop." in page and "Open the conversation" in page
    notice = Notice.get(Notice.kind == NoticeKind.TEXTED_AFTER_STOP)
    assert (notice.teammate_id, notice.link) == (live.maya.id, SETTINGS)
    assert "Somebody was texted after they said stop" in maya.get("/notifications")
    # Told once, though the next comparison begins before the last one's end.
    with at(clock.now() + timedelta(minutes=5)):
        assert audit() == []


def found(finder: Callable[[], Any]) -> list[Any]:
    with tenancy.sweeping():
        return list(finder())


def test_it_is_due_each_night_of_the_studio_and_again_when_twilio_is_away(
    live: Studio, sim: Simulator, work: Work
) -> None:
    with at(datetime(2026, 11, 24, 16, 0, tzinfo=UTC)):
        assert len(found(finders.to_audit)) == 1
        sim.account(token="another")
        work("sync")
        assert ParityRun.select().count() == 0
        assert TwilioConnection.get().audit_at == clock.now() + timedelta(hours=1)
        sim.account()
    with at(datetime(2026, 11, 24, 17, 0, tzinfo=UTC)):
        work("sync")
        assert ParityRun.select().count() == 1 and found(finders.to_audit) == []
        # 3:30 in Chicago.
        assert TwilioConnection.get().audit_at == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    with at(datetime(2027, 3, 1, 9, 30, tzinfo=UTC)):
        work("sync")
        # What was found more than 90 days ago is forgotten.
        assert ParityRun.select().count() == 1
    actions.disconnect(by=live.maya)
    with at(datetime(2027, 4, 1, tzinfo=UTC)):
        assert found(finders.to_audit) == []


def test_a_callbacks_words_are_gone_once_applied_and_the_callback_after_a_week(
    live: Studio, sim: Simulator, work: Work
) -> None:
    come_in(form_in("Between us"))
    assert "Between us" in WebhookEvent.get().form
    work("hooks")
    assert WebhookEvent.get().form == "{}" and Message.get().body == "Between us"
    come_in(form_in("Between us"))
    assert WebhookEvent.select().count() == 1
    with at(clock.now() + timedelta(days=6)):
        audit()
        assert WebhookEvent.select().count() == 1
    with at(clock.now() + timedelta(days=8)):
        audit()
        assert WebhookEvent.select().count() == 0


# --- phones that get no texts ---


def gets_no_texts() -> bool:
    return bool(ContactPoint.get(ContactPoint.norm == ANA).no_texts_since)


@pytest.mark.parametrize("code", [21211, 21612, 21614, 21408])
def test_a_number_that_twilio_does_not_text_is_marked(live: Studio, sim: Simulator, code: int) -> None:
    sim.fault("4xx", status=400, code=code)
    actions.deliver(live.text().id)
    assert gets_no_texts()
    other = live.person("Bea Nunez", ANA)
    sim.fault("4xx", status=400, code=code)
    actions.deliver(live.text("Again").id)
    assert ContactPoint.select().where(ContactPoint.no_texts_since.is_null(False)).count() == 2
    assert contacts.primary_points([other.id], PointKind.PHONE)[other.id].bounced_at is None


def test_a_landline_says_so_on_its_contact_until_a_text_arrives(
    app: Any, live: Studio, sim: Simulator, work: Work
) -> None:
    maya, page = Browse(app).as_(live.maya), f"/contacts/{ids.encode(live.lead.id)}"
    sim.settings(callbacks="lost")
    for n, (status, error, is_marked) in enumerate(
        [("undelivered", "30006", True), ("delivered", "", False), ("failed", "30005", True),
         ("undelivered", "30003", True)]
    ):  # fmt: skip
        message = live.text(f"Text {n}")
        actions.deliver(message.id)
        status_of(message, 1, fresh(message).sid or "", status, error)
        work("hooks")
        assert gets_no_texts() is is_marked
    assert "Gets no texts" in maya.get(page)
    come_in(form_in("I can text now"))
    work("hooks")
    assert "Gets no texts" not in maya.get(page)


@pytest.mark.own_database
def test_the_record_of_nights_comes_and_goes(live: Studio, sim: Simulator, config: Config, house: Any) -> None:
    Sender.update(heard_until=clock.now()).where(Sender.address == NUMBER).execute()
    missed(sim, "STOP", ago_s=YESTERDAY_S)
    assert audit() == [("stop", ANA, True)]
    people.note_no_texts(ANA)
    migrations.down(config.data_dir, config.database_roles, "0047_parity")
    with cross_tenant(Why.MIGRATION):
        assert "parity_run" not in database.database.obj.get_tables()
    migrations.up(config.data_dir, config.database_roles)
    assert has_stopped(ANA) and not gets_no_texts()
    assert ParityDifference.select().where(ParityDifference.kind == DifferenceKind.STOP).count() == 0
    assert audit() == []
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
