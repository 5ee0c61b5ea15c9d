"""The simulator itself, driven by Twilio's own client library: it must refuse and remember as Twilio does."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.twilio_sim import callbacks
from tests.twilio_sim.client import ACCOUNT, NUMBER, TOKEN, Simulator, running, until


class Loopback(TwilioHttpClient):
    def __init__(self, base: str) -> None:
        super().__init__(pool_connections=False, timeout=5)
        self.base = base

    def request(self, method, url, *args, **kwargs):  # type: ignore[no-untyped-def]
        return super().request(method, self.base + "/" + url.split("/", 3)[3], *args, **kwargs)


@pytest.fixture
def sim(tmp_path: Path) -> Iterator[Simulator]:
    with running(tmp_path) as simulator:
        yield simulator


@pytest.fixture
def client(sim: Simulator) -> Client:
    return Client(ACCOUNT, TOKEN, http_client=Loopback(sim.url))


def test_a_created_message_is_listed_read_redacted_and_deleted(sim: Simulator, client: Client) -> None:
    made = client.messages.create(to="+13125550142", from_=NUMBER, body="Hello")
    assert [row.sid for row in client.messages.list(to="+13125550142", limit=20)] == [made.sid]
    assert client.messages(made.sid).fetch().body == "Hello"
    assert client.messages(made.sid).update(body="").body == ""
    assert client.messages(made.sid).delete()
    assert client.messages.list(to="+13125550142", limit=20) == []


def test_a_list_is_paged_and_newest_first(sim: Simulator, client: Client) -> None:
    made = [client.messages.create(to="+13125550142", from_=NUMBER, body=str(n)).sid for n in range(7)]
    assert [row.sid for row in client.messages.list(to="+13125550142", page_size=3, limit=20)] == made[::-1]


def test_what_was_accepted_survives_its_kill(sim: Simulator, client: Client) -> None:
    made = client.messages.create(to="+13125550142", from_=NUMBER, body="Hello")
    again = sim.restart()
    try:
        assert client.messages(made.sid).fetch().body == "Hello"
        assert len(again.arrivals()) == 1
    finally:
        again.kill()


@pytest.mark.parametrize(
    ("kind", "taken"), [("drop_before", 0), ("drop_after", 1), ("500_before", 0), ("500_after", 1)]
)
def test_a_fault_says_nothing_of_whether_the_text_was_taken(
    sim: Simulator, client: Client, kind: str, taken: int
) -> None:
    sim.fault(kind)
    with pytest.raises((TwilioRestException, OSError)):
        client.messages.create(to="+13125550142", from_=NUMBER, body="Hello")
    assert len(sim.messages()) == taken and len(sim.arrivals()) == 1


def test_faults_are_drawn_by_their_share_and_the_seed(sim: Simulator, client: Client) -> None:
    sim.settings(faults={"429": 0.25, "500_after": 0.25}, seed=4)
    for n in range(60):
        with suppress(TwilioRestException):
            client.messages.create(to="+13125550142", from_=NUMBER, body=str(n))
    first = [row["answer"] for row in sim.arrivals()]
    assert sim.count_arrivals() == 60 and all(5 < first.count(kind) < 25 for kind in ("429", "500_after"))
    sim.steer("forget")
    sim.settings(faults={"429": 0.25, "500_after": 0.25}, seed=4)
    for n in range(60):
        with suppress(TwilioRestException):
            client.messages.create(to="+13125550142", from_=NUMBER, body=str(n))
    assert [row["answer"] for row in sim.arrivals()] == first


def test_a_blocked_number_is_refused_with_21610(sim: Simulator, client: Client) -> None:
    sim.steer("block", number="+13125550142")
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to="+13125550142", from_=NUMBER, body="Hello")
    assert refused.value.code == 21610


def test_a_wrong_token_is_401(sim: Simulator) -> None:
    with pytest.raises(TwilioRestException) as refused:
        Client(ACCOUNT, "wrong", http_client=Loopback(sim.url)).messages.create(to="+1", from_=NUMBER, body="x")
    assert refused.value.status == 401


def test_a_list_may_lag_behind(sim: Simulator, client: Client) -> None:
    sim.settings(list_lag_s=3600)
    client.messages.create(to="+13125550142", from_=NUMBER, body="Hello")
    assert client.messages.list(to="+13125550142", limit=20) == []


def test_its_signature_is_the_one_twilio_checks() -> None:
    form = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "From": "+14158675309", "To": "+18005551212",
            "Caller": "+14158675309"}  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert callbacks.sign("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert RequestValidator("12345").validate(url, form, callbacks.sign("12345", url, form))


def test_callbacks_nobody_takes_are_tried_three_times(sim: Simulator, client: Client) -> None:
    client.messages.create(to="+13125550142", from_=NUMBER, body="Hello", status_callback="http://127.0.0.1:9/none")
    until(lambda: [row["tries"] for row in sim.callbacks()] == [3, 3])
