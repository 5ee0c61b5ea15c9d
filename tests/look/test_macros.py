"""Controls as HTML: each has a name, says what is wrong beside the field, and uses shapes that exist."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import html5lib
import pytest
from wtforms import Form, StringField

from tests.look import book

TEMPLATES = book.ROOT / "templates"
SHAPES = set(re.findall(r'id="i-([a-z0-9-]+)"', (TEMPLATES / "ui/sprite.html").read_text()))


def drawn(macro: str, file: str, call: str, **context: Any) -> Any:
    """The tree of one macro's call."""
    source = f'{{% from "ui/{file}.html" import {macro} %}}{{{{ {macro}{call} }}}}'
    html = book.environment().from_string(source).render(**context)
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def tree(page: str) -> Any:
    return html5lib.parse(book.draw(page), namespaceHTMLElements=False)


def name_of(element: Any, root: Any) -> str:
    """The accessible name of a control, as far as our markup gives one."""
    labels = "".join("".join(label.itertext()) for label in root.iter("label") if label.get("for") == element.get("id"))
    return (element.get("aria-label") or labels or "".join(element.itertext())).strip()


@pytest.mark.parametrize("page", book.pages())
def test_every_control_of_a_page_has_a_name(page: str) -> None:
    root = tree(page)
    for kind in ("button", "a", "input", "select", "textarea", "summary"):
        for control in root.iter(kind):
            if control.get("type") != "hidden":
                assert name_of(control, root), f"{kind} {control.attrib}"


@pytest.mark.parametrize("page", book.pages())
def test_a_page_has_one_heading_a_language_and_a_title(page: str) -> None:
    root = tree(page)
    assert len(list(root.iter("h1"))) == 1
    assert root.get("lang")
    assert next(root.iter("title")).text.strip()
    assert len(list(root.iter("main"))) == 1


@pytest.mark.parametrize("page", book.pages())
def test_no_id_stands_twice_and_every_described_thing_is_there(page: str) -> None:
    elements = list(tree(page).iter())
    ids = [one.get("id") for one in elements if one.get("id")]
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    for one in elements:
        for attribute in ("aria-describedby", "aria-labelledby", "for"):
            assert set((one.get(attribute) or "").split()) <= set(ids), (attribute, one.attrib)


@pytest.mark.parametrize("page", book.pages())
def test_every_shape_that_a_page_uses_is_in_its_sprite(page: str) -> None:
    html = book.draw(page)
    used = set(re.findall(r'href="#i-([a-z0-9-]+)"', html))
    assert used <= set(re.findall(r'id="i-([a-z0-9-]+)"', html))


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.relative_to(TEMPLATES).as_posix()
)
def test_every_shape_that_a_template_names_exists(path: Path) -> None:
    named = re.findall(r'(?:icon|draw)\("([a-z0-9-]+)"|icon="([a-z0-9-]+)"', path.read_text())
    assert {one for pair in named for one in pair if one} <= SHAPES


@pytest.mark.parametrize("page", book.pages())
def test_a_page_holds_no_style_and_no_script_of_its_own(page: str) -> None:
    root = tree(page)
    assert list(root.iter("style")) == []
    for element in root.iter():
        assert element.get("style") is None
        assert not [name for name in element.attrib if name.startswith("on")]
        assert element.tag != "script" or element.get("src")


def test_a_public_page_needs_no_script_and_no_other_sheet() -> None:
    root = tree("referral")
    assert list(root.iter("script")) == []
    assert len([one for one in root.iter("link") if one.get("rel") == "stylesheet"]) == 1


def test_a_fault_stands_between_label_and_input_and_is_said_with_it() -> None:
    root = drawn("field", "field", "(f.phone)", f=book.forms()["contact"])
    field = root.find("div")
    order = [child.get("id") or child.tag for child in field]
    assert order == ["label", "phone-fault", "phone"]
    given = next(root.iter("input"))
    assert (given.get("aria-invalid"), given.get("aria-describedby")) == ("true", "phone-fault")
    assert given.get("value") == "312 555 01"


def test_the_box_above_a_form_leads_to_each_fault() -> None:
    root = drawn("fault_box", "field", "(f)", f=book.forms()["contact"])
    assert [link.get("href") for link in root.iter("a")] == ["#phone", "#email"]
    assert "Two things to put right" in "".join(root.itertext())
    assert root.find("div").get("autofocus") is not None


