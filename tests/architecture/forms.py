"""Every form that stands on a page, and ways to fill it: as it came, as a person would, and as nobody should."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from tests import html

TYPED = {"text", "email", "tel", "url", "search", "number", "date", "time", "month", "datetime-local", "password"}
# What fits a field of a type, and what fits none.
FITTING = {
    "email": "rosa.kim@example.com",
    "tel": "(312) 555-0188",
    "url": "https://example.com/",
    "number": "3",
    "date": "2027-03-04",
    "time": "09:30",
    "month": "2027-03",
    "datetime-local": "2027-03-04T09:30",
    "password": "a lantern in the harbour",
}
SENSELESS = {
    "email": "no address",
    "tel": "12",
    "number": "many",
    "date": "someday",
    "time": "noonish",
    "password": "short",
}


@dataclass(frozen=True)
class Field:
    """One named place of a form. `value` is what it held when the page came."""

    name: str
    kind: str
    value: str
    options: tuple[str, ...] = ()
    # No person comes to it by Tab: it catches what fills in everything.
    is_trap: bool = False


@dataclass(frozen=True)
class Form:
    """A form that is sent by POST, as it stood on `page`."""

    page: str
    action: str
    is_upload: bool
    fields: tuple[Field, ...] = field(hash=False)

    def as_it_came(self) -> dict[str, str]:
        """What a browser sends when nothing is touched."""
        return {one.name: one.value for one in self.fields if one.kind != "file" and (one.value or one.kind in TYPED)}

    def fitting(self) -> dict[str, str]:
        """What a careful person sends: whatever is empty gets what its type fits."""
        filled = {one.name: one.value or _fitting(one) for one in self.fields if one.kind != "file"}
        return {name: value for name, value in filled.items() if value}

    def empty(self) -> dict[str, str]:
        """Nothing typed, nothing chosen."""
        return {one.name: one.value if one.kind == "hidden" else "" for one in self.fields if one.kind != "file"}

    def senseless(self) -> dict[str, str]:
        """Words where a number belongs, far too much where a name does, and choices nobody offered."""
        return {one.name: _senseless(one) for one in self.fields if one.kind != "file"}

    @property
    def typed(self) -> set[str]:
        """Names of the fields a person types into; a password is never given back."""
        kinds = TYPED - {"password"} | {"textarea"}
        return {one.name for one in self.fields if one.kind in kinds and not one.is_trap}


def forms_on(page: str, doc: html.Doc) -> Iterator[Form]:
    """The forms of a page that are sent by POST."""
    beside: dict[str, list[Element]] = {}
    for one in doc.elements:
        if one.tag in ("input", "select", "textarea", "button") and one.get("form"):
            beside.setdefault(one.get("form", ""), []).append(one)
    for form in doc.all("form"):
        if (form.get("method") or "").lower() != "post":
            continue
        inside = [one for one in form.iter() if isinstance(one.tag, str)]
        places = [*inside, *beside.get(form.get("id", ""), [])]
        is_upload = form.get("enctype") == "multipart/form-data"
        action = (form.get("action") or "").partition("#")[0]
        yield Form(page, action, is_upload, tuple(_fields(places)))


def _fields(places: list[Element]) -> Iterator[Field]:
    seen: set[str] = set()
    for one in places:
        name, kind = one.get("name"), _kind(one)
        if not name or name in seen or kind is None or "disabled" in one.attrib:
            continue
        seen.add(name)
        yield Field(name, kind, _value(one, kind, places), _options(one, kind, places), one.get("tabindex") == "-1")


def _kind(one: Element) -> str | None:
    if one.tag == "input":
        return one.get("type", "text")
    if one.tag == "button":
        return "button" if one.get("type", "submit") == "submit" else None
    return one.tag if one.tag in ("select", "textarea") else None


def _value(one: Element, kind: str, places: list[Element]) -> str:
    if kind == "textarea":
        return html.words_of(one)
    if kind == "select":
        chosen = [option for option in one.iter("option") if "selected" in option.attrib]
        return chosen[0].get("value", "") if chosen else ""
    if kind in ("radio", "checkbox"):
        same = [each for each in places if each.get("name") == one.get("name") and "checked" in each.attrib]
        return same[0].get("value", "on") if same else ""
    return one.get("value", "")


def _options(one: Element, kind: str, places: list[Element]) -> tuple[str, ...]:
    if kind == "select":
        return tuple(value for option in one.iter("option") if (value := option.get("value", "")))
    if kind in ("radio", "checkbox"):
        return tuple(each.get("value", "on") for each in places if each.get("name") == one.get("name"))
    return ()


def _fitting(one: Field) -> str:
    if one.options:
        return one.options[0]
    return FITTING.get(one.kind, "Rosa Kim" if one.kind in TYPED or one.kind == "textarea" else "")


def _senseless(one: Field) -> str:
    if one.kind == "hidden":
        return one.value
    if one.options or one.kind == "button":
        return "no-such-choice"
    return SENSELESS.get(one.kind, "Rosa Kim " * 3000)
