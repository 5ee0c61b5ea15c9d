"""The pages of entering, settings, team, notices and questions, asked plainly and by htmx."""

from datetime import timedelta
from typing import Any

import pytest

from omni.accounts import actions, queries
from omni.accounts.devices import Device
from omni.accounts.models import HelpMessage, HelpState, NoticeKind, Session, Teammate, User
from omni.core import clock
from omni.core.ids import encode
from omni.core.policies import Role
from omni.core.tenancy import Workspace, entered
from tests.accounts.conftest import PASSWORD, fresh, join, path_in
from tests.browse import Browse

FORM = {
    "name": "Maya Lind",
    "email": "maya@juniper.example",
    "phone": "312 555 0123",
    "company": "Juniper Yoga",
    "role": "Owner",
    "birth_month": "4",
    "birth_year": "1990",
    "password": PASSWORD,
}
NEW = "seven blue bicycles at noon"


def later(minutes: float) -> None:
    clock.freeze(clock.now() + timedelta(minutes=minutes))


# --- signing up ---


@pytest.mark.parametrize(
    "url", ["/", "/signup", "/login", "/password/reset", "/signup/sent", "/contact", "/contact/sent"]
)
def test_the_pages_before_signing_in_are_open_to_anyone(browse: Browse, url: str) -> None:
    assert browse.get(url).status == 200


def test_sign_up_signs_in_at_once(browse: Browse) -> None:
    browse.get("/signup")
    answer = browse.post("/signup", FORM)
    assert answer.location == "/today"
    assert "Juniper Yoga" in browse.get("/settings")


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(browse: Browse) -> None:
    browse.get("/signup")
    cookie = browse.post("/signup", FORM).headers["Set-Cookie"]
    assert cookie.startswith("omni=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie


def test_sign_up_by_htmx_goes_to_today_as_a_whole_page(browse: Browse) -> None:
    browse.get("/signup")
    assert browse.post_part("/signup", FORM, status=204).location == "/today"


def test_a_rejected_sign_up_keeps_every_value_and_seals_the_password(browse: Browse) -> None:
    browse.get("/signup")
    answer = browse.post("/signup", {**FORM, "phone": "312 555 01", "role": ""}, status=422)
    for kept in ("Maya Lind", "maya@juniper.example", "312 555 01", "Juniper Yoga", "1990"):
        assert f'value="{kept}"' in answer.text
    assert "“312 555 01” has 8 digits" in answer
    assert PASSWORD not in answer.text and User.select().count() == 0
    sealed = answer.page.hidden_fields("/signup")["kept_password"]
    assert len(sealed) > 40
    browse.asked["/signup"] = answer
    browse.post("/signup", {**FORM, "password": ""}, on="/signup")
    assert actions.sign_in("maya@juniper.example", PASSWORD, device=Device())


def test_a_sealed_password_is_good_for_ten_minutes(browse: Browse) -> None:
    browse.get("/signup")
    browse.asked["/signup"] = browse.post("/signup", {**FORM, "role": ""}, status=422)
    later(11)
    answer = browse.post("/signup", {**FORM, "password": ""}, on="/signup", status=422)
    assert "Choose a password of 12 letters or more" in answer


def test_a_rejected_sign_up_by_htmx_is_the_form_alone(browse: Browse) -> None:
    browse.get("/signup")
    answer = browse.post_part("/signup", {**FORM, "email": "maya@"}, status=422)
    assert 'id="signup"' in answer.text and "<h1" not in answer.text and "is not an email" in answer


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("elevenchars", "This has 11 characters"),
        ("x" * 257, "256 at most"),
        ("password123456", "tried first"),
        ("Juniper Yoga 12", "little more than your name"),
    ],
)
def test_an_easy_password_is_refused_with_the_rule_it_breaks(browse: Browse, password: str, words: str) -> None:
    browse.get("/signup")
    answer = browse.post("/signup", {**FORM, "password": password}, status=422)
    assert words in answer and password not in answer.text


