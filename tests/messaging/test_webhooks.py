"""Who may call us as a carrier: the account's token or a shared key, at exactly our address, through one door."""

import contextlib
import itertools
import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus

import pytest
from werkzeug.test import Client

from omni.config import Config
from omni.core import clock, database, egress, links, migrations, tenancy
from omni.core.audit import AuditEvent
from omni.core.faults import Invalid, NotAllowed, NotFound
from omni.core.tenancy import Reason as Why
from omni.core.tenancy import Workspace, cross_tenant
from omni.messaging import actions, addresses, gateway, queries
from omni.messaging.actions.delivering import claim, record_outcome
from omni.messaging.models import Conversation, Message, SendAttempt, TwilioConnection, WebhookEvent, WebhookKey
from omni.messaging.outcomes import Fact, Outcome, Seen
from omni.messaging.states import Reason, State
from omni.start import all_models, sql_by_hand
from omni.web import hosts
from tests import houses
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio, fresh
from tests.messaging.test_receiving import CALL, MYAPP, come_in, fields, form_in, row, status_of
from tests.times import at
from tests.twilio_sim import callbacks
from tests.twilio_sim.client import ACCOUNT, NUMBER, SERVICE, TOKEN, Simulator

Work = Callable[..., int]

SHA1 = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
SHA256 = "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="
SHARED = {"key_id": "webhooks_sharedkey_1", "secret": "s" * 40}
PUBLIC = "https://texts.juniper.example"
SETTINGS = "/settings/texting"
POOLED = "+13125550177"


def test_a_shared_key_signs_with_sha256_and_nothing_else() -> None:
    assert gateway.is_signed(("12345",), MYAPP, fields(CALL), SHA256, algorithm="HMAC_SHA256")
    assert not gateway.is_signed(("12345",), MYAPP, fields(CALL), SHA1, algorithm="HMAC_SHA256")
    assert not gateway.is_signed(("12345",), MYAPP, fields(CALL), SHA256, algorithm="HMAC_MD5")


@pytest.mark.parametrize(
    ("header", "key"),
    [("key=one,algorithm=HMAC_SHA256", "one"), (" algorithm=HMAC_SHA1 , key = one ", "one"), ("key=", None),
     ("one", None), ("", None), (None, None)],
)  # fmt: skip
def test_the_header_names_a_key(header: str | None, key: str | None) -> None:
    assert gateway.named_key(header) == key


@dataclass
class Carrier:
    """A caller on the far side: posts what it is told to the address that a proxy in front of us would pass on."""

    client: Client

    def post(
        self, target: str, pairs: list[tuple[str, str]], *, token: str = TOKEN, algorithm: str = "sha1",
        signature: str | None = None, headers: dict[str, str] | None = None,
    ) -> int:  # fmt: skip
        """Sign as Twilio does: the address as it was called, then each field's values, each once, in order."""
        text = links.public(target) + "".join(name + value for name, value in sorted(set(pairs)))
        signature = callbacks.sign(token, text, {}, algorithm) if signature is None else signature
        path, _, query = target.partition("?")
        return self.client.post(
            path, query_string=query, data="&".join(f"{name}={quote_plus(value)}" for name, value in pairs),
            content_type="application/x-www-form-urlencoded", environ_overrides={"RAW_URI": target},
            headers={**({"X-Twilio-Signature": signature} if signature else {}), **(headers or {})},
        ).status_code  # fmt: skip


@pytest.fixture
def carrier(house: Any, config: Config) -> Iterator[Carrier]:
    """Twilio, and one proxy with TLS between it and us."""
    behind = replace(config, proxy_hops=1, public_url=PUBLIC)
    links.bind(PUBLIC)
    app = houses.application(behind, house)
    app.config["OMNI"] = behind
    app.config["OMNI_HOSTS"] = hosts.names_of(behind)
    yield Carrier(Client(app))
    links.bind(config.public_url)


def pairs_in(body: str, *, sid: str = "SM1", **more: str) -> list[tuple[str, str]]:
    return list(form_in(body, sid=sid, **more).items())


