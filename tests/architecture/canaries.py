"""A studio with one of everything in it, marked so that a word of it is known wherever it turns up.

Everything is made by Maya through the product's own pages. `FACTORIES` says what stands for each variable of an
address; a variable without a line fails the sweep, so that no address can be forgotten.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Flask
from PIL import Image
from werkzeug.routing import Rule

from omni.accounts.models import HelpMessage, Holiday, Invitation, Session
from omni.boards.models import Board, Card, Stage
from omni.contacts import actions, bulk
from omni.contacts.families import Relationship
from omni.contacts.kinds import BulkAct
from omni.contacts.many import BulkJob, SavedView
from omni.contacts.models import Contact, ContactPoint, ImportJob, Tag
from omni.contacts.pairs import DuplicatePair
from omni.contacts.particulars import Attachment, FieldDef, Goal, Preference
from omni.core.changes import ChangeBatch
from omni.core.database import transaction
from omni.core.ids import encode, new_id
from omni.core.tenancy import entered
from omni.messaging import actions as messaging
from omni.messaging.models import Campaign, Conversation, Media, Message, Template
from omni.privacy.models import ExportJob
from omni.referrals.models import ReferralLink
from omni.tasks.models import Task, TaskStatus
from tests.browse import Browse
from tests.world import World

PHONE = "+13125550177"
# What must be in no stranger's answer; what stands on the public referral page is not among it.
CANARIES = ("Quill", "quill@", "5550177", "555-0177", "555 0177", "marginalia", "Tuesdays only")
# What a viewer sees masked.
MASKED = ("quill@", "5550177", "555-0177", "555 0177")


@dataclass
class Studio:
    """Juniper Yoga, furnished."""

    app: Flask
    world: World

    @cached_property
    def contact(self) -> Contact:
        return self.world.person("Canary Quill", PHONE, "canary.quill@example.com")

    def furnish(self) -> None:
        """Make one of everything, and everyone who works here."""
        for name in ("theo", "vera", "rex", "iris"):
            getattr(self.world, name)
        self.world.agree(self.contact)
        at = f"/contacts/{encode(self.contact.id)}"
        self.send(f"{at}/notes", body="marginalia about Quill")
        self.send(f"{at}/tags", tag="Tuesdays only")
        for name in ("Rue Quill", "Una Quill"):
            # One of them is linked; the other shares the number, so the page offers to link them.
            other = self.world.person(name, PHONE)
        with entered(self.world.juniper):
            actions.pair_up()
        self.send(f"{at}/household", tie="parent", other=encode(other.id))
        self.send("/settings/fields", label="Tuesdays only, how", kind="text", is_personal="y")
        with entered(self.world.juniper):
            actions.set_value(self.contact, FieldDef.get(), "marginalia", by=self.world.maya)
            actions.set_photo(self.contact, a_picture(), by=self.world.maya)
            sent = [actions.Sent("marginalia.txt", b"Tuesdays only")]
            actions.add_note(self.contact, "@Theo, a file of Quill", by=self.world.maya, files=sent)
            tag = bulk.deed_of(BulkAct.TAG, "Tuesdays only", by=self.world.maya)
            bulk.freeze(tag, [self.contact.id], by=self.world.maya, back="/contacts?q=Quill")
        self.send(f"{at}/preferences", key="Looks for", value="Tuesdays only")
        self.send(f"{at}/goals", name="marginalia", start="0", target="10", unit="pages")
        self.send(f"{at}/tasks", title="Call Quill", due_on="2027-01-04", kind="call")
        self.send(f"{at}/messages", body="Hello Quill, marginalia", files=(io.BytesIO(a_picture()), "Quill.png"))
        self.send("/inbox/campaigns/new", kind="service", audience="", text="Closed on Tuesdays only, marginalia")
        with entered(self.world.juniper):
            messaging.build_campaign(Campaign.get().id)
        self.send("/settings/templates", name="Tuesdays only", body="Hi {{first_name|there}}, marginalia")
        self.send("/settings/team/invitations", email="new.quill@example.com", role="rep")
        self.send("/settings/workspace/holidays", local_day="2027-12-24")
        self.send("/referrals/new", title="Come along", description="A class", slug="spring", name="Quill's link")
        self.send("/contacts/import", paste="name,phone,email\nIda Quill,312 555 0178,ida.quill@example.com\n")
        self.send("/contacts/views/new", f="life:is:lead", name="Quill's view")
        self.send("/contacts/views/new", q="Quill", name="Quill alone")
        self.send("/privacy/center/export")
        with transaction():
            HelpMessage.create(name="Quill", email="quill@example.com", body="marginalia", kind="question")

    def send(self, url: str, **fields: Any) -> None:
        """Send a form as Maya, from a page of ours."""
        headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": self.token}
        answer = self.maya.client.post(url, data=fields, headers=headers)
        assert answer.status_code == 303, f"{url}: {answer.status_code} {answer.text[:2000]}"

    @cached_property
    def token(self) -> str:
        return token_of(self.maya)

    @cached_property
    def maya(self) -> Browse:
        return Browse(self.app).as_(self.world.maya)

    def values(self, rule: Rule) -> dict[str, Any]:
        """What stands in this address for each of its variables."""
        return {name: FACTORIES[name](self, rule) for name in rule.arguments}

    def first(self, model: Any, *where: Any) -> Any:
        with entered(self.world.juniper):
            row = model.select().where(*where).first() if where else model.select().first()
        assert row is not None, f"the furnished studio has no {model.__name__}"
        return row

    def message_of(self, rule: Rule) -> Any:
        return self.first(HelpMessage if rule.rule.startswith("/operator/") else Message).id


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "PNG")
    return out.getvalue()


def token_of(browse: Browse) -> str:
    """The token that a page of ours carries for this browser."""
    return browse.client.get("/contact").text.partition('name="csrf_token" type="hidden" value="')[2].partition('"')[0]


FACTORIES: dict[str, Callable[[Studio, Rule], Any]] = {
    "contact_id": lambda studio, _: studio.contact.id,
    "pair_id": lambda studio, _: studio.first(DuplicatePair).id,
    "tie_id": lambda studio, _: studio.first(Relationship).id,
    "file_id": lambda studio, rule: (
        studio.first(Attachment, Attachment.note_id.is_null("/photo/" in rule.rule), Attachment.removed_at.is_null()).id
    ),
    "goal_id": lambda studio, _: studio.first(Goal).id,
    "preference_id": lambda studio, _: studio.first(Preference).id,
    "field_id": lambda studio, _: studio.first(FieldDef).id,
    "fact": lambda _, __: "nickname",
    "point_id": lambda studio, _: studio.first(ContactPoint, ContactPoint.contact == studio.contact.id).id,
    "note_id": lambda studio, _: studio.first(Attachment, Attachment.note_id.is_null(False)).note_id,
    "column": lambda _, __: "city",
    "view_id": lambda studio, _: studio.first(SavedView).id,
    "tag_id": lambda studio, _: studio.first(Tag).id,
    "bulk_id": lambda studio, _: studio.first(BulkJob).id,
    "job_id": lambda studio, _: studio.first(ImportJob).id,
    "batch_id": lambda studio, _: studio.first(ChangeBatch).id,
    "board_id": lambda studio, _: studio.first(Board).id,
    "stage_id": lambda studio, _: studio.first(Stage, Stage.board == studio.first(Board)).id,
    "card_id": lambda studio, _: studio.first(Card).id,
    "task_id": lambda studio, _: studio.first(Task, Task.status == TaskStatus.OPEN).id,
    "conversation_id": lambda studio, _: studio.first(Conversation).id,
    "message_id": Studio.message_of,
    "template_id": lambda studio, _: studio.first(Template).id,
    "campaign_id": lambda studio, _: studio.first(Campaign).id,
    "media_id": lambda studio, _: studio.first(Media).id,
    "attempt": lambda _, __: 1,
    "link_id": lambda studio, _: studio.first(ReferralLink).id,
    "slug": lambda _, __: "spring",
    "receipt": lambda _, __: "no-receipt-of-ours",
    "hash8": lambda _, __: "0" * 8,
    "kind": lambda _, __: "svg",
    "export_id": lambda studio, _: studio.first(ExportJob).id,
    "session_id": lambda studio, _: studio.first(Session, Session.user == studio.world.maya.user).id,
    "teammate_id": lambda studio, _: studio.world.theo.id,
    "invitation_id": lambda studio, _: studio.first(Invitation).id,
    "holiday_id": lambda studio, _: studio.first(Holiday).id,
    "workspace_id": lambda studio, _: studio.world.juniper.id,
    "token": lambda _, __: encode(new_id()) * 2,
    "name": lambda _, __: "css/tokens.css",
}
