"""What may be sent to the tasks."""

from typing import Any

from omni.contacts.next_actions import Step
from omni.core.words import lazy
from omni.web.forms import Choice, Form, Hidden, LocalDate, Number, Text

KINDS = (
    (Step.TODO, lazy("To do")),
    (Step.CALL, lazy("Call")),
    (Step.TEXT, lazy("Text")),
    (Step.EMAIL, lazy("Email")),
    (Step.VISIT, lazy("Visit")),
)


class TaskForm(Form):
    """What is to be done, how, and by the end of which day."""

    title = Text(lazy("What is to be done"), needed=lazy("Write what is to be done."), longest=200)
    due_on = LocalDate(lazy("By"), needed=lazy("Choose the day by which it is to be done."))
    kind = Choice(lazy("How"), choices=KINDS)
    version = Number(most=2**31 - 1)
    back = Hidden()

    @property
    def asked(self) -> dict[str, Any]:
        """What the form says, as the actions take it. A form that does not say how means anything."""
        kind = Step(self.kind.data) if self.kind.data else Step.TODO
        return {"title": self.title.data, "due_on": self.due_on.data, "kind": kind}


class DoneForm(Form):
    """That a task is done, and the page to come back to."""

    back = Hidden()
