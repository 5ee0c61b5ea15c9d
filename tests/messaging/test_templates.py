"""Templates: texts kept under a name, filled for whoever they are sent to."""

from typing import Any

import pytest

from omni.accounts.models import Teammate, User
from omni.contacts.models import Contact
from omni.core import database, ids, migrations, tenancy
from omni.core.database import transaction
from omni.core.faults import Invalid
from omni.core.policies import Role
from omni.core.tenancy import Reason as Why
from omni.core.tenancy import Workspace, cross_tenant
from omni.messaging import actions, merge_fields, queries
from omni.messaging.actions import templating
from omni.messaging.models import Message, Template
from omni.messaging.segments import count_segments
from omni.start import all_models, sql_by_hand
from tests.browse import Browse
from tests.messaging.conftest import ANA, Studio
from tests.parallel import in_parallel

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


def test_a_chosen_template_comes_into_the_box_beside_what_was_typed(maya: Browse, studio: Studio) -> None:
    hello = actions.add_template("Hello", "Hi {{first_name}},\n{{my_first_name}} here")
    late = actions.add_template("Late", "We start late")
    page = f"/contacts/{ids.encode(studio.lead.id)}"
    put = f"{page}/messages/templates/{{}}".format
    sheet = maya.part(f"{page}/messages/templates", target="sheet")
    chosen = [one for one in sheet.page.all("a") if one.get("data-hx-post") == put(ids.encode(hello.id))]
    assert [one.get("data-hx-include") for one in chosen] == [".composer"]
    maya.get(page)
    box = {"place": "contact", "client_key": "mine", "basis": "asked", "body": ""}
    steps = [
        ("", hello, "Hi Ana,\nMaya here"),
        # What nobody touched makes room for the next one; words of one's own stay before it.
        ("Hi Ana,\r\nMaya here", late, "We start late"),
        ("Sorry, Ana!", late, "Sorry, Ana!\nWe start late"),
    ]
    for typed, template, body in steps:
        answer = maya.post_part(put(ids.encode(template.id)), {**box, "body": typed}, on=page)
        assert f">{body}</textarea>" in answer.text and "segment" in answer
        kept = answer.page.hidden_fields(f"{page}/messages")
        assert (kept["place"], kept["client_key"]) == ("contact", "mine")
        assert [one.get("value") for one in answer.page.all("input", checked="")] == ["asked"]
        assert answer.page.all("textarea", id="composer-body")[0].get("autofocus") is not None
    plain = maya.post(put(ids.encode(late.id)), {**box, "body": "Sorry!"}, on=page, status=200)
    assert ">Sorry!\nWe start late</textarea>" in plain.text
    maya.post_part(put(ids.encode(studio.lead.id)), box, on=page, status=404)
    assert Message.select().count() == 0


def test_a_template_is_chosen_in_the_queue(maya: Browse, studio: Studio) -> None:
    hello = actions.add_template("Hello", "Hi {{first_name}}")
    here = f"/contacts/{ids.encode(studio.lead.id)}/messages/templates"
    sheet = maya.part(f"{here}?place=queue", target="sheet")
    assert {one.get("data-hx-target") for one in sheet.page.all("a") if one.get("data-hx-post")} == {
        ".queue-person:not([hidden]) .answer-draft"
    }
    box = {"place": "queue", "back": "/today/queue", "body": "", "client_key": "mine"}
    draft = maya.post_part(f"{here}/{ids.encode(hello.id)}", box, on="/contacts")
    assert draft.page.value("body") == "Hi Ana" and "A draft. Nothing is sent yet." in draft
    kept = draft.page.hidden_fields(here.removesuffix("/templates"))
    assert (kept["place"], kept["back"], kept["client_key"]) == ("queue", "/today/queue", "mine")


def test_many_templates_are_searched(maya: Browse, studio: Studio) -> None:
    here = f"/contacts/{ids.encode(studio.lead.id)}/messages/templates"
    for n in range(8):
        actions.add_template(f"Rule {n}", "Shoes off")
    assert "Words of a template" not in maya.get(here)
    actions.add_template("Prices", "Ten classes cost a pass of É. " + "and so on " * 100)
    for words in ("prices", "PASS OF e", "rice"):
        found = maya.get(f"{here}?q={words}")
        assert "Words of a template" in found and "Prices" in found and "Rule" not in found
        part = maya.part(f"{here}?q={words}", target="templates-found")
        assert "Prices" in part and len(part.text) < 2_000 and "Words of a template" not in part
    assert "No template has these words." in maya.get(f"{here}?q=<b>")


