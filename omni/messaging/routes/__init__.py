"""Pages of the inbox, by what they are about; all on one blueprint."""

from omni.messaging.routes import campaigns, composing, lists, templates, threads, unsure
from omni.messaging.routes.blueprint import inbox

__all__ = ["campaigns", "composing", "inbox", "lists", "templates", "threads", "unsure"]
