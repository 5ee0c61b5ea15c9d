"""The addresses that letters of this room name. A test compares them with the URL map."""

from omni.core import links


def login() -> str:
    """The way in."""
    return links.public("/login")


def ask_reset() -> str:
    """Where a new password is asked for."""
    return links.public("/password/reset")


def reset(token: str) -> str:
    """Where a new password is chosen."""
    return links.public(f"/password/reset/{token}")


def verify(token: str) -> str:
    """Where an address is confirmed."""
    return links.public(f"/verify/{token}")


def invite(token: str) -> str:
    """Where an invitation is accepted."""
    return links.public(f"/invite/{token}")


def security() -> str:
    """Where sessions are ended."""
    return links.public("/settings/security")


def ask_operator() -> str:
    """Where anyone may ask."""
    return links.public("/contact")
