"""What people like and want to reach, and their photo."""

from __future__ import annotations

import io
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from omni.contacts import actions, goals, queries
from omni.contacts.kinds import GoalStatus
from omni.contacts.particulars import Attachment, Goal, GoalCheckin, Preference
from omni.contacts.undo import undo
from omni.core.changes import ChangeBatch
from omni.core.faults import Stale
from omni.core.ids import encode
from omni.core.pictures import BadImage
from tests.contacts.test_pages import url

DAY = date(2026, 3, 1)


def last_batch() -> ChangeBatch:
    found: ChangeBatch = ChangeBatch.select().order_by(ChangeBatch.created_at.desc()).first()
    return found


def likes() -> list[tuple[str, str]]:
    return [(row.key, row.value) for row in Preference.select().order_by(Preference.id)]


def picture(size: tuple[int, int] = (900, 600), kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    shown = Image.new("RGB", size, "navy")
    exif = shown.getexif()
    exif[0x010F] = "Camera of Quill"
    shown.save(out, kind, exif=exif)
    return out.getvalue()


# -- likes -------------------------------------------------------------------------------------------------------------


def test_what_they_like_is_noted_changed_and_taken_back(hers: Any, world: Any) -> None:
    page, form = url(world.lead, "goals"), url(world.lead, "preferences")
    part = hers.post_part(form, {"key": "Looks for", "value": "Evenings"}, on=page)
    assert "Evenings" in part
    hers.post(form, {"key": "looks FOR", "value": "Mornings"}, on=page)
    assert likes() == [("Looks for", "Mornings")]
    undo(last_batch(), by=world.maya)
    assert likes() == [("Looks for", "Evenings")]
    assert "Evenings" in hers.get(url(world.lead))
    hers.asked.clear()
    hers.post(f"{form}/{encode(Preference.get().id)}/remove", {}, on=page)
    assert likes() == []
    undo(last_batch(), by=world.maya)
    assert likes() == [("Looks for", "Evenings")]


def test_an_empty_like_comes_back(hers: Any, world: Any) -> None:
    page = url(world.lead, "goals")
    for send in (hers.post, hers.post_part):
        answer = send(url(world.lead, "preferences"), {"key": "", "value": "Evenings"}, on=page, status=422)
        assert "Say what it is about" in answer
        assert 'value="Evenings"' in answer.text


# -- goals -------------------------------------------------------------------------------------------------------------


def test_a_goal_is_checked_in_until_it_is_reached(hers: Any, world: Any) -> None:
    page = url(world.lead, "goals")
    typed = {"name": "Weight", "start": "80", "target": "70", "unit": "kg", "due_on": "2027-05-03"}
    hers.post(page, typed, on=page)
    goal = Goal.get()
    assert "No check-in yet; the goal is 70 kg." in hers.get(url(world.lead))
    hers.asked.clear()
    form = f"{page}/{encode(goal.id)}/checkins"
    part = hers.post_part(form, {"value": "77.5", "on": "2026-03-01"}, on=page)
    assert "77.5 kg on Mar 1, 25% of the way to 70 kg." in part
    hers.post(form, {"value": "76", "on": "2026-03-01"}, on=page)
    hers.post(form, {"value": "69.5", "on": "2026-03-08"}, on=page)
    shown = hers.get(url(world.lead))
    assert "69.5 kg on Mar 8, 100% of the way to 70 kg." in shown
    assert "Weight is reached" in shown
    assert Goal.get().status is GoalStatus.REACHED
    assert [(row.on, row.value) for row in GoalCheckin.select().order_by(GoalCheckin.on)] == [
        (DAY, 76),
        (DAY + timedelta(7), 69.5),
    ]
    undo(last_batch(), by=world.maya)
    assert Goal.get().status is GoalStatus.OPEN
    assert GoalCheckin.select().count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"value": ""}, "Write a number"),
        ({"value": "a lot"}, "is not a number"),
        ({"value": "70", "on": "2999-01-01"}, "not a day"),
        ({"value": "70", "on": "2199-01-01"}, "of today or an earlier day"),
    ],
)
def test_a_check_in_that_is_none_comes_back_with_what_was_typed(
    hers: Any, world: Any, typed: dict[str, str], words: str
) -> None:
    goal = actions.add_goal(world.lead, {"name": "Weight"}, by=world.maya)
    page = url(world.lead, "goals")
    for send in (hers.post, hers.post_part):
        answer = send(f"{page}/{encode(goal.id)}/checkins", typed, on=page, status=422)
        assert words in answer
        assert f'value="{typed["value"]}"' in answer.text
    assert GoalCheckin.select().count() == 0


