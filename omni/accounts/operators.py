"""The operator's page of questions."""

from flask import Blueprint, Response, request, url_for

from omni.accounts import actions, queries
from omni.accounts.forms import AnswerForm
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.policies import Policy, Purpose
from omni.core.words import _
from omni.web.access import allow
from omni.web.login import current_user
from omni.web.respond import Toast, render, respond

operators = Blueprint("operators", __name__)


@operators.get("/operator/messages")
@allow(Policy.OPERATE, purpose=Purpose.COMMUNICATE)
def show_questions(form: AnswerForm | None = None, at: Id | None = None) -> Response:
    questions = queries.list_questions()
    return render("accounts/questions.html", questions=questions, form=form or AnswerForm(), at=at)


@operators.post("/operator/messages/<id:message_id>/answer")
@allow(Policy.OPERATE, purpose=Purpose.COMMUNICATE)
def answer(message_id: Id) -> Response:
    question = queries.get_question(message_id)
    form = AnswerForm.of(request)
    if form.ok:
        try:
            actions.answer_question(question, form.answer.data, by=current_user())
        except Invalid as fault:
            form.blame(fault)
    return respond(
        page=show_questions,
        fragment="accounts/_question.html",
        then=url_for("operators.show_questions"),
        form=form,
        at=message_id,
        question=question,
        toast=Toast(_("Answered")),
    )


@operators.post("/operator/messages/<id:message_id>/closing")
@allow(Policy.OPERATE, purpose=Purpose.COMMUNICATE)
def close(message_id: Id) -> Response:
    question = actions.close_question(queries.get_question(message_id), by=current_user())
    return respond(
        page=show_questions,
        fragment="accounts/_question.html",
        then=url_for("operators.show_questions"),
        question=question,
        toast=Toast(_("Closed without an answer")),
    )
