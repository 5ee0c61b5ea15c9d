"""The pages of campaigns, each asked for by a plain browser and by htmx."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from omni.contacts import actions as people
from omni.contacts.kinds import Channel
from omni.core import clock, ids, queue
from omni.messaging.models import Campaign, CampaignState
from tests.browse import Browse
from tests.messaging.conftest import Studio
from tests.messaging.test_campaigns import NEWS, crowd
from tests.times import at

Work = Callable[..., int]
NEW = "/inbox/campaigns/new"


@pytest.fixture
def maya(app: Any, studio: Studio) -> Browse:
    return Browse(app).as_(studio.maya)


def made(maya: Browse, **fields: str) -> str:
    """A campaign begun by its form and checked; its address."""
    form = {"kind": "service", "audience": "", "text": NEWS, **fields}
    maya.post("/inbox/campaigns/new", form, on=NEW)
    url = f"/inbox/campaigns/{ids.encode(Campaign.select().order_by(Campaign.id.desc()).get().id)}"
    queue.work_off("work")
    return url


def test_a_campaign_is_made_checked_approved_taken_back_changed_and_sent(
    maya: Browse, studio: Studio, served: str
) -> None:
    assert "No campaign yet" in maya.get("/inbox/campaigns")
    first, *_rest = crowd(studio, 3)
    people.opt_out(first, Channel.SMS, by=studio.maya)
    url = made(maya)
    page = maya.get(url)
    assert "Send 2 texts" in page and "2 texts · 2 segments · nobody is billed" in page
    assert "Left out: Nobody wrote down how you know them (1) · They said stop (1)." in page
    left_out = maya.get(f"{url}?left=1")
    assert "Person 000" in left_out and "Person 001" not in left_out
    preview = bytes(Campaign.get().preview_hash).hex()
    maya.post(f"{url}/approve", {"preview": "00" * 32}, on=url, status=422)
    maya.post(f"{url}/approve", {"preview": "no"}, on=url, status=422)
    maya.post(f"{url}/approve", {"preview": preview}, on=url, status=303)
    assert "It goes in 1:5" in maya.get(url) or "It goes in 2:00" in maya.get(url)
    maya.post(f"{url}/undo", {}, on=url, status=303)
    assert "Nothing was sent." in maya.get(url)
    maya.post(f"{url}/edit", {"kind": "service", "text": ""}, on=url, status=422)
    maya.post(f"{url}/edit", {"kind": "service", "text": "We open at 9."}, on=url, status=303)
    queue.work_off("work")
    maya.post(f"{url}/approve", {"preview": bytes(Campaign.get().preview_hash).hex()}, on=url, status=303)
    with at(clock.now() + timedelta(seconds=121)):
        queue.work_off("work")
        assert "On its way" in maya.get("/inbox/campaigns")
        maya.post(f"{url}/pause", {}, on=url, status=303)
        assert "Paused." in maya.get(url)
        maya.post(f"{url}/go-on", {}, on=url, status=303)
        queue.work_off("work", "texts", "hooks")
        queue.work_off("work")
        assert Campaign.get().state is CampaignState.DONE
        sheet = maya.client.get(f"{url}/people.csv").text
    assert "Person 001" in sheet and "Left out" in sheet and "They said stop." in sheet


def test_an_offer_sent_as_news_is_asked_about(maya: Browse, studio: Studio) -> None:
    crowd(studio, 1)
    form = {"kind": "service", "audience": "", "text": "Only today: $5 off"}
    page = maya.post("/inbox/campaigns/new", form, on=NEW, status=422)
    assert "Is it one?" in page and "It is no offer" in page and "Only today: $5 off" in page
    maya.post("/inbox/campaigns/new", {**form, "is_no_offer": "y"}, on=NEW)


def test_bad_words_and_nobody_come_back_with_what_was_typed(maya: Browse, studio: Studio) -> None:
    page = maya.post("/inbox/campaigns/new", {"kind": "", "audience": "", "text": "x" * 1601}, on=NEW, status=422)
    assert "Choose why" in page
    page = maya.post(NEW, {"kind": "service", "text": "😀" * 1601, "audience": ""}, on=NEW, status=422)
    assert "This is 1 over 1,600 characters" in page
    form = {"kind": "service", "text": "Hello", "audience": "q=nobody"}
    assert "Nobody fits." in maya.post("/inbox/campaigns/new", form, on=NEW, status=422)


def test_a_list_of_contacts_offers_to_text_them(maya: Browse, studio: Studio) -> None:
    one, two, _three = crowd(studio, 3)
    links = [one.get("href") for one in maya.get("/contacts?f=life:is:lead").page.all("a")]
    assert f"{NEW}?f=life%3Ais%3Alead" in links
    page = maya.get(f"/inbox/campaigns/new?id={ids.encode(one.id)}&id={ids.encode(two.id)}")
    assert "2 people ticked" in page
    form = {"kind": "service", "text": NEWS, "id": [ids.encode(one.id), ids.encode(two.id)]}
    maya.post("/inbox/campaigns/new", form, on=NEW)
    queue.work_off("work")
    assert Campaign.get().total == 2
