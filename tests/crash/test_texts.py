"""Killed anywhere between the click and the receipt, no text is lost and none is sent twice.

The judge is the simulator's own log of what arrived there. Time is made to pass by moving the rows' instants back.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from omni.accounts.models import Teammate, User
from omni.config import Config
from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Entry
from omni.contacts.models import Contact
from omni.core import queue, tenancy
from omni.core.policies import Role
from omni.core.tenancy import Workspace
from omni.messaging import actions
from omni.messaging.models import Message, SendAttempt, WebhookEvent
from omni.messaging.outcomes import Outcome
from omni.messaging.states import State
from tests.faults import Point, kill, until
from tests.servers import Omni, Valkey, free_port
from tests.times import noon
from tests.twilio_sim.client import ACCOUNT, NUMBER, TOKEN, Simulator, running

ANA = "+13125550142"
# A text is over when nothing of it is left to do by itself.
OVER = (State.HANDED_OVER, State.DELIVERED, State.NEEDS_PERSON)


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    with running(tmp_path) as simulator:
        yield simulator


@pytest.fixture
def told(environ: dict[str, str], sim: Simulator) -> dict[str, str]:
    port = free_port()
    here = {"OMNI_TWILIO_API_URL": sim.url, "PORT": str(port), "OMNI_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    # An hour at which texts may arrive: the clock stands, and time passes by `time_passes`.
    here["OMNI_NOW"] = noon().isoformat()
    return {**environ, **here}


@dataclass
class Studio:
    maya: Teammate
    lead: Contact

    def text(self, body: str = "Come by on Friday") -> Message:
        return actions.send_text(self.lead, body, address=ANA, by=self.maya, client_key=body, basis=Basis.ASKED)


@pytest.fixture
def studio(house: Any, valkey: Valkey) -> Iterator[Studio]:
    workspace = Workspace.create(number=11, slug="juniper", name="Juniper Yoga", timezone="America/Chicago")
    with tenancy.entered(workspace):
        user = User.create(name="Maya Ortiz", email="maya@juniper.example", password_hash="none")
        maya = Teammate.create(user=user, role=Role.OWNER)
        lead, _ = people.find_or_create("Ana Nunez", ANA, "", Entry.HAND, by=maya)
        actions.connect(ACCOUNT, TOKEN, NUMBER, None, by=maya)
        yield Studio(maya, lead)


def fresh(message: Message) -> Message:
    found: Message = Message.get_by_id(message.id)
    return found


def time_passes(by: timedelta) -> None:
    """As if every lease, pause and look at a list were `by` longer ago. What may still go keeps its time to go."""
    for message in list(Message.select()):
        changes = {}
        for column in ("lease_until", "not_before", "asked_at"):
            at = getattr(message, column)
            if at is not None:
                changes[column] = at - by
        if changes:
            Message.update(changes).where(Message.id == message.id).execute()
    for attempt in list(SendAttempt.select()):
        if attempt.first_absent_at:
            SendAttempt.update(first_absent_at=attempt.first_absent_at - by).where(
                SendAttempt.id == attempt.id
            ).execute()


def until_over(message: Message, valkey: Valkey) -> None:
    """Let the sweeper ring until the text is over."""
    until_swept(lambda: fresh(message).state in OVER, valkey, "the text is not over")


def until_swept(holds: Callable[[], bool], valkey: Valkey, why: str) -> None:
    """Let the sweeper ring again and again, a quarter of an hour apart, until `holds()`."""

    def holds_or_sweep() -> bool:
        if holds():
            return True
        if valkey.client().llen("rq:queue:texts"):
            return False
        time_passes(timedelta(minutes=16))
        valkey.forget_bells()
        queue.sweep("texts")
        return False

    until(holds_or_sweep, 90, why, pause_s=0.1)


@contextmanager
def killed_at(point: Point, omni: Omni, victim: str, *words: str) -> Iterator[None]:
    """Do what makes a process come by the point, and start one; kill it there, or all around it."""
    yield
    worker = omni.start(*words, **point.environ)
    waiting = point.reached()
    if victim == "group":
        os.killpg(os.getpgid(waiting), signal.SIGKILL)
        # A work-horse is in a group of its own.
        kill(worker.pid) if worker.poll() is None else None
    elif victim == "parent":
        kill(worker.pid)
        point.release()
    else:
        point.kill()
        kill(worker.pid)
    worker.wait()


POINTS = {
    "K1 before the claim": "text.due",
    "K2 claimed, not posted": "text.claimed",
    "K4 answered, not recorded": "text.answered",
    "K5 recorded": "text.recorded",
}


@pytest.mark.parametrize("victim", ["horse", "parent", "group"])
@pytest.mark.parametrize("name", POINTS.values(), ids=POINTS.keys())
def test_a_text_survives(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, folder: Path, name: str, victim: str
) -> None:
    with killed_at(Point(name, folder), omni, victim, "worker", "texts"):
        message = studio.text()
    omni.start("worker", "texts")
    until_over(message, valkey)
    assert fresh(message).state is not State.NEEDS_PERSON
    assert len(sim.messages()) == 1
    assert SendAttempt.select().where(SendAttempt.outcome == Outcome.ACCEPTED).count() == 1


def test_k3_killed_while_the_answer_is_on_its_way(studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey) -> None:
    sim.fault("slow", seconds=30)
    worker = omni.start("worker", "texts")
    message = studio.text()
    until(lambda: sim.messages())
    os.killpg(os.getpgid(worker.pid), signal.SIGKILL)
    for pid in children_of_group(worker.pid):
        kill(pid)
    assert fresh(message).state is State.SENDING
    omni.start("worker", "texts")
    until_over(message, valkey)
    assert len(sim.messages()) == 1 and fresh(message).state is not State.NEEDS_PERSON


def test_k6_killed_in_the_middle_of_a_sweep(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, folder: Path
) -> None:
    message = studio.text()
    valkey.client().flushall()
    # A worker sweeps at its start.
    point = Point("sweep.noted", folder)
    worker = omni.start("worker", "texts", **point.environ)
    point.kill()
    assert worker.wait() == -signal.SIGKILL
    assert fresh(message).state is State.QUEUED and sim.messages() == []
    omni.start("worker", "texts")
    until_over(message, valkey)
    assert len(sim.messages()) == 1


def test_k9_killed_between_the_list_and_the_binding(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, folder: Path
) -> None:
    sim.fault("drop_after", silent=True)
    with killed_at(Point("text.listed", folder), omni, "horse", "worker", "texts"):
        message = studio.text()
    assert fresh(message).state is State.UNKNOWN
    omni.start("worker", "texts")
    until_over(message, valkey)
    assert len(sim.messages()) == 1
    assert [each.witness for each in SendAttempt.select()] == ["list"]


@pytest.mark.parametrize("name", ["text.due", "text.claimed", "text.answered"])
def test_k12_redis_is_flushed_or_gone(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, folder: Path, name: str
) -> None:
    point = Point(name, folder)
    worker = omni.start("worker", "texts", **point.environ)
    message = studio.text()
    point.reached()
    valkey.client().flushall()
    valkey.kill()
    point.release()
    until(lambda: fresh(message).state is not State.QUEUED)
    valkey.start()
    kill(worker.pid) if worker.poll() is None else None
    omni.start("worker", "texts")
    until_over(message, valkey)
    assert len(sim.messages()) == 1


def test_a_text_accepted_while_redis_is_away_is_found(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey
) -> None:
    valkey.kill()
    message = studio.text()
    assert message.state is State.QUEUED
    valkey.start()
    omni.start("worker", "texts")
    until_over(message, valkey)
    assert len(sim.messages()) == 1


def test_thirty_texts_and_a_worker_killed_again_and_again(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey
) -> None:
    """Every text exactly once, with a horse killed each moment one is busy, and a carrier that drops some answers."""
    texts = [studio.text(f"Text {n}") for n in range(30)]
    for n in range(3):
        sim.fault("500_after", silent=True)
        worker = omni.start("worker", "texts")
        until_swept(lambda n=n: len(sim.messages()) >= 3 * (n + 1), valkey, "no text left")
        kill(worker.pid)
        for pid in children_of_group(worker.pid):
            kill(pid)
        time_passes(timedelta(minutes=16))
        valkey.forget_bells()
    omni.start("worker", "texts")
    for text in texts:
        until_over(text, valkey)
    bodies = [row["body"] for row in sim.messages()]
    assert sorted(bodies) == sorted(text.body for text in texts)


@pytest.mark.parametrize("victim", ["horse", "group"])
def test_k7_web_killed_after_the_stop_was_kept_before_its_204(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, config: Config, folder: Path, victim: str
) -> None:
    sim.settings(callback_tries=1000)
    waiting = studio.text()
    point = Point("hook.kept", folder)
    web = omni.start("web", **point.environ)
    until(lambda: answers(config), 60)
    sim.inbound(f"{config.public_url}/webhooks/twilio/inbound", "STOP", sender=ANA)
    pid = point.reached()
    assert fresh(waiting).state is State.BLOCKED
    if victim == "group":
        os.killpg(os.getpgid(web.pid), signal.SIGKILL)
        web.wait()
        # Whoever dies last lets go of the port.
        until(lambda: not children_of_group(web.pid))
    else:
        kill(pid)
    if web.poll() is not None:
        omni.start("web")
    omni.start("worker", "hooks")
    until(lambda: [row["answer"] for row in sim.callbacks()] == [204], 60, "the carrier was never answered")
    until(lambda: WebhookEvent.select().where(WebhookEvent.processed_at.is_null(False)).exists(), 60)
    assert WebhookEvent.select().count() == 1
    assert [each.body for each in Message.select().where(Message.state == State.RECEIVED)] == ["STOP"]


@pytest.mark.parametrize("victim", ["horse", "group"])
def test_k8_killed_while_a_callback_is_applied(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, config: Config, folder: Path, victim: str
) -> None:
    omni.start("web")
    until(lambda: answers(config), 60)
    with killed_at(Point("hook.applying", folder), omni, victim, "worker", "hooks"):
        sim.inbound(f"{config.public_url}/webhooks/twilio/inbound", "Is it on?", sender=ANA)
    assert Message.select().count() == 0
    omni.start("worker", "hooks")
    valkey.forget_bells()
    queue.sweep("hooks")
    until(lambda: Message.select().count() == 1, 60)
    until(lambda: WebhookEvent.select().where(WebhookEvent.processed_at.is_null(False)).count() == 1)


def answers(config: Config) -> bool:
    from tests.servers import get

    return get(f"{config.public_url}/healthz") == 200


def children_of_group(pid: int) -> list[int]:
    """Work-horses whose parent is gone: every process of ours that was forked by `pid`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == pid and int(entry.name) != pid and fields[0] != "Z":
            found.append(int(entry.name))
    return found
