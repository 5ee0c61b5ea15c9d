"""The house is whole: tables, jobs, events and ports each have their place, and few places may do what all could.

Every rule stands beside a planted fault that it finds.
"""

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

import omni
from omni.contacts.models import Contact
from omni.core import egress, personal_data, queue, schedule
from omni.core.database import database
from omni.core.events import Event
from omni.core.fields import CharField, Field
from omni.core.personal_data import Erase, TableAnswer
from omni.core.ports import Port
from omni.core.statements import WallBreach
from omni.core.tenancy import GlobalModel, Reason, TenantModel, cross_tenant, sweeping
from omni.rooms import Room, rooms
from omni.start import all_models
from tests.architecture import code

# Tables that belong to no workspace, and why.
GLOBAL = {
    "workspace": "is the workspace",
    "crossing": "notes each step outside all workspaces",
    "door": "is read before any workspace is known",
    "outgoing_mail": "also carries mail to people who have none",
    "schedule_tick": "the clockwork's own",
    "heartbeat": "the processes' own",
    "egress_log": "also notes what left in nobody's name",
    "user": "a person may work in several",
    "session": "says which one is open",
    "help_message": "a question from anyone",
    "deletion": "outlives the workspace it ended",
    "spool_cursor": "one spool for all",
    "sent_form": "a form may belong to no workspace, as an operator's does",
}
# Rooms that are still to come; an event may wait for them.
TO_COME = {"automations", "insights", "calendar", "zero"}
# Ports nobody answers yet, each with the room to come.
WAITING: dict[str, str] = {}

# Who may import a library that reaches other machines. `core/egress.py` opens the connections; a gateway speaks through
# its session; the rest listens, or talks to a process of this installation.
OUTWARD = {
    "omni/core/egress.py": {"requests", "smtplib"},
    "omni/core/mail.py": {"smtplib"},
    "omni/messaging/gateway.py": {"requests", "twilio"},
    "omni/messaging/gateway_media.py": {"requests"},
    "omni/messaging/practice.py": {"requests"},
    "omni/config.py": {"socket"},
    "omni/server.py": {"socket"},
    "omni/supervisor.py": {"socket", "http.client"},
    "omni/valkey.py": {"socket"},
    "omni/worker.py": {"socket"},
    "omni/web/hosts.py": {"socket"},
    "omni/demo.py": {"urllib.request"},
}
# What Omni reaches by itself, and through which gateway. "mail" and "practice" go where this installation says.
HOSTS = {
    "mail": (),
    "practice": (),
    "twilio": ("api.twilio.com",),
    "twilio_media": ("mms.twiliocdn.com", "media.twiliocdn.com", "s3-external-1.amazonaws.com"),
    "twilio_services": ("messaging.twilio.com",),
}
# Reads and writes too hot for Peewee (performance §4), the database's own affairs, and the probes.
RAW = {
    "omni/boards/queries.py",
    "omni/contacts/imports/bulk.py",
    "omni/contacts/search.py",
    "omni/core/database.py",
    "omni/core/migrations.py",
    "omni/core/prepared.py",
    "omni/core/tenancy.py",
    "omni/core/together.py",
    "omni/core/walls.py",
    "omni/doctor.py",
    "omni/web/health.py",
}
# Conditions of indexes and what finds them, checks of tables, all of which Peewee has no words for; one `SELECT 1`.
SQL = {
    "omni/accounts/models.py",
    "omni/boards/models.py",
    "omni/boards/queries.py",
    "omni/contacts/calls.py",
    "omni/contacts/lists/operators.py",
    "omni/contacts/models.py",
    "omni/contacts/particulars.py",
    "omni/core/database.py",
    "omni/core/fields.py",
    "omni/core/tenancy.py",
    "omni/messaging/models/campaigns.py",
    "omni/messaging/models/carriers.py",
    "omni/messaging/models/media.py",
    "omni/messaging/models/practice.py",
    "omni/messaging/models/threads.py",
    "omni/tasks/models.py",
}
# Who crosses from workspace to workspace, and who reads in a sweep: (workspace, id) pairs alone.
CROSSING = {
    "omni/core/migrations.py",
    "omni/core/rotation.py",
    "omni/doctor.py",
    "omni/privacy/actions.py",
    "omni/privacy/erasing.py",
}
SWEEPING = {"omni/core/queue.py", "omni/messaging/queries.py", "omni/accounts/queries.py"}


