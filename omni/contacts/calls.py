"""Calls a teammate makes by hand: begun as the dialler opens, told once they say how it went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from peewee import SQL

from omni.accounts.models import Teammate
from omni.contacts.kinds import CallOutcome
from omni.contacts.models import Contact
from omni.core import clock
from omni.core.fields import CharField, EnumField, Field, IdField, InstantField
from omni.core.ids import Id
from omni.core.prepared import prepared
from omni.core.tenancy import TenantKey, TenantModel
from omni.core.together import Part

# A call nobody spoke of for so long becomes a line "tried to call".
ASKED_FOR = timedelta(hours=1)


class Call(TenantModel):
    """One call. `client_key` makes it one however often it is posted; without an outcome nobody said how it went.

    `point_id` and `activity_id` are plain ids: the number and the line that tells of the call may go before it does.
    """

    contact_id: Id
    teammate_id: Id

    contact = TenantKey(Contact, on_delete="CASCADE", backref="calls", index=False)
    point_id = IdField(null=True)
    teammate = TenantKey(Teammate, on_delete="RESTRICT", backref="calls", index=False)
    client_key = CharField(max_length=64)
    started_at = InstantField()
    outcome = EnumField(CallOutcome, null=True)
    activity_id = IdField(null=True)

    class Meta:
        table_name = "call"
        personal = Field("operational")
        indexes = ((("workspace", "client_key"), True), (("workspace", "contact", "started_at"), False))


UNTOLD = Call.outcome.is_null() & Call.activity_id.is_null()
Call.add_index(Call.index(Call.started_at, where=SQL("outcome IS NULL AND activity_id IS NULL"), name="call_untold"))


def find_asking(contact_id: Id, teammate_id: Id) -> Part[Call | None]:
    """The teammate's newest call of the last hour to this contact of which they have not said how it went."""
    asked = _asking.bound(contact=contact_id, teammate=teammate_id, since=clock.now() - ASKED_FOR)
    return Part((asked,), lambda found: next(iter(found), None))


@prepared
def _asking(contact: Any, teammate: Any, since: Any) -> Any:
    theirs = Call.select().where(Call.contact == contact, Call.teammate == teammate)
    return theirs.where(Call.started_at > since, UNTOLD).order_by(Call.started_at.desc()).limit(1)


MODELS = [Call]
