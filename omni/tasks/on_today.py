"""What tasks show on Today and on a contact's page: the answers to contacts' ports `agenda` and `panels`."""

from omni.accounts.models import Teammate
from omni.contacts.models import Contact
from omni.contacts.next_actions import Step
from omni.contacts.ports import AgendaItem, AgendaKind, Finding, Panel, cut
from omni.contacts.wording import given
from omni.core import clock
from omni.core.ids import encode
from omni.core.policies import Policy, allows
from omni.core.tenancy import current_workspace
from omni.core.words import _
from omni.tasks import queries
from omni.tasks.due import due_instant
from omni.tasks.models import Task
from omni.tasks.pages import days_ahead, has_next, line_of

MOST = 100


def list_due(teammate: Teammate) -> list[AgendaItem]:
    """What this teammate is late with, and what is to be done today."""
    zone = current_workspace().timezone
    until = due_instant(clock.today_in(zone), None, zone)
    return cut([_item(task) for task in queries.list_due(teammate.id, until, MOST)], MOST)


def show_tasks(contact: Contact, teammate: Teammate) -> list[Panel]:
    """The contact's next step and what else is to be done, each with Done; the way to add one."""
    can_edit = allows(teammate.role, Policy.EDIT_TASKS).covers(contact.owner_id, teammate.id)
    lines = [line_of(task) for task in queries.list_of(contact.id)]
    values = {
        "contact": contact,
        "lines": lines,
        "days": days_ahead(),
        "can_edit": can_edit,
        "back": f"/contacts/{encode(contact.id)}",
    }
    panels = [Panel("next", "tasks/_tasks_of_contact.html", values, order=10)]
    if can_edit:
        panels.append(Panel("menu", "tasks/_menu_of_contact.html", {"contact": contact}))
    return panels


def offer_next(contact: Contact, teammate: Teammate, title: str, back: str) -> list[Panel]:
    """A next step to call the contact, by one press for the days at hand (contacts' port `offers`)."""
    if not allows(teammate.role, Policy.EDIT_TASKS).covers(contact.owner_id, teammate.id):
        return []
    values = {"contact": contact, "title": title, "kind": Step.CALL.value, "days": days_ahead()}
    return [Panel("offer", "tasks/_offer.html", {**values, "back": back})]


def plan_next(contact: Contact, teammate: Teammate, back: str) -> list[Panel]:
    """A next step by one press, where none is planned (contacts' port `answering`)."""
    if has_next(contact) or not allows(teammate.role, Policy.EDIT_TASKS).covers(contact.owner_id, teammate.id):
        return []
    values = {"contact": contact, "given": given(contact), "days": days_ahead(), "back": back}
    return [Panel("acts", "tasks/_next_menu.html", values)]


def find(teammate: Teammate, first: Contact | None) -> list[Finding]:
    """The tasks, and a next step for the person found (contacts' port `finders`)."""
    right = allows(teammate.role, Policy.EDIT_TASKS)
    found = [Finding(_("Tasks"), "/tasks", "circle-check")]
    if right:
        found.append(Finding(_("Add a task"), "/tasks/new", "plus"))
    if first and right.covers(first.owner_id, teammate.id):
        words, href = _("Next step for %(name)s", name=given(first)), f"/tasks/new?contact={encode(first.id)}"
        found.append(Finding(words, href, "circle-check", is_of_person=True))
    return found


def _item(task: Task) -> AgendaItem:
    line = line_of(task)
    return AgendaItem(
        kind=AgendaKind.OVERDUE if task.is_late else AgendaKind.DUE,
        words=task.title,
        act_href=f"/tasks/{encode(task.id)}",
        act_label=_("Open “%(title)s”", title=task.title),
        act_icon=line.icon,
        contact=task.contact,
        wait=line.when if task.is_late else "",
        order=task.due_at,
        all_href="/tasks",
    )
