"""The room's invariants S2, S3, S5 and S6 (specs/security.md §4), tried with acts nobody thought of."""

import itertools
from contextlib import suppress
from typing import Any

import pytest
from argon2 import Type, extract_parameters
from argon2.low_level import verify_secret
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omni.accounts import actions, passwords, queries
from omni.accounts.devices import Device, prefix_of
from omni.accounts.models import Session, Teammate
from omni.accounts.slugs import is_slug, slug_of
from omni.core import doors, tenancy
from omni.core.faults import Gone, Invalid, NotAllowed, NotFound, Stale
from omni.core.policies import Policy, Role, allows, is_capped
from omni.core.tenancy import entered
from tests.accounts.conftest import PASSWORD, found, join
from tests.browse import counted

REFUSALS = (NotAllowed, Invalid, Stale, NotFound)
count = itertools.count()
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

acts = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 4), st.sampled_from([*Role, None, "invite"]), st.sampled_from(list(Role))
    ),
    max_size=15,
)


def team() -> list[Teammate]:
    number = next(count)
    owner = found("Owner", f"owner{number}@juniper.example", f"Juniper {number}")
    others = [join(owner, role.value, f"{role.value}{number}@juniper.example", role) for role in list(Role)[1:]]
    return [owner, *others]


@few
@given(acts=acts)
def test_no_escalation_and_always_an_owner(house: Any, acts: list[Any]) -> None:
    people = team()
    with entered(people[0].workspace_id):
        for by_number, to_number, wish, offered in acts:
            by, to = queries.find_teammate(people[by_number].id), queries.find_teammate(people[to_number].id)
            if by is None or to is None:
                continue
            before, giver = to.role, by.role
            with suppress(*REFUSALS):
                if wish == "invite":
                    invited = actions.invite(f"new{next(count)}@juniper.example", offered, by=by)
                    assert is_capped(giver, invited.role) and allows(giver, Policy.MANAGE_TEAM)
                elif wish is None:
                    actions.remove_teammate(to, version=to.version, by=by)
                    assert by.id == to.id or is_capped(giver, before)
                else:
                    changed = actions.change_role(to, wish, version=to.version, by=by)
                    assert is_capped(giver, before) and is_capped(giver, changed.role)
            assert queries.count_owners() >= 1
            for invited in queries.list_open_invitations():
                giver_now = queries.find_teammate(invited.by_id)
                assert giver_now is not None and is_capped(giver_now.role, invited.role)


@few
@given(uses=st.lists(st.sampled_from(["verify", "reset", "invitation"]), min_size=1, max_size=6))
def test_a_door_opens_once_and_only_its_own_kind(house: Any, uses: list[str]) -> None:
    owner = team()[0]
    tokens = {}
    with tenancy.outside():
        for kind in ("verify", "reset"):
            tokens[kind] = doors.open_door(kind, owner.user_id, uses=1)
    spent: set[str] = set()
    for kind in uses:
        for other, token in tokens.items():
            if other != kind:
                with pytest.raises(NotFound), doors.enter(kind, token):
                    pass
        if kind == "invitation":
            continue
        if kind in spent:
            with pytest.raises(Gone), doors.enter(kind, tokens[kind]) as door:
                doors.use(door)
            continue
        with doors.enter(kind, tokens[kind]) as door:
            doors.use(door)
        spent.add(kind)


ends = {
    "password": lambda mate, by, kept: actions.change_password(mate.user, "seven blue bicycles", kept=kept, by=mate),
    "disable": lambda mate, by, kept: actions.disable_user(mate.user),
    "role loss": lambda mate, by, kept: actions.change_role(mate, Role.VIEWER, version=mate.version, by=by),
    "removal": lambda mate, by, kept: actions.remove_teammate(mate, version=mate.version, by=by),
}


@pytest.mark.parametrize("end", ends)
def test_what_must_end_sessions_ends_them(house: Any, end: str) -> None:
    people = team()
    owner, admin = people[0], people[1]
    for device in ("Firefox · Mac", "Safari · iPhone", "Chrome · Android"):
        actions.sign_in(admin.user.email, PASSWORD, device=Device(device, "10.0.0.0/24"))
    kept = queries.list_sessions(admin.user)[0]
    with entered(owner.workspace_id):
        ends[end](admin, owner, kept)
    left = [one.id for one in Session.select().where(Session.user == admin.user_id, Session.revoked_at.is_null())]
    assert left == ([kept.id] if end == "password" else [])


def test_a_wrong_password_costs_the_same_for_known_and_unknown(house: Any, monkeypatch: Any) -> None:
    """The same question to the database, and one Argon2id of the same costs; how long they take is the bench's."""
    email = team()[0].user.email
    checked = []

    def check(secret: bytes, password: bytes, kind: Type) -> bool:
        checked.append((extract_parameters(secret.decode()), len(password)))
        return verify_secret(secret, password, kind)

    monkeypatch.setattr("argon2._password_hasher.verify_secret", check)
    seen = []
    for address in (email, "nobody@juniper.example"):
        with counted() as asked, suppress(actions.WrongPassword):
            actions.sign_in(address, "not the password", device=Device())
        seen.append((asked, checked[:]))
        checked.clear()
    assert seen[0] == seen[1]
    assert len(seen[0][0]) == len(seen[0][1]) == 1


@given(st.text(min_size=0, max_size=300))
def test_a_password_that_passes_has_a_good_length_and_is_not_listed(password: str) -> None:
    fault = passwords.fault_of(password, context=("Maya Lind", "maya@juniper.example", "Juniper Yoga"))
    if fault is None:
        assert 12 <= len(password) <= 256 and password.casefold() not in passwords._blocklist()


@given(st.sampled_from(sorted(passwords._blocklist())))
def test_every_line_of_the_blocklist_is_refused(password: str) -> None:
    assert passwords.fault_of(password) and passwords.fault_of(password.upper())


def test_the_blocklist_has_ten_thousand_lines_of_twelve_letters_with_its_source() -> None:
    lines = passwords.BLOCKLIST.read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if not line.startswith("#")]
    assert len(listed) == 10_000 and min(map(len, listed)) >= 12
    assert "zxcvbn 4.5.0" in lines[0] and "checked_on" in lines[1]


@given(st.text(max_size=80))
def test_every_name_makes_a_slug(name: str) -> None:
    assert is_slug(slug_of(name))


@given(st.ip_addresses())
def test_no_whole_address_is_kept(address: Any) -> None:
    prefix = prefix_of(str(address))
    assert prefix.endswith(("/24", "/48"))