def joined(role: Role) -> Teammate:
    """A further teammate of the studio."""
    user = User.create(name=role.value, email=f"{role}@juniper.example", password_hash="none")
    found: Teammate = Teammate.create(user=user, role=role)
    return found


def test_who_may_text_reads_them_and_who_leads_writes_them(app: Any, studio: Studio) -> None:
    kept = actions.add_template("Hello", "Hi {{first_name}}")
    theirs = studio.person("Bo Lund", "+13125559303")
    with transaction():
        Contact.update(owner=studio.maya.id).where(Contact.id == theirs.id).execute()
    theo, vera = (Browse(app).as_(joined(role)) for role in (Role.REP, Role.VIEWER))
    page = theo.get(TEMPLATES)
    assert "Hi Ana" in page and "New template" not in page and of(kept) not in page.text
    assert TEMPLATES in theo.get("/settings").text and TEMPLATES not in vera.get("/settings").text
    vera.get(TEMPLATES, status=403)
    theo.get(of(kept), status=403)
    for place in (TEMPLATES, f"{TEMPLATES}/reading", of(kept), f"{of(kept)}/removal"):
        theo.post(place, {"name": "n", "body": "b"}, on="/settings", status=403)
    not_mine = f"/contacts/{ids.encode(theirs.id)}/messages/templates"
    theo.get(not_mine, status=403)
    theo.post(f"{not_mine}/{ids.encode(kept.id)}", {"body": ""}, on="/settings", status=403)
    assert queries.get_template(kept.id).version == 1


def test_how_it_reads_follows_what_is_typed(maya: Browse, studio: Studio) -> None:
    new = f"{TEMPLATES}/new"
    assert "How Ana Prieto reads it" not in maya.get(new)
    for body, shown in (("Hi {{full_name}}", "Hi Ana Prieto"), ("Hi {{full_name", None), (" ", None)):
        form = {"name": "", "body": body}
        for answer in (maya.post_part(f"{TEMPLATES}/reading", form, on=new),
                       maya.post(f"{TEMPLATES}/reading", form, on=new, status=200)):  # fmt: skip
            assert shown is None or shown in answer
            assert ("How Ana Prieto reads it" in answer) is (shown is not None)


def test_a_blank_field_is_left_out_and_said(maya: Browse, studio: Studio) -> None:
    nameless = studio.person("", "+13125559302")
    chosen = actions.add_template("Blank", "Hi {{first_name}}!")
    page = maya.get(f"/contacts/{ids.encode(nameless.id)}/messages?template={ids.encode(chosen.id)}")
    assert "nothing is known: their first name" in page
    assert page.page.value("body") == "Hi !"


@pytest.mark.parametrize(("language", "name"), [("en", "Missed call"), ("es", "Llamada perdida")])
def test_a_new_studio_has_texts_to_begin_with_in_its_language(studio: Studio, language: str, name: str) -> None:
    sol = Workspace.create(number=12, slug="sol", name="Sol", timezone="America/Chicago", language=language)
    with tenancy.entered(sol):
        actions.found_studio(studio.maya_of(sol))
        found = queries.list_templates()
        assert len(found) == 4 and name in [each.name for each in found]
        for each in found:
            # Neither a name that is known nor one that is not leaves a hole, and each is one segment or two.
            for first in ("Ana", ""):
                filled = merge_fields.fill(each.body, {"first_name": first, "studio": "Sol", "my_first_name": "Ida"})
                assert "{{" not in filled.body and not filled.blank and count_segments(filled.body) <= 2


@pytest.mark.own_database
def test_the_table_comes_and_goes(studio: Studio, config: Any, house: Any) -> None:
    migrations.down(config.data_dir, config.database_roles, "0042_templates")
    with cross_tenant(Why.MIGRATION):
        assert "template" not in database.database.obj.get_tables()
    migrations.up(config.data_dir, config.database_roles)
    assert queries.list_templates() == []
    assert migrations.drift(all_models(house), sql_by_hand(house)) == []


def test_of_two_who_save_a_name_at_once_one_is_told(studio: Studio) -> None:
    answers = in_parallel(studio.workspace, [lambda: actions.add_template("Hello", "Hi")] * 4)
    assert sorted(isinstance(answer, Template) for answer in answers) == [False, False, False, True]
    faults = [answer.faults for answer in answers if isinstance(answer, Invalid)]
    assert faults == [{"name": templating.TAKEN.key}] * 3
