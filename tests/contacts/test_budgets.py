"""What the pages ask of the database: few statements, and no more of them for who has a long history or many rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from omni.boards.actions.landing import put
from omni.boards.actions.moving import note_change
from omni.boards.models import Board, Card, Stage
from omni.contacts import actions, agenda
from omni.contacts.actions import Sent
from omni.contacts.kinds import CallOutcome, Direction, FieldKind, Kind, Lifecycle, Tie
from omni.contacts.models import Contact, Tag
from omni.contacts.next_actions import Step
from omni.core import clock
from omni.core.database import transaction
from omni.core.ids import encode, new_id
from omni.core.tenancy import current_workspace
from omni.messaging import actions as texts
from omni.messaging.models import Conversation, Message, WaitingOn
from omni.messaging.models import Direction as Way
from omni.messaging.states import State
from omni.referrals import actions as referrals
from omni.referrals.actions import Answers, LinkFacts
from omni.tasks.actions import add_task

BUDGETS = {"board": 12, "list": 8, "contact": 14, "today": 10}
PHONE = "+13125550142"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def ana(world: Any, maya: Any) -> Contact:
    """Ana, of whom everything is known that a contact's page can tell."""
    link = referrals.make_link(
        LinkFacts(title="Bring a friend", description="", slug="ana", name="Ana"), picture=None, by=maya
    )
    referrals.receive_lead(link, Answers(name="Ana Nunez", phone=PHONE, email="ana@example.com", message="Evenings?"))
    ana = Contact.get()
    world.agree(ana)
    world.person("Rosa Nunez", PHONE)
    actions.link(world.person("Ben Nunez"), ana, Tie.CHILD, by=maya)
    actions.link(world.person("Jo Nunez"), ana, None, by=maya)
    actions.set_lifecycle(ana, Lifecycle.MEMBER, via="hand", by=maya)
    actions.add_tag(ana, "yoga", by=maya)
    actions.set_preference(ana, "Looks for", "Evenings", by=maya)
    goal = actions.add_goal(ana, {"name": "Weight", "target": 70.0}, by=maya)
    actions.check_in(ana, goal, 80.0, on=clock.today_in(current_workspace().timezone), by=maya)
    actions.set_value(ana, actions.add_field("Height", FieldKind.NUMBER, by=maya), 180, by=maya)
    for board in Board.select():
        first = Stage.select().where(Stage.board == board).order_by(Stage.position).first()
        put(ana, first.id, by=maya)
    grow(ana, maya, range(1))
    actions.pair_up()
    actions.start_call(ana, client_key=new_id().hex, by=maya)
    return ana


def grow(contact: Contact, by: Any, numbers: range) -> None:
    """Let more of everything be known of the contact, once for each number."""
    today = clock.today_in(current_workspace().timezone)
    for n in numbers:
        actions.add_phone(contact, f"+1312555{1000 + n}", by=by)
        actions.add_email(contact, f"ana{n}@example.com", by=by)
        actions.pin_note(actions.add_note(contact, f"Note {n} for @Maya", by=by, files=[Sent("a.png", PNG)]), by=by)
        add_task(contact, title=f"Task {n}", due_on=today, by=by)
        text = texts.send_text(contact, f"Hello {n}", address=PHONE, by=by, client_key=f"{n:032}")
        _answer(text)
        actions.log_call(contact, CallOutcome.NO_ANSWER, client_key=f"call{n:028}", by=by)
        actions.log_activity(contact, Kind.TEXT, by=by, direction=Direction.OUT, ref_table="message", ref_id=text.id)


def _answer(text: Message) -> None:
    """The person answered the text, and waits since."""
    now = clock.now()
    heard = {"direction": Way.IN, "body": "Yes", "state": State.RECEIVED, "purpose": None, "by": None}
    kept = {name: getattr(text, name) for name in ("conversation_id", "contact_id", "carrier", "origin")}
    inbound = Message.create(**heard, **kept, from_address=text.to_address, to_address=text.from_address)
    Conversation.update(waiting_on=WaitingOn.US, waiting_since=now, last_in_at=now, last_message_id=inbound.id).where(
        Conversation.id == text.conversation_id
    ).execute()


