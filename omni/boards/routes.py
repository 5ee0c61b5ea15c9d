"""Pages of the boards."""

from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request

from omni.boards import actions, gates, pages, queries, wording
from omni.boards.faces import Face, Reader, face_of
from omni.boards.forms import CardForm, MoveForm, read_id
from omni.boards.models import Card
from omni.contacts.lists.asked import read_address
from omni.contacts.lists.fields import Registry
from omni.contacts.lists.sentences import sentence
from omni.core import clock
from omni.core.faults import Invalid, NotFound, Stale
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.words import current_locale, gettext, ngettext
from omni.web import htmx
from omni.web.access import allow, can, require_own, safe_next
from omni.web.fields import clean
from omni.web.login import current_teammate
from omni.web.respond import Act, Toast, render, respond

boards = Blueprint("boards", __name__)
# So many cards are moved at once.
MOST = 200


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


@boards.get("/boards/<id:board_id>/filter")
@allow(Policy.VIEW_CONTACTS)
def choose_filter(board_id: Id) -> Response:
    """Whom the board shall show: somebody's people, a stage of life, a tag. Chosen, the address says it."""
    board, at = queries.get_board(board_id), f"/boards/{encode(board_id)}"
    if chosen := [one for one in request.args.getlist("f") if one]:
        return respond(page=choose_filter, then=f"{at}?{urlencode([('f', one) for one in chosen])}")
    registry = Registry()
    fields = [one for key in ("owner", "life", "tag") if (one := registry.find(key)) and one.choices]
    return render(
        "boards/filter.html", board=board, at=at, fields=[(one, one.choices()) for one in fields if one.choices]
    )


@boards.get("/boards/<id:board_id>/pulse")
@allow(Policy.VIEW_CONTACTS, is_poll=True, statuses={204})
def pulse(board_id: Id) -> Response:
    """What changed since the page was drawn: nothing (204), some cards, or the whole board (always, if filtered)."""
    since = request.args.get("since", 0, type=int)
    if queries.read_board(board_id).seq == since:
        return Response(status=204)
    is_filtered = bool(request.args.getlist("f"))
    is_whole = is_filtered or not htmx.is_partial()
    changes = None if is_whole else pages.draw_changes(board_id, since, reader(), draw)
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
@allow(Policy.MOVE_CARDS, statuses={409}, queries=50)
def move(card_id: Id) -> Response:
    """Move the card, with what its stage asks for."""
    card = queries.get_card(card_id)
    require_own(card.contact.owner_id)
    form = MoveForm.of(request, board_id=card.board_id)
    back = _back(card, form.back.data)
    moved: actions.Moved | None = None
    if form.ok and form.chosen:
        try:
            moved = actions.move_card(card, form.chosen, by=current_teammate(), **form.how)
        except Stale as stale:
            return _show_stale(card_id, back, gettext(stale.words, **stale.values))
        except Invalid as fault:
            form.blame(fault)
    if moved is None and form.chosen and (asks := form.fields_for(gates.missing(card, form.chosen, form.hand))):
        return show_gate(form, [card], back, asks)
    if moved is None:
        return respond(page=show_move, faulty="boards/_move.html", then=back, form=form, **_sheet(card, back))
    if not htmx.is_partial():
        return respond(page=show_move, then=back, toast=_toast(moved), form=form)
    return respond(
        page=show_move,
        fragment="boards/_moved_card.html",
        then=back,
        toast=_toast(moved),
        stages=pages.draw_heads(card.board_id, {moved.left.id, card.stage_id}),
        card=face_of(pages.row_of(card), reader()),
        form=form,
    )


@boards.get("/boards/<id:board_id>/move")
@allow(Policy.MOVE_CARDS)
def ask_move_several(board_id: Id) -> Response:
    """The stages to which several cards may go at once."""
    board = queries.get_board(board_id)
    if not request.args.getlist("card"):
        return respond(page=show, then=f"/boards/{encode(board.id)}")
    return show_move_several(_several(board_id, request.args.getlist("card")))


@boards.post("/boards/<id:board_id>/move")
@allow(Policy.MOVE_CARDS, statuses={409}, queries=2_000)
def move_several(board_id: Id) -> Response:
    """Move several cards as one act."""
    cards = _several(board_id, request.form.getlist("card"))
    form, back, batch_id = MoveForm.of(request, board_id=board_id), f"/boards/{encode(board_id)}", None
    if form.ok and form.chosen:
        try:
            batch_id = actions.move_cards(cards, form.chosen, by=current_teammate(), answers=form.answers)
        except actions.GateShut as shut:
            form.blame(shut)
            return show_gate(form, cards, back, form.fields_for(shut.asks))
        except Invalid as fault:
            form.blame(fault)
    if batch_id is None or form.chosen is None:
        return respond(page=show_move_several, then=back, form=form, cards=cards)
    name = form.chosen.name
    words = ngettext("Moved %(num)s person to %(stage)s", "Moved %(num)s people to %(stage)s", len(cards), stage=name)
    toast = Toast(words, f"/history/{encode(batch_id)}/undo")
    return respond(page=show_move_several, then=back, toast=toast, form=form)


