"""Templates: texts that are written once and used often."""

from omni.accounts.models import Teammate
from omni.contacts.folding import fold
from omni.core import clock
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.words import _, lazy
from omni.messaging import merge_fields
from omni.messaging.actions.accepting import LONGEST, TOO_LONG
from omni.messaging.actions.practising import ensure_practice_sender
from omni.messaging.models import Template

MOST = 200

TAKEN = lazy("Another template has this name. Choose another one.")
ENOUGH = lazy("There are 200 templates, which is the most. Delete one first.")
FASTER = lazy("Somebody changed it meanwhile. Save again to keep what you wrote.")


def found_studio(_owner: Teammate) -> None:
    """A new workspace has its practice number from the first minute, and texts to begin with."""
    ensure_practice_sender()
    found_templates()


def found_templates() -> None:
    """What a new studio says most often."""
    for name, body in (
        (_("Answer to a question"), _("Hi {{first_name|there}}, thanks for asking! When may I call you?")),
        (_("Invite to a first class"), _("Hi {{first_name|there}}, would you like to try a class with us? Tell me "
                                         "which day suits you. {{my_first_name}}, {{studio}}")),
        (_("Missed call"), _("Hi {{first_name|there}}, sorry we missed your call. How can we help?")),
        (_("After the first class"), _("Hi {{first_name|there}}, how was your first class? {{my_first_name}}")),
    ):  # fmt: skip
        Template.create(name=name, name_fold=_folded(name), body=body)


def add_template(name: str, body: str) -> Template:
    """Keep a text under a name. Raises Invalid."""
    _judge(body)
    template = Template(name=name, name_fold=_folded(name), body=body)
    with transaction():
        if Template.select().count() >= MOST:
            raise Invalid(faults={"": ENOUGH.key})
        _refuse_taken(template)
        template.save(force_insert=True)
    return template


def change_template(template: Template, name: str, body: str, *, version: int) -> None:
    """Say it otherwise. Raises Invalid."""
    _judge(body)
    template.name, template.name_fold, template.body = name, _folded(name), body
    with transaction():
        _refuse_taken(template)
        mine = (Template.id == template.id) & (Template.version == version)
        if not Template.update(version=version + 1).where(mine).execute():
            raise Invalid(faults={"": FASTER.key})
        template.version, template.changed_at = version + 1, clock.now()
        template.save()


def remove_template(template: Template) -> None:
    """Forget it; what was sent with it stays."""
    Template.delete().where(Template.id == template.id).execute()


def _folded(name: str) -> str:
    # Some letters become several.
    return fold(name)[:120]


def _judge(body: str) -> None:
    if len(body) > LONGEST:
        raise Invalid(faults={"body": TOO_LONG.key}, over=len(body) - LONGEST)
    if fault := merge_fields.find_fault(body):
        raise Invalid(faults={"body": fault.words.key}, **fault.values)


def _refuse_taken(template: Template) -> None:
    same = (Template.name_fold == template.name_fold) & (Template.id != template.id)
    if Template.select().where(same).exists():
        raise Invalid(faults={"name": TAKEN.key})
