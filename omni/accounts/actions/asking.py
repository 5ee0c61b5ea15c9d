"""Questions to the operator, and their answers."""

from omni.accounts import mails
from omni.accounts.models import HelpKind, HelpMessage, HelpState, User
from omni.core import clock
from omni.core.database import transaction
from omni.core.faults import Invalid, Stale
from omni.core.tenancy import Workspace
from omni.core.words import lazy

ANOTHER_ANSWERS = lazy("Another operator must answer your own appeal.")
DEALT_WITH = lazy("Somebody dealt with this question first.")


def ask_operator(
    *,
    name: str,
    email: str,
    body: str,
    page: str = "",
    user: User | None = None,
    workspace: Workspace | None = None,
    kind: HelpKind = HelpKind.QUESTION,
) -> HelpMessage:
    """Put a question before the operator, who answers by mail."""
    with transaction():
        return HelpMessage.create(
            workspace=workspace, user=user, name=name, email=email, page=page[:255], body=body, kind=kind
        )


def answer_question(message: HelpMessage, text: str, *, by: User) -> HelpMessage:
    """Answer by mail, once. Raises: Stale when somebody answered first; Invalid for one's own appeal."""
    if message.kind is HelpKind.APPEAL and message.user_id == by.id:
        raise Invalid(faults={"answer": ANOTHER_ANSWERS.key})
    with transaction():
        _leave_open(message, HelpState.ANSWERED, by=by)
        message.answer = text
        message.save(only=[HelpMessage.answer])
        mails.answer(message, text, locale=message.user.locale if message.user else "en")
    return message


def close_question(message: HelpMessage, *, by: User) -> HelpMessage:
    """Put a question away without an answer. Raises: Stale."""
    with transaction():
        _leave_open(message, HelpState.CLOSED, by=by)
    return message


def _leave_open(message: HelpMessage, state: HelpState, *, by: User) -> None:
    query = HelpMessage.update(state=state, answered_by=by.id, answered_at=clock.now())
    if not query.where(HelpMessage.id == message.id, HelpMessage.state == HelpState.OPEN).execute():
        raise Stale(message, DEALT_WITH.key)
    message.state, message.answered_at = state, clock.now()
