"""Yes, stop and start, and the gate that reads them."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import peewee
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni.contacts import actions, gate, ledger, ports, queries
from omni.contacts.gate import Rule
from omni.contacts.kinds import Basis, Channel, ConsentKind, Scope
from omni.contacts.models import Activity, ConsentEvent, Contact, Suppression
from omni.contacts.permit import Permit, PermitRefused
from omni.core import actors, clock
from omni.core.database import database
from omni.core.ids import new_id
from omni.core.policies import Purpose
from omni.core.tenancy import Workspace, WorkspaceState


def ask(contact: Contact, purpose: Purpose = Purpose.SERVICE, channel: Channel = Channel.SMS) -> Rule:
    return gate.may_process(queries.get_contact(contact.id), purpose, channel).rule


def test_nobody_is_written_to_unasked(juniper: Any, world: Any) -> None:
    assert ask(world.lead) is Rule.NO_CONSENT


def test_a_yes_to_service_is_none_to_marketing(juniper: Any, world: Any) -> None:
    world.agree(world.lead)
    assert ask(world.lead) is Rule.CONSENTED
    assert ask(world.lead, Purpose.COMMUNICATE) is Rule.NO_CONSENT
    assert ask(world.lead, channel=Channel.EMAIL) is Rule.NO_CONSENT


def test_a_stop_is_address_wide_and_outlives_a_new_basis(juniper: Any, world: Any) -> None:
    mother, child = world.family_phone
    world.agree(mother)
    actions.opt_out(mother, Channel.SMS, by=actors.contact(mother.id), words="STOP", source="text")
    assert ask(child) is Rule.SUPPRESSED
    actions.record_consent(child, channel=Channel.SMS, basis=Basis.CUSTOMER, source="import", by=world.maya)
    assert ask(child) is Rule.SUPPRESSED
    actions.resume(mother, Channel.SMS, by=actors.contact(mother.id), words="START", source="text")
    assert ask(child) is Rule.CONSENTED
    assert Suppression.select().count() == 0


def test_a_strangers_stop_holds_when_they_become_a_contact(juniper: Any, world: Any) -> None:
    actions.opt_out_address(Channel.SMS, "+13125550177", by=actors.SYSTEM, words="STOP", source="text")
    stranger = world.person("New Person", "+1 312 555 0177")
    world.agree(stranger)
    assert ask(stranger) is Rule.SUPPRESSED


def test_the_law_goes_past_a_stop_but_not_past_a_frozen_workspace(juniper: Any, world: Any) -> None:
    assert ask(world.opted_out, Purpose.LAW) is Rule.REQUIRED
    Workspace.update(state=WorkspaceState.SUSPENDED).where(Workspace.id == juniper.id).execute()
    from omni.core.tenancy import entered

    with entered(juniper.id):
        assert ask(world.opted_out, Purpose.LAW) is Rule.FROZEN


def test_the_gates_order_is_the_laws(juniper: Any, world: Any) -> None:
    contact = world.lead
    world.agree(contact)
    actions.set_do_not_contact(contact, by=world.maya)
    assert ask(contact) is Rule.DO_NOT_CONTACT
    year = clock.now().year - 8
    Contact.update(birth_year=year, birth_month=1, birth_day=1).where(Contact.id == contact.id).execute()
    assert ask(contact) is Rule.MINOR
    actions.restrict(contact, reason="asked", by=world.maya)
    assert ask(contact) is Rule.RESTRICTED
    actions.lift_restriction(contact, by=world.maya)
    assert ask(contact) is Rule.MINOR
    actions.clear_do_not_contact(contact, by=world.maya)
    Contact.update(birth_year=None).where(Contact.id == contact.id).execute()
    assert ask(contact) is Rule.CONSENTED


def test_the_gate_asks_at_most_three_queries(juniper: Any, world: Any, caplog: Any) -> None:
    from tests.browse import counted

    world.agree(world.lead)
    contact = queries.get_contact(world.lead.id)
    with counted() as statements:
        gate.may_process(contact, Purpose.SERVICE, Channel.SMS)
    assert len([one for one in statements if 'workspace" AS' not in one]) <= 3, statements


def test_a_permit_is_used_once_within_a_minute_for_its_own_act(juniper: Any, world: Any) -> None:
    world.agree(world.lead)

    def fresh() -> Permit:
        permit = gate.may_process(world.lead, Purpose.SERVICE, Channel.SMS).permit
        assert permit is not None
        return permit

    act = (world.lead.id, Purpose.SERVICE, Channel.SMS, "+13125550142")
    once = fresh()
    once.spend(*act)
    with pytest.raises(PermitRefused, match="was used"):
        once.spend(*act)
    for other in (
        (new_id(), *act[1:]),
        (act[0], Purpose.COMMUNICATE, *act[2:]),
        (*act[:2], Channel.EMAIL, act[3]),
        (*act[:3], "+13125550143"),
    ):
        with pytest.raises(PermitRefused, match="something else"):
            fresh().spend(*other)
    late = fresh()
    clock.freeze(clock.now() + timedelta(seconds=61))
    try:
        with pytest.raises(PermitRefused, match="older than 60 s"):
            late.spend(*act)
    finally:
        clock.freeze(None)


def test_nobody_else_mints_a_permit() -> None:
    with pytest.raises(PermitRefused):
        Permit(object(), None, Purpose.SERVICE, Channel.SMS, "+13125550142")


def test_consent_rows_are_written_once(juniper: Any, world: Any) -> None:
    world.agree(world.lead)
    for statement in (
        'UPDATE "consent_event" SET "source" = {0} WHERE "workspace_id" = {0}',
        'DELETE FROM "consent_event" WHERE "workspace_id" = {0}',
    ):
        mark = "?" if database.obj.dialect == "sqlite" else "%s"
        value: Any = juniper.id.bytes if mark == "?" else juniper.id
        sql = statement.replace("{0}", mark)
        params = ["x", value] if "SET" in statement else [value]
        with pytest.raises(peewee.PeeweeException), database.atomic():
            database.execute_sql(sql, params)


def test_no_address_stands_in_the_ledger_in_clear(juniper: Any, world: Any) -> None:
    world.agree(world.opted_out)
    for row in ConsentEvent.select():
        assert b"3125550144" not in bytes(row.address_hmac)
        assert bytes(row.__data__["words"] or b"").find(b"STOP") == -1
    assert [row.words for row in ConsentEvent.select() if row.words] == ["STOP"]


def test_an_opt_out_tells_the_rooms_above(juniper: Any, world: Any) -> None:
    told: list[ports.Stop] = []
    ports.stopping.plug(told.append)
    try:
        actions.opt_out(world.lead, Channel.SMS, by=world.maya)
    finally:
        ports.stopping._answers.remove(told.append)
    assert told[0].contact_ids == (world.lead.id,)
    assert told[0].norm == "+13125550142"
    assert Activity.select().where(Activity.contact == world.lead.id, Activity.kind == "opted_out").count() == 1


rows = st.builds(
    SimpleNamespace,
    id=st.builds(new_id),
    kind=st.sampled_from([ConsentKind.GRANTED, ConsentKind.REVOKED]),
    scope=st.sampled_from(list(Scope)),
    basis=st.sampled_from([Basis.ASKED, Basis.CUSTOMER, Basis.WRITTEN]),
    at=st.sampled_from([clock.now() + timedelta(seconds=n) for n in range(3)]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(rows, max_size=7), st.randoms())
def test_basis_never_loosens(history: list[Any], random: Any) -> None:
    """What a teammate or a file says opens nothing that a stop of scope all closed, in whatever order the rows lie."""
    state = ledger.fold(history)
    shuffled = list(history)
    random.shuffle(shuffled)
    assert ledger.fold(shuffled) == state
    stops = [row.at for row in history if row.kind is ConsentKind.REVOKED and row.scope is Scope.ALL]
    assert state.is_stopped == bool(stops)
    if stops:
        assert not any(state.allows(scope) for scope in (Scope.SERVICE, Scope.MARKETING))
