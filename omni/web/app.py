"""The Flask application, put together once: walls, words, pages, and then the rooms' blueprints."""

import time
from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from omni.config import Config
from omni.core import database, ids, log, scope, words
from omni.web import access, assets, compress, errors, filters, headers, hosts, htmx, login, once, routing, session
from omni.web.browser import browser
from omni.web.dev import dev
from omni.web.health import health

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def make_app(config: Config, blueprints: Iterable[Blueprint]) -> Flask:
    """Serve `blueprints`. Raises UnmarkedRoute when one of their routes says nothing about who may use it."""
    words.load()
    app = _bare(config)
    _install(app, config)
    own = (health, browser) if config.is_production else (health, browser, dev)
    for blueprint in (*own, *blueprints):
        app.register_blueprint(blueprint)
    access.refuse_unmarked(app)
    return app


def _bare(config: Config) -> Flask:
    app = Flask("omni", static_folder=None, template_folder=str(TEMPLATES))
    app.config.update(
        OMNI=config,
        # Pages are read again while they are being written.
        TEMPLATES_AUTO_RELOAD=config.is_development,
        # An OPTIONS that nobody wrote would be a route that nobody marked.
        PROVIDE_AUTOMATIC_OPTIONS=False,
        PROPAGATE_EXCEPTIONS=False,
        TRAP_HTTP_EXCEPTIONS=False,
    )
    app.session_interface = session.NoFlaskSession()
    app.json.sort_keys = False  # type: ignore[attr-defined]
    if config.proxy_hops:
        hops = config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _install(app: Flask, config: Config) -> None:
    htmx.install(app)
    login.install(app)
    routing.install(app)
    errors.install(app)
    hosts.install(app, config)
    app.before_request(_begin)
    access.install(app)
    once.install(app)
    # Flask runs these in reverse: what is written first is done last.
    app.after_request(_note)
    headers.install(app)
    compress.install(app)
    app.after_request(_carry_cookie)
    app.teardown_request(_release)
    assets.install(app, reread=config.is_development)
    filters.install(app)


def _begin() -> None:
    g.request_id = ids.encode(ids.new_id())
    g.began = time.perf_counter()


def _carry_cookie(response: Response) -> Response:
    return session.carry_cookie(response, secure=current_app.config["OMNI"].is_secure)


def _note(response: Response) -> Response:
    log.event(
        "request",
        request=g.get("request_id"),
        method=request.method,
        # The rule, never the address: that may hold a token.
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        duration_ms=round((time.perf_counter() - g.began) * 1000, 1) if "began" in g else None,
        bytes=response.calculate_content_length(),
        reference=g.get("reference"),
        workspace=scope.current().workspace_id,
    )
    return response


def _release(_fault: BaseException | None) -> None:
    database.release()
