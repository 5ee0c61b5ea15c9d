"""Jobs of this room, all on queue `work`."""

from omni.core.ids import Id
from omni.core.queue import job
from omni.privacy import actions, erasing, queries


@job("privacy.export", queue="work", finder=queries.due_exports, timeout_s=840)
def make_export(export_id: Id) -> None:
    """The file of an export lies ready."""
    actions.make_export(export_id)


@job("privacy.old_export", queue="work", finder=queries.old_exports, timeout_s=60)
def remove_old_export(export_id: Id) -> None:
    """An export past its time is gone."""
    actions.remove_old_export(export_id)


@job("privacy.delete_account", queue="work", finder=queries.due_deletions, timeout_s=840, is_global=True)
def delete_account(deletion_id: Id) -> None:
    """An account whose grace is over is gone."""
    actions.carry_out_deletion(deletion_id)


@job("privacy.erase", queue="work", finder=queries.due_erasures, timeout_s=840)
def erase(erasure_id: Id) -> None:
    """A contact whom nobody wanted back in time is gone, step by step."""
    erasing.carry_out(erasure_id)
