"""Juniper with one of everything, so that every address has a thing of hers to be asked for."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from werkzeug.routing import Rule

from omni.accounts import actions as accounts
from omni.accounts.models import Session
from omni.boards.models import Board, Card, Stage
from omni.contacts import actions as people
from omni.contacts.imports import opening
from omni.contacts.kinds import Basis
from omni.core import clock, doors
from omni.core.changes import ChangeBatch
from omni.core.database import transaction
from omni.core.ids import Id, new_id
from omni.core.policies import Role
from omni.core.tenancy import entered
from omni.messaging import actions as texts
from omni.privacy.models import ExportJob, ExportScope
from omni.referrals import actions as referrals
from omni.tasks import actions as tasks
from tests.browse import sign_in

# Variables that name a row of Juniper's: asked by a stranger, the address is 404.
THINGS = (
    "contact_id", "board_id", "stage_id", "card_id", "task_id", "note_id", "tag_id", "conversation_id", "message_id",
    "link_id", "teammate_id", "invitation_id", "holiday_id", "session_id", "export_id", "batch_id", "job_id",
    "workspace_id", "import_id",
)  # fmt: skip


@dataclass
class Studio:
    """The ids and keys of Juniper's things."""

    workspace_id: Id
    values: dict[str, Any]
    tokens: dict[str, str]

    def values_for(self, rule: Rule) -> dict[str, Any]:
        """What stands in each variable of the address."""
        token = next((t for head, t in self.tokens.items() if rule.rule.startswith(head)), "none")
        given = {**self.values, "token": token}
        if "/operator/" in rule.rule:
            given["message_id"] = self.values["question_id"]
        return {name: given[name] for name in rule.arguments if name in given}

    @staticmethod
    def names_a_thing_of_junipers(rule: Rule) -> bool:
        """Whether a variable of the address is the id of a row."""
        return any(name in THINGS for name in rule.arguments)


def furnish(world: Any, canary: str) -> Studio:
    """Make one of everything, each thing a person typed bearing the canary."""
    maya, values = world.maya, {}
    contact = world.person(f"{canary} Quill", "+1 312 555 0177", f"{canary}@example.com".lower())
    sign_in(maya)
    with entered(world.juniper):
        note = people.add_note(contact, f"{canary} runs a bakery", by=maya)
        tag = people.add_tag(contact, f"{canary} knee", by=maya)
        task = tasks.add_task(contact, title=f"Call {canary}", due_on=clock.today_in("America/Chicago"), by=maya)
        text = texts.send_text(
            contact, f"Hello {canary}", address="+13125550177", by=maya, client_key="k" * 32, basis=Basis.ASKED
        )
        invitation = accounts.invite("zoe@example.com", Role.REP, by=maya)
        holiday = accounts.add_holiday(clock.today_in("America/Chicago") + timedelta(days=30), by=maya)
        link = referrals.make_link(
            referrals.LinkFacts(title="A free week", description="Come by", slug="free-week", name=canary),
            picture=None,
            by=maya,
        )
        board = Board.select().order_by(Board.position).first()
        with transaction():
            export = ExportJob.create(user_id=maya.user_id, scope=ExportScope.WORKSPACE)
            unsubscribe = doors.open_door("unsubscribe", contact.id)
        sheet = f"Name,Phone\n{canary},312 555 0178\n".encode()
        job = opening.receive(sheet, file_name=f"{canary}.csv", by=maya)
        batch = ChangeBatch.select().order_by(ChangeBatch.id.desc()).first()
        values |= {
            "contact_id": contact.id, "note_id": note.id, "tag_id": getattr(tag, "id", new_id()), "task_id": task.id,
            "message_id": text.id, "conversation_id": text.conversation_id, "link_id": link.id,
            "board_id": board.id, "stage_id": Stage.select().where(Stage.board == board).first().id,
            "card_id": Card.select().where(Card.contact == contact).first().id,
            "teammate_id": world.theo.id, "invitation_id": invitation.id, "holiday_id": holiday.id,
            "export_id": export.id, "batch_id": batch.id, "job_id": job.id,
        }  # fmt: skip
    values |= {
        "session_id": Session.select().where(Session.user == maya.user_id).first().id,
        "workspace_id": world.juniper.id,
        "question_id": new_id(),
        "slug": "free-week", "hash8": "00000000", "kind": "svg", "receipt": "none", "name": "css/base.css",
        "attempt": 1,
    }  # fmt: skip
    return Studio(world.juniper.id, values, {"/unsubscribe/": unsubscribe})
