"""What the policy promises of texting: keys lie sealed and go, and the provider gets what the text needs."""

from collections.abc import Callable
from typing import Any

import pytest

from omni.core import egress
from omni.core.database import database
from omni.core.models_processes import EgressLog
from omni.core.tenancy import current_workspace_id
from omni.messaging import actions, queries
from omni.messaging.gateway import GATEWAY
from omni.messaging.models import TwilioConnection
from tests.messaging.conftest import ANA, Studio
from tests.twilio_sim.client import TOKEN, Simulator


@pytest.fixture
def dialect() -> str:
    return "sqlite"


def stored() -> list[Any]:
    """The keys as they lie in the table."""
    text = "SELECT auth_token, previous_token FROM twilio_connection WHERE workspace_id = ?"
    return list(database.execute_sql(text, [current_workspace_id().bytes]).fetchone())


def test_credentials_lie_sealed(live: Studio) -> None:
    assert TwilioConnection.get().auth_token == TOKEN
    sealed = bytes(stored()[0])
    assert len(sealed) > len(TOKEN) and TOKEN.encode() not in sealed


def test_disconnecting_deletes_the_credentials(live: Studio) -> None:
    before = stored()
    actions.disconnect(by=live.maya)
    assert queries.find_connection() is None
    assert (TwilioConnection.get().auth_token, TwilioConnection.get().previous_token) == ("", None)
    assert stored()[0] != before[0] and stored()[1] is None


def test_the_provider_receives_the_listed_fields_alone(live: Studio, sim: Simulator, work: Callable[..., int]) -> None:
    live.text("One")
    work("texts")
    (arrival,) = sim.arrivals()
    assert arrival["recipient"] == ANA
    assert set(arrival["fields"].split()) == {"Body", "From", "StatusCallback", "To"} <= GATEWAY.fields
    call = EgressLog.select().where(EgressLog.gateway == "twilio").order_by(EgressLog.id.desc()).get()
    assert set(call.field_names) == set(arrival["fields"].split()) and call.subject == live.lead.id
    with pytest.raises(egress.NotDeclared):
        egress.session(GATEWAY, fields=["To", "Birthday"])
