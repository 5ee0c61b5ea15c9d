"""A thousand texts on their way while everything that carries them is killed, and a carrier that answers badly.

The judge is the simulator's log of what it took: what is owed to a person arrives exactly once, an offer at most once,
and those that did not arrive are the ones a person is asked about. `OMNI_MASSACRE_SEEDS=0-9` runs it at its full size.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from peewee import fn

from omni.config import Config
from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Channel, Entry, Scope
from omni.contacts.models import Contact
from omni.core.database import transaction
from omni.core.models_processes import ScheduleTick
from omni.core.queue import later
from omni.messaging import actions
from omni.messaging.models import (
    Campaign,
    CampaignKind,
    CampaignState,
    Direction,
    Message,
    ReservationState,
    SendAttempt,
    Sender,
    SpendPeriod,
    SpendReservation,
    WebhookEvent,
)
from omni.messaging.states import State
from tests.crash import weakened
from tests.crash.conftest import Studio, answers, children_of
from tests.faults import is_alive, kill, until
from tests.servers import Omni, Valkey
from tests.twilio_sim.client import Simulator


@dataclass(frozen=True)
class Size:
    """How many texts there are, and how often somebody is killed."""

    service: int
    twins: int
    marketing: int
    kills: int

    @property
    def texts(self) -> int:
        return self.service + self.twins + self.marketing


FULL = Size(service=700, twins=100, marketing=200, kills=60)
TENTH = Size(service=70, twins=10, marketing=20, kills=6)
# Retryable and ambiguous answers, each of which befalls three in a hundred.
FAULTS = ("429", "500_before", "500_after", "drop_before", "drop_after", "slow")
# Who carries the texts, how often each is the victim, and how it starts.
CREW = {
    "texts": (4, ("worker", "texts")),
    "more texts": (4, ("worker", "texts")),
    "hooks": (2, ("worker", "hooks")),
    "work": (1, ("worker", "work")),
    "web": (1, ("web",)),
    "scheduler": (1, ("scheduler",)),
}
# Longer than the time between two lists, and than the list of this carrier lags.
STEP = timedelta(minutes=16)
LIST_LAG = timedelta(minutes=10)
# Time passes so often without a change before a text counts as lost.
PATIENCE = 6
UNDER_WAY = (State.SCHEDULED, State.QUEUED, State.SENDING, State.UNKNOWN)


def seeds() -> list[int]:
    """Those that `OMNI_MASSACRE_SEEDS` names: "3", "0-9"."""
    first, _, last = os.environ.get("OMNI_MASSACRE_SEEDS", "0").partition("-")
    return list(range(int(first), int(last or first) + 1))


SIZE = FULL if os.environ.get("OMNI_MASSACRE_SEEDS") else TENTH


@dataclass
class Verdict:
    """What the carrier's log says of the texts that were meant."""

    texts: int
    lost: Counter[Any]
    doubled: Counter[Any]
    needs_person: int
    unexplained: set[str]
    money: dict[str, int]
    kills: int = 0
    steps: int = 0
    fell: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_green(self) -> bool:
        is_paid = self.money["settled"] == self.money["arrived"] and self.money["used"] == self.money["month"]
        is_paid &= self.money["used"] == self.money["settled"] + self.money["held"]
        return is_paid and not (self.lost or self.doubled or self.unexplained)

    def __str__(self) -> str:
        return (
            f"{self.texts} texts, {self.kills} kills, {self.steps} steps, {self.seconds:.0f} s: "
            f"{self.lost.total()} lost, {self.doubled.total()} doubled, {self.needs_person} need a person, "
            f"{len(self.unexplained)} unexplained, {self.money}, fell by themselves: {self.fell}"
        )


@dataclass
class Ledger:
    """What was meant to arrive: words and number of each service text, and the numbers an offer goes to."""

    service: Counter[tuple[str, str]] = field(default_factory=Counter)
    offered: set[str] = field(default_factory=set)

    def judge(self, sim: Simulator) -> Verdict:
        """Compare with what arrived. The same for the product and for the weakened one."""
        arrived = Counter((row["recipient"], row["body"]) for row in sim.messages())
        offers = Counter[str]()
        for (to, body), count in arrived.items():
            if (to, body) not in self.service:
                offers[to] += count
        asked = {row.to_address for row in _texts().where(Message.state == State.NEEDS_PERSON)}
        allowed = self.service + Counter(self.offered & offers.keys())
        got = Counter({key: arrived[key] for key in self.service}) + offers
        missing = self.offered - offers.keys()
        return Verdict(
            texts=self.service.total() + len(self.offered),
            lost=self.service - arrived,
            doubled=got - allowed,
            needs_person=len(asked),
            unexplained=missing ^ asked,
            money=self._money(arrived.total()),
        )

    @staticmethod
    def _money(arrived: int) -> dict[str, int]:
        """What is taken and spent, in the price of one segment."""
        price = Sender.get().micros_per_segment
        spent = dict(
            SpendReservation.select(SpendReservation.state, fn.SUM(SpendReservation.micros))
            .group_by(SpendReservation.state)
            .tuples()
        )
        used = [row.used / price for row in SpendPeriod.select().order_by(SpendPeriod.kind)]
        return {
            "arrived": arrived,
            "settled": int(spent.get(ReservationState.SETTLED, 0)) / price,
            "held": int(spent.get(ReservationState.HELD, 0)) / price,
            "used": used[0],
            "month": used[1],
        }


