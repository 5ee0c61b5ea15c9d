"""Addresses for mail, texts and jobs, which know no Flask. Each is tested against the URL map."""

from omni.core import ids
from omni.core.ids import Id

_public_url = ""


def bind(public_url: str) -> None:
    """Let every address begin with `public_url`, which has no final slash."""
    global _public_url
    _public_url = public_url


def public(path: str) -> str:
    """The whole address of a path of ours."""
    return _public_url + path


def contact(contact_id: Id) -> str:
    """A contact's page."""
    return public(f"/contacts/{ids.encode(contact_id)}")


def referral_page(slug: str) -> str:
    """The public page of a referral link."""
    return public(f"/r/{slug}")
