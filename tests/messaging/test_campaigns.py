"""One text to many: weighed by the gate that sends, approved as it was seen, sent once to each."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from omni.config import Config
from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Channel, Lifecycle, Scope
from omni.contacts.models import ContactPoint
from omni.core import clock, migrations
from omni.core.faults import Invalid
from omni.core.tenancy import entered
from omni.messaging import actions, offers, queries
from omni.messaging.models import (
    Campaign,
    CampaignKind,
    CampaignRecipient,
    CampaignState,
    Message,
    SpendPeriod,
    SpendReservation,
)
from omni.messaging.states import Reason, State
from omni.start import all_models, sql_by_hand
from tests.messaging.conftest import ANA, Studio, fresh
from tests.messaging.test_limits import is_balanced
from tests.times import at
from tests.twilio_sim.client import Simulator

Work = Callable[..., int]
NEWS = "We are closed today because of the snow."


def crowd(studio: Studio, count: int) -> list[Any]:
    """So many people who were asked, besides the lead."""
    found = []
    for n in range(count):
        one = studio.person(f"Person {n:03}", f"+1312555{1000 + n}")
        studio.agreed(one, f"+1312555{1000 + n}")
        found.append(one)
    return found


def begun(studio: Studio, text: str = NEWS, kind: CampaignKind = CampaignKind.SERVICE, **more: Any) -> Campaign:
    """A campaign for everyone, built."""
    campaign = actions.begin_campaign(kind, text, by=studio.maya, **more)
    actions.build_campaign(campaign.id)
    return queries.get_campaign(campaign.id)


def approved(studio: Studio, campaign: Campaign) -> Campaign:
    return actions.approve_campaign(campaign, bytes(campaign.preview_hash or b""), by=studio.maya)


def left_out(campaign: Campaign) -> dict[str, Reason]:
    """Who gets nothing, and why, besides the lead, whom nobody asked."""
    rows = CampaignRecipient.select().where(
        CampaignRecipient.campaign == campaign.id, CampaignRecipient.reason.is_null(False)
    )
    return {row.contact.display_name: row.reason for row in rows if row.to != ANA}


def after_the_hold() -> Any:
    return at(clock.now() + timedelta(seconds=121))


def test_everyone_is_weighed_and_who_is_left_out_is_told_why(live: Studio) -> None:
    first, *_rest = crowd(live, 4)
    live.person("No Number", "")
    live.person("Never Asked", "+13125559001")
    live.agreed(live.lead, ANA)
    family = live.person("Family Phone", "")
    people.add_phone(family, "+13125551003", by=live.maya)
    people.opt_out(first, Channel.SMS, by=live.maya)
    campaign = begun(live)
    assert (campaign.state, campaign.total) == (CampaignState.READY, 8)
    assert left_out(campaign) == {
        "No Number": Reason.NO_NUMBER,
        "Never Asked": Reason.NO_BASIS,
        "Family Phone": Reason.SAME_NUMBER,
        "Person 000": Reason.OPTED_OUT,
    }
    bodies = {row.body for row in CampaignRecipient.select().where(CampaignRecipient.reason.is_null())}
    assert bodies == {f"Juniper Yoga: {NEWS} Reply STOP to stop"}


def test_each_gets_it_once_and_the_money_fits(live: Studio, sim: Simulator, work: Work) -> None:
    crowd(live, 60)
    campaign = approved(live, begun(live))
    assert campaign.state is CampaignState.APPROVED and Message.select().count() == 0
    held = SpendReservation.get()
    assert is_balanced() and held.micros > 0
    with after_the_hold():
        work("work", "texts")
        work("work", "texts")
        sent = Counter(row["recipient"] for row in sim.messages())
        assert len(sent) == 60 and set(sent.values()) == {1}
        assert is_balanced() and SpendPeriod.select().first().used > 0
        for message in Message.select():
            assert message.is_first and message.origin == "campaign"


def test_nothing_leaves_within_two_minutes_and_undo_leaves_nothing_behind(
    live: Studio, sim: Simulator, work: Work
) -> None:
    crowd(live, 3)
    campaign = approved(live, begun(live))
    work("work", "texts")
    assert sim.arrivals() == []
    assert actions.undo_campaign(campaign, by=live.maya) and not actions.undo_campaign(campaign, by=live.maya)
    with after_the_hold():
        work("work", "texts")
        assert not actions.undo_campaign(campaign, by=live.maya)
    assert sim.arrivals() == [] and is_balanced() and SpendPeriod.select().first().used == 0
    # It may be changed and approved anew.
    actions.change_campaign(queries.get_campaign(campaign.id), CampaignKind.SERVICE, "Open again.", by=live.maya)
    actions.build_campaign(campaign.id)
    again = approved(live, queries.get_campaign(campaign.id))
    assert again.state is CampaignState.APPROVED and is_balanced()


def test_an_undo_that_comes_too_late_says_so(live: Studio, sim: Simulator, work: Work) -> None:
    crowd(live, 2)
    campaign = approved(live, begun(live))
    with after_the_hold():
        work("work", "texts")
        assert not actions.undo_campaign(campaign, by=live.maya)
    assert len(sim.messages()) == 2


def test_a_paused_campaign_sends_nothing_until_it_goes_on(live: Studio, sim: Simulator, work: Work) -> None:
    crowd(live, 5)
    campaign = approved(live, begun(live))
    with after_the_hold():
        actions.run_campaign(campaign.id)
        assert Message.select().where(Message.state == State.QUEUED).count() == 5
        assert actions.pause_campaign(campaign, by=live.maya)
        work("work", "texts")
        assert sim.arrivals() == []
        other = live.text("To one person meanwhile")
        work("texts")
        assert fresh(other).state is State.HANDED_OVER
        assert actions.go_on_with_campaign(campaign, by=live.maya)
        work("work", "texts")
    assert len(sim.messages()) == 6


def test_a_stopped_campaign_takes_back_what_has_not_left(live: Studio, sim: Simulator, work: Work) -> None:
    crowd(live, 4)
    campaign = approved(live, begun(live))
    with after_the_hold():
        actions.run_campaign(campaign.id)
        gone = Message.select().order_by(Message.id).first()
        actions.deliver(gone.id)
        assert actions.stop_campaign(campaign, by=live.maya)
        work("work", "texts")
    assert len(sim.messages()) == 1 and is_balanced()
    reasons = Counter(row.reason for row in Message.select().where(Message.id != gone.id))
    assert reasons == {Reason.CAMPAIGN_STOPPED: 3}
    assert queries.get_campaign(campaign.id).state is CampaignState.STOPPED


def test_who_says_stop_meanwhile_is_left_out(live: Studio, sim: Simulator, work: Work) -> None:
    first, second, *_rest = crowd(live, 4)
    campaign = approved(live, begun(live))
    people.opt_out(first, Channel.SMS, by=live.maya)
    with after_the_hold():
        actions.run_campaign(campaign.id)
        people.opt_out(second, Channel.SMS, by=live.maya)
        work("work", "texts")
    assert len(sim.messages()) == 2 and is_balanced()
    assert left_out(campaign) == {"Person 000": Reason.OPTED_OUT}
    blocked = Message.get(Message.state == State.BLOCKED)
    assert (blocked.contact_id, blocked.reason) == (second.id, Reason.OPTED_OUT)


def test_a_number_that_changed_hands_meanwhile_gets_nothing(live: Studio, sim: Simulator, work: Work) -> None:
    first, *_rest = crowd(live, 2)
    campaign = approved(live, begun(live))
    ContactPoint.delete().where(ContactPoint.contact == first.id).execute()
    with after_the_hold():
        work("work", "texts")
    assert len(sim.messages()) == 1 and left_out(campaign) == {"Person 000": Reason.NUMBER_CHANGED}


def test_what_changed_since_it_was_looked_at_is_looked_at_again(live: Studio) -> None:
    first, second, *_rest = crowd(live, 3)
    campaign = begun(live)
    people.opt_out(first, Channel.SMS, by=live.maya)
    people.put_away(second, by=live.maya)
    newcomer = live.person("New Comer", "+13125559009")
    live.agreed(newcomer, "+13125559009")
    with pytest.raises(Invalid) as refused:
        approved(live, campaign)
    assert refused.value.values == {"joined": 1, "gone": 1, "changed": 1}
    actions.build_campaign(campaign.id)
    assert approved(live, queries.get_campaign(campaign.id)).state is CampaignState.APPROVED


def test_two_clicks_approve_once_and_a_stale_page_does_not(live: Studio) -> None:
    crowd(live, 2)
    campaign = begun(live)
    seen = bytes(campaign.preview_hash or b"")
    approved(live, campaign)
    assert approved(live, campaign).state is CampaignState.APPROVED and SpendReservation.select().count() == 1
    actions.undo_campaign(campaign, by=live.maya)
    actions.change_campaign(queries.get_campaign(campaign.id), CampaignKind.SERVICE, "Otherwise", by=live.maya)
    actions.build_campaign(campaign.id)
    with pytest.raises(Invalid):
        actions.approve_campaign(queries.get_campaign(campaign.id), seen, by=live.maya)


def test_a_campaign_over_the_limit_is_refused_whole(live: Studio) -> None:
    crowd(live, 3)
    actions.set_caps(day=10_000, month=10_000, by=live.maya)
    with pytest.raises(Invalid):
        approved(live, begun(live))
    assert SpendReservation.select().count() == 0 and Campaign.get().state is CampaignState.READY


def test_words_of_an_offer_ask_whether_they_are_one(live: Studio) -> None:
    crowd(live, 1)
    with pytest.raises(Invalid) as asked:
        actions.begin_campaign(CampaignKind.SERVICE, "Today 20% off all mats", by=live.maya)
    assert asked.value.values == {"phrase": "20% off"}
    assert actions.begin_campaign(CampaignKind.SERVICE, "Today 20% off", by=live.maya, is_no_offer=True)


@pytest.mark.parametrize(
    "text", ["A class costs $12", "Bring a friend on Friday", "Oferta de hoy", "2x1 en clases", "Free trial class",
             "Black Friday is here", "Descuento para ti"],
)  # fmt: skip
def test_offers_are_told(text: str) -> None:
    assert offers.find(text)


@pytest.mark.parametrize(
    "text", ["The 6 pm class is cancelled", "We are closed on Monday", "Your teacher on Friday is Theo",
             "La clase de las 6 se cancela", "The doors open at 9:30", "Feel free to come early"],
)  # fmt: skip
def test_news_is_no_offer(text: str) -> None:
    assert offers.find(text) is None


def test_an_offer_goes_to_written_yeses_alone(live: Studio) -> None:
    first, *_rest = crowd(live, 3)
    live.agreed_to_offers(first, "+13125551000")
    campaign = begun(live, "20% off", CampaignKind.MARKETING)
    assert sorted(left_out(campaign).items()) == [
        ("Person 001", Reason.NO_GRANT), ("Person 002", Reason.NO_GRANT)
    ]  # fmt: skip


@pytest.mark.parametrize("carrier", ["twilio", "practice"])
def test_an_offer_reaches_whoever_agreed_to_offers(
    request: pytest.FixtureRequest, studio: Studio, sim: Simulator, work: Work, carrier: str
) -> None:
    if carrier == "twilio":
        request.getfixturevalue("live")
    one = studio.person("Person 000", "+13125551000")
    studio.agreed_to_offers(one, "+13125551000")
    approved(studio, begun(studio, "20% off", CampaignKind.MARKETING))
    with after_the_hold():
        work("work", "texts")
    assert Message.get().state is State.HANDED_OVER
    assert len(sim.messages()) == (carrier == "twilio")


def test_an_offer_that_two_lists_do_not_hold_is_not_sent_again(live: Studio, sim: Simulator, work: Work) -> None:
    one = live.person("Person 000", "+13125551000")
    live.agreed_to_offers(one, "+13125551000")
    approved(live, begun(live, "20% off", CampaignKind.MARKETING))
    sim.fault("drop_before")
    with after_the_hold():
        work("work", "texts")
        message = Message.get()
        actions.settle(message.id)
        assert fresh(message).state is State.UNKNOWN
        now = clock.now()
    with at(now + timedelta(minutes=16)):
        actions.settle(message.id)
        work("texts")
    assert (fresh(message).state, sim.messages()) == (State.NEEDS_PERSON, [])


def test_asking_again_asks_who_may_be_asked_and_nobody_twice(live: Studio, sim: Simulator, work: Work) -> None:
    _asked, agreed, refused = crowd(live, 3)
    live.agreed_to_offers(agreed, "+13125551001")
    people.revoke(refused, channel=Channel.SMS, scope=Scope.MARKETING, source="test", by=live.maya)
    for name, phone in (("Member Now", "+13125559101"), ("Long Gone", "+13125559102")):
        one = live.person(name, phone)
        people.record_consent(one, channel=Channel.SMS, basis=Basis.CUSTOMER, source="test", by=live.maya, norm=phone)
        if name == "Member Now":
            people.set_lifecycle(one, Lifecycle.MEMBER, via="hand", by=live.maya)
    text = "May we tell you about workshops?"
    campaign = approved(live, begun(live, text, CampaignKind.ASK_AGAIN))
    assert left_out(campaign) == {
        "Person 001": Reason.AGREED_ALREADY,
        "Person 002": Reason.MAY_NOT_BE_ASKED,
        "Long Gone": Reason.MAY_NOT_BE_ASKED,
    }
    with after_the_hold():
        work("work", "texts")
        assert {message.to_address for message in Message.select()} == {"+13125551000", "+13125559101"}
        assert all("Reply YES to hear about offers" in message.body for message in Message.select())
        again = begun(live, text, CampaignKind.ASK_AGAIN)
        assert left_out(again)["Person 000"] is Reason.ASKED_BEFORE


def test_each_gets_their_own_name_and_who_has_none_is_left_out(live: Studio) -> None:
    crowd(live, 2)
    braces = live.person("{{studio}}", "+13125559301")
    live.agreed(braces, "+13125559301")
    nameless = live.person("", "+13125559302")
    live.agreed(nameless, "+13125559302")
    campaign = begun(live, "Hi {{first_name}}, it is {{my_first_name}}.")
    bodies = {row.contact_id: row.body for row in CampaignRecipient.select().where(CampaignRecipient.reason.is_null())}
    assert all("{{" not in body and "it is Maya." in body for body in bodies.values())
    assert sorted(body.split(",")[0] for body in bodies.values())[0] == "Juniper Yoga: Hi Person"
    out = CampaignRecipient.get(CampaignRecipient.contact == nameless.id)
    assert (out.reason, out.detail) == (Reason.NO_FIELD, "first_name")
    with pytest.raises(Invalid) as refused:
        actions.change_campaign(campaign, CampaignKind.SERVICE, "Hi {{frist_name}}", by=live.maya)
    assert refused.value.values["meant"] == "first_name"


def test_only_the_ticked_are_meant(live: Studio) -> None:
    first, second, _third = crowd(live, 3)
    campaign = begun(live, contact_ids=[second.id, first.id])
    assert {row.contact_id for row in CampaignRecipient.select()} == {first.id, second.id} and campaign.total == 2


def test_nobody_and_too_many_are_refused(live: Studio) -> None:
    with pytest.raises(Invalid):
        actions.begin_campaign(CampaignKind.SERVICE, NEWS, audience="q=nobody+at+all", by=live.maya)
    with pytest.raises(Invalid):
        actions.begin_campaign(CampaignKind.SERVICE, "   ", by=live.maya)


@pytest.mark.own_database
def test_campaigns_come_to_a_studio_that_texts_and_go_again(world: Any, config: Config, house: Any) -> None:
    with entered(world.juniper):
        bo = world.person("Bo Lund", "312 555 0177", by=world.maya)
        message = actions.send_text(
            bo, "Hello", address="+13125550177", by=world.maya, client_key="k", basis=Basis.ASKED
        )
    migrations.down(config.data_dir, config.database_roles, "0050_campaigns")
    migrations.up(config.data_dir, config.database_roles)
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
    with entered(world.juniper):
        again = Message.get_by_id(message.id)
        assert (again.state, again.body, again.campaign_id) == (State.QUEUED, message.body, None)