def test_a_goal_is_changed_on_its_page_and_a_stale_one_is_409(hers: Any, world: Any) -> None:
    goal = actions.add_goal(world.lead, {"name": "Weight", "target": 70.0}, by=world.maya)
    page = url(world.lead, f"goals/{encode(goal.id)}")
    hers.get(page)
    actions.edit_goal(world.lead, goal, {"name": "Mass"}, version=1, by=world.max)
    typed = {"name": "Kilos", "target": "65,5", "status": "dropped"}
    answer = hers.post(page, typed, on=page, status=422)
    assert "is not a number" in answer
    answer = hers.post(page, {**typed, "target": "65.5"}, on=page, status=409)
    assert "It is now called Mass" in answer
    assert 'value="Kilos"' in answer.text
    hers.asked.clear()
    hers.post(page, {**typed, "target": "65.5"}, on=page)
    fresh = Goal.get()
    assert (fresh.name, fresh.target, fresh.status) == ("Kilos", 65.5, GoalStatus.DROPPED)


def test_a_deleted_goal_comes_back_with_its_check_ins(hers: Any, world: Any) -> None:
    goal = actions.add_goal(world.lead, {"name": "Weight"}, by=world.maya)
    for n in range(3):
        actions.check_in(world.lead, goal, 80.0 - n, on=DAY + timedelta(n), by=world.maya)
    page = url(world.lead, f"goals/{encode(goal.id)}")
    hers.post(f"{page}/delete", {}, on=page)
    assert Goal.select().count() == GoalCheckin.select().count() == 0
    undo(last_batch(), by=world.maya)
    assert [row.value for row in GoalCheckin.select().order_by(GoalCheckin.on)] == [80, 79, 78]


def test_taking_a_goal_back_leaves_one_that_was_checked_in_since(world: Any, juniper: Any) -> None:
    goal = actions.add_goal(world.lead, {"name": "Weight"}, by=world.maya)
    made = last_batch()
    actions.check_in(world.lead, goal, 80.0, on=DAY, by=world.maya)
    assert undo(made, by=world.maya).left
    assert GoalCheckin.select().count() == 1


def test_a_sensitive_goal_stays_on_the_page_of_who_may_change_it(browse: Any, hers: Any, world: Any) -> None:
    actions.add_goal(world.lead, {"name": "After the surgery", "is_sensitive": True}, by=world.maya)
    assert "After the surgery" in hers.get(url(world.lead))
    veras = browse.as_(world.vera)
    for path in (url(world.lead), url(world.lead, "goals"), "/contacts", "/today", "/boards"):
        assert "After the surgery" not in veras.ask("GET", path, status=None).text
    for path in ("/contacts", "/today", "/search?q=ana"):
        assert "After the surgery" not in hers.ask("GET", path, status=None).text


@given(start=st.floats(-1e6, 1e6), target=st.floats(-1e6, 1e6), value=st.floats(-1e7, 1e7))
def test_the_way_done_is_never_less_than_none_or_more_than_all(start: float, target: float, value: float) -> None:
    goal: Any = SimpleNamespace(start=start, target=target)
    share = Goal.share_of(goal, value)
    assert (share is None) == (start == target)
    assert 0 <= (share or 0) <= 1
    assert Goal.is_reached_by(goal, target)
    assert share is None or (share == 1) == Goal.is_reached_by(goal, value) or abs(value - target) < 1e-3


def test_a_line_of_check_ins_stays_in_its_box(world: Any, juniper: Any) -> None:
    goal = actions.add_goal(world.lead, {"name": "Weight", "start": 80.0, "target": 70.0}, by=world.maya)
    for n in range(goals.SHOWN + 10):
        actions.check_in(world.lead, goal, 80 - n / 10, on=DAY + timedelta(n), by=world.maya)
    (shown,) = goals.list_progress(world.lead, with_sensitive=True).read()
    points = [tuple(map(float, point.split(","))) for point in shown.points.split()]
    assert len(points) == goals.SHOWN
    assert all(0 <= x <= 100 and 0 <= y <= 24 for x, y in points)


