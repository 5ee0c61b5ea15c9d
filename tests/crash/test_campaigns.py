"""Killed while a campaign is built, made into texts or taken back, nobody gets it twice and no money is lost."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from omni.accounts.models import Teammate
from omni.config import Config
from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Channel
from omni.core.database import transaction
from omni.core.ids import decode, encode
from omni.core.tenancy import current_workspace_id, entered
from omni.messaging import actions, queries
from omni.messaging.actions.campaigning import BUILT_AT_ONCE, PLACED_AT_ONCE
from omni.messaging.models import (
    Campaign,
    CampaignKind,
    CampaignRecipient,
    CampaignState,
    Message,
    ReservationState,
    Sender,
    SpendPeriod,
    SpendReservation,
)
from tests.crash.conftest import Chance, Studio
from tests.crash.killing import killed_at, until_swept
from tests.faults import Point
from tests.servers import Omni, Valkey
from tests.twilio_sim.client import Simulator

NEWS = "We are closed today because of the snow."
ASKED = PLACED_AT_ONCE + 8


@pytest.fixture
def told(carried: dict[str, str]) -> dict[str, str]:
    return carried


def number(n: int) -> str:
    return f"+1312555{1000 + n}"


def crowd(studio: Studio, count: int) -> set[str]:
    """So many people, of whom some were asked, all over the list: the numbers of those."""
    asked = set()
    with transaction():
        for n in range(count):
            read = people.read_person(f"Person {n}", number(n), "")
            one = people.add_contact(read, by=studio.maya)
            if n % (count // ASKED) == 0 and len(asked) < ASKED:
                people.record_consent(
                    one, channel=Channel.SMS, basis=Basis.ASKED, source="test", by=studio.maya, norm=number(n)
                )
                asked.add(number(n))
    assert len(asked) == ASKED
    # The clock stands, so that nothing drips into the bucket.
    Sender.update(tokens_milli=10**9, segments_per_minute=10**6).execute()
    return asked


def begun(studio: Studio) -> Campaign:
    return actions.begin_campaign(CampaignKind.SERVICE, NEWS, by=studio.maya)


def until_state(campaign: Campaign, state: CampaignState, valkey: Valkey) -> Campaign:
    """Let the sweeper ring until the campaign is so."""

    def is_so() -> bool:
        return queries.get_campaign(campaign.id).state is state

    until_swept(is_so, valkey, f"the campaign is not {state}", "work", "texts")
    return queries.get_campaign(campaign.id)


def approved(studio: Studio, campaign: Campaign) -> Campaign:
    return actions.approve_campaign(campaign, bytes(campaign.preview_hash or b""), by=studio.maya)


def the_hold_ends(campaign: Campaign) -> None:
    """As if its two minutes were over."""
    Campaign.update(hold_until=Campaign.hold_until - timedelta(minutes=3) // timedelta(microseconds=1)).where(
        Campaign.id == campaign.id, Campaign.hold_until.is_null(False)
    ).execute()


def assert_each_got_it_once(asked: set[str], sim: Simulator) -> None:
    assert Counter(row["recipient"] for row in sim.messages()) == Counter(asked)
    settled = sum(row.micros for row in SpendReservation.select() if row.state is ReservationState.SETTLED)
    assert [row.used for row in SpendPeriod.select()] == [settled, settled] and settled > 0


def test_k10_killed_while_a_campaign_is_built(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, folder: Path, chance: Chance
) -> None:
    asked = crowd(studio, BUILT_AT_ONCE + 20)
    moment, victim = chance.goes_on_s(), chance.victim("horse", "parent", "group")
    with killed_at(Point("campaign.some_built", folder), omni, victim, "worker", "work", goes_on_s=moment):
        campaign = begun(studio)
    if victim != "parent" and not moment:
        assert queries.get_campaign(campaign.id).total == BUILT_AT_ONCE
    omni.start("worker", "work")
    ready = until_state(campaign, CampaignState.READY, valkey)
    # The lead is one more of whom nobody asked.
    assert ready.total == CampaignRecipient.select().count() == BUILT_AT_ONCE + 21
    approved(studio, ready)
    the_hold_ends(ready)
    omni.start("worker", "texts")
    until_state(campaign, CampaignState.DONE, valkey)
    assert_each_got_it_once(asked, sim)


def test_k10_killed_while_a_campaign_is_made_into_texts(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, folder: Path, chance: Chance
) -> None:
    asked = crowd(studio, ASKED)
    campaign = begun(studio)
    actions.build_campaign(campaign.id)
    moment, victim = chance.goes_on_s(), chance.victim("horse", "parent", "group")
    with killed_at(Point("campaign.some_placed", folder), omni, victim, "worker", "work", goes_on_s=moment):
        approved(studio, queries.get_campaign(campaign.id))
        the_hold_ends(campaign)
    if victim != "parent" and not moment:
        assert Message.select().count() == PLACED_AT_ONCE
    omni.start("worker", "work")
    omni.start("worker", "texts")
    until_state(campaign, CampaignState.DONE, valkey)
    assert_each_got_it_once(asked, sim)


def take_back(words: Sequence[str]) -> None:
    """Undo a campaign in a process of its own: workspace, campaign, teammate."""
    import os

    from omni.start import open_house

    workspace, campaign, maya = (decode(word) for word in words)
    open_house(Config.from_environment(os.environ))
    with entered(workspace):
        actions.undo_campaign(queries.get_campaign(campaign), by=Teammate.get_by_id(maya))


class Undoing(Omni):
    """Processes that take a campaign back."""

    be = staticmethod(take_back)


@pytest.fixture
def undoing(config: Config, told: dict[str, str]) -> Iterator[Omni]:
    undoing = Undoing(config.data_dir, **told)
    yield undoing
    undoing.stop()


@pytest.mark.parametrize("name", ["campaign.undoing", "campaign.undone"])
def test_k11_killed_while_a_campaign_is_taken_back(
    studio: Studio,
    sim: Simulator,
    omni: Omni,
    undoing: Omni,
    valkey: Valkey,
    folder: Path,
    name: str,
    chance: Chance,
) -> None:
    asked = crowd(studio, ASKED)
    campaign = begun(studio)
    actions.build_campaign(campaign.id)
    approved(studio, queries.get_campaign(campaign.id))
    words = [encode(each) for each in (current_workspace_id(), campaign.id, studio.maya.id)]
    moment = chance.goes_on_s()
    with killed_at(Point(name, folder), undoing, "horse", *words, goes_on_s=moment):
        pass
    if not moment:
        wanted = CampaignState.APPROVED if name == "campaign.undoing" else CampaignState.UNDONE
        assert queries.get_campaign(campaign.id).state is wanted
    # Who clicks again finishes it, and a third click finds nothing to do.
    for _click in range(2):
        assert undoing.start(*words).wait() == 0
    the_hold_ends(campaign)
    omni.start("worker", "work")
    omni.start("worker", "texts")
    assert queries.get_campaign(campaign.id).state is CampaignState.UNDONE
    assert [row.used for row in SpendPeriod.select()] == [0, 0]
    assert {row.state for row in SpendReservation.select()} == {ReservationState.RELEASED}
    assert sim.arrivals() == [] and Message.select().count() == 0
    # Said otherwise and approved anew, it goes to each of them once.
    actions.change_campaign(queries.get_campaign(campaign.id), CampaignKind.SERVICE, "Open again.", by=studio.maya)
    approved(studio, until_state(campaign, CampaignState.READY, valkey))
    the_hold_ends(campaign)
    until_state(campaign, CampaignState.DONE, valkey)
    assert_each_got_it_once(asked, sim)
