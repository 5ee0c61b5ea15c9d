"""Pairs of pages that may be one person, one at a time."""

from __future__ import annotations

from flask import Response, request

from omni.contacts import actions, homes, queries, wording
from omni.contacts.pairs import is_gate_open
from omni.contacts.routes.blueprint import contacts
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import _
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond


@contacts.get("/contacts/duplicates")
@allow(Policy.MERGE)
def duplicates() -> Response:
    """The likeliest pair nobody decided yet; `after` leaves pairs for later."""
    return show_duplicates()


@contacts.post("/contacts/duplicates/<id:pair_id>/separate")
@allow(Policy.MERGE, queries=60)
def keep_apart(pair_id: Id) -> Response:
    """These are two different people; never asked again."""
    pair = homes.get_pair(pair_id)
    actions.keep_apart(pair, by=current_teammate())
    words = _("%(name)s and %(other)s stay two people", name=pair.a.display_name, other=pair.b.display_name)
    return respond(page=show_duplicates, then="/contacts/duplicates", toast=Toast(words))


@contacts.post("/contacts/duplicates/<id:pair_id>/household")
@allow(Policy.MERGE, queries=60)
def make_household(pair_id: Id) -> Response:
    """They live together, each with a page of their own."""
    pair = homes.get_pair(pair_id)
    actions.make_household(pair, by=current_teammate())
    words = _("%(name)s and %(other)s share a household", name=pair.a.display_name, other=pair.b.display_name)
    return respond(page=show_duplicates, then="/contacts/duplicates", toast=Toast(words))


def show_duplicates() -> Response:
    count, pair = homes.next_pair(request.args.get("after", ""))
    points = [queries.points_of(one) for one in (pair.a, pair.b)] if pair else []
    return render(
        "contacts/duplicates.html",
        count=count,
        pair=pair,
        is_one=bool(pair and is_gate_open(pair.a, pair.b)),
        sides=list(zip((pair.a, pair.b), points, strict=True)) if pair else [],
        reasons=[wording.REASONS[each] for each in pair.reasons] if pair else [],
        life_names=wording.LIVES,
        point_text=wording.point_text,
        when=wording.when,
    )