def test_a_known_address_looks_in_its_mail(browse: Browse, maya: Teammate, letters: Any) -> None:
    browse.get("/signup")
    assert browse.post("/signup", FORM).location == "/signup/sent"
    assert len(letters("maya@juniper.example")) == 1 and User.select().count() == 1


def test_somebody_under_age_is_refused_and_stays_refused(browse: Browse) -> None:
    still_open = browse.get("/signup")
    year = str(clock.now().year - 12)
    answer = browse.post("/signup", {**FORM, "birth_year": year})
    cookies = answer.headers.getlist("Set-Cookie")  # type: ignore[attr-defined]
    assert cookies == ["omni-age=1; HttpOnly; Path=/; SameSite=Lax"]
    assert "Not yet" in browse.get("/signup")
    browse.asked["/signup"] = still_open
    assert browse.post("/signup", FORM, on="/signup").location == "/signup"
    assert User.select().count() == 0 and Workspace.select().count() == 0


def test_the_age_is_that_of_the_numbers_country(browse: Browse) -> None:
    browse.get("/signup")
    fifteen = {**FORM, "birth_year": str(clock.now().year - 15), "birth_month": "1"}
    assert browse.post("/signup", {**fifteen, "phone": "+49 30 901820"}).location == "/signup"
    browse = Browse(browse.app)
    browse.get("/signup")
    assert browse.post("/signup", fifteen).location == "/today"


# --- signing in and out ---


def test_sign_in_goes_where_one_wanted_to_go(browse: Browse, maya: Teammate) -> None:
    asked = browse.ask("GET", "/settings/team", status=303)
    assert asked.location == "/login?next=/settings/team"
    browse.get(asked.location)
    answer = browse.post("/login", {"email": maya.user.email, "password": PASSWORD}, on=asked.location)
    assert answer.location == "/settings/team"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil"])
def test_sign_in_goes_to_no_other_host(browse: Browse, maya: Teammate, elsewhere: str) -> None:
    browse.get("/login")
    form = {"email": maya.user.email, "password": PASSWORD, "next": elsewhere}
    assert browse.post("/login", form, on="/login").location == "/today"


def test_wrong_password_and_unknown_address_get_the_same_page(browse: Browse, maya: Teammate) -> None:
    pages = []
    for email in ("maya@juniper.example", "mayx@juniper.example"):
        browse.get("/login")
        answer = browse.post("/login", {"email": email, "password": "not the password"}, on="/login", status=422)
        assert "This address and this password do not belong together." in answer
        pages.append(answer.page.words.replace(email, ""))
    assert pages[0] == pages[1]


