"""Killed anywhere between the row and the server, no mail is lost, and none goes out twice that must not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from omni.core import clock
from omni.core.mail import MailState, OutgoingMail, post_mail
from omni.core.models_processes import ScheduleTick
from tests.crash.conftest import Chance
from tests.faults import Point, is_alive, kill, until
from tests.servers import MailServer, Omni, Started, Valkey


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def told(environ: dict[str, str], server: MailServer) -> dict[str, str]:
    return {**environ, "OMNI_SMTP_URL": server.url}


@pytest.fixture
def claimed(folder: Path) -> Point:
    """The mail is claimed, nothing was said to the server yet."""
    return Point("mail.claimed", folder)


@pytest.fixture
def handed_over(folder: Path) -> Point:
    """The server has the mail, the row does not know it yet."""
    return Point("mail.handed_over", folder)


def post(n: int = 0, **more: Any) -> OutgoingMail:
    return post_mail("maya@example.com", f"Mail {n}", "Hello", dedupe_key=f"mail:{n}", **more)


def state(mail: OutgoingMail) -> MailState:
    return OutgoingMail.get_by_id(mail.id).state


def until_sent(mail: OutgoingMail, timeout_s: float = 60) -> None:
    until(lambda: state(mail) is MailState.SENT, timeout_s, f"the mail is {state(mail)}")


def lease_ends(mail: OutgoingMail) -> None:
    """As if the lease of the killed sender, and the pause before a repeat, were over."""
    past = clock.now() - timedelta(seconds=1)
    sending, waiting = OutgoingMail.state == MailState.SENDING, OutgoingMail.state == MailState.WAITING
    OutgoingMail.update(lease_until=past).where((OutgoingMail.id == mail.id) & sending).execute()
    OutgoingMail.update(not_before=past).where((OutgoingMail.id == mail.id) & waiting).execute()


def kill_both(point: Point, worker: Started, chance: Chance) -> None:
    """The work-horse that waits at the point, and its parent, in either order."""
    if chance.victim("horse first", "parent first") == "parent first":
        point.reached()
        kill(worker.pid)
        point.kill()
        return
    point.kill()
    assert is_alive(worker.pid)
    kill(worker.pid)


def test_a_mail_is_sent_by_a_real_worker(house: Any, valkey: Valkey, omni: Omni, server: MailServer) -> None:
    omni.start("worker", "mail")
    until_sent(post())
    assert len(server.accepted) == 1


def test_work_horse_killed_before_it_spoke(
    house: Any, valkey: Valkey, omni: Omni, server: MailServer, claimed: Point, chance: Chance
) -> None:
    mail = post()
    worker = omni.start("worker", "mail", **claimed.environ)
    assert claimed.reached() != worker.pid
    kill_both(claimed, worker, chance)
    assert state(mail) is MailState.SENDING
    lease_ends(mail)
    # The next worker sweeps at its start, finds the orphan and lets it wait; then it is sent.
    valkey.client().flushall()
    omni.start("worker", "mail")
    until(lambda: state(mail) is MailState.WAITING, why="the orphan was found")
    lease_ends(mail)
    valkey.client().flushall()
    omni.start("worker", "mail")
    until_sent(mail)
    assert len(server.accepted) == 1


def test_work_horse_killed_after_the_server_took_it_repeats_under_the_same_name(
    house: Any, valkey: Valkey, omni: Omni, server: MailServer, handed_over: Point, chance: Chance
) -> None:
    mail = post()
    worker = omni.start("worker", "mail", **handed_over.environ)
    kill_both(handed_over, worker, chance)
    assert state(mail) is MailState.SENDING
    assert len(server.accepted) == 1
    lease_ends(mail)
    valkey.client().flushall()
    omni.start("worker", "mail")
    until(lambda: state(mail) is MailState.WAITING)
    assert OutgoingMail.get_by_id(mail.id).not_before > clock.now() + timedelta(minutes=14)
    lease_ends(mail)
    valkey.client().flushall()
    omni.start("worker", "mail")
    until_sent(mail)
    assert len({message["Message-ID"] for message in server.accepted}) == 1


def test_work_horse_killed_after_the_server_took_what_must_not_repeat(
    house: Any, valkey: Valkey, omni: Omni, server: MailServer, handed_over: Point, chance: Chance
) -> None:
    mail = post(may_repeat=False)
    worker = omni.start("worker", "mail", **handed_over.environ)
    kill_both(handed_over, worker, chance)
    lease_ends(mail)
    valkey.client().flushall()
    omni.start("worker", "mail")
    until(lambda: state(mail) is MailState.UNKNOWN)
    assert len(server.accepted) == 1


def test_worker_killed_lets_its_work_horse_finish(
    house: Any, valkey: Valkey, omni: Omni, server: MailServer, claimed: Point
) -> None:
    mail = post()
    worker = omni.start("worker", "mail", **claimed.environ)
    horse = claimed.reached()
    kill(worker.pid)
    worker.wait()
    assert is_alive(horse)
    # A new worker rings for it and finds it held.
    valkey.forget_bells()
    omni.start("worker", "mail")
    claimed.release()
    until_sent(mail)
    assert len(server.accepted) == 1


def test_valkey_killed_with_bells_in_it(house: Any, valkey: Valkey, omni: Omni, server: MailServer) -> None:
    mails = [post(n) for n in range(20)]
    valkey.kill()
    mails += [post(n) for n in range(20, 30)]
    valkey.start()
    omni.start("worker", "mail")
    for mail in mails:
        until_sent(mail)
    subjects = sorted(message["Subject"] for message in server.accepted)
    assert subjects == sorted(f"Mail {n}" for n in range(30))


def test_valkey_killed_under_a_running_worker_costs_a_sweep(
    house: Any, valkey: Valkey, omni: Omni, server: MailServer
) -> None:
    omni.start("worker", "mail")
    omni.start("scheduler")
    until_sent(post(0))
    valkey.kill()
    mail = post(1)
    valkey.start()
    # The bell rang at nobody: the sweeper asks every 15 s.
    until_sent(mail, timeout_s=75)
    assert len(server.accepted) == 2


def test_scheduler_killed_at_its_tick_leaves_it_to_the_next(
    house: Any, valkey: Valkey, omni: Omni, folder: Path
) -> None:
    tick = Point("tick.core.sweep", folder)
    omni.start("scheduler", **tick.environ)
    tick.kill()
    held = ScheduleTick.get(ScheduleTick.name == "core.sweep")
    assert (held.ran_at, held.lease_until is None) == (None, False)
    ScheduleTick.update(lease_until=clock.now() - timedelta(seconds=1)).execute()
    omni.start("scheduler")
    until(lambda: ScheduleTick.get(ScheduleTick.name == "core.sweep").ran_at is not None)
