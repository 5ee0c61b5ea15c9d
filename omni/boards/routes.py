"""Pages of the boards."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request

from omni.boards import actions, pages, queries
from omni.boards.faces import Face, Reader, face_of
from omni.boards.forms import MoveForm
from omni.boards.models import Card
from omni.core import clock
from omni.core.faults import Invalid, NotFound, Stale
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.words import current_locale, gettext
from omni.web import htmx
from omni.web.access import allow, can, require_own, safe_next
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

boards = Blueprint("boards", __name__)


@boards.get("/boards")
@allow(Policy.VIEW_CONTACTS)
def index() -> Response:
    """The first board; where there is none, how to make one."""
    first = next(iter(queries.list_boards()), None)
    if first is None:
        return render("boards/index.html")
    return respond(page=index, then=f"/boards/{encode(first.id)}")


@boards.get("/boards/<id:board_id>")
@allow(Policy.VIEW_CONTACTS, queries=12)
def show(board_id: Id) -> Response:
    """The board."""
    return show_board(board_id)


@boards.get("/boards/<id:board_id>/stages/<id:stage_id>")
@allow(Policy.VIEW_CONTACTS)
def show_stage(board_id: Id, stage_id: Id) -> Response:
    """The cards of a stage behind the place that the board's own link names."""
    stage = queries.get_stage(stage_id)
    if stage.board_id != board_id or stage.archived_at is not None:
        raise NotFound
    if request.args.get("resting"):
        board, face = pages.draw_resting(stage, reader(), draw)
        return render("boards/resting.html", board=board, stage=face)
    board, face = pages.draw_stage(stage, request.args.get("after", ""), reader(), draw)
    return render("boards/stage.html", fragment="boards/_more_cards.html", board=board, stage=face)


@boards.get("/boards/<id:board_id>/pulse")
@allow(Policy.VIEW_CONTACTS, is_poll=True, statuses={204})
def pulse(board_id: Id) -> Response:
    """What changed since the page was drawn: nothing (204), some cards, or the whole board."""
    since = request.args.get("since", 0, type=int)
    if queries.read_board(board_id).seq == since:
        return Response(status=204)
    changes = pages.draw_changes(board_id, since, reader(), draw) if htmx.is_partial() else None
    if changes is None:
        return show_board(board_id, fragment="boards/_fresh_board.html")
    board, arrivals = changes
    return render(
        "boards/show.html", fragment="boards/_moved.html", board=board, arrivals=arrivals, stages=board.stages
    )


@boards.get("/cards/<id:card_id>/move")
@allow(Policy.MOVE_CARDS)
def ask_move(card_id: Id) -> Response:
    """The stages this card may go to."""
    card = queries.get_card(card_id)
    require_own(card.contact.owner_id)
    return show_move(card, back=_back(card, request.args.get("back")))


@boards.post("/cards/<id:card_id>/stage")
@allow(Policy.MOVE_CARDS, statuses={409}, queries=60)
def move(card_id: Id) -> Response:
    """Move the card."""
    card = queries.get_card(card_id)
    require_own(card.contact.owner_id)
    form = MoveForm.of(request, card=card)
    back = _back(card, form.back.data)
    moved: actions.Moved | None = None
    if form.ok and form.chosen:
        try:
            moved = actions.move_card(card, form.chosen, by=current_teammate(), **form.how)
        except Stale as stale:
            return _show_stale(card_id, back, gettext(stale.words, **stale.values))
        except Invalid as fault:
            form.blame(fault)
    if moved is None:
        return respond(page=show_move, faulty="boards/_move.html", then=back, form=form, **_sheet(card, back))
    board, stages = pages.draw_heads(card.board_id, {moved.left.id, card.stage_id})
    return respond(
        page=show_move,
        fragment="boards/_moved_card.html",
        then=back,
        toast=_toast(moved),
        board=board,
        stages=stages,
        card=face_of(pages.row_of(card), reader()),
        form=form,
    )


def show_board(board_id: Id, fragment: str | None = None) -> Response:
    """The board's page, or `fragment` of it."""
    return render(
        "boards/show.html",
        fragment=fragment,
        board=pages.draw_board(board_id, reader(), draw),
        boards=queries.list_boards(),
        can_edit=bool(can(Policy.EDIT_BOARDS)),
        can_add=bool(can(Policy.EDIT_CONTACTS)),
    )


def show_move(card: Card, back: str, form: MoveForm | None = None, status: int = 200, said: str = "") -> Response:
    """The sheet "Move to…", or its page."""
    sheet = _sheet(card, back) | {"form": form, "said": said}
    return render("boards/move.html", fragment="boards/_move.html", status=status, **sheet)


def reader() -> Reader:
    """Who looks at the boards in this request."""
    now, zone = clock.now(), ZoneInfo(current_workspace().timezone)
    return Reader(
        now=now,
        zone=zone,
        today=now.astimezone(zone).date(),
        locale=str(current_locale()),
        teammate_id=current_teammate().id,
        reach=can(Policy.MOVE_CARDS),
    )


def draw(face: Face) -> str:
    """A card as HTML."""
    return render_template("boards/_card.html", card=face)


def _sheet(card: Card, back: str) -> dict[str, Any]:
    return {
        "card": card,
        "face": face_of(pages.row_of(card), reader()),
        "stages": pages.move_choices(card),
        "back": back,
        "said": "",
        "heading_level": 2,
    }


def _show_stale(card_id: Id, back: str, said: str) -> Response:
    """The card as it stands now, and that somebody was faster; a plain browser chooses again."""
    fresh = queries.get_card(card_id)
    sheet = _sheet(fresh, back) | {"said": said, "form": None}
    return render("boards/move.html", fragment="boards/_stale_card.html", status=409, **sheet)


def _back(card: Card, wanted: str | None) -> str:
    return safe_next(wanted, f"/boards/{encode(card.board_id)}")


def _toast(moved: actions.Moved) -> Toast | None:
    if moved.batch_id is None:
        return None
    name = moved.card.contact.given_name or moved.card.contact.display_name
    words = gettext("Moved %(name)s to %(stage)s", name=name, stage=moved.card.stage.name)
    if moved.said:
        words = " ".join([f"{words}.", *map(str, moved.said)])
    return Toast(words, f"/history/{encode(moved.batch_id)}/undo")
