"""A small room for the tests of `web`: one card that can be renamed, and a desk that knows who is signed in."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

from omni.core import clock
from omni.core.faults import Away, Fault, Gone, Invalid, NotAllowed, NotFound, Stale, TooMany
from omni.core.ids import Id, new_id
from omni.core.policies import Policy, Role
from omni.core.tenancy import Workspace
from omni.core.words import _, current_locale, current_zone, lazy
from omni.web.access import allow, can, current_door, public, require_own
from omni.web.forms import Choice, Email, Form, LocalDate, LongText, Money, Number, Phone, Secret, Text, Tick
from omni.web.login import current_teammate
from omni.web.ports import SignedIn
from omni.web.respond import Toast, render, respond
from omni.web.session import begin_session, end_session

COOKIE = "a-cookie-of-{}-which-is-long-enough"


@dataclass
class Row:
    """Stands for a row of accounts."""

    id: Id = field(default_factory=new_id)
    role: str = Role.OWNER
    locale: str = "en"
    timezone: str | None = None
    is_operator: bool = False
    stepped_up_at: datetime | None = None
    has_keys: bool = True
    toast: Toast | None = None


@dataclass
class Card:
    """The one thing of this room."""

    id: Id
    name: str
    owner_id: Id | None = None


class Desk:
    """Answers `identity` from memory."""

    def __init__(self) -> None:
        self.people: dict[str, SignedIn] = {}
        self.seen: list[str | None] = []

    def __call__(self, cookie: str) -> SignedIn | None:
        return self.people.get(cookie)

    def mark_seen(self, who: SignedIn, *, feature: str | None) -> None:
        self.seen.append(feature)

    def keep_toast(self, who: SignedIn, toast: Toast) -> None:
        who.session.toast = toast

    def take_toast(self, who: SignedIn) -> Toast | None:
        kept, who.session.toast = who.session.toast, None
        return kept  # type: ignore[no-any-return]

    def step_up(self, who: SignedIn, *, next_url: str) -> Response:
        return Response("ask again", status=303, headers={"Location": f"/step-up?next={next_url}"})

    def hire(self, name: str, workspace: Workspace | None, role: Role = Role.OWNER, **user: Any) -> SignedIn:
        who = SignedIn(Row(), Row(**user), Row(role=role) if workspace else None, workspace)
        self.people[COOKIE.format(name)] = who
        return who


class CardForm(Form):
    name = Text(lazy("Name"), needed=lazy("Give the card a name."), longest=20)
    email = Email(lazy("Email"))
    phone = Phone(lazy("Phone"))
    age = Number(lazy("Age"), least=1, most=120)
    price = Money(lazy("Price"))
    day = LocalDate(lazy("Day"))
    note = LongText(lazy("Note"))
    stage = Choice(lazy("Stage"), choices=[("new", lazy("New")), ("won", lazy("Won"))])
    agreed = Tick(lazy("I agree"))
    password = Secret(lazy("Password"))

    def check(self) -> None:
        if self.name.data == "Nobody":
            self.blame("name", _("Nobody is no name."))


def make_room() -> tuple[Blueprint, dict[str, Card]]:
    """The room's blueprint and its cards."""
    room = Blueprint("studio", __name__, template_folder=str(Path(__file__).parent / "templates"))
    cards = {"one": Card(new_id(), "Ana")}
    card = cards["one"]

    def show_form(form: CardForm) -> Response:
        return render("studio/edit.html", form=form, card=card)

    @room.get("/studio")
    @allow(Policy.VIEW_CONTACTS)
    def show() -> Response:
        return render("studio/show.html", fragment="studio/_card.html", card=card)

    @room.get("/studio/edit")
    @allow(Policy.EDIT_CONTACTS)
    def edit() -> Response:
        return show_form(CardForm.of(request, data={"name": card.name}))

    @room.post("/studio/edit")
    @allow(Policy.EDIT_CONTACTS)
    def save() -> Response:
        require_own(card.owner_id)
        form = CardForm.of(request)
        if form.ok:
            card.name = form.name.data or ""
        return respond(
            page=show_form,
            fragment="studio/_card.html",
            faulty="studio/_form.html",
            then="/studio",
            form=form,
            card=card,
            toast=Toast(_("Saved %(name)s", name=card.name), "/history/1/undo"),
            also=[("count", "studio/_count.html")],
        )

    @room.delete("/studio/card")
    @allow(Policy.DELETE_CONTACTS)
    def remove() -> Response:
        return respond(page=show, then="/studio")

    @room.get("/studio/cards/<id:card_id>")
    @allow(Policy.VIEW_CONTACTS)
    def one(card_id: Id) -> Response:
        if card_id != card.id:
            raise NotFound
        return render("studio/show.html", card=card)

    @room.get("/studio/operator")
    @allow(Policy.OPERATE)
    def operator() -> str:
        return "figures"

    @room.get("/studio/pulse")
    @allow(Policy.VIEW_CONTACTS, is_poll=True)
    def pulse() -> Response:
        return Response(status=204)

    @room.route("/studio/export", methods=["GET", "POST"])
    @allow(Policy.EXPORT_CONTACTS, step_up=True)
    def export() -> str:
        return "everything"

    @room.post("/studio/leave")
    @allow(Policy.ENTER, even_suspended=True)
    def leave() -> Response:
        end_session()
        return respond(page=show, then="/studio/door")

    @room.route("/studio/door", methods=["GET", "POST"])
    @public("signing in")
    def door() -> Response:
        if request.method == "POST":
            begin_session(COOKIE.format("maya"))
            return respond(page=show, then="/studio")
        return render("studio/door.html")

    @room.route("/studio/for-everyone/<slug>", methods=["GET", "POST"])
    @public("a page for strangers", headers="page_for_everyone")
    def for_everyone(slug: str) -> Response:
        if request.method == "POST":
            return respond(page=show, then=f"/studio/for-everyone/{slug}")
        assert current_teammate() is None
        return render("studio/door.html")

    @room.get("/studio/card.jpg")
    @public("a picture for strangers", headers="image_for_everyone")
    def picture() -> Response:
        return Response(b"\xff\xd8", content_type="image/jpeg")

    @room.get("/studio/file")
    @allow(Policy.VIEW_CONTACTS, headers="upload")
    def upload() -> Response:
        return Response(b"<script>", content_type="text/html")

    @room.post("/studio/large")
    @allow(Policy.IMPORT, max_body=2_000_000)
    def large() -> str:
        return str(len(request.get_data()))

    @room.post("/webhooks/twilio/inbound")
    @public("signed by Twilio", headers="machine")
    def webhook() -> Response:
        return Response(status=204)

    @room.get("/studio/links/<token>")
    @public("a link from a mail", door="verify")
    def link(token: str) -> str:
        return f"{current_door().kind} {current_locale()} {current_zone()}"

    @room.post("/studio/limited")
    @public("a form for strangers", per_hour=("studio", 2))
    def limited() -> str:
        return "taken"

    @room.get("/studio/fault/<name>")
    @public("every refusal there is")
    def fault(name: str) -> Response:
        raise FAULTS[name]()

    @room.get("/studio/reach")
    @allow(Policy.VIEW_CONTACTS)
    def how_far() -> str:
        return f"{can('edit_contacts')} {current_teammate().role} {clock.now():%Y}"

    return room, cards


FAULTS: dict[str, Any] = {
    "403": lambda: NotAllowed(lazy("Only an owner may do this.").key),
    "404": NotFound,
    "409": Stale,
    "410": Gone,
    "422": Invalid,
    "429": lambda: TooMany(90),
    "500": lambda: ZeroDivisionError("a secret of 555-0142"),
    "503": Away,
    "own": lambda: Fault(lazy("A rule of a room.").key),
}