# -- photo -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_square_without_its_camera(hers: Any, world: Any, kind: str) -> None:
    page = url(world.lead, "photo")
    hers.post(page, {"photo": (io.BytesIO(picture(kind=kind)), "me.png")}, on=page)
    contact = queries.get_contact(world.lead.id)
    assert contact.photo_id
    address = f"{page}/{encode(contact.photo_id)}.jpg"
    for where in (url(world.lead), "/contacts", "/search?q=ana"):
        assert address in hers.get(where).text
    answer = hers.client.get(address)
    assert answer.content_type == "image/jpeg"
    shown = Image.open(io.BytesIO(answer.data))
    assert (shown.size, shown.format, dict(shown.getexif())) == ((384, 384), "JPEG", {})
    assert b"Quill" not in answer.data
    assert len(answer.data) <= 60_000


def test_a_photo_is_changed_removed_and_taken_back(hers: Any, world: Any) -> None:
    first = actions.set_photo(world.lead, picture(), by=world.maya)
    second = actions.set_photo(world.lead, picture((300, 900)), by=world.maya)
    undo(last_batch(), by=world.maya)
    assert queries.get_contact(world.lead.id).photo_id == first.id
    assert [row.id for row in Attachment.select().where(Attachment.removed_at.is_null())] == [first.id]
    page = url(world.lead, "photo")
    hers.post(f"{page}/removal", {}, on=page)
    assert queries.get_contact(world.lead.id).photo_id is None
    assert hers.client.get(f"{page}/{encode(first.id)}.jpg").status_code == 404
    assert hers.client.get(f"{page}/{encode(second.id)}.jpg").status_code == 404
    undo(last_batch(), by=world.maya)
    assert hers.client.get(f"{page}/{encode(first.id)}.jpg").status_code == 200


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><script>alert(1)</script>", "no picture we can read"),
        (picture()[:900], "stops in the middle"),
        (None, "Choose a picture first"),
    ],
)
def test_a_photo_that_is_none_is_refused(hers: Any, world: Any, content: bytes | None, words: str) -> None:
    page = url(world.lead, "photo")
    for send in (hers.post, hers.post_part):
        sent = {"photo": (io.BytesIO(content), "me.png")} if content else {}
        assert words in send(page, sent, on=page, status=422)
    assert Attachment.select().count() == 0


def test_a_note_is_no_photo_and_iris_sees_neither(browse: Any, hers: Any, world: Any) -> None:
    note = actions.add_note(world.lead, "File", by=world.maya, files=[actions.Sent("a.txt", b"plain")])
    file = queries.list_files([note.id])[note.id][0]
    hers.ask("GET", url(world.lead, f"photo/{encode(file.id)}.jpg"), status=404)
    photo = actions.set_photo(world.lead, picture(), by=world.maya)
    goal = actions.add_goal(world.lead, {"name": "Weight"}, by=world.maya)
    iris = browse.as_(world.iris)
    for path in ("photo", f"photo/{encode(photo.id)}.jpg", "goals", f"goals/{encode(goal.id)}"):
        iris.ask("GET", url(world.lead, path), status=404)


def test_a_stale_goal_raises_with_the_fresh_one(world: Any, juniper: Any) -> None:
    goal = actions.add_goal(world.lead, {"name": "Weight"}, by=world.maya)
    actions.edit_goal(world.lead, goal, {"name": "Mass"}, version=1, by=world.max)
    with pytest.raises(Stale) as fault:
        actions.edit_goal(world.lead, goal, {"name": "Kilos"}, version=1, by=world.maya)
    assert fault.value.fresh.name == "Mass"


@pytest.mark.parametrize("upload", [b"junk", b"\x89PNG" + b"x" * 5_000_001])
def test_a_photo_too_large_or_none_changes_nothing(world: Any, juniper: Any, upload: bytes) -> None:
    with pytest.raises(BadImage):
        actions.set_photo(world.lead, upload, by=world.maya)
    assert queries.get_contact(world.lead.id).photo_id is None
