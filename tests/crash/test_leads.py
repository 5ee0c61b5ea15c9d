"""A friend who sends the form of a link's page is one lead, whatever is killed when, and its owner hears of it once."""

import http.client
import os
import re
import signal
import threading
import urllib.parse
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from omni.accounts.models import Notice, NoticeKind
from omni.boards.models import Card
from omni.config import Config
from omni.contacts.models import Activity, ConsentEvent, Contact, ContactPoint
from omni.core import queue
from omni.core.events import EventRow
from omni.core.tenancy import entered
from omni.referrals import actions
from omni.referrals.actions import LinkFacts
from omni.referrals.models import LeadSubmission, ReferralLink, Touch
from tests.faults import Point, is_alive, until
from tests.referrals.friend import ACCEPT, IPHONE
from tests.servers import Omni, Valkey, free_port, get
from tests.world import World

ROSA = {"name": "Rosa Kim", "phone": "(312) 555-0177", "message": "Evenings?", "sms_consent": "y"}
ONE_EACH = (ContactPoint, Card, Touch, LeadSubmission, ConsentEvent)


@pytest.fixture
def told(environ: dict[str, str]) -> dict[str, str]:
    return {**environ, "PORT": str(free_port())}


@dataclass
class Studio:
    """A house with one link, and the friend's browser in front of its page."""

    config: Config
    juniper: Any
    before: dict[Any, int]

    def start_web(self, omni: Omni, **environ: str) -> int:
        """The web server's process group."""
        web = omni.start("web", **environ)
        until(lambda: get(f"http://127.0.0.1:{self.config.port}/healthz") == 200, why="web does not answer")
        return web.pid

    def send(self) -> int:
        """Open the page, fill the form in and send it; the status of the answer."""
        headers = {"User-Agent": IPHONE, "Accept": ACCEPT, "Sec-Fetch-Site": "same-origin"}
        client = http.client.HTTPConnection("127.0.0.1", self.config.port, timeout=60)
        client.request("GET", "/r/spring", headers=headers)
        found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', client.getresponse().read().decode())
        assert found, "the page has no form"
        body = urllib.parse.urlencode({**ROSA, "csrf_token": found[1]})
        client.request("POST", "/r/spring", body, {**headers, "Content-Type": "application/x-www-form-urlencoded"})
        answer = client.getresponse()
        answer.read()
        client.close()
        return answer.status

    def send_in_vain(self) -> threading.Thread:
        """Send the form and hear nothing, since the server dies of it."""

        def send() -> None:
            with suppress(OSError, http.client.HTTPException):
                self.send()

        thread = threading.Thread(target=send)
        thread.start()
        return thread

    def new(self) -> dict[Any, int]:
        """How many rows came of it, by table."""
        return {model: model.select().count() - n for model, n in self.before.items()}


@pytest.fixture
def studio(house: Any, config: Config, valkey: Valkey) -> Any:
    world = World(config)
    with entered(world.juniper):
        actions.make_link(LinkFacts("Spring", slug="spring"), picture=None, by=world.maya)
        yield Studio(config, world.juniper, {model: model.select().count() for model in (Contact, *ONE_EACH)})


def assert_one_lead(studio: Studio) -> None:
    """Rosa is there once, with everything that hangs on her."""
    assert studio.new() == dict.fromkeys((Contact, *ONE_EACH), 1)
    rosa = Contact.get(Contact.display_name == "Rosa Kim")
    link = ReferralLink.get()
    assert (link.lead_count, rosa.owner_id) == (1, link.owner_id)
    assert EventRow.select().where(EventRow.type == "ReferralArrived").count() == 1
    assert Activity.select().where(Activity.contact == rosa.id, Activity.ref_table == "lead_submission").count() == 1


def notices() -> int:
    return int(Notice.select().where(Notice.kind == NoticeKind.LEAD_ARRIVED).count())


def ring_again(valkey: Valkey) -> None:
    """As if the sweeper came by a minute later."""
    valkey.forget_bells()
    queue.sweep("work")


@pytest.mark.parametrize(("name", "kept"), [("lead.written", 0), ("lead.kept", 1)])
@pytest.mark.parametrize("victim", ["worker", "group"])
def test_a_lead_whose_web_is_killed_is_one_lead_when_sent_again(
    studio: Studio, omni: Omni, valkey: Valkey, folder: Path, name: str, kept: int, victim: str
) -> None:
    point = Point(name, folder)
    group = studio.start_web(omni, **point.environ)
    sending = studio.send_in_vain()
    if victim == "worker":
        point.kill()
    else:
        waiting = point.reached()
        os.killpg(group, signal.SIGKILL)
        until(lambda: not is_alive(group) and not is_alive(waiting))
    sending.join(60)
    assert set(studio.new().values()) == {kept}
    if victim == "group":
        studio.start_web(omni)
    assert studio.send() == 303
    assert_one_lead(studio)
    omni.start("worker", "work")
    ring_again(valkey)
    until(lambda: notices() == 1, why="the owner hears nothing")


def test_a_lead_is_told_once_though_the_worker_is_killed_while_it_tells(
    studio: Studio, omni: Omni, valkey: Valkey, folder: Path
) -> None:
    studio.start_web(omni)
    point = Point("lead.told", folder)
    worker = omni.start("worker", "work", **point.environ)
    assert studio.send() == 303
    point.kill()
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert notices() == 0
    omni.start("worker", "work")
    ring_again(valkey)
    until(lambda: notices() == 1, why="the owner hears nothing")
    ring_again(valkey)
    assert LeadSubmission.select().where(LeadSubmission.followed_up_at.is_null()).count() == 0
    assert_one_lead(studio)
    assert notices() == 1


def test_a_lead_sent_while_valkey_is_away_is_kept_and_told_later(
    studio: Studio, omni: Omni, valkey: Valkey, folder: Path
) -> None:
    studio.start_web(omni)
    valkey.kill()
    assert studio.send() == 303
    assert_one_lead(studio)
    valkey.start()
    omni.start("worker", "work")
    until(lambda: notices() == 1, why="the owner hears nothing")
