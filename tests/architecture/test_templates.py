"""What no template may hold. Each scanner is first seen to find a planted fault."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.architecture import templates

ALL = templates.all_templates()
PAGES = [path for path in ALL if path.suffix == ".html"]
ROOMS = [path for path in PAGES if templates.name_of(path).split("/")[0] not in ("ui", "layouts")]

Scanner = Callable[[str], Iterator[str]]


def named(paths: list[Path]) -> list[tuple[str, Path]]:
    return [(templates.name_of(path), path) for path in paths]


def faults_of(paths: list[Path], scanner: Scanner) -> list[tuple[str, list[str]]]:
    """The templates at fault, each with what is wrong."""
    found = [(name, list(scanner(path.read_text()))) for name, path in named(paths)]
    return [one for one in found if one[1]]


PLANTED: list[tuple[Scanner, str]] = [
    (templates.htmx_habits, '<a hx-get="/x">'),
    (templates.htmx_habits, '<a data-hx-on:click="go()">'),
    (templates.htmx_habits, '<button data-hx-disabled-elt="this">'),
    (templates.htmx_habits, '<div data-hx-ext="sse">'),
    (templates.htmx_habits, "<p data-x='htmx:afterSwap'>"),
    (templates.htmx_habits, '<a data-hx-trigger="click[ctrlKey]">'),
    (templates.htmx_habits, "<a data-hx-vals='js:{a: 1}'>"),
    (templates.unsafe_output, "{{ text|safe }}"),
    (templates.unsafe_output, "{{ Markup(text) }}"),
    (templates.unsafe_output, "{% autoescape false %}{{ text }}{% endautoescape %}"),
    (templates.inline_code, '<p style="color:red">'),
    (templates.inline_code, "<style>p{}</style>"),
    (templates.inline_code, '<p onclick="go()">'),
    (templates.inline_code, "<script>go()</script>"),
    (templates.inline_code, '<a href="javascript:go()">'),
    (templates.unmarked_sentences, "<p>Hello there</p>"),
    (templates.unmarked_sentences, '<img alt="A face">'),
    (templates.unmarked_sentences, '<input placeholder="Search">'),
    (templates.unmarked_sentences, '<nav aria-label="Main">'),
    (templates.unmarked_sentences, '{{ button("Save it") }}'),
    (templates.unmarked_sentences, '{% set heading = "Contacts" %}'),
    (templates.unmarked_sentences, "{% if a %}yes{% endif %}"),
]
GOOD = """{# card: Card #}
<article class="card" id="{{ dom_id(card, "row") }}" data-hx-get="/x" data-hx-trigger="click"
  data-hx-status:422="target:#a"><img src="{{ asset("img/a.svg") }}" alt="">
<a href="/x" aria-label="{{ _("Open %(name)s", name=card.name) }}">{{ card.name }}</a>
{{ ngettext("%(num)d card", "%(num)d cards", card.n) }} · {{ button(_("Save"), kind="go") }}
<script src="/a.js"></script>{% if card.stage == "Join" %}{% set nav = "contacts" %}{% endif %}</article>"""


@pytest.mark.parametrize(("scanner", "text"), PLANTED)
def test_a_planted_fault_is_found(scanner: Scanner, text: str) -> None:
    assert list(scanner(text)), text


@pytest.mark.parametrize(
    "scanner",
    [templates.htmx_habits, templates.unsafe_output, templates.inline_code, templates.unmarked_sentences],
)
def test_good_markup_is_left_alone(scanner: Scanner) -> None:
    assert not list(scanner(GOOD))


def test_htmx_is_spelled_as_htmx_4() -> None:
    assert not faults_of(PAGES, templates.htmx_habits)


def test_nothing_goes_around_escaping() -> None:
    assert not faults_of(PAGES, templates.unsafe_output)


def test_no_inline_script_or_style() -> None:
    assert not faults_of(PAGES, templates.inline_code)


# A macro in it writes class names, which stand outside any tag.
WRITES_CLASSES = "ui/button.html"


def test_every_sentence_is_marked() -> None:
    pages = [path for path in PAGES if templates.name_of(path) != WRITES_CLASSES]
    assert not faults_of(pages, templates.unmarked_sentences)


def test_every_sentence_of_a_plain_mail_is_marked() -> None:
    texts = [path for path in ALL if path.suffix == ".txt"]
    assert not faults_of(texts, lambda text: templates.unmarked_sentences(text, is_html=False))


def test_a_template_keeps_its_contract() -> None:
    faults = [(name, list(templates.contract_faults(name, path.read_text()))) for name, path in named(ROOMS)]
    assert not [one for one in faults if one[1]]


def test_a_broken_contract_is_found() -> None:
    faults = list(templates.contract_faults("x/y.html", "{# card: Card, old: int #}\n{{ card.name }}{{ extra }}"))
    assert len(faults) == 2
    assert list(templates.contract_faults("x/y.html", "<p>{{ card }}</p>"))
    assert not list(templates.contract_faults("x/y.html", "{# cards: list of (name, at: int) #}\n{{ cards }}"))


def test_a_fragment_has_one_root() -> None:
    for name, path in named(ROOMS):
        text = path.read_text()
        branches = any(word in text for word in ("{% if", "{% for", "{% include", "{% call"))
        if path.name.startswith("_") and not branches:
            assert templates.fragment_roots(text) <= 1, name


def test_two_roots_are_counted() -> None:
    assert templates.fragment_roots("<p>a</p><p>b<br></p>") == 2
    assert (
        templates.fragment_roots('<div><p>a</p><img src="x"></div><hx-partial data-hx-target="#a"><b></b></hx-partial>')
        == 1
    )


def test_a_template_belongs_to_its_room() -> None:
    faults = [(name, list(templates.foreign_parts(name, path.read_text()))) for name, path in named(PAGES)]
    assert not [one for one in faults if one[1]]


def test_a_foreign_part_is_found() -> None:
    assert list(templates.foreign_parts("boards/show.html", '{% include "tasks/_task.html" %}'))
    assert list(templates.foreign_parts("accounts/show.html", '{% include "contacts/_row.html" %}'))
    assert not list(templates.foreign_parts("boards/show.html", '{% include "contacts/_row.html" %}'))


def rendered_by(folder: Path) -> dict[str, set[str]]:
    """The templates each room's Python names."""
    pattern = re.compile(r"""["']([a-z_]+/[\w/.]+\.(?:html|txt))["']""")
    named: dict[str, set[str]] = {}
    for path in folder.rglob("*.py"):
        room = path.relative_to(folder).parts[0]
        named.setdefault(room, set()).update(pattern.findall(path.read_text()))
    return named


def test_python_names_templates_of_its_own_room_that_exist() -> None:
    for room, names in rendered_by(templates.ROOT / "omni").items():
        for name in names:
            owner = name.split("/")[0]
            allowed = {room, "ui", "layouts", "errors"} | templates._below(room) | ({"dev"} if room == "web" else set())
            assert owner in allowed, f"{room} renders {name}"
            assert (templates.FOLDER / name).exists(), f"{room} renders {name}, which is not there"


def test_every_template_of_a_room_is_named_somewhere() -> None:
    named = {name for names in rendered_by(templates.ROOT / "omni").values() for name in names}
    for path in PAGES:
        named |= templates._references(path.read_text())
    unused = [
        name for name in map(templates.name_of, ALL) if name not in named and not name.startswith(("ui/", "errors/"))
    ]
    assert not unused, f"nobody shows {unused}"


JS = sorted((templates.ROOT / "static" / "js").glob("*.js"))


def test_scripts_speak_htmx_4_and_stay_small() -> None:
    for path in JS:
        text = path.read_text()
        assert not templates.HTMX_2_EVENT.findall(text), path.name
        assert not re.search(r"\beval\(|new Function", text), path.name
        assert not re.search(r"^\s*import\b", text, re.M), f"{path.name}: one module, no imports"
        assert len(text.splitlines()) <= 100, path.name
