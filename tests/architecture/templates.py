"""Reading our templates for what they may not hold. Each function takes a template's text and gives its faults."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, meta, nodes

from omni.web.filters import FILTERS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "templates"

# Lower rooms first; a room shows fragments of its own and of rooms before it (siblings are blind to each other).
FLOORS = [["accounts"], ["contacts"], ["messaging"], ["boards", "tasks", "calendar", "referrals"], ["privacy"]]
COMMON = {"ui", "layouts", "errors"}

# What is there without being passed: `omni.web.filters`, and what a page sets for its layout.
GLOBALS = {
    "_", "gettext", "ngettext", "asset", "bar", "can", "csrf_field", "csrf_token", "current_locale", "still",
    "current_teammate", "current_user", "dom_id", "request", "take_toast", "url_for", "workspace",
    "caller", "loop", "range", "dict", "namespace", "varargs", "kwargs", "self", "super",
}  # fmt: skip
# Set at the top of a page for the layout, or by a layout for its own use.
LAYOUT_WORDS = {"nav", "back", "heading", "shape", "docked", "side_label", "icons", "language", "title"}

BARE_HX = re.compile(r"[\s\"']hx-(?!partial)[a-z]")
HTMX_2 = re.compile(
    r"data-hx-(on(?=[:=-])|ext\b|vars\b|params\b|history\b|disinherit\b|prompt\b|disabled-elt\b|request\b|ws\b|sse\b)"
)
HTMX_2_EVENT = re.compile(r"htmx:[a-z]+[A-Z]\w*")
# A trigger filter and `js:` need eval, which our policy refuses.
NEEDS_EVAL = re.compile(r"data-hx-[\w:-]+=[\"'][^\"']*(\bjs:|javascript:)|data-hx-trigger=[\"'][^\"']*\[")
NAMED_IN_SIGHT = re.compile(r"\s(alt|title|placeholder|aria-label|aria-description|label)=([\"'])(.*?)\2", re.S)
WORD = re.compile(r"[^\W\d_]{2,}")
# Names and signs that are the same in every language, and the people in the drawing beside sign-up.
SAME_EVERYWHERE = {
    "Omni", "https", "http", "QR", "CSV", "PDF", "SVG", "PNG", "JSON", "UTF", "vCard", "STOP", "START", "HELP",
    "WhatsApp", "Facebook", "Google", "HubSpot", "Outlook", "Twilio", "iMessage", "Slack", "iPhone", "Android",
    "Ana", "Nunez", "Tom", "Reyes", "Priya", "Shah",
}  # fmt: skip
# A constant in an expression that reads like a sentence.
SENTENCE = re.compile(r"^[A-ZÁÉÍÓÚÑ][^\W\d_]*([ …,.?!’'].*)?$", re.S)


@cache
def environment() -> Environment:
    env = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    env.filters.update(FILTERS)
    return env


def all_templates() -> list[Path]:
    """Every template of the house."""
    return sorted(path for path in FOLDER.rglob("*") if path.suffix in (".html", ".txt"))


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def htmx_habits(text: str) -> Iterator[str]:
    """Spelling of htmx 2, bare attributes, and what needs eval."""
    for pattern in (BARE_HX, HTMX_2, HTMX_2_EVENT, NEEDS_EVAL):
        for found in pattern.finditer(text):
            yield f"htmx: {found.group(0).strip()!r}"


def unsafe_output(text: str) -> Iterator[str]:
    """Ways around escaping."""
    tree = environment().parse(text)
    for one in tree.find_all(nodes.Filter):
        if one.name in ("safe", "tojson"):
            yield f"|{one.name} in line {one.lineno}"
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "Markup":
            yield f"Markup in line {call.lineno}"
    if "autoescape" in text:
        yield "autoescape"


def inline_code(text: str) -> Iterator[str]:
    """Script and style that our policy refuses."""
    for pattern in (
        r"<style\b",
        r"\sstyle\s*=",
        r"\son[a-z]+\s*=\s*[\"']",
        r"javascript:",
        r"<script(?![^>]*\bsrc=)[^>]*>",
    ):
        for found in re.finditer(pattern, _without_comments(text), re.I):
            yield f"inline: {found.group(0).strip()!r}"


def unmarked_sentences(text: str, *, is_html: bool = True) -> Iterator[str]:
    """Words that a person sees and no catalog knows."""
    markup = _data(text)
    if is_html:
        for _name, _quote, value in NAMED_IN_SIGHT.findall(markup):
            yield from _words(value)
        markup = re.sub(r"<(script|style|svg|code)\b.*?</\1>", " ", markup, flags=re.S | re.I)
        markup = re.sub(r"<!--.*?-->|<[^>]*>", " ", markup, flags=re.S)
        markup = re.sub(r"&#?\w+;", " ", markup)
    yield from _words(markup)
    yield from _constants(text)


def contract_faults(name: str, text: str) -> Iterator[str]:
    """What the first line promises against what the template uses, its includes counted."""
    first = re.match(r"\{#(.*?)#\}", text, re.S)
    if not first:
        yield "the first line is no contract {# name: Kind #}"
        return
    promise = first.group(1)
    used = _used(name, text)
    for variable in sorted(used - GLOBALS - LAYOUT_WORDS):
        if not re.search(rf"\b{variable}\b", promise):
            yield f"uses {variable!r}, which the contract does not name"
    for variable in _promised(promise):
        # What every refusal is told is one list for all of them.
        if variable not in used and variable not in LAYOUT_WORDS and not name.startswith("errors/"):
            yield f"names {variable!r} in its contract and never uses it"


def fragment_roots(text: str) -> int:
    """How many elements stand side by side in a fragment, as far as its own markup shows."""
    markup = re.sub(r"<!--.*?-->", "", _data(text, expressions=""), flags=re.S)
    markup = re.sub(r"<hx-partial\b.*?</hx-partial>", "", markup, flags=re.S)
    depth = roots = 0
    for closing, tag, own_end in re.findall(r"<(/?)([a-zA-Z][\w-]*)\b[^>]*?(/?)>", markup):
        if closing:
            depth -= 1
            continue
        roots += depth == 0
        depth += not own_end and tag.lower() not in VOID
    return roots


VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def foreign_parts(name: str, text: str) -> Iterator[str]:
    """Includes, imports and layouts of rooms that this one does not know."""
    room = name.split("/")[0]
    for other in _references(text):
        owner = other.split("/")[0]
        if owner != room and owner not in COMMON and owner not in _below(room):
            yield f"takes {other!r}, which belongs to {owner}"


def _below(room: str) -> set[str]:
    for level, rooms in enumerate(FLOORS):
        if room in rooms:
            return {one for lower in FLOORS[:level] for one in lower}
    return set()


def _references(text: str) -> set[str]:
    tree = environment().parse(text)
    stills = {
        call.args[0].value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "still" and isinstance(call.args[0], nodes.Const)
    }
    return stills | {name for name in meta.find_referenced_templates(tree) if name}


def _used(name: str, text: str) -> set[str]:
    """What a template, and what it includes or extends in its own room, takes from its context."""
    tree = environment().parse(text)
    used = set(meta.find_undeclared_variables(tree))
    for part in tree.find_all((nodes.Include, nodes.Extends)):
        if isinstance(part.template, nodes.Const) and not str(part.template.value).startswith("layouts/"):
            other = str(part.template.value)
            path = FOLDER / other
            if path.exists() and other != name:
                used |= _used(other, path.read_text())
                # A page's blocks see what the page that it extends imports.
                used -= _made_here(environment().parse(path.read_text())) if isinstance(part, nodes.Extends) else set()
    return used - _made_here(tree)


def _made_here(tree: nodes.Template) -> set[str]:
    """Names a template imports or sets: its blocks see them, though the compiler cannot know that."""
    made = {one.name for one in tree.find_all(nodes.Name) if one.ctx in ("store", "param")}
    made |= {one.target for one in tree.find_all(nodes.Import)}
    made |= {one.name for one in tree.find_all(nodes.Macro)}
    for one in tree.find_all(nodes.FromImport):
        made |= {alias[1] if isinstance(alias, tuple) else alias for alias in one.names}
    return made


def _promised(promise: str) -> list[str]:
    flat = promise
    while flat != (flat := re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}", "", flat)):
        pass
    return re.findall(r"(?:^|,)\s*([a-z_]\w*)\s*:", flat)


def _data(text: str, expressions: str = "\x00") -> str:
    """The template's own markup, with a mark where an expression stands."""
    kept: list[str] = []
    inside = False
    for _line, kind, value in environment().lex(text):
        if kind == "data":
            kept.append(value)
        elif kind == "variable_begin":
            inside = True
        elif kind == "variable_end" and inside:
            kept.append(expressions)
            inside = False
    return "".join(kept)


def _constants(text: str) -> Iterator[str]:
    tree = environment().parse(text)
    marked = {
        id(const)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext")
        for const in call.find_all(nodes.Const)
    }
    keys = {
        id(const)
        for one in (nodes.Getitem, nodes.Compare)
        for at in tree.find_all(one)
        for const in at.find_all(nodes.Const)
    }
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, str) and id(const) not in marked | keys and SENTENCE.match(const.value):
            yield from _words(const.value)


def _words(text: str) -> Iterator[str]:
    found = [word for word in WORD.findall(text) if word not in SAME_EVERYWHERE]
    if found:
        yield f"unmarked: {' '.join(found)[:80]!r}"


def _without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}", "", text, flags=re.S)
