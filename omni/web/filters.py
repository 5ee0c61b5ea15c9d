"""What templates may use besides their context: filters and globals, a closed list."""

from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from omni.core import ids, scope, tenancy, words
from omni.web import access, assets, csrf, dom, login, respond
from omni.web.ports import badges

FILTERS = {
    "local_day": words.local_day,
    "local_time": words.local_time,
    "ago": words.ago,
    "number": words.number,
    "money": words.money,
    "id": ids.encode,
}


def install(app: Flask) -> None:
    """Give templates our words, filters and globals; an unknown name in a template is an error."""
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(words.translate, words.translate_plural, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(FILTERS)
    for name in ("config", "session", "g", "get_flashed_messages"):
        env.globals.pop(name, None)
    env.globals.update(
        asset=assets.asset,
        badges=count_badges,
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


def count_badges() -> dict[str, int]:
    """The counts beside the names in the bar, from the rooms that have some."""
    return {name: n for answer in badges.answers() for name, n in answer().items()}
