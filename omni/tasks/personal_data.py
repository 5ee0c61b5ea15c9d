"""What a task holds about whom, and what becomes of it."""

from omni.core.personal_data import Back, Erase, TableAnswer
from omni.tasks import actions
from omni.tasks.models import Task

ANSWERS = [
    TableAnswer(
        Task,
        back=Back.COMES,
        settle=actions.ask_again,
        subject="contact",
        locate=lambda contact_id: Task.select().where(Task.contact == contact_id),
        export="tasks",
        erase=Erase.DELETE,
        mentions=("title", "outcome"),
        why="what was to be done for a person, by whom and when",
    ),
]
