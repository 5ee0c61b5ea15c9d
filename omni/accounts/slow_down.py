"""How often one may try: the limits of this room that hang on a person, not only on a network address (security §5)."""

from omni.accounts import queries
from omni.accounts.devices import Device
from omni.accounts.models import User
from omni.core import limits
from omni.core.ids import encode


def sign_up(address: str) -> None:
    """Let five workspaces an hour through from one network address; forms with faults do not count. Raises: TooMany."""
    limits.take("sign-up", address, per_hour=5)


def sign_in(email: str, device: Device) -> None:
    """Let ten tries an hour through for one account, then one each six minutes. Raises: TooMany.

    A device on which the user was signed in before, from the same network, has a count of its own, so that a
    stranger's tries never keep the owner out.
    """
    email = email.strip().lower()
    user = queries.find_user(email)
    is_known = user is not None and queries.is_known_place(user, device)
    key = f"{email} {device.label} {device.ip_prefix}" if is_known else email
    limits.take("sign-in-account", key, per_hour=10)


def step_up(user: User) -> None:
    """Let ten tries an hour through for one user. Raises: TooMany."""
    limits.take("step-up", encode(user.id), per_hour=10)


def mail_to(email: str) -> None:
    """Let five letters an hour through to one address. Raises: TooMany."""
    limits.take("letters", email.strip().lower(), per_hour=5)


def invitations(workspace_id: object) -> None:
    """Let thirty invitations an hour through from one workspace. Raises: TooMany."""
    limits.take("invitations", str(workspace_id), per_hour=30)