@boards.get("/cards/<id:card_id>")
@allow(Policy.MOVE_CARDS)
def edit_card(card_id: Id) -> Response:
    """What the card is about."""
    card = queries.get_card(card_id)
    require_own(card.contact.owner_id)
    data = {name: getattr(card, name) for name in ("title", "expected_on", "lost_reason", "version")}
    form = CardForm.of(request, data={**data, "value": card.value_cents})
    return show_card(card, form, _back_to_contact(card, request.args.get("back")))


@boards.post("/cards/<id:card_id>")
@allow(Policy.MOVE_CARDS, statuses={409})
def change_card(card_id: Id) -> Response:
    """Say anew what the card is about."""
    card = queries.get_card(card_id)
    require_own(card.contact.owner_id)
    form, back = CardForm.of(request), _back_to_contact(card, request.form.get("back"))
    batch_id = None
    if form.ok:
        try:
            batch_id = actions.change_card(card, by=current_teammate(), **form.said)
        except Stale as stale:
            fresh = queries.get_card(card_id)
            form.version.raw_data = [str(fresh.version)]
            return show_card(fresh, form, back, status=409, said=gettext(stale.words, **stale.values))
    toast = Toast(gettext("Saved"), f"/history/{encode(batch_id)}/undo") if batch_id else None
    return respond(page=show_card, then=back, toast=toast, form=form, card=card, back=back)


def show_gate(form: MoveForm, cards: list[Card], back: str, fields: list[Any]) -> Response:
    """The sheet that asks what a stage wants to know before it lets these cards in, or its page."""
    assert form.chosen is not None  # noqa: S101 - nobody stands at a gate without a stage
    action = f"/cards/{encode(cards[0].id)}/stage" if len(cards) == 1 else f"/boards/{encode(form.board_id)}/move"
    return render(
        "boards/gate.html",
        fragment="boards/_gate.html",
        status=422,
        form=form,
        fields=fields,
        cards=cards,
        stage=form.chosen,
        action=action,
        back=back,
        heading_level=2 if htmx.is_partial() else 1,
    )


def show_move_several(cards: list[Card], form: MoveForm | None = None) -> Response:
    """The sheet "Move to…" for several cards, or its page."""
    return render(
        "boards/move_several.html",
        fragment="boards/_move_several.html",
        cards=cards,
        stages=pages.stage_choices(cards[0].board_id),
        form=form,
        board=f"/boards/{encode(cards[0].board_id)}",
        heading_level=2 if htmx.is_partial() else 1,
    )


def show_card(card: Card, form: CardForm, back: str, status: int = 200, said: str = "") -> Response:
    """The page of what a card is about."""
    return render("boards/card.html", status=status, card=card, form=form, back=back, said=said)


def show_board(board_id: Id, fragment: str | None = None) -> Response:
    """The board's page, or `fragment` of it; with those alone who fit the address, where it asks for some."""
    asked = read_address([clean(one) for one in request.args.getlist("f")])
    who, at = reader(), f"/boards/{encode(board_id)}"
    draw_it = partial(pages.draw_fitting, board_id, asked) if asked.is_filtered else partial(pages.draw_board, board_id)
    return render(
        "boards/show.html",
        fragment=fragment,
        status=422 if asked.broken else 200,
        board=draw_it(who, draw),
        chips=[(asked.address(at, without=one.text), sentence(one)) for one in asked.filters],
        broken=asked.broken,
        mine=f"{at}?{urlencode({'f': f'owner:is:{encode(who.teammate_id)}'})}",
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


def _several(board_id: Id, sent: list[str]) -> list[Card]:
    """The cards of one board that this teammate may move, in the order they were chosen. Raises NotFound for none."""
    cards = queries.cards_of_board(board_id, [found for one in sent[:MOST] if (found := read_id(one))])
    if not cards:
        raise NotFound
    for card in cards:
        require_own(card.contact.owner_id)
    return cards


def _back_to_contact(card: Card, wanted: str | None) -> str:
    return safe_next(wanted, f"/contacts/{encode(card.contact_id)}")


def _back(card: Card, wanted: str | None) -> str:
    return safe_next(wanted, f"/boards/{encode(card.board_id)}")


def _toast(moved: actions.Moved) -> Toast | None:
    if moved.batch_id is None:
        return None
    name = moved.card.contact.given_name or moved.card.contact.display_name
    words = gettext("Moved %(name)s to %(stage)s", name=name, stage=moved.card.stage.name)
    if moved.said:
        words = " ".join([f"{words}.", *map(str, moved.said)])
    undo, step = f"/history/{encode(moved.batch_id)}/undo", moved.step
    if step is None:
        return Toast(words, undo)
    return Toast(words, undo, wording.step_set(step.title, step.due_on), (Act(gettext("change"), step.href),))
