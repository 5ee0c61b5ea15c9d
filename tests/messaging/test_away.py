"""Whoever was put away and texts is back: on the boards, in the inbox and on Today."""

from collections.abc import Callable

from omni.boards import actions as boards
from omni.boards import queries
from omni.contacts import actions as people
from omni.contacts.kinds import Kind
from omni.contacts.models import Activity, Contact
from omni.core import ids
from omni.messaging import actions, listing
from omni.messaging.listing import View
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio

Work = Callable[..., int]


def test_put_away_comes_back_on_a_text(app: object, studio: Studio, served: str, work: Work) -> None:
    maya = Browse(app).as_(studio.maya)
    boards.found_boards(studio.maya)
    contacted = next(stage for stage in queries.list_all_stages() if stage.name == "Contacted")
    boards.land(studio.lead, contacted.id, by=studio.maya)
    actions.say(ANA, "Is there a class on Friday?")
    work("hooks")
    people.put_away(Contact.get_by_id(studio.lead.id), by=studio.maya)
    # Nobody waits any more, as long as they are away.
    assert listing.count_views(studio.maya)[View.WAITING] == 0
    for place in ("/today", "/inbox", "/inbox?view=all", f"/boards/{ids.encode(contacted.board_id)}"):
        assert "Ana Nunez" not in maya.get(place), place

    actions.say(ANA, "I am back in town")
    work("hooks")
    assert Contact.get_by_id(studio.lead.id).put_away_at is None
    assert [card.stage.name for card in queries.list_cards(studio.lead.id)] == ["Contacted"]
    assert Activity.select().where(Activity.kind == Kind.CAME_BACK).count() == 1
    assert "Ana came back: they texted" in maya.get(f"/contacts/{ids.encode(studio.lead.id)}")
    for place in ("/today", "/inbox"):
        assert "Ana Nunez" in maya.get(place), place


def test_what_was_written_before_still_leaves(studio: Studio) -> None:
    message = studio.text("See you on Friday")
    people.put_away(Contact.get_by_id(studio.lead.id), by=studio.maya)
    assert type(message).get_by_id(message.id).state == message.state
