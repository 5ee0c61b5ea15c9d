"""What joins up when a card enters a stage, and what does not; on both databases."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from omni.accounts.models import Notice
from omni.automations import actions as automations
from omni.automations.models import Join
from omni.boards import actions, queries
from omni.boards.models import Board, Card, CardStay, Role, Via
from omni.contacts.actions import set_lifecycle
from omni.contacts.kinds import Entry, Kind, Lifecycle
from omni.contacts.models import Activity, Contact, LifecycleSpan
from omni.contacts.undo import get_batch, undo
from omni.core.changes import ChangeBatch
from omni.core.events import EventRow
from omni.tasks.actions import add_task
from tests.browse import counted

New = Callable[..., Card]
MOVED_AWAY = actions.Answers(lost_reason="Moved away")


def fresh(card: Card) -> Card:
    return queries.get_card(card.id)


def life(card: Card) -> Lifecycle:
    return Contact.get_by_id(card.contact_id).lifecycle


def places(card: Card) -> dict[str, str]:
    return {one.board.name: one.stage.name for one in queries.list_cards(card.contact_id)}


def lines(card: Card, kind: Kind) -> list[tuple[str, str, str]]:
    found = Activity.select().where(Activity.contact == card.contact_id, Activity.kind == kind)
    return [(line.actor_kind, line.outcome, line.summary) for line in found.order_by(Activity.happened_at, Activity.id)]


def test_each_join_and_its_switch(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    both = newcomer("Ana")
    actions.move_card(both, join.joined, by=maya)
    assert (life(both), places(both)) == (Lifecycle.MEMBER, {"Join": "Joined", "Keep": "New member"})

    automations.switch_join(Join.KEEP_FOLLOWS, is_on=False, by=maya)
    life_alone = newcomer("Ben")
    actions.move_card(life_alone, join.joined, by=maya)
    assert (life(life_alone), places(life_alone)) == (Lifecycle.MEMBER, {"Join": "Joined"})

    automations.switch_join(Join.LIFE_FOLLOWS, is_on=False, by=maya)
    automations.switch_join(Join.KEEP_FOLLOWS, is_on=True, by=maya)
    keep_alone = newcomer("Eli")
    actions.move_card(keep_alone, join.joined, by=maya)
    # What a join lands starts no join, nor would life follow here: its switch is off.
    assert (life(keep_alone), places(keep_alone)) == (Lifecycle.LEAD, {"Join": "Joined", "Keep": "New member"})

    automations.switch_join(Join.KEEP_FOLLOWS, is_on=False, by=maya)
    neither = newcomer("Dora")
    actions.move_card(neither, join.joined, by=maya)
    assert (life(neither), places(neither)) == (Lifecycle.LEAD, {"Join": "Joined"})
    # Off means that nothing more happens: what was done stays.
    assert (life(both), places(both)) == (Lifecycle.MEMBER, {"Join": "Joined", "Keep": "New member"})


def test_each_act_of_a_join_is_a_line_with_its_reason(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    moved = actions.move_card(card, join.joined, by=maya)
    assert lines(card, Kind.LIFECYCLE) == [("join", "member", "Joined")]
    assert lines(card, Kind.JOINED) == [("join", "Joined", "New member")]
    assert [str(line) for line in moved.said] == ["Ana is in Keep now too, in New member."]
    told = EventRow.select().where(EventRow.type == "BecameMember", EventRow.contact_id == card.contact_id).get()
    assert told.actor_kind == "join"


@pytest.mark.parametrize("stage", ["paused", "left"])
def test_keeps_stages_set_the_life_of_a_member(newcomer: New, keep: SimpleNamespace, maya: Any, stage: str) -> None:
    card = newcomer(stage=keep.new)
    assert life(card) is Lifecycle.MEMBER
    actions.move_card(fresh(card), getattr(keep, stage), by=maya, answers=MOVED_AWAY)
    assert life(card) is {"paused": Lifecycle.PAUSED, "left": Lifecycle.FORMER}[stage]
    actions.move_card(fresh(card), keep.won_back, by=maya)
    assert life(card) is Lifecycle.MEMBER


def test_a_join_in_a_move_is_one_undo(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    before, batches = fresh(card), ChangeBatch.select().count()
    moved = actions.move_card(fresh(card), join.joined, by=maya)
    assert ChangeBatch.select().count() == batches + 1
    undone = undo(get_batch(moved.batch_id), by=maya)
    assert undone.left == []
    after = fresh(card)
    assert (after.stage_id, after.position, after.entered_at) == (before.stage_id, before.position, before.entered_at)
    assert (life(card), places(card)) == (Lifecycle.LEAD, {"Join": "New lead"})
    assert [span.state for span in LifecycleSpan.select().where(LifecycleSpan.contact == card.contact_id)] == ["lead"]
    # Undo of the undo is the move again, with all that joined up.
    undo(get_batch(undone.batch.id), by=maya)
    assert (life(card), places(card)) == (Lifecycle.MEMBER, {"Join": "Joined", "Keep": "New member"})


def test_joins_go_forward_only(newcomer: New, join: SimpleNamespace, keep: SimpleNamespace, maya: Any) -> None:
    card = newcomer()
    actions.move_card(card, join.joined, by=maya)
    kept = next(one for one in queries.list_cards(card.contact_id) if one.board.name == "Keep")
    actions.move_card(kept, keep.at_risk, by=maya)
    # Back out of Joined and in again: the card that is open in Keep is neither moved back nor doubled.
    actions.move_card(fresh(card), join.done, by=maya)
    actions.move_card(fresh(card), join.joined, by=maya)
    assert places(card) == {"Join": "Joined", "Keep": "At risk"}
    # A trial is set for a lead alone: a member who books one again stays a member.
    actions.move_card(fresh(card), join.booked, by=maya)
    assert life(card) is Lifecycle.MEMBER


def test_who_was_never_a_member_leaves_nothing(newcomer: New, keep: SimpleNamespace, maya: Any) -> None:
    automations.switch_join(Join.LIFE_FOLLOWS, is_on=False, by=maya)
    card = newcomer(stage=keep.new)
    automations.switch_join(Join.LIFE_FOLLOWS, is_on=True, by=maya)
    moved = actions.move_card(fresh(card), keep.left, by=maya, answers=MOVED_AWAY)
    assert fresh(card).stage_id == keep.left.id
    assert life(card) is Lifecycle.LEAD
    assert lines(card, Kind.LIFECYCLE) == [("join", "never_a_member", "Left")]
    assert [str(line) for line in moved.said] == ["Ana was never a member, so their stage of life stays."]


def test_import_starts_no_join(newcomer: New, bring: Any, join: SimpleNamespace, maya: Any) -> None:
    # The stage that an import lands in is the one where people join.
    actions.change_stage(join.new, by=maya, role=Role.JOINED)
    board = queries.list_boards()[0]
    assert bring("name,email\nIda Quill,ida@example.com\n", board=_id(board)).counts["created"] == 1
    card = Card.get(Card.stage == join.new)
    assert (life(card), places(card)) == (Lifecycle.LEAD, {"Join": "New lead"})
    assert not lines(card, Kind.JOINED)
    ben = newcomer("Ben", join.lost)
    Card.update(closed_at=ben.entered_at).where(Card.id == ben.id).execute()
    assert actions.land(ben.contact, join.new.id, by=maya, via=Entry.IMPORT)
    assert places(ben) == {"Join": "New lead"}


def test_landing_by_hand_in_joined_is_a_join(newcomer: New, join: SimpleNamespace) -> None:
    card = newcomer(stage=join.joined)
    assert (life(card), places(card)) == (Lifecycle.MEMBER, {"Join": "Joined", "Keep": "New member"})
    kept = next(one for one in queries.list_cards(card.contact_id) if one.board.name == "Keep")
    assert CardStay.get(CardStay.card == kept).via is Via.JOIN


def test_an_undone_move_starts_no_join(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    automations.switch_join(Join.KEEP_FOLLOWS, is_on=False, by=maya)
    card = newcomer(stage=join.joined)
    back = actions.move_card(fresh(card), join.done, by=maya)
    automations.switch_join(Join.KEEP_FOLLOWS, is_on=True, by=maya)
    undo(get_batch(back.batch_id), by=maya)
    assert places(card) == {"Join": "Joined"}


def test_one_live_stage_bears_a_role(join: SimpleNamespace, maya: Any) -> None:
    actions.change_stage(join.done, by=maya, role=Role.JOINED)
    bearing = queries.stages_by_role()
    assert bearing[Role.JOINED].id == join.done.id
    assert Role.TRIAL_DONE not in bearing
    assert queries.get_stage(join.joined.id).role is None


def test_a_role_whose_stage_is_put_away_turns_its_join_off(
    newcomer: New, keep: SimpleNamespace, join: SimpleNamespace, maya: Any
) -> None:
    actions.archive_stage(keep.new, target=None, by=maya)
    card = newcomer()
    moved = actions.move_card(card, join.joined, by=maya)
    assert (life(card), places(card), list(moved.said)) == (Lifecycle.MEMBER, {"Join": "Joined"}, [])
    told = Notice.get()
    assert (told.kind, told.teammate_id) == ("role_lost", maya.id)
    actions.change_stage(keep.active, by=maya, role=Role.NEW_MEMBER)
    later = newcomer("Ben")
    actions.move_card(later, join.joined, by=maya)
    assert places(later) == {"Join": "Joined", "Keep": "Active"}


def test_cards_of_an_archived_stage_join_up_where_they_go(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    card = newcomer(stage=join.done)
    actions.archive_stage(join.done, target=join.joined, by=maya)
    assert (life(card), places(card)) == (Lifecycle.MEMBER, {"Join": "Joined", "Keep": "New member"})


def test_a_new_workspace_has_a_stage_for_each_role(maya: Any) -> None:
    named = {role.value: stage.name for role, stage in queries.stages_by_role().items()}
    assert named == {
        "trial_booked": "Trial booked",
        "trial_done": "Trial done",
        "joined": "Joined",
        "new_member": "New member",
    }


def test_life_may_be_set_by_hand_whatever_the_card_says(newcomer: New, keep: SimpleNamespace, maya: Any) -> None:
    card = newcomer(stage=keep.new)
    set_lifecycle(fresh(card).contact, Lifecycle.LEAD, via="hand", by=maya)
    assert (life(card), places(card)["Keep"]) == (Lifecycle.LEAD, "New member")


def _id(board: Board) -> str:
    from omni.core.ids import encode

    return encode(board.id)


def test_a_move_asks_little_also_with_its_joins(newcomer: New, join: SimpleNamespace, maya: Any) -> None:
    asked = {}
    for stage in (join.contacted, join.booked, join.joined):
        card = newcomer()
        if stage is join.contacted:
            add_task(card.contact, title="Call", due_on=date(2026, 12, 4), by=maya)
        with counted() as statements:
            actions.move_card(card, stage, by=maya)
        asked[stage.name] = len(statements)
    assert asked["Contacted"] <= 18
    assert asked["Trial booked"] <= 30, "with one join"
    assert asked["Joined"] <= 43, "with both, and a next step for the new member"
