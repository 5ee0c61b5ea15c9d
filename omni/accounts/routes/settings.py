"""The page of all settings, and the way into another workspace."""

from flask import Response

from omni.accounts import actions, ports, queries
from omni.accounts.ports import Group, SettingsRow
from omni.accounts.routes.blueprint import accounts
from omni.core.ids import Id
from omni.core.policies import Policy
from omni.core.tenancy import current_workspace
from omni.core.words import _, ngettext
from omni.web.access import allow
from omni.web.login import current_session, current_teammate, current_user
from omni.web.respond import render, respond


@accounts.get("/settings")
@allow(Policy.ENTER)
def show_settings() -> Response:
    rows = [*_own_rows(), *(row for answer in ports.settings.answers() for row in answer(current_teammate()))]
    titles = {
        Group.ME: _("Me"),
        Group.STUDIO: _("Studio"),
        Group.CONNECTIONS: _("Connections"),
        Group.PRIVACY: _("Privacy"),
    }
    groups = [(titles[group], [row for row in rows if row.group is group]) for group in Group]
    return render(
        "accounts/settings.html",
        groups=[(title, rows) for title, rows in groups if rows],
        other_workspaces=[one for one in queries.list_workspaces(current_user()) if one != current_workspace()],
    )


def _own_rows() -> list[SettingsRow]:
    user, devices, people = current_user(), len(queries.list_sessions(current_user())), len(queries.list_teammates())
    unread = queries.count_unread(current_teammate())
    return [
        SettingsRow(Group.ME, _("Account"), user.email, "/settings/account"),
        SettingsRow(
            Group.ME,
            _("Security"),
            ngettext("%(num)d device signed in", "%(num)d devices signed in", devices),
            "/settings/security",
        ),
        SettingsRow(
            Group.ME,
            _("Notices"),
            ngettext("%(num)d new", "%(num)d new", unread) if unread else _("Nothing new"),
            "/notifications",
        ),
        SettingsRow(Group.STUDIO, _("Workspace"), current_workspace().name, "/settings/workspace"),
        SettingsRow(Group.STUDIO, _("Team"), ngettext("%(num)d person", "%(num)d people", people), "/settings/team"),
    ]


@accounts.post("/settings/workspaces/<id:workspace_id>/open")
@allow(Policy.ENTER, even_suspended=True)
def switch(workspace_id: Id) -> Response:
    actions.switch_workspace(current_session(), workspace_id)
    return respond(page=show_settings, then="/today")