@pytest.fixture
def dialect() -> str:
    """What is asked here is the same on both databases, but where a test says otherwise."""
    return "sqlite"


# -- tables ----------------------------------------------------------------------------------------------------------


def outside_all_workspaces(models: Iterable[type[Any]]) -> set[str]:
    """Tables that belong to no workspace."""
    return {model._meta.table_name for model in models if not issubclass(model, TenantModel)}


def poor_answers(answers: Iterable[TableAnswer]) -> list[str]:
    """Answers that say not why, or name a subject whose rows nobody can find though they are to go."""
    return [
        answer.model._meta.table_name
        for answer in answers
        if not answer.why and (answer.erase is Erase.KEEP or not answer.subject)
    ]


def test_every_table_has_a_workspace_or_is_listed(house: Sequence[Room]) -> None:
    assert outside_all_workspaces(all_models(house)) == set(GLOBAL)


def test_a_table_outside_the_workspaces_is_found(house: Sequence[Room]) -> None:
    class Stray(GlobalModel):
        pass

    assert outside_all_workspaces([*all_models(house), Stray]) - set(GLOBAL) == {"stray"}


def test_every_table_of_the_database_has_a_model(house: Sequence[Room]) -> None:
    known = {model._meta.table_name for model in all_models(house)} | {"schema_migration"}
    searched = {table for room in house for table in room.full_text}
    with cross_tenant(Reason.MIGRATION):
        there = {name for name in database.obj.get_tables() if not name.startswith(tuple(searched))}
    assert there == known


def test_every_column_is_declared_and_every_table_answers(house: Sequence[Room]) -> None:
    assert not personal_data.undeclared(all_models(house))


def test_an_undeclared_column_and_a_table_without_an_answer_are_found(house: Sequence[Room]) -> None:
    class Silent(TenantModel):
        shoe_size = CharField(max_length=9)
        declared = CharField(max_length=9, personal=Field("user_content"))

    faults = personal_data.undeclared([*all_models(house), Silent])
    assert "silent.shoe_size is undeclared" in faults
    assert "silent has no answer" in faults
    assert not [line for line in faults if "silent.declared" in line]


def test_every_answer_says_why(house: Sequence[Room]) -> None:
    assert not poor_answers(personal_data.answers())


def test_an_answer_without_a_reason_is_found() -> None:
    class Mute(TenantModel):
        pass

    assert poor_answers([TableAnswer(Mute, subject="contact", erase=Erase.KEEP)]) == ["mute"]


# -- jobs ------------------------------------------------------------------------------------------------------------


def wrong_jobs(jobs: Iterable[queue.Job]) -> list[str]:
    """Jobs named after no room, or declared in another."""
    names = {room.name for room in rooms()}
    return [
        job.name
        for job in jobs
        if job.name.split(".")[0] not in names or f"omni.{job.name.split('.')[0]}." not in f"{job.function.__module__}."
    ]


def test_every_job_belongs_to_its_room_and_is_ticked_or_rung_by_name(house: Sequence[Room]) -> None:
    assert queue.JOBS
    assert not wrong_jobs(queue.JOBS.values())
    assert all(callable(job.function) and callable(job.finder) for job in queue.JOBS.values())
    assert all(tick.function.__module__.split(".")[1] == name.split(".")[0] for name, tick in schedule.TICKS.items())


def test_a_job_under_a_foreign_name_is_found(house: Sequence[Room]) -> None:
    job = next(iter(queue.JOBS.values()))
    stray = queue.Job("boards.stray", job.queue, test_every_table_has_a_workspace_or_is_listed, list, 1, "", False, {})
    assert wrong_jobs([*queue.JOBS.values(), stray]) == ["boards.stray"]


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_every_finder_asks_for_pairs_and_nothing_else(house: Sequence[Room]) -> None:
    for job in queue.JOBS.values():
        with sweeping():
            assert list(job.finder()) == [], job.name


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_a_finder_that_reads_more_than_pairs_is_found(house: Sequence[Room]) -> None:
    with sweeping(), pytest.raises(WallBreach):
        list(Contact.select(Contact.workspace, Contact.id, Contact.display_name).tuples())


