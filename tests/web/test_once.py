"""A form sent twice works once, on both databases, also when both come at the same instant."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from omni.boards.models import Card, CardStay, Stage
from omni.contacts.models import Contact, Note
from omni.core import clock, database, migrations, sent_forms
from omni.core.changes import ChangeBatch
from omni.core.ids import encode
from omni.core.sent_forms import SentForm
from omni.core.tenancy import entered
from omni.start import all_models, sql_by_hand
from omni.tasks.models import Task
from tests import html
from tests.browse import Browse, sign_in
from tests.parallel import in_parallel

PLAIN = {"Sec-Fetch-Site": "same-origin"}


def opened(app: Any, teammate: Any, page: str, url: str, **fields: str) -> Callable[[], Any]:
    """The form at `url`, opened on `page` in one browser: each call sends the same bytes."""
    cookie = sign_in(teammate)
    token = html.Doc(Browse(app, cookie=cookie).client.get(page).text).token()
    sent = {"csrf_token": token, **fields}
    return lambda: Browse(app, cookie=cookie).client.post(url, data=sent, headers=PLAIN)


def test_the_main_acts_at_the_same_instant_are_done_once(app: Any, world: Any) -> None:
    at, ws = f"/contacts/{encode(world.lead.id)}", world.juniper
    with entered(ws):
        (card,) = Card.select().where(Card.contact == world.lead.id)
        task = Task.select().where(Task.contact == world.lead.id).first()
        contacted = Stage.get(Stage.name == "Contacted")
    acts = [
        (ChangeBatch, f"/tasks/{encode(task.id)}/done", {}),
        (Note, f"{at}/notes", {"body": "Called, no answer"}),
        (Task, f"{at}/tasks", {"title": "Call Ana", "due_on": "2027-03-04"}),
        (Contact, "/contacts/new", {"given_name": "Lena", "family_name": "Ott", "email": "lena@example.com"}),
        (CardStay, f"/cards/{encode(card.id)}/stage", {"stage": encode(contacted.id), "version": str(card.version)}),
    ]
    for model, url, fields in acts:
        post = opened(app, world.maya, at, url, **fields)
        with entered(ws):
            before = model.select().count()
        one, other = in_parallel(ws, [post, post])
        assert (one.status_code, other.status_code) == (303, 303), url
        assert one.location == other.location, url
        with entered(ws):
            made = model.select().count() - before
            assert made == 1, f"{url} made {made}"


def test_what_was_refused_is_looked_at_anew(app: Any, world: Any) -> None:
    post = opened(app, world.maya, "/contacts/new", "/contacts/new", email="no address")
    assert [post().status_code, post().status_code] == [422, 422]
    assert not SentForm.select().exists()


def test_the_same_words_from_a_page_opened_anew_are_a_second_note(app: Any, world: Any) -> None:
    at = f"/contacts/{encode(world.lead.id)}"
    for _ in range(2):
        opened(app, world.maya, at, f"{at}/notes", body="Called")()
    with entered(world.juniper):
        assert Note.select().count() == 2


def test_a_key_is_forgotten_after_an_hour(app: Any, world: Any) -> None:
    at = f"/contacts/{encode(world.lead.id)}"
    post = opened(app, world.maya, at, f"{at}/notes", body="Called")
    for _ in range(2):
        post()
        SentForm.update(created_at=clock.now() - timedelta(hours=2)).execute()
    sent_forms.forget()
    with entered(world.juniper):
        assert Note.select().count() == 2
    assert not SentForm.select().exists()


def test_a_rolled_back_act_gives_its_key_back(house: Any) -> None:
    with sent_forms.sending(b"one"):
        with pytest.raises(ZeroDivisionError), database.transaction():
            assert SentForm.select().count() == 1
            _ = 1 / 0
        assert not sent_forms.find(b"one")
        with database.transaction(), database.transaction():
            pass
    with sent_forms.sending(b"one"), pytest.raises(sent_forms.SentBefore), database.transaction():
        raise AssertionError("nothing of it is done again")


@pytest.mark.own_database
def test_the_table_of_sent_forms_comes_and_goes(house: Any, world: Any, config: Any) -> None:
    SentForm.create(key=b"one")
    ana = world.lead
    migrations.down(config.data_dir, config.database_roles, "0034_sent_forms")
    migrations.up(config.data_dir, config.database_roles)
    with entered(world.juniper):
        assert Contact.get_by_id(ana.id).id == ana.id
    assert not SentForm.select().exists()
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
