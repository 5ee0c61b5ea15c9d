"""What single promises rest on, where no other test of the rooms proves it already."""

import re
from typing import Any

import pytest

from omni.accounts import actions as accounts
from omni.accounts.models import Session
from omni.contacts import actions as people
from omni.contacts.exports.people import of_contacts
from omni.contacts.kinds import Entry
from omni.contacts.models import Contact
from omni.contacts.wording import ENTRIES
from omni.core.ids import encode
from omni.core.mail import MailKind, post_mail
from omni.core.models_processes import OutgoingMail
from omni.core.policies import Policy
from omni.core.tenancy import entered
from omni.web.marks import mark_of
from tests.architecture.canaries import CANARIES, Studio
from tests.browse import Browse
from tests.world import PASSWORD, World


@pytest.fixture
def dialect() -> str:
    return "sqlite"


def test_a_session_keeps_a_shortened_address(browse: Browse, world: World) -> None:
    browse.get("/login")
    browse.post("/login", {"email": world.maya.user.email, "password": PASSWORD})
    session = Session.select().order_by(Session.created_at.desc()).get()
    assert session.ip_prefix == "127.0.0.0/24"
    assert not [value for value in session.__data__.values() if value == "127.0.0.1"]


def test_each_field_of_the_account_can_be_changed(browse: Browse, world: World) -> None:
    hers = browse.as_(world.maya)
    url = "/settings/account"
    hers.get(url)
    words = {"name": "Maya Park", "company": "Birch Yoga", "role_title": "Coach"}
    hers.post(url, {**words, "locale": "es", "timezone": "Europe/Madrid"}, on=url)
    hers.get(url)
    points = {"email": "park@example.com", "phone": "312 555 0199"}
    hers.post(f"{url}/contact-points", points, on=url)
    user = type(world.maya.user).get_by_id(world.maya.user_id)
    assert {name: getattr(user, name) for name in words} == words
    assert (user.locale, user.timezone) == ("es", "Europe/Madrid")
    assert (user.email, user.phone) == ("park@example.com", "+13125550199")


def test_mail_names_its_kind(house: Any) -> None:
    assert {kind.name for kind in MailKind} == {"TRANSACTION", "SERVICE", "MARKETING"}
    post_mail("ana@example.com", "Hello", "Words", dedupe_key="promise")
    assert OutgoingMail.get().kind is MailKind.TRANSACTION


def test_nothing_offers_itself_by_mail(browse: Browse, world: World) -> None:
    browse.get("/password/reset")
    browse.post("/password/reset", {"email": world.maya.user.email})
    assert {mail.kind for mail in OutgoingMail.select()} == {MailKind.TRANSACTION}


@pytest.mark.parametrize("entry", list(Entry))
def test_a_contact_keeps_where_it_came_from(browse: Browse, world: World, entry: Entry) -> None:
    with entered(world.juniper):
        contact, _ = people.find_or_create("Quill Canary", "+13125550177", "", entry, "a friend", by=world.maya)
        kept = Contact.get_by_id(contact.id)
        (row,) = of_contacts(Contact.select().where(Contact.id == contact.id))
    assert kept.source is entry and row["source_detail"] == "a friend"
    page = browse.as_(world.maya).get(f"/contacts/{encode(contact.id)}")
    assert "Came by" in page and f"{ENTRIES[entry]}, a friend" in page


def test_an_operator_sees_nothing_of_a_workspace(app: Any, world: World) -> None:
    """Iris operates this installation. Juniper stays as closed to her as to anyone of another studio."""
    studio = Studio(app, world)
    studio.furnish()
    accounts.make_operator(world.iris.user)
    browse, addresses = Browse(app).as_(world.iris), app.url_map.bind("localhost")
    assert browse.client.get("/operator/messages").status_code == 200
    for rule in app.url_map.iter_rules():
        mark = mark_of(app.view_functions[rule.endpoint])
        if "GET" in (rule.methods or set()) and mark and mark.policy not in (None, Policy.OPERATE):
            answer = browse.client.get(addresses.build(rule.endpoint, studio.values(rule), method="GET"))
            assert not [canary for canary in CANARIES if canary in answer.text], rule.rule
            assert answer.status_code == 404 or "contact_id" not in rule.arguments, rule.rule


def test_metrics_name_nobody(app: Any, world: World) -> None:
    studio = Studio(app, world)
    studio.furnish()
    lines = Browse(app).ask("GET", "/metrics", status=200).text.splitlines()
    numbers = [line for line in lines if not line.startswith("#")]
    assert numbers
    assert all(re.fullmatch(r"omni_[a-z_]+ [0-9.e+-]+", line) for line in numbers)
    assert not [canary for canary in CANARIES if canary in "\n".join(lines)]
