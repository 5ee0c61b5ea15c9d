"""Templates: texts that are written once and used often."""

from omni.accounts.models import Teammate
from omni.contacts.folding import fold
from omni.core import clock
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.tenancy import current_workspace, take_turns
from omni.core.words import Lazy, lazy, use_locale
from omni.messaging import merge_fields
from omni.messaging.actions.accepting import LONGEST, TOO_LONG
from omni.messaging.actions.practising import ensure_practice_sender
from omni.messaging.models import Template

MOST = 200
# Of two who save at once, the second sees what the first saved.
_TURN = "templates"

TAKEN = lazy("Another template has this name. Choose another one.")
ENOUGH = lazy("There are 200 templates, which is the most. Delete one first.")
FASTER = lazy("Somebody changed it meanwhile. Save again to keep what you wrote.")


# What a new studio says most often.
FIRST: tuple[tuple[Lazy, Lazy], ...] = (
    (lazy("Answer to a question"), lazy("Hi {{first_name|there}}, thanks for asking! When may I call you?")),
    (
        lazy("Invite to a first class"),
        lazy(
            "Hi {{first_name|there}}, would you like to try a class with us? Tell me which day suits you. "
            "{{my_first_name}}, {{studio}}"
        ),
    ),
    (lazy("Missed call"), lazy("Hi {{first_name|there}}, sorry we missed your call. How can we help?")),
    (
        lazy("After the first class"),
        lazy("Hi {{first_name|there}}, how was your first class? {{my_first_name}}"),
    ),
)


def found_studio(_owner: Teammate) -> None:
    """A new workspace has its practice number from the first minute, and texts to begin with."""
    ensure_practice_sender()
    found_templates()


def found_templates() -> None:
    """The first texts, in the studio's language."""
    studio = current_workspace()
    with use_locale(studio.language, studio.timezone):
        for name, body in FIRST:
            Template.create(name=str(name), name_fold=_folded(str(name)), body=str(body))


def add_template(name: str, body: str) -> Template:
    """Keep a text under a name. Raises Invalid."""
    _judge(body)
    template = Template(name=name, name_fold=_folded(name), body=body)
    with transaction():
        take_turns(_TURN)
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
        take_turns(_TURN)
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