ODD = [
    "/webhooks/twilio/inbound?a=%C3%A9&b=%7e&c=1+2&d=x%2Fy;z",
    "/webhooks/twilio/%69nbound",
    "/webhooks/twilio/inbound?",
]
LIES = {"Host": "localhost:2", "X-Forwarded-Host": "localhost:1", "X-Forwarded-Proto": "http"}


def test_behind_a_proxy_the_address_counts_as_it_was_called(live: Studio, carrier: Carrier, work: Work) -> None:
    """Escapes stay as they are, a field may come twice, spaces are kept, and no header changes the address."""
    for n, target in enumerate(ODD[:2]):
        assert carrier.post(target, pairs_in("  Olé  ", sid=f"SM{n}"), headers=LIES) == 204, target
    twice = [*pairs_in("two pictures", sid="SM7"), ("MediaUrl", "b"), ("MediaUrl", "a"), ("MediaUrl", "b")]
    assert carrier.post(ODD[0], twice) == 204
    # The same form, signed for what a decoder, a header or the plain path would make of the address.
    for false in ("/webhooks/twilio/inbound?a=é&b=~&c=1+2&d=x/y;z", "/webhooks/twilio/inbound"):
        signature = callbacks.sign(TOKEN, links.public(false), form_in("x", sid="SM8"))
        assert carrier.post(ODD[0], pairs_in("x", sid="SM8"), signature=signature) == 403
    signature = callbacks.sign(TOKEN, "http://localhost:1" + ODD[0], form_in("x", sid="SM8"))
    assert carrier.post(ODD[0], pairs_in("x", sid="SM8"), signature=signature, headers=LIES) == 403
    assert carrier.post(ODD[0], pairs_in("x", sid="SM8"), headers={"X-Forwarded-Host": "evil.example"}) == 421
    for none in ("", "é", "RSOY"):
        assert carrier.post(ODD[0], pairs_in("x", sid="SM8"), signature=none) == 403
    replays: list[Callable[[], int]] = [
        lambda: carrier.post(ODD[0], pairs_in("  Olé  ", sid="SM0"), headers=LIES),
        lambda: carrier.post(ODD[1], pairs_in("  Olé  ", sid="SM1")),
        lambda: carrier.post(ODD[0], twice),
        lambda: carrier.post(ODD[1], pairs_in("x", sid="SM8"), token="wrong"),
        lambda: carrier.post(ODD[1], pairs_in("x", sid="SM8"), signature=""),
    ]
    for n, replay in enumerate(random.Random(7).choices(range(5), k=100)):
        assert replays[replay]() == (204 if replay < 3 else 403)
        if n == 50:
            work("hooks")
    work("hooks")
    assert [message.body for message in Message.select().order_by(Message.id)] == ["  Olé  ", "  Olé  ", "two pictures"]
    assert WebhookEvent.select().count() == 3


def test_a_shared_key_is_the_only_one_that_signs(live: Studio, carrier: Carrier) -> None:
    key = actions.add_key(SHARED["key_id"], SHARED["secret"], by=live.maya)
    named = {"X-Twilio-Webhooks-Signature-Settings": f"key={SHARED['key_id']},algorithm=HMAC_SHA256"}
    # The header may ask for a weaker algorithm; ours is what counts.
    weaker = {"X-Twilio-Webhooks-Signature-Settings": f"key={SHARED['key_id']},algorithm=HMAC_SHA1"}
    other = {"X-Twilio-Webhooks-Signature-Settings": "key=webhooks_sharedkey_2,algorithm=HMAC_SHA256"}
    secret, target = SHARED["secret"], addresses.INBOUND
    assert carrier.post(target, pairs_in("a"), token=secret, algorithm="sha256", headers=named) == 204
    assert carrier.post(target, pairs_in("b", sid="SM2"), token=secret, algorithm="sha256", headers=weaker) == 204
    refused = [
        ({"token": secret, "algorithm": "sha1", "headers": weaker}),
        ({"token": secret, "algorithm": "sha256", "headers": other}),
        ({"token": secret, "algorithm": "sha256", "headers": {}}),
        ({"token": TOKEN, "algorithm": "sha256", "headers": named}),
        ({"token": TOKEN}),
        ({"signature": ""}),
    ]
    for how in refused:
        assert carrier.post(target, pairs_in("x", sid="SM9"), **how) == 403, how
    assert WebhookEvent.select().count() == 2
    with pytest.raises(Invalid):
        actions.add_key(SHARED["key_id"], "other", by=live.maya)
    actions.remove_key(key, by=live.maya)
    assert carrier.post(target, pairs_in("c", sid="SM3")) == 204
    verbs = [line.verb for line in AuditEvent.select().order_by(AuditEvent.n)]
    assert verbs[-2:] == ["texting.key_added", "texting.key_removed"]


