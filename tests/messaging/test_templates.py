"""Templates: texts kept under a name, filled for whoever they are sent to."""

from typing import Any

import pytest

from omni.core import database, ids, migrations
from omni.core.faults import Invalid
from omni.core.tenancy import Reason as Why
from omni.core.tenancy import cross_tenant
from omni.messaging import actions, queries
from omni.messaging.actions import templating
from omni.messaging.models import Message, Template
from omni.start import all_models, sql_by_hand
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio

TEMPLATES = "/settings/templates"


@pytest.fixture
def maya(app: Any, studio: Studio) -> Browse:
    return Browse(app).as_(studio.maya)


def of(template: Template) -> str:
    return f"{TEMPLATES}/{ids.encode(template.id)}"


def test_a_template_is_kept_changed_and_deleted(maya: Browse, studio: Studio) -> None:
    Template.delete().execute()
    assert TEMPLATES in maya.get("/settings").text and "No templates yet." in maya.get(TEMPLATES)
    new = f"{TEMPLATES}/new"
    maya.get(new)
    maya.post(TEMPLATES, {"name": "Hello", "body": "Hi {{first_name}}, {{my_first_name}} here"}, on=new)
    kept = Template.get()
    shown = maya.get(TEMPLATES)
    assert "Hi Ana, Maya here" in shown and "1 segment" in shown
    page = maya.get(of(kept))
    assert "{{my_first_name}}" in page and "Hi Ana, Maya here" in page
    maya.post(of(kept), {"name": "Hello you", "body": "Hi {{first_name|you}}", "version": "1"}, on=of(kept))
    stale = maya.post(of(kept), {"name": "Other", "body": "Mine", "version": "1"}, on=of(kept), status=422)
    assert "Somebody changed it meanwhile." in stale and stale.page.value("body") == "Mine"
    again = queries.get_template(kept.id)
    assert (again.name, again.body, again.version) == ("Hello you", "Hi {{first_name|you}}", 2)
    maya.post(f"{of(kept)}/removal", on=of(kept))
    assert queries.list_templates() == [] and maya.get(of(kept), status=404)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("", "Hi", "Give it a name"),
        ("Hi", "", "Write something"),
        ("x" * 61, "Hi", "60"),
        ("MISSED call", "Hi", "Another template has this name."),
        ("Hi", "Hi {{frist_name}}", "Did you mean {{first_name}}?"),
        ("Hi", "Hi {{first_name", "two braces on each side"),
        ("Hi", "Hi {{birthday}}", "There is no field {{birthday}}."),
        ("Hi", "x" * 1_605, "5 over 1,600"),
    ],
)
def test_what_cannot_be_kept_comes_back_as_it_was_typed(
    maya: Browse, studio: Studio, name: str, body: str, words: str
) -> None:
    templating.found_templates()
    new = f"{TEMPLATES}/new"
    maya.get(new)
    refused = maya.post(TEMPLATES, {"name": name, "body": body}, on=new, status=422)
    assert words in refused
    assert (refused.page.value("name"), refused.page.value("body")) == (name, body)
    assert Template.select().count() == 4


def test_there_is_a_most(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templating, "MOST", 1)
    Template.delete().execute()
    first = actions.add_template("One", "Hi")
    with pytest.raises(Invalid):
        actions.add_template("Two", "Hi")
    actions.change_template(first, "ONE", "Hello", version=1)
    assert queries.get_template(first.id).name == "ONE"


def test_a_template_is_chosen_filled_and_sent(maya: Browse, studio: Studio) -> None:
    studio.agreed(studio.lead, ANA)
    Template.delete().execute()
    here = f"/contacts/{ids.encode(studio.lead.id)}/messages"
    assert "No templates yet." in maya.get(f"{here}/templates")
    chosen = actions.add_template("Hello", "Hi {{first_name}}, {{my_first_name}} of {{studio}}")
    filled = f"{here}?template={ids.encode(chosen.id)}"
    for answer in (maya.get(f"{here}/templates"), maya.part(f"{here}/templates", target="sheet")):
        assert "Hi Ana, Maya of Juniper Yoga" in answer
        assert filled in [one.get("href") for one in answer.page.all("a")]
    for _time in range(2):
        # The first time nobody has texted them, the second time they have a thread.
        page = maya.get(filled)
        assert page.page.value("body") == "Hi Ana, Maya of Juniper Yoga" and "segment" in page
        maya.post(here, {"body": page.page.value("body"), "place": "thread"}, on=filled)
    assert ["Hi Ana, Maya of Juniper Yoga" in one.body for one in Message.select()] == [True, True]
    maya.get(f"{here}?template={ids.encode(studio.lead.id)}", status=404)


def test_a_blank_field_is_left_out_and_said(maya: Browse, studio: Studio) -> None:
    nameless = studio.person("", "+13125559302")
    chosen = actions.add_template("Blank", "Hi {{first_name}}!")
    page = maya.get(f"/contacts/{ids.encode(nameless.id)}/messages?template={ids.encode(chosen.id)}")
    assert "nothing is known: their first name" in page
    assert page.page.value("body") == "Hi !"


def test_a_new_studio_has_texts_to_begin_with(studio: Studio) -> None:
    Template.delete().execute()
    actions.found_studio(studio.maya)
    assert len(queries.list_templates()) == 4
    for each in queries.list_templates():
        filled = actions.filled_words(each.body, studio.lead, studio.maya)
        assert "{{" not in filled.body and not filled.blank


def test_the_table_comes_and_goes(studio: Studio, config: Any, house: Any) -> None:
    migrations.down(config.data_dir, config.database_roles, "0042_templates")
    with cross_tenant(Why.MIGRATION):
        assert "template" not in database.database.obj.get_tables()
    migrations.up(config.data_dir, config.database_roles)
    assert queries.list_templates() == []
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []
