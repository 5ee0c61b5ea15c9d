"""The tasks' blueprint, and what their pages share."""

from flask import Blueprint

from omni.contacts.models import Contact
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.tasks import queries
from omni.tasks.models import Task
from omni.web.access import can, require_own
from omni.web.login import current_teammate

tasks = Blueprint("tasks", __name__)


def own_task(task_id: Id) -> Task:
    """The task, for one who may change it. Raises NotFound, and what `require_own` raises."""
    task = queries.get_task(task_id)
    require_own(task.contact.owner_id)
    return task


def may_edit(task: Task) -> bool:
    """Whether this teammate may change this task: where a right covers one's own, the contact is asked."""
    return may_plan(task.contact)


def may_plan(contact: Contact) -> bool:
    """Whether this teammate may plan for this contact."""
    return can(Policy.EDIT_TASKS).covers(contact.owner_id, current_teammate().id)
