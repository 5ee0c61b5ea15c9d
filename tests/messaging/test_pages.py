"""The pages of this room, each asked for by a plain browser and by htmx."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest

from omni.accounts.models import Teammate, User
from omni.contacts.kinds import Basis
from omni.core import clock, ids, tenancy
from omni.core.database import transaction
from omni.core.policies import Role
from omni.core.tenancy import Workspace
from omni.messaging import actions, listing, queries
from omni.messaging.listing import View
from omni.messaging.models import Conversation, Message, WaitingOn
from omni.messaging.states import State, Word
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio, fresh
from tests.times import at
from tests.twilio_sim.client import ACCOUNT, NUMBER, TOKEN, Simulator

Work = Callable[..., int]


@pytest.fixture
def maya(app: Any, studio: Studio) -> Browse:
    return Browse(app).as_(studio.maya)


def at_(contact: Any) -> str:
    return f"/contacts/{ids.encode(contact.id)}/messages"


def inbound(studio: Studio, work: Work, body: str, *, phone: str = ANA) -> Conversation:
    """Somebody texts the practice number."""
    actions.say(phone, body)
    work("hooks")
    found: Conversation = Conversation.get(Conversation.address == phone)
    return found


def test_an_empty_inbox_says_so(maya: Browse) -> None:
    for view in ("", "?view=mine", "?view=all", "?view=new", "?view=needs", "?view=nonsense"):
        assert maya.get(f"/inbox{view}").status == 200
    assert "Nobody waits for an answer." in maya.asked["/inbox"]


def test_a_rare_tab_stands_there_while_something_is_behind_it(
    maya: Browse, studio: Studio, served: str, work: Work
) -> None:
    assert "New numbers" not in maya.get("/inbox")
    inbound(studio, work, "Hello", phone="+14155550171")
    assert "New numbers" in maya.get("/inbox")


def test_a_thread_keeps_the_list_it_was_opened_from(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    thread = f"/inbox/{ids.encode(inbound(studio, work, 'Hello').id)}"
    for page, list_beside in (("/inbox", ""), ("/inbox?view=all", "?view=all")):
        links = [one.get("href") for one in maya.get(page).page.all("a")]
        assert f"{thread}{list_beside}" in links
        tabs = maya.get(f"{thread}{list_beside}").page.all("a", **{"aria-current": "page"})
        assert f"/inbox{list_beside or '?view=waiting'}" in [one.get("href") for one in tabs]


def test_a_thread_says_where_the_person_stands(maya: Browse, studio: Studio) -> None:
    from omni.boards.actions import found_boards, offer_places

    found_boards(studio.maya)
    with transaction():
        offer_places().land(studio.lead, offer_places().default_stage, by=studio.maya, via="hand")
    thread = f"/inbox/{ids.encode(studio.text('See you').conversation_id)}"
    assert "Ana Nunez New lead +1 " in maya.get(thread)


def test_today_offers_the_reply_by_name(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    inbound(studio, work, "Do I bring a mat?")
    assert "Reply to Ana" in maya.get("/today")


def test_who_waits_has_the_reply_as_next_step(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    page = f"/contacts/{ids.encode(studio.lead.id)}"
    assert "Nothing is agreed yet" in maya.get(page)
    conversation = inbound(studio, work, "Do I bring a mat?")
    Conversation.update(waiting_since=clock.now() - timedelta(hours=27)).execute()
    assert "Ana has waited 1 day 3 h. You aim for 1 h." in maya.get(page)
    assert "Nothing is agreed yet" not in maya.asked[page]
    answer = maya.post(f"/inbox/{ids.encode(conversation.id)}/done", on=page)
    assert answer.location == page
    assert "Ana has waited" not in maya.get(page)


def test_a_task_stands_behind_the_reply(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    from omni.tasks.actions import add_task

    page = f"/contacts/{ids.encode(studio.lead.id)}"
    add_task(studio.lead, title="Book her trial", due_on=clock.now().date(), by=studio.maya)
    assert "Next step Book her trial" in maya.get(page)
    inbound(studio, work, "Do I bring a mat?")
    assert "Next step Reply to Ana" in maya.get(page) and "Book her trial" in maya.asked[page]


def test_the_timeline_says_what_became_of_a_text(maya: Browse, studio: Studio) -> None:
    message = studio.text("See you on Friday")
    page = f"/contacts/{ids.encode(studio.lead.id)}"
    for state, words in (("queued", "waiting"), ("delivered", "delivered"), ("failed", "not delivered")):
        Message.update(state=State(state)).where(Message.id == message.id).execute()
        assert f"Maya texted {words}" in maya.get(page)


def test_a_text_is_sent_by_a_plain_browser(maya: Browse, studio: Studio) -> None:
    studio.agreed(studio.lead, ANA)
    url = at_(studio.lead)
    page = maya.get(url)
    assert "Text to Ana" in page and "The first text also says who you are" in page
    sent = maya.post(url, {"body": "See you Friday"}, on=url)
    message = Message.get()
    assert sent.location == f"/inbox/{ids.encode(message.conversation_id)}"
    assert "See you Friday" in maya.get(sent.location)


def test_a_text_is_sent_by_htmx_and_the_box_is_empty_again(maya: Browse, studio: Studio) -> None:
    studio.text("First")
    url = f"/inbox/{ids.encode(Conversation.get().id)}"
    maya.get(url)
    answer = maya.post_part(at_(studio.lead), {"body": "Second"}, on=url)
    assert "Second" in answer and answer.doc is not None
    assert '<textarea id="composer-body"' in answer.text and ">Second</textarea>" not in answer.text


def test_an_empty_text_is_422_and_keeps_the_basis(maya: Browse, studio: Studio) -> None:
    url = at_(studio.lead)
    maya.get(url)
    plain = maya.post(url, {"body": " ", "basis": "customer"}, on=url, status=422)
    assert "Write something" in plain
    assert "Write something" in maya.post_part(url, {"body": ""}, on=url, status=422)
    assert Message.select().count() == 0


def test_1601_characters_are_one_too_many_and_stay_in_the_box(maya: Browse, studio: Studio) -> None:
    studio.text("First")
    url = at_(studio.lead)
    page = f"/inbox/{ids.encode(Conversation.get().id)}"
    maya.get(page)
    plain = maya.post(url, {"body": "a" * 1601}, on=page, status=422)
    assert "1 over 1,600" in plain and "a" * 1601 in plain.text


def test_a_double_click_is_one_text(maya: Browse, studio: Studio) -> None:
    url = at_(studio.lead)
    maya.get(url)
    for _ in range(2):
        maya.post(url, {"body": "Hello", "basis": "asked"}, on=url)
    assert Message.select().count() == 1


def test_theo_cannot_answer_over_maya(app: Any, maya: Browse, studio: Studio) -> None:
    user = User.create(name="Theo Park", email="theo@juniper.example", password_hash="none")
    theo = Browse(app).as_(Teammate.create(user=user, role=Role.MANAGER))
    studio.text("First")
    page = f"/inbox/{ids.encode(Conversation.get().id)}"
    theo.get(page)
    studio.text("Maya answers")
    refused = theo.post(at_(studio.lead), {"body": "Theo answers too"}, on=page, status=422)
    assert "Maya Ortiz wrote meanwhile" in refused and "Theo answers too" in refused.text
    theo.asked[page] = refused
    theo.post(at_(studio.lead), {"body": "Theo answers too"}, on=page)
    assert Message.select().count() == 3


def test_theo_cannot_answer_over_maya_where_only_the_person_had_written(
    app: Any, maya: Browse, studio: Studio, served: str, work: Work
) -> None:
    user = User.create(name="Theo Park", email="theo@juniper.example", password_hash="none")
    theo = Browse(app).as_(Teammate.create(user=user, role=Role.MANAGER))
    page = f"/inbox/{ids.encode(inbound(studio, work, 'Do I bring a mat?').id)}"
    theo.get(page)
    studio.text("Maya answers")
    refused = theo.post(at_(studio.lead), {"body": "Theo answers too"}, on=page, status=422)
    assert "Maya Ortiz wrote meanwhile" in refused and "Theo answers too" in refused.text


def test_earlier_texts_stay_on_the_page_while_one_reads_them(maya: Browse, studio: Studio) -> None:
    first, second = studio.text("One"), studio.text("Two")
    page = f"/inbox/{ids.encode(first.conversation_id)}"
    assert maya.get(page).page.by_id("thread").get("data-hx-get")
    earlier = maya.get(f"{page}?before={ids.encode(second.id)}")
    assert "One" in earlier and earlier.page.by_id("thread").get("data-hx-get") is None


def test_the_longest_waits_are_all_reached_page_by_page(studio: Studio) -> None:
    sender, since = actions.ensure_practice_sender(), clock.now()
    for n in range(listing.PAGE + 2):
        Conversation.create(
            sender=sender, address=f"+1312555{n:04}", waiting_on=WaitingOn.US, waiting_since=since, last_at=since
        )
    first = listing.list_page(View.WAITING, studio.maya)
    rest = listing.list_page(View.WAITING, studio.maya, before=first.next_before)
    shown = [row.conversation.id for page in (first, rest) for row in page.rows]
    assert len(shown) == len(set(shown)) == listing.PAGE + 2


def test_a_blocked_number_stands_under_all_alone(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    conversation = inbound(studio, work, "Win a prize", phone="+14155550171")
    actions.block(conversation, by=studio.maya)
    assert "+1 415 555 0171" not in maya.get("/inbox?view=new")
    assert "+1 415 555 0171" in maya.get("/inbox?view=all")


@pytest.mark.parametrize("phone", ["%0d%0aX", "%00", "12", "%2B", "javascript:1"])
def test_what_is_no_number_chooses_no_practice_phone(maya: Browse, phone: str) -> None:
    assert "No phone yet" in maya.get(f"/inbox/practice-phone?phone={phone}")
    url = f"/inbox/practice-phone/texts?phone={phone}"
    assert maya.ask("GET", url, status=303).location == "/inbox/practice-phone"


def test_a_kept_text_asks_and_goes_when_answered(maya: Browse, studio: Studio, work: Work) -> None:
    url = at_(studio.lead)
    maya.get(url)
    page = maya.post(url, {"body": "Hello"}, on=url).location
    assert "How do you know this person?" in maya.get(page)
    message = Message.get()
    assert message.word is Word.NEEDS_YOU
    assert "Ana Nunez" in maya.get("/inbox?view=needs")
    maya.get(page)
    url = f"/inbox/messages/{ids.encode(message.id)}/basis"
    assert "Choose one, so that it is written down" in maya.post(url, {}, on=page, status=422)
    assert "Choose one, so that it is written down" in maya.post_part(url, {}, on=page, status=422)
    maya.get(page)
    maya.post(f"/inbox/messages/{ids.encode(message.id)}/basis", {"basis": "customer"}, on=page)
    assert fresh(message).state is State.QUEUED


def test_the_practice_phone_answers(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    studio.text("Come by on Friday")
    work()
    page = f"/inbox/{ids.encode(Conversation.get().id)}"
    assert "Thanks, that works for me" in maya.get(page) and "Delivered" in maya.asked[page]
    assert "Ana Nunez" in maya.get("/inbox")
    assert queries.waiting().count() == 1


def test_a_person_plays_the_contact_on_the_practice_phone(
    maya: Browse, studio: Studio, served: str, work: Work
) -> None:
    url = "/inbox/practice-phone"
    maya.get(url)
    answer = maya.post(url, {"phone": ANA, "body": "Is the 18:30 class ok?"}, on=url)
    work()
    assert "Is the 18:30 class ok?" in maya.get(answer.location)
    assert "Is the 18:30 class ok?" in maya.get("/inbox")
    maya.get(answer.location)
    maya.post(f"{url}/persona", {"persona": "says_stop"}, on=answer.location)
    maya.get(url)
    maya.post(url, {"phone": "12", "body": ""}, on=url, status=422)


def test_says_stop_is_not_texted_again(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    inbound(studio, work, "STOP")
    page = maya.get(at_(studio.lead), status=303).location
    assert "cannot be texted" in maya.get(page)
    with at(clock.now() + timedelta(seconds=1)):
        inbound(studio, work, "START")
        assert "Send text" in maya.get(page)


def test_a_new_number_becomes_a_contact(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    conversation = inbound(studio, work, "Hi, are trials free?", phone="+14155550171")
    page = f"/inbox/{ids.encode(conversation.id)}"
    assert "+1 415 555 0171" in maya.get("/inbox?view=new")
    maya.get(page)
    maya.post(f"{page}/contact", {"name": ""}, on=page, status=422)
    maya.get(page)
    maya.post(f"{page}/contact", {"name": "Tom Reyes"}, on=page)
    assert "Tom Reyes" in maya.get(page) and "Send text" in maya.asked[page]
    maya.post(f"{page}/contact", {"name": "Eva Lind"}, on=page)
    assert "Tom Reyes" in maya.get(page) and "Eva Lind" not in maya.asked[page]


def test_a_short_code_becomes_nobody_and_the_page_says_so(
    maya: Browse, studio: Studio, served: str, work: Work
) -> None:
    page = f"/inbox/{ids.encode(inbound(studio, work, 'Your code is 1234', phone='72345').id)}"
    maya.get(page)
    refused = maya.post(f"{page}/contact", {"name": "The bank"}, on=page, status=422)
    assert "The bank" in refused.text and refused.page.by_id("name").get("aria-invalid") == "true"
    assert Conversation.get().contact_id is None


def test_a_new_number_is_attached_to_somebody(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    conversation = inbound(studio, work, "My new number", phone="+14155550171")
    page = f"/inbox/{ids.encode(conversation.id)}/attach"
    assert "Attach to Ana Nunez" in maya.get(f"{page}?q=ana")
    maya.post(page, {"contact": ids.encode(studio.lead.id)}, on=f"{page}?q=ana")
    assert Conversation.get_by_id(conversation.id).contact_id == studio.lead.id
    tom = studio.person("Tom Reyes", "+14155550199")
    refused = maya.post(page, {"contact": ids.encode(tom.id)}, on=f"{page}?q=ana", status=422)
    assert "already belongs to a contact" in refused
    maya.post(page, {"contact": "nobody"}, on=f"{page}?q=ana", status=404)


def test_done_read_assigned_and_blocked(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    conversation = inbound(studio, work, "Hello?")
    page = f"/inbox/{ids.encode(conversation.id)}"
    assert "Unread" in maya.get("/inbox")
    maya.get(page)
    maya.post(f"{page}/read", on=page)
    assert "Unread" not in maya.get("/inbox")
    maya.get(page)
    maya.post(f"{page}/assignee", {"teammate": ids.encode(studio.maya.id)}, on=page)
    assert "Ana Nunez" in maya.get("/inbox?view=mine")
    maya.get(page)
    maya.post(f"{page}/done", on=page)
    assert "Nobody waits for an answer." in maya.get("/inbox")
    maya.get(page)
    maya.post(f"{page}/reopen", on=page)
    assert queries.waiting().count() == 1
    maya.get(page)
    maya.post(f"{page}/block", on=page)
    assert queries.waiting().count() == 0
    maya.get(page)
    maya.post(f"{page}/unblock", on=page)


def test_nothing_new_is_204_and_something_new_is_the_thread(
    maya: Browse, studio: Studio, served: str, work: Work
) -> None:
    studio.text("First")
    page = f"/inbox/{ids.encode(Conversation.get().id)}"
    url = maya.get(page).page.by_id("thread").get("data-hx-get", "")
    maya.part(url, status=204)
    work()
    assert "Thanks, that works for me" in maya.part(url)


def test_the_count_is_told_while_typing(maya: Browse, studio: Studio) -> None:
    studio.text("First")
    page = f"/inbox/{ids.encode(Conversation.get().id)}"
    maya.get(page)
    url = f"{at_(studio.lead)}/check"
    part = maya.post_part(url, {"body": "Mats, blocks and tea are all here. It’s warm inside too"}, on=page)
    assert "1 segment · 15 left · a straight quote gives 105" in part
    plain = maya.post(url, {"body": "Hello"}, on=page, status=200)
    assert "1 segment · 155 left" in plain and ">Hello</textarea>" in plain.text


def test_an_unsure_text_is_checked_left_or_sent_again(maya: Browse, live: Studio, sim: Simulator, work: Work) -> None:
    sim.fault("drop_before", times=2)
    sim.settings(list_lag_s=0)
    one = live.text("One")
    actions.deliver(one.id)
    page = f"/inbox/{ids.encode(one.conversation_id)}"
    assert "Check again" in maya.get(page)
    url = f"/inbox/messages/{ids.encode(one.id)}"
    maya.post(f"{url}/check", on=page)
    assert "Checking whether it arrived" in maya.get(page)
    assert "Send again" in maya.post_part(f"{url}/check", on=page)
    maya.post(f"{url}/again", on=page)
    assert fresh(one).state is State.NO_RECEIPT and Message.select().count() == 2
    two = Message.select().order_by(Message.id.desc()).get()
    actions.deliver(two.id)
    maya.get(page)
    maya.post(f"/inbox/messages/{ids.encode(two.id)}/leave", on=page)
    assert fresh(two).word is Word.SENT


def test_twilio_is_connected_after_a_test_call(maya: Browse, studio: Studio, sim: Simulator) -> None:
    url = "/settings/texting"
    good = {"account_sid": ACCOUNT, "auth_token": TOKEN, "from_number": NUMBER, "messaging_service_sid": ""}
    assert "Not connected" in maya.get(url)
    for field, wrong, words in [
        ("account_sid", "AC1", "begins with AC"),
        ("auth_token", "wrong", "does not accept this token"),
        ("from_number", "+13125550199", "has no such number"),
        ("messaging_service_sid", "MG" + "9" * 32, "no such Messaging Service"),
    ]:
        refused = maya.post(url, {**good, field: wrong}, on=url, status=422)
        assert words in refused, field
    assert queries.find_connection() is None
    maya.get(url)
    maya.post(url, good, on=url)
    page = maya.get(url)
    assert "Connected. Texts leave from +1 312 555 0100" in page and TOKEN not in page.text
    maya.post(f"{url}/disconnect", on=url)
    assert "Not connected" in maya.get(url)


def test_whom_to_write_to_is_found_by_name(maya: Browse, studio: Studio) -> None:
    assert "Ana Nunez" in maya.get("/inbox/new?q=ana")
    assert "Nobody here fits" in maya.get("/inbox/new?q=zzz")
    maya.get("/inbox/new")


def test_iris_gets_404(app: Any, maya: Browse, studio: Studio) -> None:
    message = studio.text("First", basis=Basis.ASKED)
    iron = Workspace.create(number=12, slug="iron", name="Iron Gym")
    with tenancy.entered(iron):
        user = User.create(name="Iris", email="iris@iron.example", password_hash="none")
        iris = Browse(app).as_(Teammate.create(user=user, role=Role.OWNER))
    with tenancy.outside():
        own = iris.get("/inbox")
        assert "Ana" not in own
        for url in (f"/inbox/{ids.encode(message.conversation_id)}", at_(studio.lead)):
            iris.get(url, status=404)
        iris.get("/inbox")
        iris.post(f"/inbox/messages/{ids.encode(message.id)}/leave", on="/inbox", status=404)
        iris.post(at_(studio.lead), {"body": "Hi"}, on="/inbox", status=404)


# --- a text that waits ---


def evening(studio: Studio) -> Any:
    """It is 22:40 in Chicago."""
    return at(clock.now().astimezone(studio.zone).replace(hour=22, minute=40))


def test_at_night_a_text_waits_and_the_composer_says_until_when_and_why(maya: Browse, studio: Studio) -> None:
    studio.agreed(studio.lead, ANA)
    with evening(studio):
        page = maya.get(at_(studio.lead))
        assert "This will wait until tomorrow at 7:00" in page and "It is 10:40" in page
        assert "Send tomorrow at 7:00" in page
        assert "They may be in Chicago: their area code 312." in page
        maya.post(at_(studio.lead), {"body": "Good night", "place": "thread"}, on=at_(studio.lead))
        thread = maya.get(maya.get(at_(studio.lead), status=303).location)
        assert "until tomorrow at 7:00" in thread and "Take back" in thread
    waiting = Message.get()
    assert (waiting.state, waiting.not_before.astimezone(studio.zone).hour) == (State.SCHEDULED, 7)


def test_an_answer_goes_at_any_hour(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    with evening(studio):
        inbound(studio, work, "Are you open tomorrow?")
        assert "Send text" in maya.get(maya.get(at_(studio.lead), status=303).location)
        studio.text("At nine")
        assert Message.get(Message.direction == "out").state is State.QUEUED


def test_a_text_is_scheduled_changed_and_taken_back(maya: Browse, studio: Studio) -> None:
    studio.agreed(studio.lead, ANA)
    here, day = at_(studio.lead), clock.now().astimezone(studio.zone).date() + timedelta(days=3)
    form = {"body": "See you", "place": "thread", "later": "1"}
    maya.get(here)
    assert "Choose a day and a time" in maya.post(here, form, on=here, status=422)
    past = {**form, "on": (day - timedelta(days=4)).isoformat(), "at": "09:00"}
    assert "This time is past" in maya.post(here, past, on=here, status=422)
    assert "Choose a day within a year" in maya.post(
        here, {**form, "on": "2099-01-01", "at": "09:00"}, on=here, status=422
    )
    night = maya.post(here, {**form, "on": day.isoformat(), "at": "23:15"}, on=here, status=422)
    assert "No text may arrive then." in night
    typed = {one.get("name"): one.get("value") for one in night.page.all("input")}
    assert (typed["on"], typed["at"]) == ((day + timedelta(days=1)).isoformat(), "07:00")
    maya.post(here, {**form, "on": day.isoformat(), "at": "09:00"}, on=here)
    first = Message.get()
    assert first.not_before.astimezone(studio.zone).isoformat(timespec="minutes")[:16] == f"{day.isoformat()}T09:00"
    page = maya.get(here, status=303).location
    edit = f"{page}?edit={ids.encode(first.id)}"
    assert "See you" in maya.get(edit)
    maya.post(here, {**form, "body": "See you then", "on": day.isoformat(), "at": "10:00"}, on=edit)
    states = [(each.body.split(": ")[-1][:12], each.state) for each in Message.select().order_by(Message.id)]
    assert states == [("See you Repl", State.CANCELED), ("See you then", State.SCHEDULED)]
    second = Message.select().order_by(Message.id.desc()).get()
    maya.get(page)
    maya.post(f"/inbox/messages/{ids.encode(second.id)}/take-back", {}, on=page)
    assert fresh(second).state is State.CANCELED and "You took it back." in maya.get(page)


def test_a_text_that_left_meanwhile_is_not_changed(maya: Browse, studio: Studio, served: str, work: Work) -> None:
    message = studio.text("On its way", when=clock.now() + timedelta(hours=1))
    page = maya.get(at_(studio.lead), status=303).location
    maya.get(f"{page}?edit={ids.encode(message.id)}")
    with at(message.not_before):
        work("texts")
        form = {"body": "Too late", "place": "thread", "replaces": ids.encode(message.id)}
        answer = maya.post(at_(studio.lead), form, on=page, status=422)
    assert "has left meanwhile" in answer and "Too late" in answer and Message.select().count() == 1


def test_a_wall_time_that_never_was_is_shown_as_the_next_before_it_is_kept(studio: Studio) -> None:
    studio.agreed(studio.lead, ANA)
    with at(clock.now().replace(year=2027, month=3, day=13)), pytest.raises(actions.TimeMoved) as moved:
        actions.choose_time(studio.lead, ANA, date(2027, 3, 14), time(2, 30))
    assert (moved.value.on, moved.value.at) == (date(2027, 3, 14), time(3)) and "put forward" in moved.value.words


def test_a_field_is_filled_when_it_is_sent_and_a_wrong_one_comes_back(maya: Browse, studio: Studio) -> None:
    studio.agreed(studio.lead, ANA)
    here = at_(studio.lead)
    maya.get(here)
    wrong = maya.post(here, {"body": "Hi {{frist_name}}", "place": "thread"}, on=here, status=422)
    assert "Did you mean {{first_name}}?" in wrong and "Hi {{frist_name}}" in wrong
    maya.post(here, {"body": "Hi {{first_name|there}}, {{studio}} here", "place": "thread"}, on=here)
    assert Message.get().body == "Hi Ana, Juniper Yoga here Reply STOP to stop"
