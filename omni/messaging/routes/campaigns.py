"""One text to many: made, checked, approved, taken back, paused and stopped."""

from flask import Response, request

from omni.core import ids
from omni.core.faults import Invalid
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.words import gettext, ngettext
from omni.messaging import actions, campaign_pages, queries
from omni.messaging.forms import ApproveForm, CampaignForm
from omni.messaging.models import Campaign, CampaignKind
from omni.messaging.routes.blueprint import id_in, inbox, is_masked
from omni.web import htmx
from omni.web.access import allow
from omni.web.login import current_teammate
from omni.web.respond import Toast, render, respond

CAMPAIGNS = "/inbox/campaigns"
# What one form may name; everyone who fits is told by the list instead.
MOST_TICKED = 200


@inbox.get(CAMPAIGNS)
@allow(Policy.SEND_CAMPAIGN)
def campaigns() -> Response:
    """The newest campaigns."""
    return render("messaging/campaigns.html", rows=campaign_pages.list_campaigns())


@inbox.get(f"{CAMPAIGNS}/new")
@allow(Policy.SEND_CAMPAIGN, queries=40)
def new_campaign() -> Response:
    """Why, who and which words."""
    return show_new(_form())


@inbox.post(f"{CAMPAIGNS}/new")
@allow(Policy.SEND_CAMPAIGN, queries=60)
def begin_campaign() -> Response:
    """Make it; who would get what is checked next, and nothing is sent before somebody approves it."""
    form, ticked = _form(), _ticked()
    campaign = None
    if form.ok:
        try:
            campaign = actions.begin_campaign(
                CampaignKind(form.kind.data),
                form.text.data or "",
                audience=form.audience.data or "",
                contact_ids=ticked,
                by=current_teammate(),
                is_no_offer=bool(form.is_no_offer.data),
            )
        except Invalid as fault:
            form.blame(fault)
    return respond(page=show_new, then=lambda: _url(campaign), form=form)


def show_new(form: CampaignForm, campaign: Campaign | None = None) -> Response:
    """The form, for a new campaign or for one that is changed."""
    ticked = _ticked()
    given = campaign.audience if campaign else form.audience.data or ""
    return render(
        "messaging/campaign_new.html",
        form=form,
        url=_url(campaign) if campaign else "",
        ticked=[ids.encode(each) for each in ticked],
        who=campaign_pages.who_of(given) if campaign else "",
        ticked_words=ngettext("%(num)s person ticked", "%(num)s people ticked", len(ticked)) if ticked else "",
        is_offer_asked=bool(form.kind.errors),
    )


@inbox.get(f"{CAMPAIGNS}/<id:campaign_id>")
@allow(Policy.SEND_CAMPAIGN, queries=24)
def campaign(campaign_id: Id) -> Response:
    """Who gets what, when and for how much, who does not and why; later, how far it is."""
    return show_campaign(queries.get_campaign(campaign_id))


@inbox.get(f"{CAMPAIGNS}/<id:campaign_id>/progress")
@allow(Policy.SEND_CAMPAIGN, queries=24, is_poll=True)
def campaign_progress(campaign_id: Id) -> Response:
    """The same anew, while it moves."""
    found = queries.get_campaign(campaign_id)
    if not htmx.is_partial():
        return htmx.see_other(_url(found))
    return render("messaging/campaign.html", fragment="messaging/_campaign.html", form=ApproveForm(), face=_face(found))


