"""The look book: every control in every state, drawn with nothing but our macros and sheets.

`python tests/look/book.py serve` shows it; `python tests/look/book.py pictures FOLDER [NAME...]` takes its pictures.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    Form,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from omni.core import words
from omni.web.ports import Act, Toast

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STATIC = ROOT / "static"
FAULTS = [403, 404, 409, 410, 413, 422, 429, 500, 503]
TINTS = ["sage", "sky", "plum", "clay", "straw", "stone"]
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".woff2": "font/woff2",
}
# The policy of every page we send (specs/security.md): the book must stand under it too.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'"
)


class SignUp(Form):
    """The fields of the sign-up form, as CONTRACT names them."""

    name = StringField("Your name")
    email = EmailField("Email")
    phone = TelField("Mobile number")
    company = StringField("Studio or company")
    role = StringField("Your role")
    birth_month = SelectField("Month of birth", choices=[SelectChoice("", "Month"), SelectChoice("1", "January")])
    birth_year = StringField("Year of birth")
    password = PasswordField("Password")


class NewContact(Form):
    """The fields of a new contact."""

    given_name = StringField("Given name")
    family_name = StringField("Family name")
    phone = TelField("Phone")
    email = EmailField("Email")


class Lead(Form):
    """The public lead form."""

    name = StringField("Your name")
    phone = TelField("Mobile number")
    email = EmailField("Email")
    message = TextAreaField("Anything we should know?")
    sms_consent = BooleanField("Juniper Yoga may text me about my visit.")
    show_progress = BooleanField("Tom may see that I came.")


class Link(Form):
    """A referral link."""

    title = StringField("Title")
    description = TextAreaField("Description")
    image = FileField("Image")
    slug = StringField("Address")
    name = StringField("Name for the house")


class Basis(Form):
    """A choice of three, and a box."""

    basis = RadioField(
        "Where is their yes?",
        choices=[SelectChoice("asked", "They asked us"), SelectChoice("customer", "They are customers")],
    )
    agree = BooleanField("I have read the list.")


def seed(tint: str) -> UUID:
    """An id whose face has that tint."""
    return UUID(int=TINTS.index(tint))


def ring(percent: int, words: str | None = None) -> dict[str, object]:
    """A ring as the rooms hand it to the face."""
    level = "hot" if percent >= 100 else "warm" if percent >= 60 else "calm"
    return {"percent": percent, "level": level, "words": words}


def forms() -> dict[str, Form]:
    """The book's forms: as they come, and with faults."""
    faulty = NewContact(data={"given_name": "Rosa", "family_name": "Kim", "phone": "312 555 01", "email": "rosa@"})
    faulty.phone.errors = ["“312 555 01” has 8 digits. A US number has 10, such as 312 555 0123."]
    faulty.email.errors = ["“rosa@” stops after @. Add the rest, or leave it empty."]
    basis = Basis()
    basis.basis.errors = ["Choose where their yes is."]
    return {
        "signup": SignUp(data={"name": "Maya Lind"}),
        "contact": faulty,
        "lead": Lead(),
        "link": Link(
            data={
                "title": "Tom invites you to a free first week",
                "description": "Seven days of classes at Juniper Yoga, 12 Oak Street. Mats, tea and a kind teacher.",
                "slug": "tom-first-week",
                "name": "Tom, winter",
            }
        ),
        "basis": basis,
    }


def fault(status: int) -> dict[str, object]:
    """What web gives to the page of a fault."""
    return {
        "status": status,
        "heading": "This link has done its work",
        "sentence": "It was used already, or its time is over. Ask for a new one.",
        "reference": "5f0c21aa" if status == 500 else None,
        "retry_after_s": {429: 240, 503: 10}.get(status),
        "way_on": {"href": "/", "label": "Go to the start"},
    }


