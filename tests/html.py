"""Reading pages, and judging them: what no page and no fragment may have. Parsed as browsers parse (html5lib)."""

import re
from collections import Counter
from functools import cached_property, lru_cache
from xml.etree.ElementTree import Element

import html5lib

# Bare hx-* is no valid HTML, and these words are htmx 2's (STACK, section 4).
HTMX_2 = re.compile(r"^(data-)?hx-(on($|[:-])|ext$|vars$|params$|history$|disinherit$|prompt$|disabled-elt$|request$)")
NAMED = ("a", "button", "input", "select", "textarea", "summary")
UNNAMED_INPUTS = ("hidden",)
# The shapes of the icons: half the elements of every page, the same on all of them.
SHAPES = re.compile(r'(<svg class="sprite"[^>]*>)(.*?)(</svg>)', re.DOTALL)
WHOLE = ("<!doctype", "<html", "<head", "<body", "<title")


class Doc:
    """One answer's HTML."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_page = text.lstrip()[:9].lower() == "<!doctype"

    @cached_property
    def root(self) -> Element:
        return self._parsed[0]

    @property
    def faults(self) -> list[str]:
        """What the parser had to put right."""
        return [*self._parsed[1], *self._shapes[1]]

    @cached_property
    def _parsed(self) -> tuple[Element, list[str]]:
        return _parse(SHAPES.sub(r"\1\3", self.text), self.is_page)

    @cached_property
    def _shapes(self) -> tuple[Element, list[str]]:
        """The icons' shapes, read once a process as what they are on every page."""
        return _parse_once("".join(map("".join, SHAPES.findall(self.text))))

    @cached_property
    def elements(self) -> list[Element]:
        return [one for one in self.root.iter() if isinstance(one.tag, str)]

    @property
    def ids(self) -> list[str]:
        shapes = (one for one in self._shapes[0].iter() if isinstance(one.tag, str))
        return [one.attrib["id"] for one in (*self.elements, *shapes) if "id" in one.attrib]

    @property
    def words(self) -> str:
        """Everything that can be read, with single spaces."""
        return words_of(self.root)

    @property
    def h1(self) -> str:
        return words_of(self.one("h1"))

    @property
    def title(self) -> str:
        return words_of(self.one("title"))

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Every element of a tag with these attributes (`_` for `-`)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [e for e in self.elements if e.tag == tag and all(e.get(k) == v for k, v in wanted.items())]

    def one(self, tag: str, **attributes: str) -> Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements {tag} {attributes}"
        return found[0]

    def by_id(self, element_id: str) -> Element:
        found = [one for one in self.elements if one.get("id") == element_id]
        assert found, f"no element #{element_id}"
        return found[0]

    def form(self, action: str) -> Element:
        """The form that is sent to `action`."""
        found = [one for one in self.all("form") if (one.get("action") or "").partition("#")[0] == action]
        assert found, f"no form to {action}, there are {[one.get('action') for one in self.all('form')]}"
        return found[0]

    def hidden_fields(self, action: str) -> dict[str, str]:
        """Name and value of the hidden fields of the form to `action`; none where there is no such form."""
        forms = [one for one in self.all("form") if one.get("action") == action]
        hidden = [one for form in forms[:1] for one in form.iter("input") if one.get("type") == "hidden"]
        return {one.get("name", ""): one.get("value", "") for one in hidden}

    def value(self, name: str) -> str:
        """What stands typed in the field `name`."""
        for one in self.elements:
            if one.tag in ("input", "textarea", "select") and one.get("name") == name:
                if one.tag == "select":
                    chosen = [option for option in one.iter("option") if "selected" in option.attrib]
                    return chosen[0].get("value", "") if chosen else ""
                return words_of(one) if one.tag == "textarea" else one.get("value", "")
        raise AssertionError(f"no field {name}")

    def token(self) -> str | None:
        """The token any form of this page would carry."""
        for field in re.findall(r"<input\b[^>]*>", self.text):
            if 'name="csrf_token"' in field and (value := re.search(r'value="([^"]*)"', field)):
                return value.group(1)
        held = re.search(r'"X-CSRF-Token"\s*:\s*"([^"]+)"', self.text.replace("&#34;", '"').replace("&quot;", '"'))
        return held.group(1) if held else None


