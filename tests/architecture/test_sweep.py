"""The stranger sweep: every address and method, as everyone who has no business there, plain and by htmx.

The status is as the route declares, no canary stands in the answer, and the database is as it was.
"""

import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from flask import Flask
from werkzeug.routing import Rule

from omni.config import Config
from omni.core.policies import Policy, allows
from omni.web.marks import Mark, mark_of
from tests.architecture.canaries import CANARIES, FACTORIES, MASKED, Studio, token_of
from tests.browse import HTMX, Answer, Browse
from tests.world import World

# Rows that note who came by, and no one's work: sessions are seen, strangers' questions are taken in by design.
NOTED = {"session", "audit_event", "audit_detail", "subject_key", "schedule_tick", "heartbeat", "usage_event"}
SQLITE_TABLES = (
    "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.name = 'workspace_id'"
    " WHERE m.type = 'table'"
)
POSTGRES_TABLES = (
    "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'workspace_id'"
)
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def studio(app: Flask, world: World) -> Studio:
    studio = Studio(app, world)
    studio.furnish()
    return studio


def asked(app: Flask) -> Iterator[tuple[Rule, str, Mark]]:
    """Every rule with every method it takes."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, mark_of(app.view_functions[rule.endpoint]) or Mark()


def test_every_path_variable_has_a_factory(app: Flask) -> None:
    missing = {name for rule in app.url_map.iter_rules() for name in rule.arguments} - set(FACTORIES)
    assert not missing, f"the sweep does not know what stands for {missing}"


@pytest.mark.parametrize("name", ["nobody", "iris", "rex", "vera", "theo"])
def test_idor_sweep(studio: Studio, config: Config, name: str) -> None:
    browse = Browse(studio.app) if name == "nobody" else Browse(studio.app).as_(getattr(studio.world, name))
    token = token_of(browse)
    before = contents(config, studio)
    faults = []
    for rule, method, mark in asked(studio.app):
        if not mark.policy or (name in ("vera", "theo") and allows(_role(studio, name), mark.policy)):
            continue
        for more in ({}, HTMX):
            answer = _ask(studio, browse, rule, method, token, more)
            if fault := _misjudged(name, rule, mark, answer, by_htmx=bool(more)):
                faults.append(f"{method} {rule.rule}{' by htmx' if more else ''}: {fault}")
    assert not faults, "\n".join(faults)
    after = contents(config, studio)
    assert not [table for table in before if before[table] != after[table]]


@pytest.mark.parametrize("name", ["nobody", "iris"])
def test_public_addresses_tell_strangers_nothing(studio: Studio, name: str) -> None:
    browse = Browse(studio.app) if name == "nobody" else Browse(studio.app).as_(studio.world.iris)
    faults = []
    for rule, method, mark in asked(studio.app):
        if mark.reason and method == "GET":
            answer = _ask(studio, browse, rule, method, "", {})
            told = [canary for canary in CANARIES if canary in answer.text]
            if told or (answer.status >= 500 and rule.rule != "/readyz"):
                faults.append(f"{rule.rule}: {answer.status} {told}")
    assert not faults, "\n".join(faults)


def test_a_viewer_sees_phones_and_mail_masked(studio: Studio) -> None:
    browse = Browse(studio.app).as_(studio.world.vera)
    faults = []
    for rule, method, mark in asked(studio.app):
        if method == "GET" and mark.policy and allows(studio.world.vera.role, mark.policy):
            answer = _ask(studio, browse, rule, method, "", {})
            told = [secret for secret in MASKED if secret in answer.text]
            if answer.status >= 500 or told:
                faults.append(f"{rule.rule}: {answer.status} {told}")
    assert not faults, "\n".join(faults)


def test_the_canary_is_seen_where_it_belongs(studio: Studio) -> None:
    """The sweep could not fail if nobody ever saw a canary."""
    url = studio.app.url_map.bind("localhost").build("contacts.show", {"contact_id": studio.contact.id})
    text = studio.maya.get(url).text
    assert "Quill" in text and "quill@" in text and "marginalia" in text


def test_a_hole_is_found(studio: Studio) -> None:
    rule = next(rule for rule in studio.app.url_map.iter_rules() if rule.endpoint == "contacts.show")
    open_page = Answer(200, {}, "Canary Quill", b"", [], None)
    mark = Mark(policy=Policy.VIEW_CONTACTS)
    for name in ("nobody", "iris", "rex"):
        assert _misjudged(name, rule, mark, open_page, by_htmx=False)
    assert _misjudged("iris", rule, mark, Answer(404, {}, "Canary Quill", b"", [], None), by_htmx=False)


def contents(config: Config, studio: Studio) -> dict[str, list[str]]:
    """Every row of Juniper's in every table of work, read past all walls."""
    juniper = studio.world.juniper.id
    if config.database_url.startswith("sqlite"):
        with sqlite3.connect(f"file:{config.data_dir / 'omni.db'}?mode=ro", uri=True) as raw:
            return _rows(raw.execute, SQLITE_TABLES, "?", juniper.bytes)
    # As the login itself, whom row security does not bind.
    with psycopg.connect(config.database_url) as conn:
        return _rows(conn.execute, POSTGRES_TABLES, "%s", juniper)


def _rows(execute: Any, tables: str, mark: str, juniper: Any) -> dict[str, list[str]]:
    names = [name for (name,) in execute(tables).fetchall() if name not in NOTED]
    assert names
    text = 'SELECT * FROM "{}" WHERE workspace_id = {}'
    return {name: sorted(map(repr, execute(text.format(name, mark), (juniper,)).fetchall())) for name in names}


def _ask(studio: Studio, browse: Browse, rule: Rule, method: str, token: str, more: dict[str, str]) -> Answer:
    url = studio.app.url_map.bind("localhost").build(rule.endpoint, studio.values(rule), method=method)
    headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": token} if method in UNSAFE else {}
    response = browse.client.open(url, method=method, headers={**headers, **more})
    text = response.data.decode(errors="replace")
    return Answer(response.status_code, response.headers, text, response.data, [], None)


def _misjudged(name: str, rule: Rule, mark: Mark, answer: Answer, *, by_htmx: bool) -> str:
    """What is wrong with this answer to one who has no business here; empty when nothing is."""
    told = [canary for canary in CANARIES if canary in answer.text]
    if told:
        return f"tells {told}"
    if name in ("nobody", "rex"):
        is_sent = answer.status == (204 if by_htmx else 303) and "/login" in answer.location
        return "" if is_sent else f"{answer.status} instead of the way to sign in"
    if name == "iris":
        if rule.arguments or mark.policy is Policy.OPERATE:
            return "" if answer.status == 404 else f"{answer.status} instead of 404"
        return "" if answer.status < 500 else f"{answer.status} in her own workspace"
    refused = 404 if mark.policy is Policy.OPERATE else 403
    return "" if answer.status == refused else f"{answer.status} instead of {refused}"


def _role(studio: Studio, name: str) -> str:
    return str(getattr(studio.world, name).role)
