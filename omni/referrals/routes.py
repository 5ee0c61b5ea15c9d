"""Links for the studio: their list, a new one, one with its numbers."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from omni.core import links
from omni.core.faults import Invalid
from omni.core.ids import Id, encode
from omni.core.policies import Policy, Purpose, Reach
from omni.core.tenancy import current_workspace
from omni.core.words import _
from omni.referrals import actions, pages, queries, wording
from omni.referrals.forms import LinkForm, filled
from omni.referrals.models import ReferralLink
from omni.referrals.queries import Counts
from omni.web.access import allow, can, reach, require_own
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

referrals = Blueprint("referrals", __name__)

# Room for a picture that is too large, so that the form can say so and keep everything else that was typed.
_MOST_BODY = 25_000_000
_DAYS = (7, 30, 90)


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    link: ReferralLink
    counts: Counts
    state: str


@referrals.get("/referrals")
@allow(Policy.VIEW_REFERRALS, purpose=Purpose.REFERRALS)
def index() -> Response:
    owner_id = current_teammate().id if reach() is Reach.OWN else None
    after = wording.id_or_none(request.args.get("after", ""))
    found = queries.list_links(owner_id=owner_id, after=after, limit=queries.PAGE_SIZE + 1)
    shown = found[: queries.PAGE_SIZE]
    return render(
        "referrals/index.html",
        rows=_rows(shown),
        more_url=url_for(".index", after=encode(shown[-1].id)) if len(found) > len(shown) else None,
        can_edit=bool(can(Policy.EDIT_LINKS)),
    )


@referrals.get("/referrals/new")
@allow(Policy.EDIT_LINKS, purpose=Purpose.REFERRALS)
def show_new(form: LinkForm | None = None) -> Response:
    studio = current_workspace()
    return render("referrals/new.html", form=form or LinkForm(), prefix=_prefix(), host=_host(), studio=studio)


@referrals.post("/referrals/new")
@allow(Policy.EDIT_LINKS, purpose=Purpose.REFERRALS, max_body=_MOST_BODY, queries=60)
def make() -> Response:
    form = LinkForm.of(request, zone=current_workspace().timezone)
    link = None
    if form.ok:
        try:
            link = actions.make_link(form.facts, picture=form.picture, by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    then = _link_url(link) if link else ""
    answer = respond(page=show_new, then=then, form=form, toast=Toast(_("The link is open. Share it.")))
    return _with_size(answer, form)


@referrals.get("/referrals/links/<id:link_id>")
@allow(Policy.VIEW_REFERRALS, purpose=Purpose.REFERRALS)
def show(link_id: Id) -> Response:
    link = _link(link_id)
    return render("referrals/show.html", **_everything(link))


@referrals.get("/referrals/links/<id:link_id>/edit")
@allow(Policy.EDIT_LINKS, purpose=Purpose.REFERRALS)
def show_edit(link_id: Id, form: LinkForm | None = None) -> Response:
    link = _link(link_id)
    return render(
        "referrals/edit.html",
        form=form or filled(link, current_workspace().timezone),
        link=link,
        view=pages.view_of(link),
        prefix=_prefix(),
        host=_host(),
    )


@referrals.post("/referrals/links/<id:link_id>")
@allow(Policy.EDIT_LINKS, purpose=Purpose.REFERRALS, max_body=_MOST_BODY, queries=60)
def change(link_id: Id) -> Response:
    link = _link(link_id)
    form = LinkForm.of(request, zone=current_workspace().timezone)
    if form.ok:
        try:
            link = actions.change_link(
                link, form.facts, picture=form.picture, version=form.version_shown, by=current_teammate()
            )
        except Invalid as fault:
            form.blame(fault)
    answer = respond(
        page=show_edit,
        then=_link_url(link),
        form=form,
        toast=Toast(_("Saved. Friends see it within 5 seconds.")),
        link_id=link.id,
    )
    return _with_size(answer, form)


@referrals.post("/referrals/links/<id:link_id>/pause")
@allow(Policy.EDIT_LINKS, purpose=Purpose.REFERRALS)
def pause(link_id: Id) -> Response:
    return _changed(actions.pause_link(_link(link_id), by=current_teammate()), _("The link is resting."))


@referrals.delete("/referrals/links/<id:link_id>/pause")
@allow(Policy.EDIT_LINKS, purpose=Purpose.REFERRALS)
def resume(link_id: Id) -> Response:
    return _changed(actions.resume_link(_link(link_id), by=current_teammate()), _("The link is open again."))


@referrals.post("/referrals/links/<id:link_id>/pause/end")
@allow(Policy.EDIT_LINKS, purpose=Purpose.REFERRALS)
def resume_plainly(link_id: Id) -> Response:
    """The same for a browser without script, which can only POST."""
    return resume(link_id)


@referrals.get("/referrals/links/<id:link_id>/retirement")
@allow(Policy.EDIT_LINKS, purpose=Purpose.REFERRALS)
def ask_retire(link_id: Id) -> Response:
    link = _link(link_id)
    return render("referrals/retire.html", link=link, counts=queries.counts_of([link])[link.id])


@referrals.post("/referrals/links/<id:link_id>/retirement")
@allow(Policy.EDIT_LINKS, purpose=Purpose.REFERRALS)
def retire(link_id: Id) -> Response:
    actions.retire_link(_link(link_id), by=current_teammate())
    return respond(page=index, then=url_for(".index"), toast=Toast(_("The link has ended for good.")))


@referrals.get("/referrals/links/<id:link_id>/numbers")
@allow(Policy.VIEW_REFERRALS, purpose=Purpose.REFERRALS)
def show_numbers(link_id: Id) -> Response:
    link = _link(link_id)
    only = wording.class_or_none(request.args.get("class", ""))
    return render(
        "referrals/numbers.html",
        fragment="referrals/_numbers.html",
        **_numbers(link),
        hits=[wording.single(hit) for hit in queries.list_hits(link, only)],
        only=str(wording.CLASSES[only]) if only else "",
    )


def _changed(link: ReferralLink, said: str) -> Response:
    return respond(
        page=index,
        then=_link_url(link),
        fragment="referrals/_link_state.html",
        toast=Toast(said),
        link=link,
        state=wording.state_of(link),
        can_edit=True,
    )


def _link(link_id: Id) -> ReferralLink:
    """The link, when this teammate's right covers it. Raises NotFound, NotAllowed."""
    link = queries.get_link(link_id)
    require_own(link.owner_id)
    return link


