"""The rights table, read from the page that says it (specs/security.md, "Rights")."""

import pytest

from omni.core.policies import RIGHTS, Policy, Reach, Role, allows, is_capped

TABLE = """
VIEW_CONTACTS | full full full full masked
EDIT_CONTACTS MOVE_CARDS EDIT_TASKS BOOK SEND_TEXTS | full full full own none
VIEW_REFERRALS | full full full own masked
EDIT_LINKS | full full full own none
DELETE_CONTACTS IMPORT MERGE EXPORT_CONTACTS EDIT_BOARDS EDIT_TEMPLATES | full full full none none
EDIT_AUTOMATIONS EDIT_GOALS | full full full none none
SEND_CAMPAIGN DECIDE_REWARDS EXPORT_REFERRALS | full full full none none
VIEW_INSIGHTS | full full full own full
USE_ZERO | full full full full none
HANDLE_REQUESTS EDIT_RETENTION VIEW_AUDIT CONNECT MANAGE_TEAM MANAGE_TOKENS EXPORT_WORKSPACE | full full none none none
GRANT_SUPPORT BILLING CLOSE_WORKSPACE TRANSFER_OWNERSHIP | full none none none none
ENTER | full full full full full
OPERATE | none none none none none
"""
ROWS = [
    (policy, reaches.split())
    for line in TABLE.strip().splitlines()
    for policy, reaches in [(name, line.split("|")[1]) for name in line.split("|")[0].split()]
]


@pytest.mark.parametrize(("policy", "reaches"), ROWS)
def test_policies_table(policy: str, reaches: list[str]) -> None:
    assert [allows(role, Policy[policy]).value for role in Role] == reaches


def test_every_policy_stands_in_the_table() -> None:
    assert {policy for policy, _ in ROWS} == {policy.name for policy in Policy} == {policy.name for policy in RIGHTS}


def test_only_none_is_false() -> None:
    assert [bool(reach) for reach in Reach] == [True, True, True, False]


def test_nobody_gives_a_role_with_a_right_they_lack() -> None:
    for giver in Role:
        for given in Role:
            gains = [policy for policy in Policy if allows(given, policy) and not allows(giver, policy)]
            if is_capped(giver, given):
                assert not gains, (giver, given, gains)
