"""What people send to this room."""

from omni.core.words import lazy
from omni.web.forms import Form, Text


class DeleteForm(Form):
    """The name of the workspace, typed, so that no slip of a thumb deletes it."""

    workspace_name = Text(lazy("Name of your workspace"), needed=lazy("Type the name of your workspace."))
