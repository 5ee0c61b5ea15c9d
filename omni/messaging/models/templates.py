"""Texts that are written once and used often."""

from omni.core import clock
from omni.core.fields import CharField, InstantField, IntegerField, SealedField
from omni.core.tenancy import TenantModel
from omni.messaging.models.marks import PLAIN, SAID


class Template(TenantModel):
    """A text with a name, with fields in it that are filled for whoever it is sent to."""

    name = CharField(max_length=60, personal=SAID)
    name_fold = CharField(max_length=120, personal=SAID)
    body = SealedField(personal=SAID)
    version = IntegerField(default=1)
    changed_at = InstantField(default=clock.now)

    class Meta:
        table_name = "template"
        personal = PLAIN
        indexes = ((("workspace", "name_fold"), True),)