def environment() -> Environment:
    """Jinja as the product has it, with the book's own words in place of a request's."""
    env = Environment(
        loader=FileSystemLoader([ROOT / "templates", HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )

    def still(template: str, **facts: object) -> Markup:
        return Markup(env.get_template(template).render(**facts))  # noqa: S704 - Jinja escapes

    plural: Callable[[str, str, int], str] = lambda one, many, num: one if num == 1 else many  # noqa: E731
    env.install_gettext_callables(lambda text: text, plural, newstyle=True)  # type: ignore[attr-defined]
    env.filters["number"] = words.number
    env.globals.update(
        asset=lambda path: f"/static/{path}",
        csrf_token=lambda: "token",
        csrf_field=lambda: Markup('<input name="csrf_token" type="hidden" value="token">'),
        current_locale=lambda: Locale("en", "US"),
        bar=lambda nav: still("layouts/_nav.html", nav=nav, counts=(("inbox", 3),)),
        still=still,
        take_toast=lambda: None,
        seed=seed,
        ring=ring,
        current_user=SimpleNamespace(has_keys=True),
    )
    return env


def pages() -> list[str]:
    """The names of all pages: a few screens, the book of controls and the faults."""
    screens = sorted(path.stem for path in (HERE / "screens").glob("*.html"))
    return [*screens, "controls", *(f"fault-{status}" for status in FAULTS)]


def draw(name: str, **context: object) -> str:
    """One page as HTML."""
    env = environment()
    if "toast" in context:
        env.globals["take_toast"] = lambda: context["toast"]
    if name.startswith("fault-"):
        return env.get_template(f"errors/{name.removeprefix('fault-')}.html").render(**fault(int(name[6:])))
    template = "controls.html" if name == "controls" else f"screens/{name}.html"
    return env.get_template(template).render(forms=forms(), **context)


@Request.application
def site(request: Request) -> Response:
    """The book as a site, under our own content policy."""
    path = request.path
    if path.startswith("/static/"):
        return _file(STATIC / path.removeprefix("/static/"))
    if path.startswith("/look/"):
        return _file(HERE / path.removeprefix("/look/"))
    if path.startswith("/part/"):
        return _part(path.removeprefix("/part/"))
    name = path.strip("/") or "controls"
    if name == "parts":
        html = environment().get_template("parts.html").render()
        return Response(html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": CSP})
    if name not in pages():
        return Response(f"no page {name}", 404)
    toast = Toast("Moved Tom to Trial booked", "/undo", "Follow up in 2 days", (Act("change", "/tasks/1"),))
    html = draw(name, toast=toast) if "toast" in request.args else draw(name)
    return Response(html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": CSP})


class _Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, *_: object, **__: object) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """The address of the book while the block runs."""
    server = make_server("127.0.0.1", 0, site, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def take_pictures(folder: Path, names: list[str]) -> None:
    """PNG of each page at both widths and in both themes."""
    from playwright.sync_api import sync_playwright

    from omni.checks import find_chromium
    from tests.look.browsers import ARGS

    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as play:
        fonts: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": str(HERE / "fonts.conf")}
        browser = play.chromium.launch(executable_path=find_chromium(), args=ARGS, env=fonts)
        for width, height in ((390, 844), (1280, 800)):
            for theme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=theme)
                for name in names:
                    page.goto(f"{address}/{name}")
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=folder / f"{name.replace('?', '-')}-{width}-{theme}.png")
                page.close()
        browser.close()


def _part(name: str) -> Response:
    """What a route would answer to htmx."""
    if name == "sheet":
        return Response(environment().get_template("_sheet.html").render(), content_type="text/html")
    if name == "toast":
        said = SimpleNamespace(message="Sent", undo_url=None, note="", acts=())
        toast = environment().get_template("ui/_toast.html").render(toast=said)
        html = f'Sent<hx-partial data-hx-target="#toasts">{toast}</hx-partial>'
        return Response(html, content_type="text/html")
    return Response(*{"moved": ("Moved", 200), "fault": ("Say why", 422)}[name], content_type="text/html")


def _file(path: Path) -> Response:
    if not path.is_file():
        return NotFound().get_response()  # type: ignore[return-value]
    return Response(path.read_bytes(), content_type=TYPES.get(path.suffix, "application/octet-stream"))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["pictures"]:
        take_pictures(Path(sys.argv[2]), sys.argv[3:] or pages())
    else:
        server = make_server("127.0.0.1", 8100, site, threaded=True)
        print("http://127.0.0.1:8100")
        server.serve_forever()
