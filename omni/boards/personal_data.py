"""What each table of the boards holds about whom, and what becomes of it."""

from omni.boards import actions
from omni.boards.models import Board, BoardEvent, Card, CardStay, Stage, StageStat
from omni.core.ids import Id
from omni.core.personal_data import Back, Erase, TableAnswer


def _cards(contact_id: Id) -> object:
    return Card.select().where(Card.contact == contact_id)


def _stays(contact_id: Id) -> object:
    return CardStay.select().where(CardStay.card.in_(Card.select(Card.id).where(Card.contact == contact_id)))


def _events(contact_id: Id) -> object:
    return BoardEvent.select().where(BoardEvent.card.in_(Card.select(Card.id).where(Card.contact == contact_id)))


ANSWERS = [
    TableAnswer(
        Board,
        back=Back.REPLACES,
        subject="workspace",
        locate=lambda _workspace_id: Board.select(),
        export="boards",
        why="the boards a studio works with; about nobody",
    ),
    TableAnswer(
        Stage,
        back=Back.REPLACES,
        settle=actions.count_again,
        subject="workspace",
        locate=lambda _workspace_id: Stage.select(),
        export="stages",
        why="the stages of a board; about nobody",
    ),
    TableAnswer(
        Card,
        back=Back.COMES,
        subject="contact",
        locate=_cards,
        export="cards",
        erase=Erase.ANONYMISE,
        why="where a person stands; of an erased one an empty place, so that the board of an earlier day still counts",
    ),
    TableAnswer(
        CardStay,
        back=Back.COMES,
        subject="contact",
        locate=_stays,
        export="stays",
        why="where a person stood, from when to when; a stage and two times",
    ),
    TableAnswer(StageStat, why="how many cards a stage holds; a number without a person"),
    TableAnswer(
        BoardEvent,
        subject="contact",
        locate=_events,
        erase=Erase.DELETE,
        keep="day",
        why="which card changed in the last day, so that an open page can follow",
    ),
]
