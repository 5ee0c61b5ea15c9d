"""Pages of the inbox, by what they are about; all on one blueprint."""

from omni.messaging.routes import composing, lists, threads, unsure
from omni.messaging.routes.blueprint import inbox

__all__ = ["composing", "inbox", "lists", "threads", "unsure"]
