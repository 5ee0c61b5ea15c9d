"""The studio in which this room's tests text: a served house, a simulated carrier, and people by name."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from werkzeug.serving import make_server

from omni.accounts.models import Teammate, User
from omni.config import Config
from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Channel, Entry, Scope
from omni.contacts.models import Contact
from omni.core import clock, queue, tenancy
from omni.core.database import transaction
from omni.core.policies import Role
from omni.core.tenancy import Workspace
from omni.messaging import actions, queries
from omni.messaging.models import Carrier, Direction, Message, Origin
from omni.messaging.states import MessagePurpose, State
from tests.times import at, noon
from tests.twilio_sim.client import ACCOUNT, NUMBER, TOKEN, Simulator, running

ANA = "+13125550142"


@pytest.fixture(autouse=True)
def by_day(request: pytest.FixtureRequest) -> Iterator[None]:
    """It is the noon of a weekday in Chicago, where the studio and its people are: texts may arrive."""
    if "house" in request.fixturenames:
        # Which sets the clock as its settings say.
        request.getfixturevalue("house")
    with at(noon()):
        yield


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running(tmp_path_factory.mktemp("sim")) as found:
        yield found


@pytest.fixture
def sim(simulator: Simulator) -> Simulator:
    """The carrier, with nothing remembered but its account."""
    simulator.steer("forget")
    ahead_s = (clock.now() - datetime.now(UTC)).total_seconds()
    simulator.settings(callback_delay_s=0, ahead_s=ahead_s)
    return simulator


@pytest.fixture
def config(config: Config, simulator: Simulator) -> Config:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return replace(config, port=port, public_url=f"http://127.0.0.1:{port}", twilio_api_url=simulator.url)


@pytest.fixture
def served(app: Any, config: Config) -> Iterator[str]:
    """The house, answering at its public address."""
    server = make_server("127.0.0.1", config.port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield config.public_url
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Studio:
    """Juniper Yoga, its workspace entered, seen from a test."""

    workspace: Workspace
    maya: Teammate
    lead: Contact

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.workspace.timezone)

    def text(
        self,
        body: str = "Come by on Friday",
        *,
        key: str = "",
        basis: Basis | None = Basis.ASKED,
        when: datetime | None = None,
    ) -> Message:
        """Maya texts the lead, now or at a time she chose."""
        return actions.send_text(
            self.lead, body, address=ANA, by=self.maya, client_key=key or f"key-{body}", basis=basis, at=when
        )

    def offer(self, body: str, *, at: datetime) -> None:
        """An offer that reached the lead at that time."""
        with transaction():
            conversation = actions.conversing.open_conversation(queries.find_sender(), ANA, contact=self.lead)
            Message.create(
                created_at=at, conversation=conversation, contact=self.lead, direction=Direction.OUT,
                carrier=Carrier.TWILIO, purpose=MessagePurpose.MARKETING, origin=Origin.CAMPAIGN, body=body,
                from_address=NUMBER, to_address=ANA, state=State.DELIVERED,
            )  # fmt: skip

    def maya_of(self, workspace: Workspace) -> Teammate:
        """Somebody who owns another workspace, which is entered."""
        user = User.create(name="Iris", email="iris@iron.example", password_hash="none")
        return Teammate.create(user=user, role=Role.OWNER, workspace=workspace)

    def person(self, name: str, phone: str) -> Contact:
        return people.find_or_create(name, phone, "", Entry.HAND, by=self.maya)[0]

    def agreed(self, contact: Contact, address: str) -> None:
        people.record_consent(
            contact, channel=Channel.SMS, basis=Basis.ASKED, source="test", by=self.maya, norm=address
        )

    def agreed_to_offers(self, contact: Contact, address: str) -> None:
        people.record_consent(
            contact, channel=Channel.SMS, basis=Basis.WRITTEN, source="test", by=self.maya, norm=address,
            scope=Scope.MARKETING,
        )  # fmt: skip


@pytest.fixture
def studio(house: Any) -> Iterator[Studio]:
    workspace = Workspace.create(number=11, slug="juniper", name="Juniper Yoga", timezone="America/Chicago")
    with tenancy.entered(workspace):
        user = User.create(name="Maya Ortiz", email="maya@juniper.example", password_hash="none")
        maya = Teammate.create(user=user, role=Role.OWNER)
        lead, _ = people.find_or_create("Ana Nunez", ANA, "", Entry.HAND, by=maya)
        yield Studio(workspace, maya, lead)


@pytest.fixture
def live(studio: Studio, sim: Simulator) -> Studio:
    """The studio with its Twilio account connected."""
    actions.connect(ACCOUNT, TOKEN, NUMBER, None, by=studio.maya)
    return studio


@pytest.fixture
def work() -> Callable[..., int]:
    """Do whatever the workers would find to do now."""
    return lambda *queues: queue.work_off(*(queues or ("texts", "hooks")))


def fresh(message: Message) -> Message:
    """The row as it stands now."""
    found: Message = Message.get_by_id(message.id)
    return found
