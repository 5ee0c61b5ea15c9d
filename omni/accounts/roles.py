"""The roles and rights in words: for the matrix page, invitations and selects."""

from dataclasses import dataclass

from omni.core.policies import RIGHTS, Policy, Reach, Role, is_capped
from omni.core.words import Lazy, lazy

ROLES: dict[Role, Lazy] = {
    Role.OWNER: lazy("Owner"),
    Role.ADMIN: lazy("Admin"),
    Role.MANAGER: lazy("Manager"),
    Role.REP: lazy("Rep"),
    Role.VIEWER: lazy("Viewer"),
}

POLICIES: dict[Policy, Lazy] = {
    Policy.VIEW_CONTACTS: lazy("See contacts"),
    Policy.EDIT_CONTACTS: lazy("Add and change contacts"),
    Policy.MOVE_CARDS: lazy("Move cards"),
    Policy.EDIT_TASKS: lazy("Add and do tasks"),
    Policy.BOOK: lazy("Book appointments"),
    Policy.SEND_TEXTS: lazy("Send texts"),
    Policy.VIEW_REFERRALS: lazy("See referrals"),
    Policy.EDIT_LINKS: lazy("Make and change referral links"),
    Policy.DELETE_CONTACTS: lazy("Delete contacts"),
    Policy.IMPORT: lazy("Import contacts"),
    Policy.MERGE: lazy("Merge contacts"),
    Policy.EXPORT_CONTACTS: lazy("Export contacts"),
    Policy.EDIT_BOARDS: lazy("Change boards and stages"),
    Policy.EDIT_TEMPLATES: lazy("Change templates"),
    Policy.EDIT_AUTOMATIONS: lazy("Change automations"),
    Policy.EDIT_GOALS: lazy("Change goals"),
    Policy.SEND_CAMPAIGN: lazy("Send a text to many"),
    Policy.DECIDE_REWARDS: lazy("Decide rewards"),
    Policy.EXPORT_REFERRALS: lazy("Export referrals"),
    Policy.VIEW_INSIGHTS: lazy("See insights"),
    Policy.USE_ZERO: lazy("Ask Zero"),
    Policy.HANDLE_REQUESTS: lazy("Answer privacy requests"),
    Policy.EDIT_RETENTION: lazy("Change how long things are kept"),
    Policy.VIEW_AUDIT: lazy("Read the audit"),
    Policy.CONNECT: lazy("Connect texting and calendars"),
    Policy.MANAGE_TEAM: lazy("Run the team and the workspace"),
    Policy.MANAGE_TOKENS: lazy("Make API tokens"),
    Policy.EXPORT_WORKSPACE: lazy("Export the whole workspace"),
    Policy.GRANT_SUPPORT: lazy("Let support look in"),
    Policy.BILLING: lazy("Pay"),
    Policy.CLOSE_WORKSPACE: lazy("Close the workspace"),
    Policy.TRANSFER_OWNERSHIP: lazy("Make somebody an owner"),
}

# Everybody's own affairs and the operator's pages are no matter of a role.
NOT_BY_ROLE = frozenset({Policy.ENTER, Policy.OPERATE})

REACHES: dict[Reach, Lazy] = {
    Reach.FULL: lazy("Yes"),
    Reach.OWN: lazy("Own"),
    Reach.MASKED: lazy("Masked"),
    Reach.NONE: lazy("No"),
}


@dataclass(frozen=True)
class Right:
    """One line of the matrix: what it allows, and how far each role goes."""

    name: str
    reaches: list[str]


def role_name(role: Role) -> str:
    """The role in the reader's language."""
    return str(ROLES[role])


def matrix() -> list[Right]:
    """The rights table in words, in the order of the table."""
    return [
        Right(str(POLICIES[policy]), [str(REACHES[row[role]]) for role in Role])
        for policy, row in RIGHTS.items()
        if policy not in NOT_BY_ROLE
    ]


def givable(by: Role) -> list[Role]:
    """The roles somebody of role `by` may give to others, highest first."""
    return [role for role in Role if is_capped(by, role)]