def _everything(link: ReferralLink) -> dict[str, Any]:
    view, card = pages.view_of(link), queries.card_of(link)
    return {
        **_numbers(link),
        "view": view,
        "host": _host(),
        "state": wording.state_of(link),
        "arrivals": queries.list_arrivals(link),
        "history": wording.history_of(link),
        "can_edit": bool(can(Policy.EDIT_LINKS)),
        "notes": wording.notes_on(view, card),
    }


def _numbers(link: ReferralLink) -> dict[str, Any]:
    days = wording.days_of(request.args.get("days", ""), _DAYS)
    return {
        "link": link,
        "numbers": wording.told(queries.numbers_of(link, days)),
        "lag": wording.lag_words(),
        "choices": _DAYS,
    }


def _rows(found: list[ReferralLink]) -> list[Row]:
    counts = queries.counts_of(found)
    return [Row(link, counts[link.id], wording.state_of(link)) for link in found]


def _with_size(answer: Response, form: LinkForm) -> Response:
    if form.is_too_large:
        answer.status_code = 413
    return answer


def _link_url(link: ReferralLink) -> str:
    return url_for("referrals.show", link_id=link.id)


def _prefix() -> str:
    return f"{_host()}/r/"


def _host() -> str:
    return links.public("").split("//", 1)[-1]
