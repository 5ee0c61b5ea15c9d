"""Every address, every method and every id, asked by those who have no business there.

A path variable without a factory fails, so no address can be forgotten. Nobody reads a word of Juniper's, and no row of
Juniper's changes.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from omni.contacts import actions as people
from omni.core.ids import encode, new_id
from omni.core.policies import Reach, allows
from omni.core.tenancy import TenantModel, entered
from omni.web.csrf import HEADER
from omni.web.marks import Mark, mark_of
from tests.architecture import furnished
from tests.browse import HTMX, Browse, sign_in

CANARY = "Zxqvantha"
METHODS = ("GET", "POST", "DELETE")
# Signing out is anybody's right, and nothing could be asked after it.
ENDS_THE_SWEEP = ("/logout",)
# No worker runs here, and this page says so.
TELLS_ITS_STATE = ("/readyz",)


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def studio(world: Any) -> furnished.Studio:
    """Juniper with one of everything, each bearing the canary."""
    return furnished.furnish(world, CANARY)


def rules(app: Any) -> Iterator[tuple[Rule, str, Mark]]:
    for rule in app.url_map.iter_rules():
        for method in METHODS:
            if method in rule.methods:
                yield rule, method, mark_of(app.view_functions[rule.endpoint]) or Mark()


def address(rule: Rule, studio: furnished.Studio) -> str:
    missing = rule.arguments - studio.values_for(rule).keys()
    assert not missing, f"{rule} has no factory for {sorted(missing)}: add one to tests/architecture/furnished.py"
    _, path = rule.build(studio.values_for(rule), append_unknown=False) or ("", "")
    return str(path)


def ask(who: Browse, method: str, path: str, *, token: str, htmx: bool) -> Any:
    headers = {"Sec-Fetch-Site": "same-origin", HEADER: token} | (HTMX if htmx else {})
    return who.client.open(path, method=method, headers=headers, data={} if method == "POST" else None)


def browser(app: Any, teammate: Any) -> tuple[Browse, str]:
    """A signed-in browser, and the token its pages carry."""
    who = Browse(app, cookie=sign_in(teammate))
    page = who.client.get("/settings").get_data(as_text=True)
    found = re.search(r'X-CSRF-Token":"([^"]+)"', page)
    return who, found[1] if found else ""


def fingerprint(models: list[type[Any]], workspace_id: Any) -> str:
    """What every row of a workspace hashes to."""
    sums = hashlib.sha256()
    with entered(workspace_id):
        for model in models:
            rows = sorted(repr(row) for row in model.select().tuples())
            sums.update(f"{model.__name__}:{rows}".encode())
    return sums.hexdigest()


@pytest.fixture
def sweep(app: Any, house: Any, studio: furnished.Studio) -> Callable[..., None]:
    tables = [m for room in house for m in room.models if issubclass(m, TenantModel)]

    def run(who: Any, judge: Callable[..., None], only: Callable[[Mark], bool] = lambda mark: True) -> None:
        client, token = browser(app, who) if who is not None else (Browse(app), "")
        before = fingerprint(tables, studio.workspace_id)
        for rule, method, mark in rules(app):
            if not only(mark) or (who is not None and rule.rule in ENDS_THE_SWEEP):
                continue
            path = address(rule, studio)
            for htmx in (False, True):
                answer = ask(client, method, path, token=token, htmx=htmx)
                said = f"{method} {path} ({'htmx' if htmx else 'plain'}): {answer.status_code}"
                assert answer.status_code < 500 or path in TELLS_ITS_STATE, (
                    f"{said} {answer.get_data(as_text=True)[:300]}"
                )
                judge(rule, mark, said, answer, htmx)
        assert fingerprint(tables, studio.workspace_id) == before, "a row of Juniper's changed"

    return run


def no_canary(said: str, answer: Any) -> None:
    assert CANARY.encode() not in answer.data, f"{said} shows Juniper's words"


def test_nobody_signed_out_comes_past_the_door(sweep: Any, studio: furnished.Studio) -> None:
    def judge(rule: Rule, mark: Mark, said: str, answer: Any, htmx: bool) -> None:
        no_canary(said, answer)
        if mark.policy is None:
            return
        if htmx:
            assert answer.status_code in (204, 403), said
            assert answer.status_code == 403 or "/login" in answer.headers["HX-Redirect"], said
        else:
            assert answer.status_code in (303, 403), said
            assert answer.status_code == 403 or "/login" in answer.headers["Location"], said

    sweep(None, judge)


def test_iris_reaches_nothing_of_junipers(sweep: Any, world: Any, studio: furnished.Studio) -> None:
    def judge(rule: Rule, mark: Mark, said: str, answer: Any, htmx: bool) -> None:
        no_canary(said, answer)
        if mark.policy is None:
            return
        if studio.names_a_thing_of_junipers(rule):
            # A guarded act asks for the password before it looks for the thing.
            is_step_up = mark.step_up and "/step-up" in (
                answer.headers.get("Location", "") + answer.headers.get("HX-Redirect", "")
            )
            assert answer.status_code == 404 or is_step_up, said

    sweep(world.iris, judge)


@pytest.mark.parametrize("name", ["vera", "theo", "max", "ada"])
def test_a_teammate_without_the_right_is_refused(name: str, sweep: Any, world: Any) -> None:
    teammate = getattr(world, name)

    def judge(rule: Rule, mark: Mark, said: str, answer: Any, htmx: bool) -> None:
        # That there are pages for the operator is nobody else's business.
        assert answer.status_code == (404 if mark.policy == "operate" else 403), said
        no_canary(said, answer)

    # What the role may do, other tests do on purpose; here it is asked only for what it may not.
    sweep(teammate, judge, only=lambda mark: is_missing(teammate, mark))


def is_missing(teammate: Any, mark: Mark) -> bool:
    return mark.policy is not None and allows(teammate.role, mark.policy) is Reach.NONE


def test_one_who_was_removed_is_signed_out(app: Any, world: Any) -> None:
    cookie = sign_in(world.rex)
    answer = Browse(app, cookie=cookie).client.get("/contacts")
    assert answer.status_code == 303
    assert "/login" in answer.headers["Location"]


def test_a_foreign_thing_looks_like_one_that_never_was(app: Any, world: Any) -> None:
    who, _ = browser(app, world.iris)
    foreign = who.client.get(f"/contacts/{encode(world.lead.id)}")
    unknown = who.client.get(f"/contacts/{encode(new_id())}")
    assert foreign.status_code == unknown.status_code == 404
    assert strip(foreign) == strip(unknown)


def strip(answer: Any) -> str:
    """The page without what differs between any two of them: the masked token."""
    return re.sub(r'(X-CSRF-Token":"|name="csrf_token" value=")[^"]+', r"\1", answer.get_data(as_text=True))


def test_a_planted_leak_is_found(app: Any, world: Any, studio: furnished.Studio) -> None:
    answer = type("Answer", (), {"data": f"… {CANARY} …".encode()})
    with pytest.raises(AssertionError, match="shows Juniper's words"):
        no_canary("GET /leak", answer)


def test_a_planted_change_is_found(house: Any, world: Any, studio: furnished.Studio) -> None:
    tables = [m for room in house for m in room.models if issubclass(m, TenantModel)]
    before = fingerprint(tables, studio.workspace_id)
    with entered(world.juniper):
        people.add_note(world.lead, "one more", by=world.maya)
    assert fingerprint(tables, studio.workspace_id) != before
