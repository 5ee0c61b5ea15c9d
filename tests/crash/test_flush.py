"""Everything that is due moves by itself after Redis forgot every bell: what the sweeper is for."""

import os
import signal
from pathlib import Path

import pytest

from omni.config import Config
from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Channel, Entry
from omni.core import clock
from omni.messaging import actions, queries
from omni.messaging.models import Campaign, CampaignKind, CampaignState, Message, Sender, WebhookEvent
from omni.messaging.states import State
from tests.crash.conftest import ANA, Chance, Studio, answers
from tests.faults import until
from tests.servers import Omni, Valkey
from tests.twilio_sim.client import Simulator

TEXTS = 8
OFFERED = 5
# A sweep each 15 s, and as long as a row counts as rung (messaging §5.4).
AT_MOST_S = 75


@pytest.fixture
def told(carried: dict[str, str]) -> dict[str, str]:
    return carried


def begin_to_run(studio: Studio) -> Campaign:
    """A campaign that runs, none of whose texts is made yet."""
    asked = []
    for n in range(OFFERED):
        number = f"+1312555{1000 + n}"
        one, _ = people.find_or_create(f"Person {n}", number, "", Entry.HAND, by=studio.maya)
        people.record_consent(one, channel=Channel.SMS, basis=Basis.ASKED, source="test", by=studio.maya, norm=number)
        asked.append(one.id)
    campaign = actions.begin_campaign(CampaignKind.SERVICE, "We are closed.", contact_ids=asked, by=studio.maya)
    actions.build_campaign(campaign.id)
    ready = queries.get_campaign(campaign.id)
    actions.approve_campaign(ready, bytes(ready.preview_hash or b""), by=studio.maya)
    Campaign.update(state=CampaignState.RUNNING, hold_until=clock.now()).execute()
    return ready


def left() -> int:
    """How many of our texts have left."""
    return int(Message.select().where(Message.state << [State.HANDED_OVER, State.DELIVERED]).count())


def test_everything_due_moves_after_a_flush(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, config: Config, folder: Path, chance: Chance
) -> None:
    # The clock stands and nothing drips into the bucket: so many leave before Redis forgets, and no more.
    before = chance.randrange(TEXTS)
    Sender.update(tokens_milli=before * 1000).execute()
    workers = {name: omni.start("worker", name) for name in ("texts", "hooks", "work")}
    omni.start("scheduler")
    omni.start("web")
    until(lambda: answers(config))
    for name in ("hooks", "work"):
        os.kill(workers[name].pid, signal.SIGSTOP)
    texts = [studio.text(f"Text {n}") for n in range(TEXTS)]
    Message.update(state=State.SCHEDULED, not_before=clock.now()).where(Message.id == texts[-1].id).execute()
    begin_to_run(studio)
    for n in range(3):
        sim.inbound(f"{config.public_url}/webhooks/twilio/inbound", f"Question {n}", sender=f"+1312555{2000 + n}")
    waiting = WebhookEvent.select().where(WebhookEvent.processed_at.is_null())
    until(lambda: len(sim.messages()) == before and waiting.count() >= 3, why="nothing came as far as it should")
    valkey.client().flushall()
    Sender.update(tokens_milli=10**9, segments_per_minute=10**6).execute()
    for name in ("hooks", "work"):
        os.kill(workers[name].pid, signal.SIGCONT)
    until(lambda: left() == TEXTS + OFFERED, AT_MOST_S, "a text lies where it was")
    until(lambda: not waiting.exists(), AT_MOST_S, "a callback lies where it was")
    assert Message.select().where(Message.state == State.RECEIVED).count() == 3
    assert sorted(row["body"] for row in sim.messages() if row["recipient"] == ANA) == sorted(t.body for t in texts)
    assert len(sim.messages()) == TEXTS + OFFERED
