"""A wrong password for an address nobody has, against one for an address somebody has: how long it takes tells nothing.

Processor time of both, in turns (specs/security.md, 7).
"""

import time
from contextlib import suppress

from bench import Goal, Row, judge
from bench.workspaces import studio

ROUNDS, TRIED = 9, 12


def measure() -> list[Row]:
    """The row sign-in."""
    from omni.accounts.models import User
    from omni.core import database
    from omni.start import open_house

    open_house(studio(1_000).config)
    known, unknown = User.select().first().email, "nobody@juniper.example"
    _cost(known)
    rounds = []
    for _ in range(ROUNDS):
        pairs = [(_cost(known), _cost(unknown)) for _ in range(TRIED)]
        of_known, of_unknown = (sum(costs) for costs in zip(*pairs, strict=True))
        rounds.append(max(of_known, of_unknown) / min(of_known, of_unknown))
    database.close()
    return [judge("sign-in", rounds, Goal.AT_MOST, 1.05, "a wrong password for a known address and an unknown one")]


def _cost(address: str) -> float:
    from omni.accounts import actions
    from omni.accounts.devices import Device

    began = time.process_time()
    with suppress(actions.WrongPassword):
        actions.sign_in(address, "not the password", device=Device())
    return time.process_time() - began