def crowd(world: Any, numbers: range) -> None:
    """Let there be more people who need somebody today, each on the board, late, waiting or coming."""
    today = clock.today_in(current_workspace().timezone)
    for n in numbers:
        person = world.person(f"Kim No{n}", f"+1312556{1000 + n}", f"kim{n}@example.com")
        actions.add_tag(person, "yoga", by=world.maya)
        if n % 3 == 0:
            world.agree(person)
            _answer(
                texts.send_text(person, "Hi", address=f"+1312556{1000 + n}", by=world.maya, client_key=f"kim{n:029}")
            )
        if n % 3 == 1:
            late, kind = today - timedelta(days=1), Step.VISIT if n % 2 else Step.CALL
            add_task(person, title="Call", due_on=late, by=world.maya, kind=kind)


def pages(ana: Contact) -> dict[str, str]:
    """The pages that have a budget, by their addresses."""
    board = f"/boards/{encode(first_board().id)}"
    return {"contact": f"/contacts/{encode(ana.id)}", "today": "/today", "list": "/contacts", "board": board}


def first_board() -> Board:
    board: Board = Board.select().order_by(Board.position).first()
    return board


def costs(hers: Any, urls: dict[str, str]) -> dict[str, int]:
    """How many statements each of these pages takes now."""
    return {name: len(hers.ask("GET", url, status=200).statements) for name, url in urls.items()}


def test_four_pages_keep_their_budgets_however_much_there_is(hers: Any, world: Any, ana: Contact) -> None:
    crowd(world, range(3))
    first = costs(hers, pages(ana))
    assert {name: cost for name, cost in first.items() if cost > BUDGETS[name]} == {}
    grow(ana, world.maya, range(1, 11))
    crowd(world, range(3, 30))
    assert costs(hers, pages(ana)) == first
    for name, url in pages(ana).items():
        hers.get(url, queries=BUDGETS[name])


def test_a_list_keeps_its_budget_whatever_is_chosen_on_it(hers: Any, world: Any, ana: Contact) -> None:
    crowd(world, range(6))
    columns = [one.get("value", "") for one in hers.get("/contacts?choose=columns").page.all("input", name="cols")]
    assert {"owner", "tag", "stage", "next", "phone", "own-height"} <= set(columns)
    tag, stage = encode(Tag.get().id), encode(Stage.get().id)
    filters = [("f", f"tag:is:{tag}"), ("f", f"stage:not:{stage}"), ("f", "own-height:filled"), ("f", "owner:not:none")]
    shown, sent = (
        [("cols", ",".join(columns)), ("tick", "1"), ("sort", "-name")],
        [("choose", "filter"), ("add", "tag")],
    )
    for chosen in (filters, shown, [*filters, *shown], [*filters, *shown, *sent]):
        hers.get(f"/contacts?{urlencode(chosen)}", queries=BUDGETS["list"])
    # Searching asks once or twice before there is a list.
    hers.get(f"/contacts?{urlencode([('q', 'kim'), *shown, *sent])}", queries=BUDGETS["list"] + 2)


def test_today_costs_less_once_the_first_steps_are_put_away(hers: Any, world: Any, ana: Contact) -> None:
    with_steps = costs(hers, {"today": "/today"})["today"]
    agenda.close_steps(world.maya)
    assert costs(hers, {"today": "/today"})["today"] <= with_steps <= BUDGETS["today"]


def test_what_a_page_fetches_later_costs_no_more_for_more_of_it(hers: Any, world: Any, ana: Contact) -> None:
    grow(ana, world.maya, range(1, 11))
    crowd(world, range(51))
    further = {name: behind(hers, url) for name, url in pages(ana).items() if name != "today"}
    first = costs(hers, further)
    assert {name: cost for name, cost in first.items() if cost > BUDGETS[name]} == {}
    pulse = pulse_of(hers, 1)
    assert pulse <= BUDGETS["board"]
    grow(ana, world.maya, range(11, 27))
    crowd(world, range(51, 81))
    assert costs(hers, {name: behind(hers, url) for name, url in pages(ana).items() if name != "today"}) == first
    assert pulse_of(hers, 10) == pulse


def behind(hers: Any, url: str) -> str:
    """Where the page gets its next rows from."""
    links = [link.get("href") or "" for link in hers.ask("GET", url, status=200).page.all("a")]
    return next(link for link in links if "after=" in link)


def pulse_of(hers: Any, changed: int) -> int:
    """What the board's pulse takes after so many of its cards changed."""
    board = first_board()
    for card in Card.select().where(Card.board == board, Card.closed_at.is_null()).order_by(Card.id).limit(changed):
        with transaction():
            note_change(board.id, card.id)
    url = f"/boards/{encode(board.id)}/pulse?since={board.seq}"
    answer = hers.part(url)
    assert answer.text.count('class="card"') == changed
    return len(answer.statements)