def test_every_bell_rings_for_a_job_with_the_ids_it_takes(house: Sequence[Room]) -> None:
    faults = {
        code.name_of(path): found
        for path in code.files()
        if (found := list(code.wrong_bells(path.read_text(), queue.JOBS)))
    }
    assert not faults


@pytest.mark.parametrize(
    "text",
    [
        'later("messaging.delivr", message_id=1)',
        'queue.later("messaging.deliver", contact_id=1)',
        'later("messaging.deliver")',
        "later(name, message_id=1)",
    ],
)
def test_a_wrong_bell_is_found(house: Sequence[Room], text: str) -> None:
    assert list(code.wrong_bells(text, queue.JOBS))


# -- events and ports ------------------------------------------------------------------------------------------------


def modules() -> Iterator[Any]:
    """Every module of the house but the processes, which have no tables, events or ports."""
    for found in pkgutil.walk_packages(omni.__path__, "omni."):
        if found.name.count(".") > 1 and found.name.split(".")[-1] in ("events", "ports"):
            yield importlib.import_module(found.name)


def unheard(events: Iterable[type[Event]]) -> list[str]:
    """Events that nobody hears, and that say neither that the log alone keeps them nor for which room they wait."""
    # Of automations the joins stand, which a port asks; what hears events comes with its rules.
    built = {room.name for room in rooms()} - {"automations"}
    return [
        event.__name__
        for event in events
        if not event.log_only and not (event.not_yet and set(event.not_yet) <= TO_COME - built)
    ]


def declared_events() -> list[type[Event]]:
    found = [
        one
        for module in modules()
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Event) and one is not Event and one.__module__ == module.__name__
    ]
    assert found
    return found


def unanswered(house: Sequence[Room]) -> list[str]:
    """Ports no room fills and no line of `WAITING` explains."""
    filled = [port for room in house for port in room.fills]
    return [
        f"{module.__name__}.{name}"
        for module in modules()
        for name, one in vars(module).items()
        if isinstance(one, Port) and one not in filled and one.name not in WAITING
    ]


def answered_from_below(house: Sequence[Room]) -> list[str]:
    """Ports filled by the room that asks, or by one below it: those call plainly."""
    order = ["web", *(room.name for room in house)]
    asking = {
        one: module.__name__.split(".")[1]
        for module in modules()
        for one in vars(module).values()
        if isinstance(one, Port)
    }
    return [
        f"{room.name} fills {port.name}"
        for room in house
        for port in room.fills
        if order.index(room.name) <= order.index(asking[port])
    ]


def test_every_event_is_heard_or_says_who_will() -> None:
    assert not unheard(declared_events())


def test_an_event_nobody_hears_is_found() -> None:
    @dataclass(frozen=True)
    class TreeFell(Event):
        pass

    @dataclass(frozen=True)
    class TreeGrew(Event):
        not_yet: ClassVar[tuple[str, ...]] = ("boards",)

    assert unheard([TreeFell, TreeGrew]) == ["TreeFell", "TreeGrew"]


def unpublished(events: Iterable[type[Event]]) -> list[str]:
    """Events that no file which publishes ever makes."""
    texts = [text for path in code.files() if "publish(" in (text := path.read_text())]
    names = [event.__name__ for event in events]
    return [name for name in names if not any(code.calls_of(text, name) for text in texts)]


def test_every_event_is_published() -> None:
    assert not unpublished(declared_events())


def test_an_event_nobody_publishes_is_found() -> None:
    @dataclass(frozen=True)
    class TreeFell(Event):
        pass

    assert unpublished([*declared_events(), TreeFell]) == ["TreeFell"]


def test_every_port_is_answered_by_a_room_above(house: Sequence[Room]) -> None:
    assert not unanswered(house)
    assert not answered_from_below(house)


def test_a_port_without_an_answer_is_found(house: Sequence[Room], monkeypatch: pytest.MonkeyPatch) -> None:
    from omni.accounts import ports

    monkeypatch.setattr(ports, "stray", Port("stray"), raising=False)
    assert unanswered(house) == ["omni.accounts.ports.stray"]
    upside_down = Room("accounts", models=[], personal_data=[], fills={ports.settings: lambda teammate: []})
    assert answered_from_below([upside_down]) == ["accounts fills settings"]


