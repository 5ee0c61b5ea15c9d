"""What tasks do in the background."""

from omni.core.ids import Id
from omni.core.queue import job
from omni.tasks import actions, queries


@job("tasks.tell_late", queue="work", finder=queries.newly_late, timeout_s=60, key="task_id")
def tell_late(task_id: Id) -> None:
    """Say of a task whose time is just over that it is."""
    actions.tell_late(task_id)


@job("tasks.expire", queue="work", finder=queries.expired, timeout_s=60, key="task_id")
def expire(task_id: Id) -> None:
    """Close a task that nobody needs any more."""
    actions.expire_task(task_id)
