"""Killed anywhere between the click and the receipt, no text is lost and none is sent twice.

The judge is the simulator's own log of what arrived there. Time is made to pass by moving the rows' instants back.
"""

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from omni.config import Config
from omni.core import queue
from omni.messaging.models import Message, SendAttempt, WebhookEvent
from omni.messaging.outcomes import Outcome
from omni.messaging.states import State
from tests.crash.conftest import ANA, Chance, Studio, answers, children_of
from tests.crash.killing import end, fresh, killed_at, time_passes, until_over, until_swept
from tests.faults import Point, kill, until
from tests.servers import Omni, Valkey
from tests.twilio_sim.client import Simulator


@pytest.fixture
def told(carried: dict[str, str]) -> dict[str, str]:
    return carried


POINTS = {
    "K1 before the claim": "text.due",
    "K2 claimed, not posted": "text.claimed",
    "K4 answered, not recorded": "text.answered",
    "K5 recorded": "text.recorded",
}


@pytest.mark.parametrize("victim", ["horse", "parent", "group"])
@pytest.mark.parametrize("name", POINTS.values(), ids=POINTS.keys())
def test_a_text_survives(
    studio: Studio,
    sim: Simulator,
    omni: Omni,
    valkey: Valkey,
    folder: Path,
    name: str,
    victim: str,
    chance: Chance,
) -> None:
    with killed_at(Point(name, folder), omni, victim, "worker", "texts", goes_on_s=chance.goes_on_s()):
        message = studio.text()
    omni.start("worker", "texts")
    until_over(message, valkey)
    assert fresh(message).state is not State.NEEDS_PERSON
    assert len(sim.messages()) == 1
    assert SendAttempt.select().where(SendAttempt.outcome == Outcome.ACCEPTED).count() == 1


def test_k3_killed_while_the_answer_is_on_its_way(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, chance: Chance
) -> None:
    sim.fault("slow", seconds=30)
    worker = omni.start("worker", "texts")
    message = studio.text()
    until(lambda: sim.messages())
    time.sleep(chance.goes_on_s())
    # The work-horses first: of a parent that is gone nobody can tell the children.
    for pid in children_of(worker.pid):
        end(pid)
    if chance.victim("group", "horse") == "group":
        kill(worker.pid)
    assert fresh(message).state is State.SENDING
    omni.start("worker", "texts")
    until_over(message, valkey)
    assert len(sim.messages()) == 1 and fresh(message).state is not State.NEEDS_PERSON


def test_k6_killed_in_the_middle_of_a_sweep(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, folder: Path, chance: Chance
) -> None:
    message = studio.text()
    others = [studio.text(f"And {n}") for n in range(0 if chance.is_first else chance.randrange(5))]
    valkey.client().flushall()
    # A worker sweeps at its start.
    point = Point("sweep.noted", folder)
    worker = omni.start("worker", "texts", **point.environ)
    point.kill()
    assert worker.wait() == -signal.SIGKILL
    assert fresh(message).state is State.QUEUED and sim.messages() == []
    omni.start("worker", "texts")
    for each in (message, *others):
        until_over(each, valkey)
    assert len(sim.messages()) == 1 + len(others)


def test_k9_killed_between_the_list_and_the_binding(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, folder: Path, chance: Chance
) -> None:
    sim.fault("drop_after", silent=True)
    victim = chance.victim("horse", "group")
    with killed_at(Point("text.listed", folder), omni, victim, "worker", "texts"):
        message = studio.text()
    assert fresh(message).state is State.UNKNOWN
    omni.start("worker", "texts")
    until_over(message, valkey)
    assert len(sim.messages()) == 1
    assert [each.witness for each in SendAttempt.select()] == ["list"]


@pytest.mark.parametrize("name", ["text.due", "text.claimed", "text.answered"])
def test_k12_redis_is_flushed_or_gone(
    studio: Studio, sim: Simulator, omni: Omni, valkey: Valkey, folder: Path, name: str, chance: Chance
) -> None:
    point = Point(name, folder)
    worker = omni.start("worker", "texts", **point.environ)
    message = studio.text()
    point.reached()
    fate = chance.victim("both", "flushed", "gone")
    if fate != "gone":
        valkey.client().flushall()
    if fate != "flushed":
        valkey.kill()
    point.release()
    time.sleep(chance.goes_on_s())
    if chance.victim("late", "at once") == "late":
        until(lambda: fresh(message).state is not State.QUEUED)
    if fate != "flushed":
        valkey.start()
    end(worker.pid)
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
        for pid in children_of(worker.pid):
            end(pid)
        kill(worker.pid)
        time_passes(timedelta(minutes=16))
        valkey.forget_bells()
    omni.start("worker", "texts")
    for text in texts:
        until_over(text, valkey)
    bodies = [row["body"] for row in sim.messages()]
    assert sorted(bodies) == sorted(text.body for text in texts)


@pytest.mark.parametrize("victim", ["horse", "group"])
def test_k7_web_killed_after_the_stop_was_kept_before_its_204(
    studio: Studio,
    sim: Simulator,
    omni: Omni,
    valkey: Valkey,
    config: Config,
    folder: Path,
    victim: str,
    chance: Chance,
) -> None:
    sim.settings(callback_tries=1000)
    waiting = studio.text()
    point = Point("hook.kept", folder)
    web = omni.start("web", **point.environ)
    until(lambda: answers(config), 60)
    sim.inbound(f"{config.public_url}/webhooks/twilio/inbound", "STOP", sender=ANA)
    pid = point.reached()
    assert fresh(waiting).state is State.BLOCKED
    if moment := chance.goes_on_s():
        point.release()
        time.sleep(moment)
    if victim == "group":
        os.killpg(os.getpgid(web.pid), signal.SIGKILL)
        web.wait()
        # Whoever dies last lets go of the port.
        until(lambda: not children_of(web.pid))
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
    studio: Studio,
    sim: Simulator,
    omni: Omni,
    valkey: Valkey,
    config: Config,
    folder: Path,
    victim: str,
    chance: Chance,
) -> None:
    omni.start("web")
    until(lambda: answers(config), 60)
    moment = chance.goes_on_s()
    with killed_at(Point("hook.applying", folder), omni, victim, "worker", "hooks", goes_on_s=moment):
        sim.inbound(f"{config.public_url}/webhooks/twilio/inbound", "Is it on?", sender=ANA)
    assert moment or Message.select().count() == 0
    omni.start("worker", "hooks")
    valkey.forget_bells()
    queue.sweep("hooks")
    until(lambda: Message.select().count() == 1, 60)
    until(lambda: WebhookEvent.select().where(WebhookEvent.processed_at.is_null(False)).count() == 1)
