"""Writes of this room: exports, leaving, and the one-tap stop of e-mail."""

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from omni.accounts import queries as people
from omni.accounts.actions import leaving
from omni.contacts import actions as contacts
from omni.contacts import queries as contact_queries
from omni.contacts.kinds import Channel
from omni.core import actors, audit, clock, database, doors, folder, mail, personal_data, secrets
from omni.core.actors import Actor
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.ids import Id, encode
from omni.core.personal_data import TableAnswer
from omni.core.points import point
from omni.core.queue import later
from omni.core.tenancy import (
    GlobalModel,
    Reason,
    TenantModel,
    Workspace,
    WorkspaceState,
    cross_tenant,
    current_workspace,
    entered,
)
from omni.core.words import _, lazy
from omni.privacy import export, queries
from omni.privacy.models import Deletion, ExportJob, ExportScope, ExportState

__all__ = [
    "ask_deletion",
    "ask_export",
    "carry_out_deletion",
    "is_unsubscribed",
    "make_export",
    "remove_old_export",
    "take_back_deletion",
    "unsubscribe",
    "unsubscribe_token",
    "workspaces_that_close",
]

# A worker that has not finished by then is taken for dead; the largest workspaces export in minutes.
LEASE = timedelta(minutes=15)
WRONG_NAME = lazy("Type %(name)s, the name of your workspace, to delete it.")


# -- export ------------------------------------------------------------------------------------------------------------


def ask_export(user_id: Id, scope: ExportScope, *, by: Actor) -> ExportJob:
    """Have an export made; one of this scope that is being made already is the answer to a second request."""
    with transaction():
        known = queries.find_open_export(user_id, scope)
        if known:
            return known
        job = ExportJob.create(user_id=user_id, scope=scope)
        audit.record("export.asked", job, by=by, scope=scope.value)
        later("privacy.export", export_id=job.id)
    return job


def cancel_export(job: ExportJob) -> None:
    """Stop making it; what was collected is not kept."""
    with transaction():
        open_states = (ExportState.WAITING, ExportState.RUNNING)
        ExportJob.update(state=ExportState.CANCELLED).where(
            (ExportJob.id == job.id) & ExportJob.state.in_(open_states)
        ).execute()


def make_export(export_id: Id) -> None:
    """The export's file lies ready, or its row says that it failed. Killed midway, the next worker begins anew."""
    job = _claim(export_id)
    if job is None:
        return
    path, partial = _places(job)
    as_of = clock.now()
    try:
        checksum = export.write_zip(
            partial, job.scope, job.user_id, as_of=as_of, told=lambda rows: _aside(lambda: _go_on(job, rows))
        )
    except _Cancelled:
        partial.unlink(missing_ok=True)
        return
    except Exception:
        partial.unlink(missing_ok=True)
        _finish(job, state=ExportState.FAILED)
        raise
    point("export.written")
    size = partial.stat().st_size
    partial.replace(path)
    done = {"as_of": as_of, "sha256": checksum, "bytes": size, "rows_done": job.rows_total}
    if not _finish(job, state=ExportState.DONE, **done):
        path.unlink(missing_ok=True)


class _Cancelled(Exception):
    """Nobody waits for the file any more."""


def _go_on(job: ExportJob, rows: int) -> None:
    """Say how far the export is, and hold it for as long again. Raises: _Cancelled."""
    if not _finish(job, rows_done=rows, lease_until=clock.now() + LEASE):
        raise _Cancelled


def _aside(act: Callable[[], None]) -> None:
    """Write on a connection of its own: that of the snapshot sees nothing newer, and what it writes nobody would."""
    here = contextvars.copy_context()

    def run() -> None:
        try:
            act()
        finally:
            database.close()

    with ThreadPoolExecutor(max_workers=1) as beside:
        beside.submit(here.run, run).result()


def remove_old_export(export_id: Id) -> None:
    """Of an export past its seven days neither file nor row is left."""
    job = ExportJob.get_or_none(ExportJob.id == export_id)
    if job is None or job.expires_at > clock.now():
        return
    for place in _places(job):
        place.unlink(missing_ok=True)
    with transaction():
        ExportJob.delete().where(ExportJob.id == job.id).execute()


def file_of(job: ExportJob) -> Path:
    """Where an export's file lies, mode 600."""
    return _places(job)[0]


def _places(job: ExportJob) -> list[Path]:
    return [folder.path(name) for name in job.files]


def _claim(export_id: Id) -> ExportJob | None:
    now = clock.now()
    with transaction():
        # Asked in the write itself, so that one of two workers gets it.
        is_mine = (
            ExportJob.update(state=ExportState.RUNNING, lease_until=now + LEASE)
            .where((ExportJob.id == export_id) & queries.is_unattended(now))
            .execute()
        )
        if not is_mine:
            return None
        job = ExportJob.get_by_id(export_id)
        job.rows_total = export.count_rows(job.scope, job.user_id)
        ExportJob.update(rows_total=job.rows_total).where(ExportJob.id == job.id).execute()
    return job


