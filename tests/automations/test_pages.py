"""The page of what happens by itself, and the stages' roles, asked both ways."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from omni.automations import queries
from omni.automations.models import Join, JoinSwitch
from omni.boards import actions
from omni.boards import queries as boards
from omni.boards.models import Card, Role
from omni.contacts.actions import set_lifecycle
from omni.contacts.kinds import Lifecycle
from omni.core.ids import encode

HERE = "/settings/automations"
New = Callable[..., Card]


def test_each_join_has_its_switch(hers: Any, maya: Any) -> None:
    page = hers.get(HERE)
    assert page.page.h1 == "Automations"
    assert "A card that comes to Joined brings one in Keep, New member, unless one is there." in page
    assert "Which stage means" not in page
    hers.post(f"{HERE}/joins", {"join": "keep_follows", "is_on": ""}, on=HERE)
    assert queries.turned_off() == {Join.KEEP_FOLLOWS}
    assert JoinSwitch.get().by_id == maya.id
    assert "1 thing happens by itself" in hers.get("/settings")
    hers.post(f"{HERE}/joins", {"join": "keep_follows", "is_on": "y"}, on=HERE)
    assert queries.turned_off() == set()
    assert JoinSwitch.select().count() == 1


def test_a_join_without_its_stage_asks_which_one_it_is(
    hers: Any, join: SimpleNamespace, keep: SimpleNamespace, maya: Any
) -> None:
    actions.change_stage(join.joined, by=maya, role=None)
    page = hers.get(HERE)
    assert "Which stage means Joined?" in page
    assert "Off until a stage is chosen" in page
    assert "Which stage means New member?" not in page
    answer = hers.post(f"{HERE}/roles", {"role": "joined", "stage": ""}, on=HERE, status=422)
    assert "Choose a stage." in answer
    hers.post(f"{HERE}/roles", {"role": "joined", "stage": encode(join.done.id)}, on=HERE)
    assert boards.stages_by_role()[Role.JOINED].id == join.done.id
    assert "A card that comes to Trial done brings one in Keep" in hers.get(HERE)


def test_what_is_no_switch_is_422(hers: Any, maya: Any) -> None:
    answer = hers.post(f"{HERE}/joins", {"join": "tea_follows", "is_on": "y"}, on=HERE, status=422)
    assert "There is no such switch." in answer
    assert JoinSwitch.select().count() == 0


def test_a_rep_may_not_say_what_happens_by_itself(browse: Any, world: Any, juniper: Any) -> None:
    theirs = browse.as_(world.theo)
    theirs.ask("GET", HERE, status=403)
    assert "Automations" not in theirs.get("/settings")


def test_a_stage_says_on_its_board_what_it_means(hers: Any, join: SimpleNamespace) -> None:
    edit = f"/boards/{encode(join.board.id)}/stages/{encode(join.done.id)}/edit"
    page = hers.get(edit)
    assert "This stage means…" in page
    fields = {"name": "Signed up", "stale_days": "", "role": "joined"}
    hers.post(f"/boards/{encode(join.board.id)}/stages/{encode(join.done.id)}", fields, on=edit)
    assert boards.stages_by_role()[Role.JOINED].name == "Signed up"
    faulty = {"name": "Signed up", "stale_days": "", "role": "tea"}
    url = f"/boards/{encode(join.board.id)}/stages/{encode(join.done.id)}"
    assert "Choose one of the list." in hers.post(url, faulty, on=edit, status=422)


def test_the_toast_says_what_joined_up_and_the_timeline_why(hers: Any, newcomer: New, join: SimpleNamespace) -> None:
    card = newcomer()
    sheet, contact = f"/cards/{encode(card.id)}/move", f"/contacts/{encode(card.contact_id)}"
    hers.post(f"/cards/{encode(card.id)}/stage", {"stage": encode(join.joined.id), "back": contact}, on=sheet)
    page = hers.get(contact)
    assert "Omni changed the stage of life to: Member, since Ana came to Joined" in page
    assert "Omni put Ana in New member, since Ana came to Joined" in page


def test_the_timeline_says_why_life_could_not_follow(
    hers: Any, newcomer: New, keep: SimpleNamespace, maya: Any
) -> None:
    card = newcomer(stage=keep.new)

    set_lifecycle(card.contact, Lifecycle.LEAD, via="hand", by=maya)
    actions.move_card(boards.get_card(card.id), keep.left, by=maya, answers=actions.Answers(lost_reason="Moved away"))
    page = hers.get(f"/contacts/{encode(card.contact_id)}")
    assert "Omni left the stage of life as it was: Ana came to Left, but was never a member" in page
