"""Pages of the tasks, by what they concern."""

from omni.tasks.routes import closing, handing, lists, one
from omni.tasks.routes.blueprint import tasks

__all__ = ["closing", "handing", "lists", "one", "tasks"]