def _finish(job: ExportJob, **columns: Any) -> bool:
    """Write of an export that is still being made; false where it is not."""
    with transaction():
        changed = (
            ExportJob.update(**columns)
            .where((ExportJob.id == job.id) & (ExportJob.state == ExportState.RUNNING))
            .execute()
        )
    return bool(changed)


# -- leaving -----------------------------------------------------------------------------------------------------------


def ask_deletion(user_id: Id, *, typed_name: str, by: Actor) -> Deletion:
    """Close what the user owns alone, and delete the account when the grace is over.

    Raises: Invalid when the typed name is not that of the workspace.
    """
    if typed_name.strip().casefold() != current_workspace().name.strip().casefold():
        raise Invalid(faults={"workspace_name": str(lazy(WRONG_NAME.key, name=current_workspace().name))})
    user = people.get_user(user_id)
    with transaction():
        known = queries.find_deletion(user_id)
        if known:
            return known
        deletion = Deletion.create(user_id=user_id)
        leaving.close_workspaces(user)
        audit.record("account.deletion_asked", user, by=by)
        mail.post_mail(
            user.email,
            _("Your Omni account will be deleted"),
            _(
                "You asked us to delete your account. Nothing is lost for 30 days: sign in and open the privacy center"
                " to take it back."
            ),
            dedupe_key=f"deletion:{encode(deletion.id)}",
        )
    return deletion


def workspaces_that_close(user_id: Id) -> list[Workspace]:
    """What the user owns alone, and so takes along."""
    return leaving.owned_alone(people.get_user(user_id))


def take_back_deletion(user_id: Id, *, by: Actor) -> None:
    """Keep the account after all."""
    deletion = queries.find_deletion(user_id)
    if deletion is None:
        return
    user = people.get_user(user_id)
    with transaction():
        Deletion.update(taken_back_at=clock.now()).where(
            (Deletion.id == deletion.id) & Deletion.done_at.is_null()
        ).execute()
        leaving.reopen_workspaces(user)
        audit.record("account.deletion_taken_back", user, by=by)


def carry_out_deletion(deletion_id: Id) -> None:
    """Purge what the user owns alone and forget the user. Each step may be repeated; the last one marks it done."""
    deletion = Deletion.get_or_none(Deletion.id == deletion_id)
    if deletion is None or not deletion.is_pending or deletion.due_at > clock.now():
        return
    user = people.get_user(deletion.user_id)
    for workspace in leaving.owned_alone(user):
        if workspace.state is WorkspaceState.CLOSED:
            purge(workspace)
            point("deletion.purged")
    leaving.forget_user(user)
    with transaction():
        Deletion.update(done_at=clock.now()).where(Deletion.id == deletion.id).execute()


def purge(workspace: Workspace) -> None:
    """No row of the workspace is left but its own, which keeps an id and a state."""
    answers = list(reversed(personal_data.answers()))
    with entered(workspace):
        for answer in answers:
            _remove_files(answer)
    with cross_tenant(Reason.PURGE), transaction():
        for answer in answers:
            model = answer.model
            if issubclass(model, TenantModel):
                model.delete().where(model.workspace == workspace.id).execute()
            elif issubclass(model, GlobalModel) and "workspace_id" in model._meta.columns:
                column = model._meta.columns["workspace_id"]
                model.delete().where(column == workspace.id).execute()
        Workspace.update(
            name="", slug=workspace.id.hex, postal_address=None, state=WorkspaceState.PURGED, state_reason=None
        ).where(Workspace.id == workspace.id).execute()


def _remove_files(answer: TableAnswer) -> None:
    if answer.files is None or not issubclass(answer.model, TenantModel):
        return
    for row in answer.model.select().iterator():
        for name in answer.files(row):
            folder.path(name).unlink(missing_ok=True)


# -- unsubscribing -----------------------------------------------------------------------------------------------------


def unsubscribe_token(contact_id: Id) -> str:
    """The token of a contact's unsubscribe link: the same one every time it is asked for."""
    token = secrets.hmac_of("unsubscribe", encode(contact_id)).hex()[:40]
    with transaction():
        if doors.find("unsubscribe", token) is None:
            doors.open_door("unsubscribe", contact_id, token=token)
    return token


def unsubscribe(contact_id: Id) -> None:
    """Stop every e-mail to this contact. A second time changes nothing."""
    contact = contact_queries.get_contact(contact_id)
    for norm in _open_addresses(contact_id):
        contacts.opt_out(contact, Channel.EMAIL, by=actors.contact(contact_id), source="unsubscribe", norm=norm)


def is_unsubscribed(contact_id: Id) -> bool:
    """Whether no address of this contact takes mail any longer."""
    return not _open_addresses(contact_id)


def _open_addresses(contact_id: Id) -> list[str]:
    contact = contact_queries.get_contact(contact_id)
    points = [each for each in contact_queries.points_of(contact) if each.kind is Channel.EMAIL.point_kind]
    return [each.norm for each in points if not contact_queries.has_stopped(Channel.EMAIL, each.norm)]