def test_a_lost_session_sends_htmx_to_the_way_in(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    hers.get("/settings/security")
    actions.end_sessions_of(maya.user)
    answer = hers.post_part("/settings/security/sessions/end-others", status=204)
    assert answer.location.startswith("/login?next=")


def test_sign_out_ends_the_session_and_has_the_browser_forget(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    hers.get("/settings")
    answer = hers.post("/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert queries.list_sessions(maya.user) == []
    assert hers.ask("GET", "/settings", status=303).location == "/login?next=/settings"


def test_the_eleventh_try_for_one_account_waits(browse: Browse, maya: Teammate) -> None:
    # Without Redis a process counts for itself, at half the size.
    for _time in range(5):
        browse.get("/login")
        browse.post("/login", {"email": maya.user.email, "password": "wrong"}, on="/login", status=422)
    answer = browse.post("/login", {"email": maya.user.email, "password": PASSWORD}, on="/login", status=429)
    assert int(answer.headers["Retry-After"]) > 60


def test_a_strangers_tries_do_not_keep_the_owner_out_of_her_own_device(app: Any, maya: Teammate) -> None:
    phone = {"User-Agent": "Mozilla/5.0 (iPhone) Version/18.0 Mobile Safari/604.1", "Sec-Fetch-Site": "same-origin"}
    hers, stranger = Browse(app), Browse(app)

    def try_in(browser: Browse, password: str, status: int, headers: dict[str, str]) -> None:
        fields = {"email": maya.user.email, "password": password}
        token = browser.get("/login").page.token()
        browser.ask("POST", "/login", status=status, headers=headers, data={**fields, "csrf_token": token})

    try_in(hers, PASSWORD, 303, phone)
    hers = Browse(app)
    # Her own first time, on a device not known yet, took the first of the five.
    for _time in range(4):
        try_in(stranger, "wrong", 422, {"Sec-Fetch-Site": "same-origin"})
    try_in(stranger, "wrong", 429, {"Sec-Fetch-Site": "same-origin"})
    try_in(hers, PASSWORD, 303, phone)


def test_sessions_end_after_fourteen_idle_days_and_thirty_at_most(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    for _week in range(4):
        later(7 * 24 * 60)
        assert hers.ask("GET", "/settings", status=200)
    later(3 * 24 * 60)
    assert hers.ask("GET", "/settings", status=303)
    idle = browse.as_(maya)
    later(14 * 24 * 60 + 1)
    assert idle.ask("GET", "/settings", status=303)


# --- a new password, a confirmed address ---


def test_the_link_for_a_new_password_leads_to_sign_in(browse: Browse, maya: Teammate, letters: Any) -> None:
    browse.get("/password/reset")
    assert browse.post("/password/reset", {"email": maya.user.email}).location == "/signup/sent"
    path = path_in(letters(maya.user.email)[0], "password/reset")
    assert browse.get(path).headers["Referrer-Policy"] == "no-referrer"
    browse.post(path, {"password": "short"}, on=path, status=422)
    assert browse.post(path, {"password": NEW}, on=path).location == "/login"
    assert browse.get(path, status=410).status == 410
    browse.get("/login")
    assert browse.post("/login", {"email": maya.user.email, "password": NEW}, on="/login").location == "/today"


def test_an_unknown_address_gets_the_same_answer(browse: Browse, maya: Teammate) -> None:
    browse.get("/password/reset")
    assert browse.post("/password/reset", {"email": "nobody@juniper.example"}).location == "/signup/sent"


def test_opening_the_link_of_a_letter_confirms_nothing_until_the_button_is_pressed(
    browse: Browse, letters: Any
) -> None:
    browse.get("/signup")
    browse.post("/signup", FORM)
    path = path_in(letters("maya@juniper.example")[0], "verify")
    browse.get(path)
    assert not User.get().is_verified
    browse.post(path, on=path)
    assert User.get().is_verified
    browse.get(path, status=410)


@pytest.mark.parametrize("path", ["/password/reset/nothing", "/verify/nothing", "/invite/nothing"])
def test_a_link_that_never_was_is_not_found(browse: Browse, path: str) -> None:
    assert browse.get(path, status=404).status == 404


# --- settings ---


@pytest.mark.parametrize(
    "url",
    [
        "/settings",
        "/settings/account",
        "/settings/security",
        "/settings/workspace",
        "/settings/team",
        "/notifications",
        "/staff-notice",
        "/step-up",
    ],
)
@pytest.mark.parametrize("role", [Role.OWNER, Role.VIEWER])
def test_settings_open_to_every_role(browse: Browse, maya: Teammate, url: str, role: Role) -> None:
    who = maya if role is Role.OWNER else join(maya, "Vera Voss", "vera@juniper.example", role)
    assert browse.as_(who).get(url).status == 200


def test_an_account_is_saved_and_its_history_shown(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    form = {"name": "Maya Lind-Park", "company": "Juniper", "role_title": "Owner", "locale": "en", "timezone": "UTC"}
    hers.get("/settings/account")
    answer = hers.post("/settings/account", form, on="/settings/account")
    page = hers.follow(answer)
    assert "Account saved" in page and "Maya Lind-Park" in page and "Maya Lind" in page
    assert "Account saved" not in hers.get("/settings/account")


def test_a_fault_in_the_account_keeps_what_was_typed(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    form = {"name": "", "company": "Typed just now", "role_title": "", "locale": "en", "timezone": "Nowhere/Else"}
    answer = hers.post("/settings/account", form, on="/settings/account", status=422)
    assert 'value="Typed just now"' in answer.text and "Say what people call you." in answer
    part = hers.post_part("/settings/account", form, on="/settings/account", status=422)
    assert 'id="account-form"' in part.text and "<h1" not in part.text


def test_a_new_address_needs_the_password_and_loses_nothing_that_was_typed(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    hers.get("/settings/account")
    later(11)
    form = {"email": "lind@juniper.example", "phone": "312 555 0199"}
    asked = hers.post("/settings/account/contact-points", form, on="/settings/account", status=200)
    assert "Your password, once more" in asked and "lind@juniper.example" not in asked.text
    hers.asked["/step-up"] = asked
    wrong = hers.post("/step-up", {"password": "wrong"}, on="/step-up", status=422)
    hers.asked["/step-up"] = wrong
    answer = hers.post("/step-up", {"password": PASSWORD}, on="/step-up", status=307)
    assert answer.location == "/settings/account/contact-points"
    sent = {**wrong.page.hidden_fields("/step-up"), "password": PASSWORD}
    headers = {"Sec-Fetch-Site": "same-origin"}
    done = hers.ask("POST", answer.location, status=303, data=sent, headers=headers)
    assert done.location == "/settings/account"
    user = queries.get_user(maya.user_id)
    assert (user.email, user.phone) == ("lind@juniper.example", "+13125550199")


def test_an_address_that_is_taken_leaves_the_phone_as_it_was(browse: Browse, maya: Teammate, theo: Teammate) -> None:
    hers = browse.as_(maya)
    hers.get("/settings/account")
    form = {"email": theo.user.email, "phone": "312 555 0199"}
    refused = hers.post("/settings/account/contact-points", form, on="/settings/account", status=422)
    assert "has an account of its own" in refused and "312 555 0199" in refused.text
    assert queries.get_user(maya.user_id).phone == maya.user.phone


def test_a_form_sealed_for_one_address_does_nothing_at_another(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    hers.get("/settings/account")
    later(11)
    form = {"email": "lind@juniper.example", "phone": "312 555 0199"}
    asked = hers.post("/settings/account/contact-points", form, on="/settings/account", status=200)
    hers.asked["/step-up"] = asked
    sealed = asked.page.hidden_fields("/step-up")
    hers.post("/step-up", {"password": PASSWORD}, on="/step-up", status=307)
    hers.ask("POST", "/settings/account", status=422, data=sealed, headers={"Sec-Fetch-Site": "same-origin"})
    assert queries.get_user(maya.user_id).email == "maya@juniper.example"


def test_htmx_gets_the_step_up_as_a_sheet(browse: Browse, maya: Teammate, theo: Teammate) -> None:
    hers = browse.as_(maya)
    hers.get("/settings/team")
    later(11)
    url = f"/settings/team/{encode(theo.id)}/role"
    answer = hers.post_part(url, {"role": "manager", "version": "1"}, on="/settings/team")
    assert answer.headers["HX-Retarget"] == "#sheet" and "Your password, once more" in answer
    assert fresh(theo).role is Role.REP


def test_a_page_that_is_guarded_comes_back_after_the_password(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    page = "/step-up?next=/settings/team"
    hers.get(page)
    assert hers.post("/step-up", {"password": PASSWORD}, on=page).location == "/settings/team"
    hers.get("/step-up?next=//evil.example")
    sent = hers.post("/step-up", {"password": PASSWORD}, on="/step-up?next=//evil.example")
    assert sent.location == "/settings"


def test_a_password_is_changed_and_other_devices_are_signed_out(browse: Browse, maya: Teammate) -> None:
    hers, other = browse.as_(maya), browse.as_(maya)
    hers.get("/settings/security")
    hers.post("/settings/security/password", {"password": "too short"}, on="/settings/security", status=422)
    hers.post("/settings/security/password", {"password": NEW}, on="/settings/security")
    assert hers.get("/settings/security").status == 200
    assert other.ask("GET", "/settings", status=303)


def test_a_session_is_ended_in_place(browse: Browse, maya: Teammate) -> None:
    hers, other = browse.as_(maya), browse.as_(maya)
    other.get("/settings")
    page = hers.get("/settings/security")
    assert "This device" in page
    (theirs,) = [one for one in queries.list_sessions(maya.user) if f"{encode(one.id)}/end" in page.text]
    part = hers.post_part(f"/settings/security/sessions/{encode(theirs.id)}/end", on="/settings/security")
    assert 'id="sessions"' in part.text and encode(theirs.id) not in part.text
    assert other.ask("GET", "/settings", status=303)


def test_iris_cannot_end_mayas_session(browse: Browse, maya: Teammate, iris: Teammate) -> None:
    browse.as_(maya).get("/settings")
    hers = Session.get(Session.user == maya.user)
    theirs = browse.as_(iris)
    theirs.get("/settings/security")
    theirs.post(f"/settings/security/sessions/{encode(hers.id)}/end", on="/settings/security", status=404)
    assert len(queries.list_sessions(maya.user)) == 1


def test_a_workspace_is_saved(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    form = {"name": "Juniper", "postal_address": "1 Elm St\nChicago", "timezone": "America/New_York"}
    form |= {"country": "US", "currency": "USD", "language": "en"}
    hers.get("/settings/workspace")
    hers.post("/settings/workspace", form, on="/settings/workspace")
    workspace = Workspace.get_by_id(maya.workspace_id)
    assert (workspace.name, workspace.timezone) == ("Juniper", "America/New_York")
    assert workspace.postal_address == "1 Elm St\nChicago"
    answer = hers.post("/settings/workspace", {**form, "country": "XX"}, on="/settings/workspace", status=422)
    assert "Choose one of the list." in answer and "Juniper" in answer.text


def test_hours_are_saved_and_a_day_that_ends_before_it_begins_is_not(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    form = {"from_0": "10:00", "to_0": "19:30"} | {f"{end}_{day}": "" for end in ("from", "to") for day in range(1, 7)}
    hers.get("/settings/workspace")
    hers.post("/settings/workspace/hours", form, on="/settings/workspace")
    with entered(maya.workspace_id):
        assert queries.business_hours() == {0: [(600, 1170)]}
    wrong = {**form, "from_1": "12:00", "to_1": "9:00", "from_2": "9:00"}
    answer = hers.post("/settings/workspace/hours", wrong, on="/settings/workspace", status=422)
    assert "ends before it begins" in answer and "Give both times" in answer and 'value="12:00"' in answer.text
    part = hers.post_part("/settings/workspace/hours", wrong, on="/settings/workspace", status=422)
    assert 'id="hours-form"' in part.text


def test_a_day_off_is_added_and_removed_in_place(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    day = (clock.today_in("America/Chicago") + timedelta(days=9)).isoformat()
    part = hers.post_part("/settings/workspace/holidays", {"local_day": day}, on="/settings/workspace")
    with entered(maya.workspace_id):
        (holiday,) = queries.list_holidays()
    assert encode(holiday.id) in part.text
    hers.asked.clear()
    hers.post(f"/settings/workspace/holidays/{encode(holiday.id)}/removal", on="/settings/workspace")
    with entered(maya.workspace_id):
        assert queries.list_holidays() == []
    hers.post_part("/settings/workspace/holidays", {"local_day": "soon"}, on="/settings/workspace", status=422)


def test_a_rep_sees_the_workspace_and_changes_nothing(browse: Browse, theo: Teammate) -> None:
    his = browse.as_(theo)
    page = his.get("/settings/workspace")
    assert "An owner or admin can change this." in page and "Save workspace" not in page
    his.post("/settings/workspace", {"name": "Mine"}, on="/settings/workspace", status=403)
    his.post("/settings/team/invitations", {"email": "a@b.example", "role": "rep"}, on="/settings/team", status=403)


# --- the team ---


def test_a_stranger_joins_by_the_letter_and_reads_the_staff_notice(
    app: Any, browse: Browse, maya: Teammate, letters: Any
) -> None:
    hers = browse.as_(maya)
    form = {"email": "rosa@juniper.example", "role": "rep"}
    part = hers.post_part("/settings/team/invitations", form, on="/settings/team")
    assert "rosa@juniper.example" in part
    path = path_in(letters("rosa@juniper.example")[0], "invite")
    rosa = Browse(app)
    page = rosa.get(path)
    assert page.page.title.startswith("Join Juniper Yoga") and "Maya Lind" in page
    answers = {key: FORM[key] for key in ("phone", "birth_month", "birth_year", "password")} | {"role": "Coach"}
    assert "Say what people call you." in rosa.post(path, answers, on=path, status=422)
    answer = rosa.post(path, {**answers, "name": "Rosa Kim"}, on=path)
    assert answer.location == "/staff-notice"
    rosa.follow(answer)
    rosa.post("/staff-notice", on="/staff-notice")
    assert "You read this on" in rosa.get("/staff-notice")
    rosa.get(path, status=410)


def test_somebody_under_age_does_not_join_by_another_year_either(
    app: Any, maya: Teammate, at_juniper: None, letters: Any
) -> None:
    actions.invite("rosa@juniper.example", Role.REP, by=maya)
    path = path_in(letters("rosa@juniper.example")[0], "invite")
    rosa = Browse(app)
    still_open = rosa.get(path)
    form = {key: FORM[key] for key in ("phone", "birth_month", "birth_year", "password")}
    form |= {"role": "Coach", "name": "Rosa Kim"}
    assert rosa.post(path, {**form, "birth_year": str(clock.now().year - 12)}, on=path).location == path
    assert "Not yet" in rosa.get(path)
    rosa.asked[path] = still_open
    assert rosa.post(path, form, on=path).location == path
    assert queries.find_user("rosa@juniper.example") is None


def test_a_known_person_signs_in_first_and_joins_with_one_button(
    app: Any, browse: Browse, maya: Teammate, iris: Teammate, letters: Any
) -> None:
    with entered(maya.workspace_id):
        actions.invite(iris.user.email, Role.VIEWER, by=maya)
    path = path_in(letters(iris.user.email)[0], "invite")
    assert Browse(app).ask("GET", path, status=303).location == f"/login?next={path}"
    hers = browse.as_(iris)
    hers.get(path)
    assert hers.post(path, on=path).location == "/staff-notice"
    assert "Juniper Yoga" in hers.get("/settings")
    hers.post(f"/settings/workspaces/{encode(iris.workspace_id)}/open", on="/settings")
    assert "Iron Gym" in hers.get("/settings/workspace").text


def test_somebody_else_cannot_take_the_invitation(browse: Browse, maya: Teammate, iris: Teammate, letters: Any) -> None:
    with entered(maya.workspace_id):
        actions.invite("rosa@juniper.example", Role.REP, by=maya)
    path = path_in(letters("rosa@juniper.example")[0], "invite")
    hers = browse.as_(iris)
    assert "Sign out first" in hers.get(path)
    hers.post(path, on=path, status=403)


def test_a_role_is_changed_in_place(browse: Browse, maya: Teammate, theo: Teammate) -> None:
    hers = browse.as_(maya)
    url = f"/settings/team/{encode(theo.id)}/role"
    hers.get("/settings/team")
    part = hers.post_part(url, {"role": "manager", "version": "1"}, on="/settings/team")
    assert 'id="team"' in part.text and "Theo Park is now Manager" in part
    hers.post(url, {"role": "viewer", "version": "1"}, on="/settings/team", status=409)
    assert fresh(theo).role is Role.MANAGER


def test_the_last_owner_is_told_to_choose_another_first(browse: Browse, maya: Teammate) -> None:
    hers = browse.as_(maya)
    hers.get("/settings/team")
    url = f"/settings/team/{encode(maya.id)}"
    assert "Choose another owner first." in hers.post(
        f"{url}/role", {"role": "rep", "version": "1"}, on="/settings/team", status=422
    )
    part = hers.post_part(f"{url}/departure", {"version": "1"}, on="/settings/team", status=422)
    assert "Choose another owner first." in part


def test_an_admin_is_refused_at_an_owners_row(browse: Browse, maya: Teammate, ada: Teammate) -> None:
    hers = browse.as_(ada)
    hers.get("/settings/team")
    hers.post(
        f"/settings/team/{encode(maya.id)}/role", {"role": "rep", "version": "1"}, on="/settings/team", status=403
    )
    hers.post(f"/settings/team/{encode(maya.id)}/departure", {"version": "1"}, on="/settings/team", status=403)


def test_a_removed_teammate_is_out_at_once(browse: Browse, maya: Teammate, theo: Teammate) -> None:
    his, hers = browse.as_(theo), browse.as_(maya)
    his.get("/settings")
    hers.get("/settings/team")
    hers.post(f"/settings/team/{encode(theo.id)}/departure", {"version": "1"}, on="/settings/team")
    assert his.ask("GET", "/settings", status=303)
    assert "Theo Park no longer works here" in hers.get("/settings/team")
    assert "theo@juniper.example" not in hers.get("/settings/team")


def test_the_matrix_is_the_rights_table(browse: Browse, maya: Teammate) -> None:
    from omni.accounts import roles

    page = browse.as_(maya).get("/settings/team")
    for right in roles.matrix():
        assert right.name in page
    assert set(roles.POLICIES) | roles.NOT_BY_ROLE == set(roles.RIGHTS)


def test_iris_finds_nobody_of_juniper(browse: Browse, maya: Teammate, theo: Teammate, iris: Teammate) -> None:
    hers = browse.as_(iris)
    hers.get("/settings/team")
    for path in ("role", "departure"):
        hers.post(
            f"/settings/team/{encode(theo.id)}/{path}", {"role": "rep", "version": "1"}, on="/settings/team", status=404
        )


# --- notices and questions ---


def test_notices_are_counted_in_the_bar_and_seen_at_once(browse: Browse, maya: Teammate) -> None:
    with entered(maya.workspace_id):
        for _time in range(2):
            actions.notify(maya, NoticeKind.NEW_TEXT, link="/inbox", group_key="inbox/a")
    hers = browse.as_(maya)
    assert "2 new texts are waiting" in hers.get("/notifications")
    assert "1 new" in hers.get("/settings")
    part = hers.post_part("/notifications/seen", on="/notifications")
    assert "Mark all as seen" not in part
    assert "Nothing new" in hers.get("/settings")


def test_a_question_from_anyone_reaches_the_operator(browse: Browse, maya: Teammate, letters: Any) -> None:
    browse.get("/contact")
    wrong = browse.post("/contact", {"name": "Ana", "email": "ana@", "body": "How do I pause?"}, status=422)
    assert "How do I pause?" in wrong and "is not an email" in wrong
    browse.post("/contact", {"name": "Ana", "email": "ana@example.com", "body": "How do I pause?"}, on="/contact")
    question = HelpMessage.get()
    actions.make_operator(maya.user)
    hers = browse.as_(maya)
    assert "How do I pause?" in hers.get("/operator/messages")
    url = f"/operator/messages/{encode(question.id)}"
    hers.post_part(f"{url}/answer", {"answer": ""}, on="/operator/messages", status=422)
    part = hers.post_part(f"{url}/answer", {"answer": "Open the card."}, on="/operator/messages")
    assert "Answered on" in part
    assert "Open the card." in letters("ana@example.com")[0]["text"]
    hers.post(f"{url}/closing", on="/operator/messages", status=409)


def test_a_question_is_closed_without_an_answer(browse: Browse, maya: Teammate) -> None:
    asked = actions.ask_operator(name="Ana", email="ana@example.com", body="buy watches")
    actions.make_operator(maya.user)
    hers = browse.as_(maya)
    hers.get("/operator/messages")
    hers.post(f"/operator/messages/{encode(asked.id)}/closing", on="/operator/messages")
    assert queries.get_question(asked.id).state is HelpState.CLOSED


def test_the_operators_page_is_not_there_for_others(browse: Browse, maya: Teammate) -> None:
    browse.as_(maya).get("/operator/messages", status=404)


def test_the_sixth_question_of_an_hour_waits(browse: Browse) -> None:
    form = {"name": "Ana", "email": "ana@example.com", "body": "Hello"}
    # Without Redis a process counts for itself, at half the size: two of five.
    for _time in range(2):
        browse.get("/contact")
        browse.post("/contact", form, on="/contact")
    browse.get("/contact")
    assert browse.post("/contact", form, on="/contact", status=429).headers["Retry-After"]
