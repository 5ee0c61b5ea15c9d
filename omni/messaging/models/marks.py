"""What the columns of this room are, in the words of the data map."""

from omni.core.fields import Field

SAID = Field("user_content", source="communication", third_party=True)
REACHED = Field("user_content", source="communication", third_party=True)
TOKEN = Field("integration", source="provider")
PLAIN = Field("operational")
