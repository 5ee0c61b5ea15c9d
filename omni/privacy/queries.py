"""Reads of this room."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from omni.accounts import queries as accounts
from omni.core import clock, ids, personal_data
from omni.core.faults import NotFound
from omni.core.ids import Id
from omni.core.personal_data import TableAnswer
from omni.core.tenancy import TenantModel, current_workspace
from omni.privacy.models import Deletion, Erasure, ErasureStep, ExportJob, ExportScope, ExportState, Step


@dataclass(frozen=True)
class Held:
    """One section of what we hold: its name, how many rows, and why."""

    section: str
    rows: int
    why: str


def list_exports(user_id: Id, *, limit: int = 10) -> list[ExportJob]:
    """The user's exports here, newest first."""
    query = ExportJob.select().where(ExportJob.user_id == user_id)
    return list(query.order_by(ExportJob.created_at.desc()).limit(limit))


def get_export(export_id: Id, user_id: Id) -> ExportJob:
    """One export of this user's own. Raises NotFound."""
    row = ExportJob.get_or_none((ExportJob.id == export_id) & (ExportJob.user_id == user_id))
    if row is None:
        raise NotFound
    return row


def find_open_export(user_id: Id, scope: ExportScope) -> ExportJob | None:
    """The user's export of this scope that is being made."""
    return next((row for row in list_exports(user_id) if row.is_open and row.scope is scope), None)


def is_unattended(now: datetime) -> Any:
    """The condition of an export nobody works on: waiting, or left by a worker that died."""
    orphaned = (ExportJob.state == ExportState.RUNNING) & (ExportJob.lease_until < now)
    return (ExportJob.state == ExportState.WAITING) | orphaned


def due_exports() -> Iterator[Any]:
    """Exports nobody works on."""
    return iter(ExportJob.select(ExportJob.workspace, ExportJob.id).where(is_unattended(clock.now())).tuples())


def old_exports() -> Iterator[Any]:
    """Exports whose seven days are over."""
    query = ExportJob.select(ExportJob.workspace, ExportJob.id)
    return iter(query.where(ExportJob.expires_at < clock.now()).tuples())


def find_deletion(user_id: Id) -> Deletion | None:
    """The user's deletion that is still to be carried out."""
    pending = Deletion.taken_back_at.is_null() & Deletion.done_at.is_null()
    return Deletion.get_or_none((Deletion.user_id == user_id) & pending)


def due_deletions() -> Iterator[Any]:
    """Deletions whose grace is over."""
    pending = Deletion.taken_back_at.is_null() & Deletion.done_at.is_null()
    return iter(Deletion.select(Deletion.id).where(pending & (Deletion.due_at <= clock.now())).tuples())


def find_erasure(contact_id: Id) -> Erasure | None:
    """The contact's erasure that was not taken back."""
    standing = (Erasure.subject == contact_id) & Erasure.taken_back_at.is_null()
    found: Erasure | None = Erasure.select().where(standing).first()
    return found


def list_erasures(*, limit: int = 200) -> list[Erasure]:
    """Whom this workspace deleted for good, or is about to, newest first."""
    query = Erasure.select().where(Erasure.taken_back_at.is_null())
    return list(query.order_by(Erasure.created_at.desc(), Erasure.id.desc()).limit(limit))


def due_erasures() -> Iterator[Any]:
    """Erasures whose time to take them back is over, and that are not done."""
    is_due = Erasure.taken_back_at.is_null() & Erasure.done_at.is_null() & (Erasure.due_at <= clock.now())
    return iter(Erasure.select(Erasure.workspace, Erasure.id).where(is_due).tuples())


def find_step(erasure: Erasure, step: Step) -> ErasureStep | None:
    """The step of an erasure, once it is done."""
    found: ErasureStep | None = (
        ErasureStep.select().where(ErasureStep.erasure == erasure.id, ErasureStep.step == step).first()
    )
    return found


def about_contacts() -> list[TableAnswer]:
    """The tables that say something of a contact, in the order of the rooms."""
    return [answer for answer in personal_data.answers() if answer.subject == "contact" and answer.locate]


def sections_of_contact() -> list[TableAnswer]:
    """The tables a contact's own export walks."""
    return [answer for answer in about_contacts() if answer.export]


def sections(scope: ExportScope) -> list[TableAnswer]:
    """The tables an export of this scope walks, in the order of the rooms."""
    named = [answer for answer in personal_data.answers() if answer.export]
    if scope is ExportScope.ACCOUNT:
        return [answer for answer in named if answer.subject == "user"]
    return named


def moving() -> list[TableAnswer]:
    """The tables whose rows move in with a workspace, each behind those it points to."""
    return [answer for answer in sections(ExportScope.WORKSPACE) if answer.back]


def rows_of(answer: TableAnswer, user_id: Id) -> Any:
    """The rows an export takes from a table: all of the workspace's, or those about the user."""
    if answer.subject == "user" and answer.locate:
        return answer.locate(user_id)
    if answer.subject == "workspace" and answer.locate:
        return answer.locate(current_workspace().id)
    if issubclass(answer.model, TenantModel):
        return answer.model.select()
    return None


def teammates() -> list[dict[str, str]]:
    """Everybody who works or worked here, as an export of the workspace names them."""
    everyone = accounts.list_everyone()
    return [{"id": ids.encode(row.id), "name": row.user.name, "email": row.user.email} for row in everyone]


def held(user_id: Id, scope: ExportScope) -> list[Held]:
    """What we hold, table by table, with the reason for each; empty tables are left out."""
    lines = []
    for answer in sections(scope):
        query = rows_of(answer, user_id)
        count = int(query.count()) if query is not None else 0
        if count:
            lines.append(Held(answer.model._meta.table_name, count, answer.why))
    return lines