def test_a_call_that_does_not_fit_is_told_until_one_does(app: Any, live: Studio, carrier: Carrier) -> None:
    maya = Browse(app).as_(live.maya)
    assert "does not fit" not in maya.get(SETTINGS)
    with at(clock.now()):
        for _ in range(5):
            assert carrier.post(addresses.INBOUND, pairs_in("x"), token="wrong") == 403
    with at(clock.now() + timedelta(seconds=61)):
        assert carrier.post(addresses.INBOUND, pairs_in("x"), signature="") == 403
    assert TwilioConnection.get().unsigned_minutes == 2 and WebhookEvent.select().count() == 0
    page = maya.get(SETTINGS)
    assert f"It must call exactly {links.public(addresses.INBOUND)}" in page
    assert "Refused in 2 different minutes" in page
    assert carrier.post(addresses.INBOUND, pairs_in("x")) == 204
    assert "does not fit" not in maya.get(SETTINGS)


def test_a_shared_key_is_entered_and_removed(app: Any, live: Studio) -> None:
    maya = Browse(app).as_(live.maya)
    keys = f"{SETTINGS}/keys"
    maya.get(SETTINGS)
    assert "Copy the secret" in maya.post(keys, {**SHARED, "secret": ""}, on=SETTINGS, status=422)
    maya.get(SETTINGS)
    maya.post(keys, SHARED, on=SETTINGS)
    page = maya.get(SETTINGS)
    assert SHARED["key_id"] in page and SHARED["secret"] not in page.text
    assert "is here already" in maya.post(keys, SHARED, on=SETTINGS, status=422)
    maya.get(SETTINGS)
    maya.post(f"{keys}/removal", {"key": "nonsense"}, on=SETTINGS, status=404)
    maya.post(f"{keys}/removal", on=SETTINGS)
    assert WebhookKey.select().count() == 0


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_while_the_database_is_in_the_way_the_carrier_is_asked_to_come_again(
    live: Studio, carrier: Carrier, config: Config
) -> None:
    database.database.obj.connection().execute("PRAGMA busy_timeout = 0")
    with contextlib.closing(sqlite3.connect(config.data_dir / "omni.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert carrier.post(addresses.INBOUND, pairs_in("x")) == 503
    assert carrier.post(addresses.INBOUND, pairs_in("x")) == 204


# --- doors ---


def iron_gym(live: Studio, sim: Simulator, number: str, account: str = ACCOUNT, token: str = TOKEN) -> Workspace:
    """Iris's workspace, connected by the same or another account."""
    iron = Workspace.create(number=12, slug="iron", name="Iron Gym")
    with tenancy.entered(iron):
        sim.account(sid=account, token=token, numbers=(number,))
        actions.connect(account, token, number, None, by=live.maya_of(iron))
    return iron


def test_a_messaging_service_may_use_any_number_of_the_account(studio: Studio, sim: Simulator, work: Work) -> None:
    """It picks the number: receipts name that one, and people answer to it. Both belong to the one thread."""
    actions.connect(ACCOUNT, TOKEN, NUMBER, SERVICE, by=studio.maya)
    message = studio.text("Hello")
    assert claim(message.id) is not None
    record_outcome(message.id, 1, Seen(Fact.ANSWERED, http=201, sid="SM1", status="queued"))
    status_of(message, 1, "SM1", "delivered", ours=POOLED)
    come_in(form_in("See you!", sid="SM2", To=POOLED))
    work("hooks")
    assert fresh(message).state is State.DELIVERED
    assert {each.conversation_id for each in Message.select()} == {message.conversation_id}
    assert Conversation.select().count() == 1


def test_an_account_alone_opens_nothing_while_two_workspaces_hold_it(live: Studio, sim: Simulator) -> None:
    iron = iron_gym(live, sim, "+12125550100")
    for to, is_let_in in [(NUMBER, True), (POOLED, False)]:
        if is_let_in:
            come_in(form_in("x", sid=f"SM{to}", To=to))
        else:
            with pytest.raises(NotAllowed):
                come_in(form_in("x", sid=f"SM{to}", To=to))
    with tenancy.entered(iron):
        actions.disconnect(by=live.maya)
    come_in(form_in("x", sid="SM9", To=POOLED))
    assert WebhookEvent.select().count() == 2


def test_a_number_that_was_given_up_may_move_to_another_workspace(live: Studio, sim: Simulator, work: Work) -> None:
    iron = Workspace.create(number=12, slug="iron", name="Iron Gym")
    with tenancy.entered(iron):
        iris = live.maya_of(iron)
        with pytest.raises(Invalid) as taken:
            actions.connect(ACCOUNT, TOKEN, NUMBER, None, by=iris)
        assert "another workspace" in taken.value.faults["from_number"]
    actions.disconnect(by=live.maya)
    with tenancy.entered(iron):
        actions.connect(ACCOUNT, TOKEN, NUMBER, None, by=iris)
    come_in(form_in("Hello"))
    assert WebhookEvent.select().count() == 0
    with pytest.raises(Invalid):
        actions.connect(ACCOUNT, TOKEN, NUMBER, None, by=live.maya)
    with tenancy.entered(iron):
        assert WebhookEvent.select().count() == 1


def test_irises_webhooks_cannot_touch_mayas_rows_even_with_mayas_account_sid(
    live: Studio, sim: Simulator, work: Work
) -> None:
    message, other = live.text("Hello"), "AC" + "b2" * 16
    assert claim(message.id) is not None
    record_outcome(message.id, 1, Seen(Fact.ANSWERED, http=201, sid="SM1", status="queued"))
    before = row(message)
    iron = iron_gym(live, sim, "+12125550100", other, "i" * 32)
    url = addresses.status(message.id, 1)
    for account, ours in itertools.product((ACCOUNT, other), (NUMBER, "+12125550100", POOLED)):
        form = {"MessageSid": "SM1", "AccountSid": account, "From": ours, "To": ANA, "MessageStatus": "failed"}
        with pytest.raises((NotAllowed, NotFound)):
            signature = callbacks.sign("i" * 32, url, form)
            actions.receive_status(fields(form), message.id, 1, url=url, signature=signature)
        if account == ACCOUNT:
            with pytest.raises(NotAllowed):
                come_in({**form_in("STOP"), "To": ours}, token="i" * 32)
    work("hooks")
    assert row(message) == before and WebhookEvent.select().count() == 0
    with tenancy.entered(iron):
        assert WebhookEvent.select().count() == 0


# --- any order, any number of times ---


def heard(*finals: str) -> list[tuple[int, str, str, str]]:
    """Everything Twilio may call about two attempts, of which the second was taken."""
    before = ["accepted", "scheduled", "queued", "sending", "sent"]
    return [(2, "SMb", status, "30006" if status in ("undelivered", "failed") else "") for status in [*before, *finals]]


@pytest.mark.parametrize("final", ["delivered", "undelivered", "failed", "canceled", "read"])
def test_a_hundred_replays_in_any_order_give_the_same_row(live: Studio, sim: Simulator, work: Work, final: str) -> None:
    """The first attempt was turned away with 429, the second was taken; each callback comes many times."""
    rows = []
    for turn in range(4):
        message = live.text(f"Text {turn}")
        calls = heard("delivered", final) if final == "read" else heard(final)
        calls = random.Random(turn).choices(calls, k=25) + calls
        random.Random(turn + 1).shuffle(calls)
        assert claim(message.id) is not None
        record_outcome(message.id, 1, Seen(Fact.ANSWERED, http=429, retry_after_s=1))
        with at(clock.now() + timedelta(seconds=61)):
            assert claim(message.id) is not None
        reply_after = random.Random(turn).randrange(len(calls))
        for n, (attempt, sid, status, error) in enumerate(calls):
            status_of(message, attempt, f"{sid}{turn}", status, error)
            if n == reply_after:
                record_outcome(message.id, 2, Seen(Fact.ANSWERED, http=201, sid=f"{sid}{turn}", status="queued"))
            if n % 3 == turn:
                work("hooks")
        work("hooks")
        stands = row(message)
        assert stands.pop("sid") == f"SMb{turn}"
        rows.append(stands | {"attempts": [(n, outcome) for n, outcome, _sid in stands["attempts"]]})
    assert rows == [rows[0]] * len(rows)
    assert rows[0]["attempts"] == [(1, Outcome.NOT_SENT), (2, Outcome.ACCEPTED)]


def test_two_attempts_that_were_both_taken_say_so_in_any_order(live: Studio, work: Work) -> None:
    """Who proved it first is the text, the other one too many; how it ended stands whatever came last."""
    calls = [(n, f"SM{n}-", status) for n in (1, 2) for status in ("sent", "delivered")]
    for turn, order in enumerate(itertools.permutations(calls)):
        message = live.text(f"Text {turn}")
        for n in (1, 2):
            Message.update(state=State.QUEUED).where(Message.id == message.id).execute()
            assert claim(message.id) is not None
            record_outcome(message.id, n, Seen(Fact.LOST))
        for n, sid, status in order:
            status_of(message, n, f"{sid}{turn}", status)
        work("hooks")
        stands = fresh(message)
        assert (stands.state, stands.reason) == (State.DELIVERED, Reason.SENT_TWICE)
        outcomes = {each.n: each.outcome for each in SendAttempt.select().where(SendAttempt.message == message.id)}
        first = order[0][0]
        assert outcomes == {first: Outcome.ACCEPTED, 3 - first: Outcome.TWICE}


# --- where we can be called ---


def test_the_real_twilio_is_connected_only_where_it_can_call_back(
    app: Any, studio: Studio, sim: Simulator, config: Config
) -> None:
    """The simulator under a name that does not look like this machine's plays the real one."""
    maya = Browse(app).as_(studio.maya)
    good = {"account_sid": ACCOUNT, "auth_token": TOKEN, "from_number": NUMBER}
    egress.bind(replace(config, twilio_api_url=f"http://127.1:{sim.port}"))
    maya.get(SETTINGS)
    assert "does not accept this token" in maya.post(SETTINGS, {**good, "auth_token": "x"}, on=SETTINGS, status=422)
    maya.get(SETTINGS)
    refused = maya.post(SETTINGS, good, on=SETTINGS, status=422)
    assert "no public https address" in refused and queries.find_connection() is None
    links.bind(PUBLIC)
    actions.connect(ACCOUNT, TOKEN, NUMBER, None, by=studio.maya)
    links.bind(config.public_url)
    egress.bind(config)
    assert queries.find_connection() is not None


@pytest.mark.own_database
def test_a_connection_made_before_goes_on_without_keys(live: Studio, config: Config, house: Any) -> None:
    actions.add_key(SHARED["key_id"], SHARED["secret"], by=live.maya)
    migrations.down(config.data_dir, config.database_roles, "0046_signing_keys")
    with cross_tenant(Why.MIGRATION):
        assert "webhook_key" not in database.database.obj.get_tables()
    migrations.up(config.data_dir, config.database_roles)
    assert WebhookKey.select().count() == 0
    come_in(form_in("Hello"))
    assert WebhookEvent.select().count() == 1 and TwilioConnection.get().unsigned_minutes == 0
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