def _parse(text: str, is_page: bool) -> tuple[Element, list[str]]:
    """The tree of a page or a fragment, and what the parser had to put right."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root: Element = parser.parse(text) if is_page else parser.parseFragment(text)
    return root, [f"{code} at {where}" for where, code, _values in parser.errors]


@lru_cache(maxsize=8)
def _parse_once(text: str) -> tuple[Element, list[str]]:
    return _parse(text, is_page=False)


def words_of(element: Element) -> str:
    """The words of an element, with single spaces."""
    return " ".join(" ".join(_readable(element)).split())


def judge_page(url: str, doc: Doc) -> None:
    """Fail on what no whole page may have."""
    heads = doc.all("h1")
    assert len(heads) == 1, f"{url} has {len(heads)} h1"
    assert doc.title.startswith(doc.h1), f"{url}: the title {doc.title!r} does not start with {doc.h1!r}"
    assert doc.root.get("lang"), f"{url} does not say its language"
    assert len(doc.all("main")) == 1, f"{url} has {len(doc.all('main'))} main"
    judge_parts(url, doc)
    judge_targets(url, doc, doc)


def judge_fragment(url: str, doc: Doc | None) -> None:
    """Fail on what no fragment may have, a whole page above all."""
    if doc is None:
        return
    start = doc.text.lstrip().lower()
    assert not any(start.startswith(word) or f"\n{word}" in start for word in WHOLE), f"{url}: a page in a page"
    assert not doc.all("h1"), f"{url}: a fragment has an h1"
    roots = [one for one in doc.root if isinstance(one.tag, str) and one.tag != "hx-partial"]
    assert len(roots) <= 1, f"{url}: a fragment has {len(roots)} roots: {[(r.tag, r.get('id')) for r in roots]}"
    judge_parts(url, doc)


def judge_parts(url: str, doc: Doc) -> None:
    """Fail on what neither may have."""
    assert not doc.faults, f"{url}: the parser had to mend {doc.faults}"
    twice = [one for one, n in Counter(doc.ids).items() if n > 1]
    assert not twice, f"{url} has twice the id {twice}"
    for one in doc.elements:
        _judge_element(url, doc, one)
    for form in doc.all("form"):
        assert form.get("action"), f"{url} has a form without action"
        if (form.get("method") or "get").lower() == "post":
            names = {one.get("name") for one in form.iter("input")}
            assert "csrf_token" in names, f"{url}: the form to {form.get('action')} carries no token"


def judge_targets(url: str, doc: Doc, page: Doc) -> None:
    """Fail when an element of `doc` points to an id that stands neither in it nor in `page`."""
    there = set(doc.ids) | set(page.ids)
    for one in doc.elements:
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "form", "list"):
            for wanted in (one.get(name) or "").split():
                assert wanted in there, f"{url}: {one.tag} {name}={wanted!r}, which is nowhere"
        for name in ("data-hx-target", "data-hx-include", "data-hx-indicator"):
            wanted = one.get(name) or ""
            if wanted.startswith("#"):
                assert wanted[1:] in there, f"{url}: {one.tag} {name}={wanted!r}, which is nowhere"
        if one.tag == "a" and (one.get("href") or "").startswith("#"):
            assert one.attrib["href"][1:] in there, f"{url}: a link to {one.get('href')}, which is nowhere"


def _judge_element(url: str, doc: Doc, one: Element) -> None:
    assert one.tag != "style", f"{url} has inline style"
    if one.tag == "script":
        assert one.get("src"), f"{url} has inline script"
    for name, value in one.attrib.items():
        assert name != "style", f"{url}: <{one.tag}> has a style attribute"
        assert not name.lower().startswith("on"), f"{url}: <{one.tag}> has {name}"
        assert not name.startswith("hx-"), f"{url}: <{one.tag}> has bare {name}"
        assert not HTMX_2.match(name), f"{url}: <{one.tag}> has {name}, which htmx 4 does not know"
        assert not value.lower().startswith("javascript:"), f"{url}: <{one.tag}> {name} holds script"
    if one.tag == "img":
        assert one.get("alt") is not None, f"{url}: an image without alt"
    if one.tag in NAMED and one.get("type") not in UNNAMED_INPUTS:
        assert _name(doc, one), f"{url}: <{one.tag} {one.attrib}> has no name"


def _name(doc: Doc, one: Element) -> str:
    """The accessible name, as far as our pages use the ways to give one (W3C accname)."""
    if labelled := one.get("aria-labelledby"):
        named = [other for other in doc.elements if other.get("id") in labelled.split()]
        return " ".join(words_of(other) for other in named)
    if said := (one.get("aria-label") or "").strip():
        return said
    if one.tag in ("a", "button", "summary"):
        alts = [image.get("alt", "") for image in one.iter("img")]
        return words_of(one) or " ".join(alts).strip() or (one.get("title") or "")
    if one.get("type") in ("submit", "button", "reset", "image"):
        return one.get("value") or one.get("alt") or ""
    labels = [label for label in doc.all("label") if label.get("for") == one.get("id") or one in list(label.iter())]
    return " ".join(words_of(label) for label in labels) or (one.get("title") or "")


def _readable(element: Element) -> list[str]:
    if element.tag in ("script", "style", "template") or not isinstance(element.tag, str):
        return []
    texts: list[str] = [element.text or ""]
    for child in element:
        texts += [*_readable(child), child.tail or ""]
    return texts