def test_no_box_stands_above_a_form_without_faults() -> None:
    assert list(drawn("fault_box", "field", "(f)", f=book.forms()["signup"])) == []


def test_a_hint_and_a_fault_are_both_said() -> None:
    root = drawn("field", "field", '(f.phone, hint="With country")', f=book.forms()["contact"])
    assert next(root.iter("input")).get("aria-describedby") == "phone-fault phone-hint"


def test_a_box_is_never_ticked_beforehand() -> None:
    root = drawn("checkbox", "field", "(f.sms_consent)", f=book.forms()["lead"])
    assert next(root.iter("input")).get("checked") is None


def test_typed_markup_is_shown_as_typed() -> None:
    class Typed(Form):
        name = StringField("Name <b>")

    root = drawn("field", "field", "(f.name)", f=Typed(data={"name": '"><script>alert(1)</script>'}))
    assert list(root.iter("script")) == []
    assert next(root.iter("input")).get("value") == '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    ("name", "initials"), [("Ana Nunez", "AN"), ("Åsa", "Å"), ("Mary Jo van Dyke", "MD"), ("李 小龙", "李小"), ("", "")]
)
def test_a_face_shows_first_and_last_initial(name: str, initials: str) -> None:
    root = drawn("face", "face", "(name, seed)", name=name, seed=UUID(int=1))
    assert "".join(root.itertext()).strip() == initials


def test_a_face_without_a_name_shows_a_telephone() -> None:
    root = drawn("face", "face", "(name, seed)", name="+1 312 555 0142", seed=UUID(int=1))
    assert next(root.iter("{http://www.w3.org/2000/svg}use")).get("href") == "#i-phone"


def test_a_face_keeps_its_tint_and_tints_differ() -> None:
    def tint(number: int) -> str:
        face = drawn("face", "face", "(name, seed)", name="Ana", seed=UUID(int=number)).find("span")
        return str(face.get("class")).split()[-1]

    assert [tint(number) for number in range(6)] == book.TINTS
    assert tint(13) == tint(1)


def test_a_ring_says_its_share_in_an_attribute() -> None:
    root = drawn(
        "face", "face", "(name, seed, ring=ring)", name="Ana", seed=UUID(int=1), ring=book.ring(62, "9 days here")
    )
    arcs = [use.get("stroke-dasharray") for use in root.iter("{http://www.w3.org/2000/svg}use")]
    assert arcs == ["62 100"]
    assert "9 days here" in "".join(root.itertext())


def test_a_toast_takes_its_act_back_by_a_form() -> None:
    root = drawn("toast", "toast", '("Moved Tom to Trial booked", "/history/x/undo")')
    form = next(root.iter("form"))
    assert (form.get("method"), form.get("action")) == ("post", "/history/x/undo")
    assert next(root.iter("input")).get("name") == "csrf_token"


def test_the_fragment_of_a_toast_is_the_macro() -> None:
    toast = SimpleNamespace(message="Saved", undo_url=None, note="To Anna", acts=())
    fragment = book.environment().get_template("ui/_toast.html").render(toast=toast)
    assert 'data-behaviour="toast"' in fragment
    assert "To Anna" in fragment
    assert "<form" not in fragment


@pytest.mark.parametrize("status", book.FAULTS)
def test_a_fault_has_a_page_and_a_fragment_with_one_root(status: int) -> None:
    fragment = book.environment().get_template(f"errors/_{status}.html").render(**book.fault(status))
    roots = list(html5lib.parseFragment(fragment, namespaceHTMLElements=False))
    assert [root.get("role") for root in roots] == ["alert"]
    page = book.draw(f"fault-{status}")
    assert 'href="/"' in page
    assert ("5f0c21aa" in page) == (status == 500)


def test_a_page_of_the_app_sends_its_token_with_each_request() -> None:
    html = book.draw("today")
    assert 'data-hx-headers:inherited=\'{"X-CSRF-Token":"token"}\'' in html


def test_the_room_that_is_open_is_the_current_one_in_the_bar() -> None:
    nav = next(tree("inbox").iter("nav"))
    current = [link.get("href") for link in nav.iter("a") if link.get("aria-current")]
    assert current == ["/inbox"]
    assert "3 waiting" in "".join(nav.itertext())
