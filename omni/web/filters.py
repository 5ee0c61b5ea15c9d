"""What templates may use besides their context: filters and globals, a closed list."""

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, render_template
from jinja2 import StrictUndefined
from jinja2 import Template as JinjaTemplate
from jinja2.runtime import Context
from markupsafe import Markup

from omni.core import ids, scope, tenancy, words
from omni.core.together import read_together
from omni.web import access, csrf, dom, login, respond
from omni.web.ports import badges

FILTERS = {
    "local_day": words.local_day,
    "local_time": words.local_time,
    "ago": words.ago,
    "number": words.number,
    "money": words.money,
    "id": ids.encode,
}


class Template(JinjaTemplate):
    """A template whose macros are the same for all who import it."""

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        # Jinja would look at each import for globals that the importing template has to itself, which ours never have.
        return super()._get_default_module()


def install(app: Flask) -> None:
    """Give templates our words, filters and globals; an unknown name in a template is an error."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.template_class = Template
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(words.translate, words.translate_plural, newstyle=True)  # type: ignore[attr-defined]
    # Jinja's own alias looks for gettext anew at each of a page's hundred sentences.
    env.globals["_"] = env.globals["gettext"]
    env.filters.update(FILTERS)
    for name in ("config", "session", "g", "get_flashed_messages"):
        env.globals.pop(name, None)
    env.globals.update(
        bar=bar,
        still=still,
        can=access.can,
        csrf_field=csrf.csrf_field,
        csrf_token=csrf.csrf_token,
        dom_id=dom.dom_id,
        current_locale=words.current_locale,
        take_toast=respond.take_toast,
    )
    # Flask's own processor would bring `session` and `g` into every template.
    app.template_context_processors[None] = [dict]
    app.context_processor(who)


def who() -> dict[str, Any]:
    """Who looks at the page, and where they work; None on pages that are the same for everyone."""
    return {
        "current_teammate": login.current_teammate(),
        "current_user": login.current_user(),
        "workspace": tenancy.current_workspace() if scope.current().workspace_id else None,
    }


def bar(nav: str) -> Markup:
    """The bar with the rooms' names, `nav` the one that is open, and the rooms' counts beside them."""
    asked = {name: query for answer in badges.answers() for name, query in answer().items()}
    counts = zip(asked, (int(rows[0][0]) for rows in read_together(*asked.values())), strict=True)
    return still("layouts/_nav.html", nav=nav, counts=tuple(sorted(counts)))


def still(template: str, **facts: Hashable) -> Markup:
    """A part of the page that looks the same wherever the facts and the language are the same: drawn once."""
    draw = _still.__wrapped__ if current_app.config["OMNI"].is_development else _still
    return draw(template, tuple(facts.items()), str(words.current_locale()))


# The bar and the links of the head are a sixth of what a page costs.
@lru_cache(maxsize=1024)
def _still(template: str, facts: tuple[tuple[str, Hashable], ...], _locale: str) -> Markup:
    return Markup(render_template(template, **dict(facts)))  # noqa: S704 - Jinja escapes
