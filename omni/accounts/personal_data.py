"""What becomes of each table of this room: one answer a table."""

from typing import Any

from omni.accounts.models import (
    BusinessHours,
    HelpMessage,
    Holiday,
    Invitation,
    Notice,
    Session,
    Teammate,
    User,
)
from omni.core.ids import Id
from omni.core.personal_data import Erase, TableAnswer


def _user(user_id: Id) -> Any:
    return User.select().where(User.id == user_id)


def _teammates(user_id: Id) -> Any:
    return Teammate.select().where(Teammate.user == user_id)


def _sessions(user_id: Id) -> Any:
    return Session.select().where(Session.user == user_id)


def _notices(user_id: Id) -> Any:
    return Notice.select().where(Notice.teammate.in_(_teammates(user_id).select(Teammate.id)))


def _questions(user_id: Id) -> Any:
    return HelpMessage.select().where(HelpMessage.user == user_id)


ANSWERS = [
    TableAnswer(
        User,
        subject="user",
        locate=_user,
        export="profile",
        erase=Erase.SCRUB,
        keep="account",
        why="the person who signs in; by-lines then say “former teammate”",
    ),
    TableAnswer(
        Teammate,
        subject="user",
        locate=_teammates,
        export="profile",
        erase=Erase.KEEP,
        keep="workspace",
        why="by-lines point to it; it holds no name of its own",
    ),
    TableAnswer(
        Invitation,
        subject="workspace",
        erase=Erase.DELETE,
        keep="workspace",
        why="whom a teammate asked to work here",
    ),
    TableAnswer(
        Session,
        subject="user",
        locate=_sessions,
        export="sessions",
        erase=Erase.DELETE,
        keep="sessions",
        why="the devices that are signed in",
    ),
    TableAnswer(BusinessHours, subject="workspace", erase=Erase.KEEP, why="when the studio is open; about nobody"),
    TableAnswer(Holiday, subject="workspace", erase=Erase.KEEP, why="when the studio is closed; about nobody"),
    TableAnswer(
        Notice,
        subject="user",
        locate=_notices,
        export="notices",
        erase=Erase.DELETE,
        keep="workspace",
        why="what a teammate was told in the product",
    ),
    TableAnswer(
        HelpMessage,
        subject="user",
        locate=_questions,
        export="questions",
        erase=Erase.DELETE,
        keep="questions",
        why="what was asked of the operator, and the answer",
    ),
]