@dataclass
class Massacre:
    """The texts, the processes that carry them, and whoever kills those."""

    studio: Studio
    sim: Simulator
    omni: Omni
    valkey: Valkey
    config: Config
    size: Size
    seed: int
    share: float = 0.03

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.ledger = Ledger()
        self.running: dict[str, Any] = {}
        self.kills = self.steps = 0
        self.fell: list[str] = []
        self.orphans: set[int] = set()
        self.busy_at_last_step: set[int] = set()
        self.seen: Counter[Any] = Counter()
        moments = self.random.sample(range(1, self.size.texts), self.size.kills + 1)
        self.flush_at, self.kill_at = moments[0], sorted(moments[1:])

    def run(self) -> Verdict:
        began = time.monotonic()
        self.sim.settings(
            faults=dict.fromkeys(FAULTS, self.share),
            seed=self.seed,
            callbacks_lost=0.7,
            list_lag_s=LIST_LAG.total_seconds(),
            callback_delay_s=0,
        )
        Sender.update(segments_per_minute=10**6, segments_per_day=10**6, tokens_milli=10**9).execute()
        campaign = self.write()
        for name in CREW:
            self.start(name)
        until(lambda: answers(self.config))
        self.approve(campaign)
        while not self.is_over() and not self.is_stuck():
            self.go_on()
        self.settle_down()
        verdict = self.ledger.judge(self.sim)
        verdict.kills, verdict.steps, verdict.seconds = self.kills, self.steps, time.monotonic() - began
        verdict.fell = self.fell
        return verdict

    # --- what is sent ---

    def write(self) -> Campaign:
        """Take on every text; the offers as a campaign that a worker builds."""
        maya = self.studio.maya
        with transaction():
            for n in range(self.size.service):
                sent = self.text(self.person(n), self.number(n), f"See you on the mat, number {n}")
                # Woken twice, as by a sweeper and a click.
                later("messaging.deliver", message_id=sent.id) if n % 4 == 0 else None
            # Their first text is another, so that all of these say the same.
            for n in range(self.size.twins):
                self.text(self.person(0), self.number(0), "The door code is 4711", key=f"twin-{n}")
            offered = [self.person(self.size.service + n) for n in range(self.size.marketing)]
            for n, one in enumerate(offered):
                to = self.number(self.size.service + n)
                people.record_consent(
                    one, channel=Channel.SMS, basis=Basis.WRITTEN, source="test", by=maya, norm=to,
                    scope=Scope.MARKETING,
                )  # fmt: skip
                self.ledger.offered.add(to)
        return actions.begin_campaign(
            CampaignKind.MARKETING, "20% off this week", contact_ids=[one.id for one in offered], by=maya
        )

    def person(self, n: int) -> Contact:
        return people.find_or_create(f"Person {n}", self.number(n), "", Entry.HAND, by=self.studio.maya)[0]

    def text(self, to: Contact, number: str, body: str, key: str = "") -> Message:
        sent = actions.send_text(
            to, body, address=number, by=self.studio.maya, client_key=key or body, basis=Basis.ASKED
        )
        self.ledger.service[number, sent.body] += 1
        return sent

    @staticmethod
    def number(n: int) -> str:
        return f"+1312555{1000 + n}"

    def approve(self, campaign: Campaign) -> None:
        """Say yes to the offers, and let the two minutes pass."""

        def built() -> Campaign | None:
            fresh: Campaign = Campaign.get_by_id(campaign.id)
            if fresh.state is not CampaignState.BUILDING:
                return fresh
            return None

        until(built, why="the campaign is not built")
        fresh = Campaign.get_by_id(campaign.id)
        actions.approve_campaign(fresh, bytes(fresh.preview_hash or b""), by=self.studio.maya)
        Campaign.update(hold_until=Campaign.hold_until - _micros(STEP)).execute()

    # --- who is killed ---

    def start(self, name: str) -> None:
        self.running[name] = self.omni.start(*CREW[name][1])

    def go_on(self) -> None:
        """Kill whose moment has come, and let time pass where nothing moves without."""
        self.start_again_who_fell()
        count = self.sim.count_arrivals()
        if self.flush_at and count >= self.flush_at:
            self.flush_at = 0
            self.valkey.client().flushall()
        if self.kill_at and count >= self.kill_at[0]:
            self.kill_at.pop(0)
            self.kill_one()
        elif self.is_idle() or (count // 50 > self.steps and not self.is_any_left_of_the_last_step()):
            self.let_time_pass()
        else:
            time.sleep(0.02)

    def start_again_who_fell(self) -> None:
        """As the supervisor does with whoever ended by itself."""
        for name, process in self.running.items():
            if process.poll() is not None:
                self.fell.append(name)
                self.start(name)

    def kill_one(self) -> None:
        """A horse, a parent whose horses live on, or a group; it is replaced at once."""
        name = self.random.choices(list(CREW), [weight for weight, _words in CREW.values()])[0]
        process, manner = self.running[name], self.random.choice(["horse", "parent", "group"])
        # Not to wait for anything: the moment itself is drawn.
        time.sleep(self.random.uniform(0, 0.1))
        horses = children_of(process.pid)
        self.kills += 1
        if manner == "horse" and horses:
            _kill(self.random.choice(horses))
            return
        _kill(process.pid)
        # Of a web server nobody lives on: whoever dies last lets go of the port.
        dying = horses if manner == "group" or name == "web" else []
        for pid in dying:
            _kill(pid)
        self.orphans |= set(horses)
        process.wait()
        until(lambda: not any(is_alive(pid) for pid in dying))
        self.start(name)

    def horses(self) -> set[int]:
        """Who may have a text in hand."""
        workers = [self.running[name].pid for name in ("texts", "more texts", "hooks", "work")]
        return {horse for pid in workers for horse in children_of(pid)} | {pid for pid in self.orphans if is_alive(pid)}

    # --- how time passes ---

    def let_time_pass(self) -> None:
        """As if it were a quarter of an hour later: for leases, pauses, lists, bells and the sweeper.

        A text that waits does not grow too old by it. No horse outlives two steps, since it would not live so long.
        """
        if self.is_any_left_of_the_last_step():
            time.sleep(0.02)
            return
        self.steps += 1
        self.busy_at_last_step = self.horses()
        state = (self.sim.count_arrivals(), *sorted(_states().items()))
        self.seen[state] += 1
        step = _micros(STEP)
        Message.update(lease_until=Message.lease_until - step).where(Message.state == State.SENDING).execute()
        Message.update(not_before=Message.not_before - step).where(Message.not_before.is_null(False)).execute()
        Message.update(asked_at=Message.asked_at - step).where(Message.state == State.UNKNOWN).execute()
        SendAttempt.update(first_absent_at=SendAttempt.first_absent_at - step).execute()
        self.sim.settings(ahead_s=self.steps * STEP.total_seconds())
        self.valkey.forget_bells()
        began = datetime.now(UTC)
        ScheduleTick.update(due_at=began, lease_until=None).where(ScheduleTick.name == "core.sweep").execute()
        until(lambda: ScheduleTick.get(ScheduleTick.name == "core.sweep").ran_at > began, why="nobody swept")

    def is_any_left_of_the_last_step(self) -> bool:
        return any(is_alive(pid) for pid in self.busy_at_last_step)

    def is_idle(self) -> bool:
        client = self.valkey.client()
        return not any(client.llen(f"rq:queue:{name}") for name in ("texts", "hooks", "work")) and not self.horses()

    def is_over(self) -> bool:
        """Whether every text is over and every callback applied."""
        states = _states()
        if states.total() < self.size.texts or any(states[each] for each in UNDER_WAY):
            return False
        waits = WebhookEvent.select().where(WebhookEvent.processed_at.is_null()).exists()
        return not waits and not self.sim.count_open_callbacks()

    def is_stuck(self) -> bool:
        """Whether time passed again and again and changed nothing."""
        return any(count > PATIENCE for count in self.seen.values())

    def settle_down(self) -> None:
        """Let everyone end, so that nothing more can happen."""
        self.omni.stop()
        until(lambda: not any(is_alive(pid) for pid in self.orphans), why="an orphan is still at it")


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        kill(pid, signal.SIGKILL)


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def _texts() -> Any:
    return Message.select().where(Message.direction == Direction.OUT)


def _states() -> Counter[State]:
    rows = Message.select(Message.state, fn.COUNT(Message.id)).where(Message.direction == Direction.OUT)
    return Counter(dict(rows.group_by(Message.state).tuples()))


@pytest.fixture
def told(carried: dict[str, str]) -> dict[str, str]:
    return carried


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", seeds())
def test_a_thousand_texts_survive_a_massacre(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, config: Config, seed: int
) -> None:
    verdict = Massacre(studio, sim, omni, valkey, config, SIZE, seed).run()
    print(f"seed {seed}: {verdict}")
    assert verdict.is_green, str(verdict)
    assert verdict.kills == SIZE.kills


class Weakened(Omni):
    """Omni's processes, with a guard taken out."""

    be = staticmethod(weakened.main)


@pytest.fixture
def weak(config: Config, told: dict[str, str], weakness: str) -> Iterator[Omni]:
    weak = Weakened(config.data_dir, **told, WEAKENED=weakness)
    yield weak
    weak.stop()


# One database is enough to see that the judge sees; more answers get lost, so that each seed shows it.
@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("weakness", weakened.WEAKNESSES)
def test_the_judge_sees_red_without_a_guard(
    studio: Studio, sim: Simulator, weak: Omni, valkey: Valkey, config: Config, weakness: str
) -> None:
    verdict = Massacre(studio, sim, weak, valkey, config, TENTH, seed=0, share=0.08).run()
    print(f"{weakness}: {verdict}")
    assert not verdict.is_green
    seen = verdict.lost if weakness == "no sweeper" else verdict.doubled
    assert seen, str(verdict)