# -- what only a few places may do -----------------------------------------------------------------------------------


def places(calls: Any) -> set[str]:
    """The files in which `calls(text)` finds something."""
    return {code.name_of(path) for path in code.files() if list(calls(path.read_text()))}


def test_only_gateways_reach_out() -> None:
    found = {code.name_of(path): names for path in code.files() if (names := code.outward_imports(path.read_text()))}
    assert {
        name: names - OUTWARD.get(name, set()) for name, names in found.items() if names - OUTWARD.get(name, set())
    } == {}
    assert places(code.own_sessions) == set()


@pytest.mark.parametrize(
    "text",
    [
        "import requests",
        "def f():\n    from urllib.request import urlopen",
        "from urllib import request",
        "import http.client as web",
        "from http import client",
        "import importlib\nimportlib.import_module('socket')",
        "from twilio.rest import Client",
    ],
)
def test_a_way_out_is_found(text: str) -> None:
    assert code.outward_imports(text)


def test_a_session_of_ones_own_is_found() -> None:
    assert list(code.own_sessions("requests.post(url, data=form)"))
    assert not list(code.own_sessions("session.post(url)\nraise requests.exceptions.ConnectTimeout()"))


def test_parsing_an_address_reaches_nobody() -> None:
    assert not code.outward_imports("from urllib.parse import urlsplit\nfrom http import HTTPStatus")


def other_gateways() -> set[str]:
    """Gateways that are not as the list has them, or that name no agreement."""
    named = {name: gateway.hosts for name, gateway in egress.GATEWAYS.items()}
    silent = {name for name, gateway in egress.GATEWAYS.items() if not gateway.agreement}
    return silent | {name for name in named.keys() | HOSTS.keys() if named.get(name) != HOSTS.get(name)}


def test_the_gateways_are_those_the_policy_names(house: Sequence[Room]) -> None:
    assert other_gateways() == set()


def test_a_gateway_the_policy_does_not_name_is_found(house: Sequence[Room], monkeypatch: pytest.MonkeyPatch) -> None:
    stray = dataclasses.replace(egress.GATEWAYS["twilio"], hosts=("elsewhere.example",))
    monkeypatch.setitem(egress.GATEWAYS, "stray", stray)
    monkeypatch.setitem(egress.GATEWAYS, "mail", dataclasses.replace(egress.GATEWAYS["mail"], agreement=""))
    assert other_gateways() == {"stray", "mail"}


def test_raw_queries_stand_in_few_places() -> None:
    assert places(code.raw_queries) == RAW
    assert places(lambda text: code.calls_of(text, "SQL")) == SQL
    assert code.raw_queries('Contact.raw("SELECT 1")') == [1]
    assert code.raw_queries('db.execute_sql("SELECT 1")') == [1]
    assert code.raw_queries('db.execute_many("INSERT …", rows)') == [1]
    assert code.calls_of('x = peewee.SQL("1")', "SQL") == [1]


def test_a_life_is_changed_in_one_place() -> None:
    """Invariant 7 of specs/contacts.md; a new contact begins with one."""
    begins = "omni/contacts/actions/people.py"
    assert places(lambda text: code.sayings_of(text, "lifecycle")) == {"omni/contacts/actions/life.py", begins}
    for fault in ("Contact.update(lifecycle=x)", 'Contact.update({"lifecycle": x})', "contact.lifecycle = x"):
        assert code.sayings_of(fault, "lifecycle") == [1]
    assert code.sayings_of("found = contact.lifecycle", "lifecycle") == []


def test_crossings_and_sweeps_stand_in_few_places() -> None:
    assert places(lambda text: code.calls_of(text, "cross_tenant")) == CROSSING
    assert places(lambda text: code.calls_of(text, "sweeping")) == SWEEPING
    assert code.calls_of("with tenancy.cross_tenant(Reason.KEYS): pass", "cross_tenant") == [1]
    assert code.calls_of("with sweeping(): pass", "sweeping") == [1]