@inbox.get(f"{CAMPAIGNS}/<id:campaign_id>/people.csv")
@allow(Policy.SEND_CAMPAIGN)
def campaign_csv(campaign_id: Id) -> Response:
    """Everybody of it as a sheet."""
    text = campaign_pages.as_csv(queries.get_campaign(campaign_id))
    headers = {"Content-Disposition": 'attachment; filename="campaign.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + text, content_type="text/csv; charset=utf-8", headers=headers)


@inbox.get(f"{CAMPAIGNS}/<id:campaign_id>/edit")
@allow(Policy.SEND_CAMPAIGN, queries=40)
def edit_campaign(campaign_id: Id) -> Response:
    """Say it otherwise."""
    found = queries.get_campaign(campaign_id)
    if not found.is_editable:
        return htmx.see_other(_url(found))
    form = CampaignForm.of(request, data={"kind": found.kind.value, "text": found.text}, audiences=[])
    return show_new(form, found)


@inbox.post(f"{CAMPAIGNS}/<id:campaign_id>/edit")
@allow(Policy.SEND_CAMPAIGN, queries=40)
def change_campaign(campaign_id: Id) -> Response:
    """Check the new words for the same people."""
    found = queries.get_campaign(campaign_id)
    form = CampaignForm.of(request, audiences=[])
    if form.ok:
        try:
            actions.change_campaign(
                found, CampaignKind(form.kind.data), form.text.data or "", by=current_teammate(),
                is_no_offer=bool(form.is_no_offer.data),
            )  # fmt: skip
        except Invalid as fault:
            form.blame(fault)
    return respond(page=lambda form: show_new(form, found), then=_url(found), form=form)


@inbox.post(f"{CAMPAIGNS}/<id:campaign_id>/approve")
@allow(Policy.SEND_CAMPAIGN, queries=200)
def approve_campaign(campaign_id: Id) -> Response:
    """Say yes to what was looked at."""
    found = queries.get_campaign(campaign_id)
    form = ApproveForm.of(request)
    if form.ok:
        try:
            actions.approve_campaign(found, form.seen, by=current_teammate())
        except Invalid as fault:
            form.blame(fault)
    return respond(page=lambda form: show_campaign(queries.get_campaign(found.id), form), then=_url(found), form=form)


@inbox.post(f"{CAMPAIGNS}/<id:campaign_id>/undo")
@allow(Policy.SEND_CAMPAIGN, even_suspended=True)
def undo_campaign(campaign_id: Id) -> Response:
    """Take it back before anything leaves."""
    found = queries.get_campaign(campaign_id)
    is_done = actions.undo_campaign(found, by=current_teammate())
    said = gettext("Taken back. Nothing was sent") if is_done else gettext("It has begun. Stop ends the rest")
    return _back(found, said)


@inbox.post(f"{CAMPAIGNS}/<id:campaign_id>/pause")
@allow(Policy.SEND_CAMPAIGN, even_suspended=True)
def pause_campaign(campaign_id: Id) -> Response:
    """Send no more of it for now."""
    found = queries.get_campaign(campaign_id)
    actions.pause_campaign(found, by=current_teammate())
    return _back(found, gettext("Paused"))


@inbox.post(f"{CAMPAIGNS}/<id:campaign_id>/go-on")
@allow(Policy.SEND_CAMPAIGN)
def go_on_with_campaign(campaign_id: Id) -> Response:
    """Let it run again."""
    found = queries.get_campaign(campaign_id)
    actions.go_on_with_campaign(found, by=current_teammate())
    return _back(found, gettext("It goes on"))


@inbox.post(f"{CAMPAIGNS}/<id:campaign_id>/stop")
@allow(Policy.SEND_CAMPAIGN, even_suspended=True)
def stop_campaign(campaign_id: Id) -> Response:
    """End it; what has not left goes nowhere."""
    found = queries.get_campaign(campaign_id)
    actions.stop_campaign(found, by=current_teammate())
    return _back(found, gettext("Stopped"))


def show_campaign(found: Campaign, form: ApproveForm | None = None) -> Response:
    """The campaign's page, with what was wrong with approving it."""
    return render("messaging/campaign.html", form=form or ApproveForm(), face=_face(found))


def _face(found: Campaign) -> campaign_pages.CampaignFace:
    return campaign_pages.face(
        found,
        after=id_in(request.args.get("after")),
        shows_left_out=bool(request.args.get("left")),
        is_masked=is_masked(),
    )


def _back(found: Campaign, said: str) -> Response:
    return respond(page=show_campaign, then=_url(found), toast=Toast(said))


def _form() -> CampaignForm:
    """The form with whom it may be for: the list one came from, everyone, and one's own views."""
    given = request.form.get("audience") if request.method == "POST" else None
    if given is None:
        given = campaign_pages.query_of(request.args.getlist("f"), request.args.get("q", ""))
    found = campaign_pages.audiences(given, current_teammate())
    return CampaignForm.of(
        request,
        data={"audience": given, "kind": CampaignKind.SERVICE.value, "text": ""},
        audiences=[(each.query, f"{each.words} · {campaign_pages.people_of(each.count)}") for each in found],
    )


def _ticked() -> list[Id]:
    return [found for text in request.values.getlist("id")[:MOST_TICKED] if (found := id_in(text)) is not None]


def _url(campaign: Campaign | None) -> str:
    return f"{CAMPAIGNS}/{ids.encode(campaign.id)}" if campaign else CAMPAIGNS
