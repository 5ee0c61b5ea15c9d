"""Who may do what: roles, policies, purposes, and the one table between them.

The table is the only source of rights. It is read at the time of a request, never kept in a session.
Source: specs/security.md, "Rights"; purposes: specs/privacy.md, C13.
"""

from enum import StrEnum

from omni.core.ids import Id


class Role(StrEnum):
    """What a teammate is in one workspace, from most to least."""

    OWNER = "owner"
    ADMIN = "admin"
    MANAGER = "manager"
    REP = "rep"
    VIEWER = "viewer"


class Policy(StrEnum):
    """A right a route asks for. `ENTER` is any teammate's own affairs; `OPERATE` belongs to no role."""

    ENTER = "enter"
    VIEW_CONTACTS = "view_contacts"
    EDIT_CONTACTS = "edit_contacts"
    MOVE_CARDS = "move_cards"
    EDIT_TASKS = "edit_tasks"
    BOOK = "book"
    SEND_TEXTS = "send_texts"
    VIEW_REFERRALS = "view_referrals"
    EDIT_LINKS = "edit_links"
    DELETE_CONTACTS = "delete_contacts"
    IMPORT = "import"
    MERGE = "merge"
    EXPORT_CONTACTS = "export_contacts"
    EDIT_BOARDS = "edit_boards"
    EDIT_TEMPLATES = "edit_templates"
    EDIT_AUTOMATIONS = "edit_automations"
    EDIT_GOALS = "edit_goals"
    SEND_CAMPAIGN = "send_campaign"
    DECIDE_REWARDS = "decide_rewards"
    EXPORT_REFERRALS = "export_referrals"
    VIEW_INSIGHTS = "view_insights"
    USE_ZERO = "use_zero"
    HANDLE_REQUESTS = "handle_requests"
    EDIT_RETENTION = "edit_retention"
    VIEW_AUDIT = "view_audit"
    CONNECT = "connect"
    MANAGE_TEAM = "manage_team"
    MANAGE_TOKENS = "manage_tokens"
    EXPORT_WORKSPACE = "export_workspace"
    GRANT_SUPPORT = "grant_support"
    BILLING = "billing"
    CLOSE_WORKSPACE = "close_workspace"
    TRANSFER_OWNERSHIP = "transfer_ownership"
    OPERATE = "operate"


class Reach(StrEnum):
    """How far a right goes. `NONE` is false, every other reach is true.

    `OWN`: contacts (or links, numbers) of one's own, and contacts nobody owns.
    `MASKED`: everything is seen, with phone and mail masked.
    """

    FULL = "full"
    OWN = "own"
    MASKED = "masked"
    NONE = "none"

    def __bool__(self) -> bool:
        return self is not Reach.NONE

    def covers(self, owner_id: Id | None, teammate_id: Id) -> bool:
        """Whether the right of this teammate goes as far as a thing with this owner."""
        return owner_id in (None, teammate_id) if self is Reach.OWN else bool(self)


class Purpose(StrEnum):
    """Why personal data is touched. Routes and jobs are SERVICE unless they declare another."""

    SERVICE = "service"
    PERSONALISE = "personalise"
    ACCOUNT = "account"
    COMMUNICATE = "communicate"
    INTEGRATE = "integrate"
    ANALYSE = "analyse"
    REFERRALS = "referrals"
    SECURITY = "security"
    LAW = "law"
    CONSENT = "consent"


def _row(owner: Reach, admin: Reach, manager: Reach, rep: Reach, viewer: Reach) -> dict[Role, Reach]:
    return dict(zip(Role, (owner, admin, manager, rep, viewer), strict=True))


_F, _O, _M, _N = Reach.FULL, Reach.OWN, Reach.MASKED, Reach.NONE

_EVERYONE = _row(_F, _F, _F, _F, _F)
_WORK = _row(_F, _F, _F, _O, _N)
_LEAD = _row(_F, _F, _F, _N, _N)
_RUN = _row(_F, _F, _N, _N, _N)
_OWN_IT = _row(_F, _N, _N, _N, _N)
_NOBODY = _row(_N, _N, _N, _N, _N)

RIGHTS: dict[Policy, dict[Role, Reach]] = {
    Policy.ENTER: _EVERYONE,
    Policy.VIEW_CONTACTS: _row(_F, _F, _F, _F, _M),
    Policy.EDIT_CONTACTS: _WORK,
    Policy.MOVE_CARDS: _WORK,
    Policy.EDIT_TASKS: _WORK,
    Policy.BOOK: _WORK,
    Policy.SEND_TEXTS: _WORK,
    Policy.VIEW_REFERRALS: _row(_F, _F, _F, _O, _M),
    Policy.EDIT_LINKS: _WORK,
    Policy.DELETE_CONTACTS: _LEAD,
    Policy.IMPORT: _LEAD,
    Policy.MERGE: _LEAD,
    Policy.EXPORT_CONTACTS: _LEAD,
    Policy.EDIT_BOARDS: _LEAD,
    Policy.EDIT_TEMPLATES: _LEAD,
    Policy.EDIT_AUTOMATIONS: _LEAD,
    Policy.EDIT_GOALS: _LEAD,
    Policy.SEND_CAMPAIGN: _LEAD,
    Policy.DECIDE_REWARDS: _LEAD,
    Policy.EXPORT_REFERRALS: _LEAD,
    Policy.VIEW_INSIGHTS: _row(_F, _F, _F, _O, _F),
    Policy.USE_ZERO: _row(_F, _F, _F, _F, _N),
    Policy.HANDLE_REQUESTS: _RUN,
    Policy.EDIT_RETENTION: _RUN,
    Policy.VIEW_AUDIT: _RUN,
    Policy.CONNECT: _RUN,
    Policy.MANAGE_TEAM: _RUN,
    Policy.MANAGE_TOKENS: _RUN,
    Policy.EXPORT_WORKSPACE: _RUN,
    Policy.GRANT_SUPPORT: _OWN_IT,
    Policy.BILLING: _OWN_IT,
    Policy.CLOSE_WORKSPACE: _OWN_IT,
    Policy.TRANSFER_OWNERSHIP: _OWN_IT,
    Policy.OPERATE: _NOBODY,
}


def allows(role: Role | str, policy: Policy) -> Reach:
    """How far `role` may go with `policy`; false when it may not at all."""
    return RIGHTS[policy][Role(role)]


def is_capped(giver: Role | str, given: Role | str) -> bool:
    """Whether `given` lacks nothing to be handed out by `giver`: nobody gives more than they have."""
    return list(Role).index(Role(giver)) <= list(Role).index(Role(given))
