"""Pages on which a board's stages are changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, Response, request

from omni.boards import actions, pages, queries
from omni.boards.forms import ArchiveForm, BoardForm, NewStageForm, PlaceForm, StageForm
from omni.boards.models import Board, Stage
from omni.core import changes
from omni.core.faults import Invalid, NotFound
from omni.core.ids import Id, encode
from omni.core.policies import Policy
from omni.core.words import gettext
from omni.web.access import allow
from omni.web.forms import Form
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

AnyForm = TypeVar("AnyForm", bound=Form)

editing = Blueprint("board_editing", __name__)


@dataclass(frozen=True)
class StageLine:
    """A stage with its settings in words, as the list shows it."""

    stage: Stage
    words: str
    is_first: bool
    is_last: bool


@editing.get("/boards/<id:board_id>/edit")
@allow(Policy.EDIT_BOARDS)
def edit(board_id: Id) -> Response:
    """The board's name and its stages."""
    return show_edit(queries.get_board(board_id))


@editing.post("/boards/<id:board_id>")
@allow(Policy.EDIT_BOARDS)
def rename(board_id: Id) -> Response:
    """Give the board another name."""
    board = queries.get_board(board_id)
    form = BoardForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            actions.rename_board(board, form.data["name"], by=current_teammate())
    return respond(page=show_edit, then=_edit(board), form=form, board=board, board_form=form, toast=_saved(acts))


@editing.post("/boards/<id:board_id>/stages")
@allow(Policy.EDIT_BOARDS)
def add(board_id: Id) -> Response:
    """Add a stage."""
    board = queries.get_board(board_id)
    form = StageForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            actions.add_stage(board, form.data["name"], stale_days=form.data["stale_days"], by=current_teammate())
    return respond(page=show_edit, then=_edit(board), form=form, board=board, new_form=form, toast=_saved(acts))


@editing.get("/boards/<id:board_id>/stages/<id:stage_id>/edit")
@allow(Policy.EDIT_BOARDS)
def edit_stage(board_id: Id, stage_id: Id) -> Response:
    """Everything a stage is set to."""
    stage = _stage(board_id, stage_id)
    return show_stage(stage, StageForm.of(request, obj=stage))


@editing.post("/boards/<id:board_id>/stages/<id:stage_id>")
@allow(Policy.EDIT_BOARDS)
def change(board_id: Id, stage_id: Id) -> Response:
    """Change what a stage is set to."""
    stage = _stage(board_id, stage_id)
    form = StageForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            actions.change_stage(stage, by=current_teammate(), **form.settings)
    return respond(page=show_stage, then=_edit(stage.board), form=form, stage=stage, toast=_saved(acts))


@editing.post("/boards/<id:board_id>/stages/<id:stage_id>/place")
@allow(Policy.EDIT_BOARDS)
def shift(board_id: Id, stage_id: Id) -> Response:
    """Move a stage one place along the board."""
    stage = _stage(board_id, stage_id)
    form = PlaceForm.of(request)
    with changes.watch() as acts:
        if form.ok:
            actions.shift_stage(stage, form.data["step"], by=current_teammate())
    toast = _saved(acts) if acts else None
    return respond(page=show_edit, then=_edit(stage.board), form=form, board=stage.board, toast=toast)


@editing.get("/boards/<id:board_id>/stages/<id:stage_id>/archive")
@allow(Policy.EDIT_BOARDS)
def ask_archive(board_id: Id, stage_id: Id) -> Response:
    """Where the stage's cards shall go."""
    stage = _stage(board_id, stage_id)
    return show_archive(stage, ArchiveForm.of(request, others=_others(stage)))


@editing.post("/boards/<id:board_id>/stages/<id:stage_id>/archive")
@allow(Policy.EDIT_BOARDS, queries=100_000)
def archive(board_id: Id, stage_id: Id) -> Response:
    """Take the stage off the board, its cards to another one."""
    stage = _stage(board_id, stage_id)
    form = ArchiveForm.of(request, others=_others(stage))
    with changes.watch() as acts:
        if form.ok:
            try:
                actions.archive_stage(stage, target=form.chosen, by=current_teammate())
            except Invalid as fault:
                form.blame(fault)
    toast = _toast(gettext("%(stage)s was taken off the board", stage=stage.name), acts)
    return respond(page=show_archive, then=_edit(stage.board), form=form, stage=stage, toast=toast)


def show_edit(board: Board, board_form: BoardForm | None = None, new_form: NewStageForm | None = None) -> Response:
    """The page of a board's stages, with what was typed in the form that had faults."""
    stages = queries.list_stages(board.id)
    last = len(stages) - 1
    return render(
        "boards/edit.html",
        board=board,
        board_form=_named(board_form or BoardForm(data={"name": board.name}), "board"),
        new_form=_named(new_form or NewStageForm(), "new"),
        lines=[StageLine(stage, pages.settings_words(stage), at == 0, at == last) for at, stage in enumerate(stages)],
    )


def show_stage(stage: Stage, form: StageForm) -> Response:
    """The page of what a stage is set to."""
    return render("boards/stage_edit.html", board=stage.board, stage=stage, form=form)


def show_archive(stage: Stage, form: ArchiveForm) -> Response:
    """The page that asks where a stage's cards shall go."""
    count = queries.counts(stage.board_id).get(stage.id, 0)
    return render("boards/archive.html", board=stage.board, stage=stage, form=form, count=count)


def _stage(board_id: Id, stage_id: Id) -> Stage:
    stage = queries.get_stage(stage_id)
    if stage.board_id != board_id or stage.archived_at is not None:
        raise NotFound
    return stage


def _others(stage: Stage) -> list[Stage]:
    return [other for other in queries.list_stages(stage.board_id) if other.id != stage.id]


def _named(form: AnyForm, part: str) -> AnyForm:
    """Give the fields of one of the page's forms ids of their own; their names stay those of the form."""
    for field in form:
        field.id = f"{field.name}-{part}"
        field.label.field_id = field.id
    return form


def _edit(board: Board) -> str:
    return f"/boards/{encode(board.id)}/edit"


def _saved(acts: Sequence[Id]) -> Toast:
    return _toast(gettext("Saved"), acts)


def _toast(words: str, acts: Sequence[Id]) -> Toast:
    """What was done, with the way back where something changed."""
    return Toast(words, f"/history/{encode(acts[0])}/undo" if acts else None)
