"""Entering, one's own account, the studio, the team, notices and questions: what each act leaves behind."""

from datetime import date, timedelta
from typing import Any

import pytest

from omni.accounts import actions, passwords, queries
from omni.accounts.devices import Device
from omni.accounts.models import HelpState, NoticeKind, Session, Teammate, User
from omni.accounts.roles import role_name
from omni.core import clock, words
from omni.core.audit import AuditEvent
from omni.core.faults import Gone, Invalid, NotAllowed, NotFound, Stale
from omni.core.policies import Role
from omni.core.tenancy import Workspace, current_workspace, entered
from omni.core.words import use_locale
from tests.accounts.conftest import PASSWORD, fresh, path_in, somebody

PHONE = Device("Safari · iPhone", "203.0.113.0/24")
LAPTOP = Device("Firefox · Mac", "203.0.113.0/24")
NEW = "seven blue bicycles at noon"


def token_in(letter: dict[str, str], kind: str) -> str:
    return path_in(letter, kind).rsplit("/", 1)[1]


# --- signing up ---


def test_sign_up_founds_a_workspace_and_signs_its_owner_in(house: Any, letters: Any) -> None:
    entered_as = actions.sign_up(somebody("Maya Lind", "Maya@Juniper.example"), device=PHONE)
    assert entered_as is not None
    workspace = entered_as.workspace
    assert (workspace.slug, workspace.name, workspace.timezone) == ("juniper-yoga", "Juniper Yoga", "America/Chicago")
    assert (workspace.country, workspace.currency, workspace.language) == ("US", "USD", "en")
    with entered(workspace):
        (owner,) = queries.list_teammates()
        assert (owner.role, owner.name, owner.user.email) == (Role.OWNER, "Maya Lind", "maya@juniper.example")
        hours = queries.business_hours()
        assert hours[0] == [(540, 1080)] and hours[5] == [(540, 780)] and 6 not in hours
        assert AuditEvent.select().where(AuditEvent.verb == "workspace.founded").count() == 1
    assert len(queries.list_sessions(entered_as.user)) == 1
    assert not entered_as.user.is_verified
    assert "Confirm" in letters("maya@juniper.example")[0]["subject"]


def test_sign_up_stores_the_versions_that_were_accepted(house: Any) -> None:
    entered_as = actions.sign_up(somebody("Maya Lind", "maya@juniper.example"), device=PHONE)
    assert entered_as is not None
    user, versions = entered_as.user, queries.documents()
    assert (user.terms_version, user.policy_version) == (versions["terms"], versions["policy"])
    assert user.accepted_at is not None


def test_a_known_address_gets_a_letter_and_no_second_account(maya: Teammate, letters: Any) -> None:
    assert actions.sign_up(somebody("Somebody Else", "MAYA@juniper.example"), device=PHONE) is None
    assert User.select().count() == 1 and Workspace.select().count() == 1
    assert "tried to sign up" in letters("maya@juniper.example")[0]["subject"]


def test_two_studios_of_one_name_get_two_short_names(maya: Teammate) -> None:
    second = actions.sign_up(somebody("Nora Hill", "nora@juniper.example"), device=PHONE)
    assert second is not None and second.workspace.slug == "juniper-yoga-2"


def test_a_german_number_founds_a_german_studio(house: Any) -> None:
    new = actions.NewOwner("Lea", "lea@studio.example", "+4930901820", "Studio Lea", "Coach", PASSWORD)
    entered_as = actions.sign_up(new, device=PHONE)
    assert entered_as is not None
    workspace = entered_as.workspace
    assert (workspace.country, workspace.timezone, workspace.currency) == ("DE", "Europe/Berlin", "EUR")


# --- signing in ---


def test_signing_in_ignores_the_case_of_the_address(maya: Teammate) -> None:
    assert actions.sign_in(" MAYA@Juniper.Example ", PASSWORD, device=PHONE).user == maya.user


@pytest.mark.parametrize("email", ["maya@juniper.example", "nobody@juniper.example"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_sentence(maya: Teammate, email: str) -> None:
    with pytest.raises(actions.WrongPassword) as refusal:
        actions.sign_in(email, "not the password", device=PHONE)
    assert refusal.value.words == "This address and this password do not belong together."


def test_a_disabled_user_does_not_enter(maya: Teammate) -> None:
    secret = actions.sign_in(maya.user.email, PASSWORD, device=PHONE).secret
    actions.disable_user(maya.user)
    with pytest.raises(actions.WrongPassword):
        actions.sign_in(maya.user.email, PASSWORD, device=PHONE)
    assert secret and queries.list_sessions(maya.user) == []


def test_somebody_who_left_everywhere_does_not_enter(maya: Teammate, theo: Teammate) -> None:
    with entered(maya.workspace_id):
        actions.remove_teammate(theo, version=1, by=maya)
    with pytest.raises(actions.WrongPassword):
        actions.sign_in(theo.user.email, PASSWORD, device=PHONE)


def test_an_old_hash_is_made_anew_at_sign_in(maya: Teammate) -> None:
    from argon2 import PasswordHasher

    cheap = PasswordHasher(memory_cost=1024, time_cost=1, parallelism=1).hash(PASSWORD)
    User.update(password_hash=cheap).where(User.id == maya.user_id).execute()
    actions.sign_in(maya.user.email, PASSWORD, device=PHONE)
    stored = queries.get_user(maya.user_id).password_hash
    assert stored != cheap and not passwords.is_outdated(stored) and passwords.matches(stored, PASSWORD)


def test_a_new_device_is_told_by_mail_and_a_known_one_is_not(maya: Teammate, letters: Any) -> None:
    actions.sign_in(maya.user.email, PASSWORD, device=PHONE)
    assert "Safari · iPhone" in letters(maya.user.email)[0]["text"]
    actions.sign_in(maya.user.email, PASSWORD, device=PHONE)
    assert len(letters(maya.user.email)) == 1
    actions.sign_in(maya.user.email, PASSWORD, device=LAPTOP)
    assert len(letters(maya.user.email)) == 2


def test_only_the_hash_of_the_cookie_is_kept(maya: Teammate) -> None:
    secret = actions.sign_in(maya.user.email, PASSWORD, device=PHONE).secret
    assert len(secret) >= 43
    assert secret not in str([row.__data__ for row in Session.select()])


def test_confirming_the_password_gives_the_session_a_new_secret(maya: Teammate) -> None:
    actions.sign_in(maya.user.email, PASSWORD, device=PHONE)
    (session,) = queries.list_sessions(maya.user)
    before = session.sha256
    clock.freeze(clock.now() + timedelta(minutes=11))
    assert not session.is_stepped_up
    with pytest.raises(actions.WrongPassword):
        actions.confirm_password(session, "not the password")
    actions.confirm_password(session, PASSWORD)
    (session,) = queries.list_sessions(maya.user)
    assert session.is_stepped_up and session.sha256 != before


# --- one's own account ---


def test_the_link_confirms_the_address_once(house: Any, letters: Any) -> None:
    entered_as = actions.sign_up(somebody("Maya Lind", "maya@juniper.example"), device=PHONE)
    assert entered_as is not None
    token = token_in(letters("maya@juniper.example")[0], "verify")
    assert actions.verify_email(token).is_verified
    with pytest.raises(Gone):
        actions.verify_email(token)


def test_the_link_to_confirm_ends_after_a_day(house: Any, letters: Any) -> None:
    actions.sign_up(somebody("Maya Lind", "maya@juniper.example"), device=PHONE)
    clock.freeze(clock.now() + timedelta(hours=24, seconds=1))
    with pytest.raises(Gone):
        actions.verify_email(token_in(letters("maya@juniper.example")[0], "verify"))


def test_asking_for_a_new_password_tells_a_stranger_nothing(maya: Teammate, letters: Any) -> None:
    actions.ask_reset("nobody@juniper.example")
    assert letters("nobody@juniper.example") == []
    actions.ask_reset("maya@juniper.example")
    assert "30 minutes" in letters("maya@juniper.example")[0]["text"]


def test_a_new_password_by_link_ends_every_session(maya: Teammate, letters: Any) -> None:
    for device in (PHONE, LAPTOP):
        actions.sign_in(maya.user.email, PASSWORD, device=device)
    actions.ask_reset(maya.user.email)
    token = token_in(letters(maya.user.email)[-1], "password/reset")
    actions.reset_password(token, NEW)
    assert queries.list_sessions(maya.user) == []
    assert actions.sign_in(maya.user.email, NEW, device=PHONE)
    with pytest.raises(Gone):
        actions.reset_password(token, "another good sentence here")
    with entered(maya.workspace_id):
        assert AuditEvent.select().where(AuditEvent.verb == "user.password_reset").count() == 1


def test_the_link_for_a_new_password_ends_after_half_an_hour(maya: Teammate, letters: Any) -> None:
    actions.ask_reset(maya.user.email)
    clock.freeze(clock.now() + timedelta(minutes=30, seconds=1))
    with pytest.raises(Gone):
        actions.reset_password(token_in(letters(maya.user.email)[0], "password/reset"), NEW)


def test_a_second_letter_closes_the_link_of_the_first(maya: Teammate, letters: Any) -> None:
    actions.ask_reset(maya.user.email)
    actions.ask_reset(maya.user.email)
    first, second = (token_in(letter, "password/reset") for letter in letters(maya.user.email))
    with pytest.raises(Gone):
        actions.reset_password(first, NEW)
    assert actions.reset_password(second, NEW) == maya.user


def test_no_door_opens_anothers_kind(maya: Teammate, letters: Any) -> None:
    actions.ask_reset(maya.user.email)
    with pytest.raises(NotFound):
        actions.verify_email(token_in(letters(maya.user.email)[0], "password/reset"))


def test_an_easy_password_is_refused_and_the_link_stays_good(maya: Teammate, letters: Any) -> None:
    actions.ask_reset(maya.user.email)
    token = token_in(letters(maya.user.email)[0], "password/reset")
    with pytest.raises(Invalid) as refusal:
        actions.reset_password(token, "maya juniper")
    assert "password" in refusal.value.faults
    assert actions.reset_password(token, NEW) == maya.user


def test_changing_the_password_keeps_this_session_and_ends_the_others(maya: Teammate, at_juniper: None) -> None:
    for device in (PHONE, LAPTOP):
        actions.sign_in(maya.user.email, PASSWORD, device=device)
    here = queries.list_sessions(maya.user)[0]
    actions.change_password(maya.user, NEW, kept=here, by=maya)
    assert [session.id for session in queries.list_sessions(maya.user)] == [here.id]


def test_a_new_address_must_be_proved_and_the_old_one_is_told(maya: Teammate, at_juniper: None, letters: Any) -> None:
    actions.ask_reset("maya@juniper.example")
    actions.change_email(maya.user, "Lind@juniper.example", by=maya)
    user = queries.get_user(maya.user_id)
    assert user.email == "lind@juniper.example" and not user.is_verified
    assert "address was changed" in letters("maya@juniper.example")[-1]["subject"]
    assert "Confirm" in letters("lind@juniper.example")[0]["subject"]
    with pytest.raises(Gone):
        actions.reset_password(token_in(letters("maya@juniper.example")[0], "password/reset"), NEW)


def test_an_address_of_another_account_is_refused(maya: Teammate, theo: Teammate, at_juniper: None) -> None:
    with pytest.raises(Invalid):
        actions.change_email(maya.user, theo.user.email, by=maya)


def test_each_change_of_an_account_has_its_line_of_history(maya: Teammate, at_juniper: None) -> None:
    changed = actions.change_account(maya.user, by=maya, name="Maya Lind-Park", company="Juniper Yoga")
    assert changed == ["name"]
    (line,) = queries.list_changes(maya.user, verb="account.changed")
    assert line.detail == {"field": "name", "before": "Maya Lind", "after": "Maya Lind-Park"}


def test_nobody_ends_anothers_session(maya: Teammate, theo: Teammate, at_juniper: None) -> None:
    actions.sign_in(maya.user.email, PASSWORD, device=PHONE)
    (hers,) = queries.list_sessions(maya.user)
    with pytest.raises(NotFound):
        actions.end_session(theo.user, hers.id, by=theo)
    actions.end_session(maya.user, hers.id, by=maya)
    assert queries.list_sessions(maya.user) == []


# --- the studio ---


def test_hours_are_replaced_as_a_whole(maya: Teammate, at_juniper: None) -> None:
    actions.set_business_hours({0: (600, 1200)}, by=maya)
    assert queries.business_hours() == {0: [(600, 1200)]}


def test_a_day_off_is_kept_once_and_can_be_taken_back(maya: Teammate, at_juniper: None) -> None:
    day = clock.today_in("America/Chicago") + timedelta(days=30)
    holiday = actions.add_holiday(day, by=maya)
    assert actions.add_holiday(day, by=maya).id == holiday.id
    assert [one.local_day for one in queries.list_holidays()] == [day]
    actions.remove_holiday(holiday.id, by=maya)
    assert queries.list_holidays() == []


def test_what_a_studio_changes_stands_in_the_audit(maya: Teammate, at_juniper: None) -> None:
    assert actions.change_workspace(by=maya, name="Juniper", timezone="America/Chicago") == ["name"]
    assert Workspace.get_by_id(maya.workspace_id).name == "Juniper"
    assert AuditEvent.select().where(AuditEvent.verb == "workspace.changed").count() == 1


# --- the team ---


def test_an_invited_stranger_becomes_a_teammate(maya: Teammate, at_juniper: None, letters: Any) -> None:
    actions.invite("Rosa@juniper.example", Role.MANAGER, by=maya)
    letter = letters("rosa@juniper.example")[0]
    assert "Maya Lind" in letter["subject"] and "Juniper Yoga" in letter["subject"]
    joined = actions.accept_as_new(
        token_in(letter, "invite"), somebody("Rosa Kim", "other@juniper.example"), device=PHONE
    )
    assert joined.user.email == "rosa@juniper.example" and joined.user.is_verified
    rosa = queries.find_present_by_email("rosa@juniper.example")
    assert rosa is not None and rosa.role is Role.MANAGER and rosa.notice_seen_at is None
    assert queries.list_open_invitations() == []
    with pytest.raises(Gone):
        actions.accept_as_new(token_in(letter, "invite"), somebody("Ann", "ann@juniper.example"), device=PHONE)


def test_an_invitation_names_the_role_in_the_language_of_the_letter(
    maya: Teammate, at_juniper: None, letters: Any
) -> None:
    words.load()
    workspace = current_workspace()
    Workspace.update(language="es").where(Workspace.id == workspace.id).execute()
    workspace.language = "es"
    actions.invite("rosa@juniper.example", Role.OWNER, by=maya)
    with use_locale("es"):
        assert f" {role_name(Role.OWNER)}." in letters("rosa@juniper.example")[0]["text"]
        assert role_name(Role.OWNER) != "Owner"


def test_an_owner_of_another_studio_can_join_this_one(
    maya: Teammate, iris: Teammate, at_juniper: None, letters: Any
) -> None:
    actions.invite(iris.user.email, Role.REP, by=maya)
    token = token_in(letters(iris.user.email)[0], "invite")
    joined = actions.accept_as_user(token, iris.user, device=PHONE)
    assert joined.workspace.id == maya.workspace_id
    assert {one.id for one in queries.list_workspaces(iris.user)} == {maya.workspace_id, iris.workspace_id}


def test_an_invitation_is_bound_to_its_address(maya: Teammate, iris: Teammate, at_juniper: None, letters: Any) -> None:
    actions.invite("rosa@juniper.example", Role.REP, by=maya)
    token = token_in(letters("rosa@juniper.example")[0], "invite")
    with pytest.raises(NotAllowed):
        actions.accept_as_user(token, iris.user, device=PHONE)
    assert len(queries.list_open_invitations()) == 1


def test_a_withdrawn_invitation_opens_nothing(maya: Teammate, at_juniper: None, letters: Any) -> None:
    invited = actions.invite("rosa@juniper.example", Role.REP, by=maya)
    actions.revoke_invitation(invited, by=maya)
    with pytest.raises(Gone):
        actions.accept_as_new(
            token_in(letters("rosa@juniper.example")[0], "invite"),
            somebody("Rosa Kim", "rosa@juniper.example"),
            device=PHONE,
        )


def test_an_invitation_ends_after_a_week(maya: Teammate, at_juniper: None, letters: Any) -> None:
    actions.invite("rosa@juniper.example", Role.REP, by=maya)
    clock.freeze(clock.now() + timedelta(days=7, seconds=1))
    with pytest.raises(Gone):
        actions.accept_as_new(
            token_in(letters("rosa@juniper.example")[0], "invite"),
            somebody("Rosa Kim", "rosa@juniper.example"),
            device=PHONE,
        )


def test_an_admin_gives_no_role_above_their_own(ada: Teammate, at_juniper: None) -> None:
    with pytest.raises(NotAllowed):
        actions.invite("rosa@juniper.example", Role.OWNER, by=ada)
    assert actions.invite("rosa@juniper.example", Role.ADMIN, by=ada).role is Role.ADMIN


def test_a_rep_invites_nobody(theo: Teammate, at_juniper: None) -> None:
    with pytest.raises(NotAllowed):
        actions.invite("rosa@juniper.example", Role.VIEWER, by=theo)


def test_whoever_has_not_confirmed_their_address_invites_nobody(maya: Teammate, at_juniper: None) -> None:
    maya.user.email_verified_at = None
    with pytest.raises(Invalid):
        actions.invite("rosa@juniper.example", Role.REP, by=maya)


def test_an_admin_cannot_change_or_remove_an_owner(maya: Teammate, ada: Teammate, at_juniper: None) -> None:
    with pytest.raises(NotAllowed):
        actions.change_role(maya, Role.REP, version=1, by=ada)
    with pytest.raises(NotAllowed):
        actions.remove_teammate(maya, version=1, by=ada)
    assert fresh(maya).role is Role.OWNER


def test_the_last_owner_can_neither_leave_nor_step_down(maya: Teammate, ada: Teammate, at_juniper: None) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.remove_teammate(maya, version=1, by=maya)
    assert refusal.value.words == "Choose another owner first."
    with pytest.raises(Invalid):
        actions.change_role(maya, Role.ADMIN, version=1, by=maya)
    actions.change_role(ada, Role.OWNER, version=1, by=maya)
    actions.remove_teammate(maya, version=1, by=maya)
    assert [owner.id for owner in queries.list_owners()] == [ada.id]


def test_the_second_of_two_who_change_a_role_gets_the_fresh_row(
    maya: Teammate, ada: Teammate, theo: Teammate, at_juniper: None
) -> None:
    actions.change_role(theo, Role.MANAGER, version=1, by=maya)
    with pytest.raises(Stale) as refusal:
        actions.change_role(theo, Role.VIEWER, version=1, by=ada)
    assert refusal.value.fresh.role is Role.MANAGER
    assert AuditEvent.select().where(AuditEvent.verb == "teammate.role_changed").count() == 1


def test_a_smaller_role_ends_the_sessions_and_the_invitations_it_could_not_give(
    maya: Teammate, ada: Teammate, at_juniper: None
) -> None:
    actions.sign_in(ada.user.email, PASSWORD, device=PHONE)
    actions.invite("rosa@juniper.example", Role.REP, by=ada)
    actions.change_role(ada, Role.MANAGER, version=1, by=maya)
    assert queries.list_sessions(ada.user) == [] and queries.list_open_invitations() == []


def test_a_greater_role_ends_nothing(maya: Teammate, theo: Teammate, at_juniper: None) -> None:
    actions.sign_in(theo.user.email, PASSWORD, device=PHONE)
    actions.change_role(theo, Role.MANAGER, version=1, by=maya)
    assert len(queries.list_sessions(theo.user)) == 1


def test_whoever_left_can_come_back_and_keeps_the_row(
    maya: Teammate, theo: Teammate, at_juniper: None, letters: Any
) -> None:
    actions.remove_teammate(theo, version=1, by=maya)
    assert queries.find_teammate(theo.id) is None
    actions.invite(theo.user.email, Role.VIEWER, by=maya)
    actions.accept_as_user(token_in(letters(theo.user.email)[-1], "invite"), theo.user, device=PHONE)
    back = queries.get_teammate(theo.id)
    assert back.role is Role.VIEWER and back.is_present


def test_a_teammate_next_door_is_not_found(maya: Teammate, iris: Teammate, at_juniper: None) -> None:
    with pytest.raises(NotFound):
        queries.get_teammate(iris.id)


# --- notices and questions ---


def test_what_repeats_before_it_is_read_is_counted(maya: Teammate, at_juniper: None) -> None:
    for _time in range(3):
        actions.notify(maya, NoticeKind.NEW_TEXT, link="/inbox/a", group_key="inbox/a")
    actions.notify(maya, NoticeKind.LEAD_ARRIVED, link="/contacts/b", group_key="lead/b")
    assert sorted(one.count for one in queries.list_notices(maya)) == [1, 3]
    assert queries.count_unread(maya) == 2
    assert actions.read_notices(maya) == 2
    actions.notify(maya, NoticeKind.NEW_TEXT, link="/inbox/a", group_key="inbox/a")
    assert queries.count_unread(maya) == 1 and len(queries.list_notices(maya)) == 3


def test_a_question_is_answered_once_by_mail(maya: Teammate, letters: Any) -> None:
    asked = actions.ask_operator(name="Ana", email="ana@example.com", body="How do I pause?\nThanks", page="/boards")
    question = queries.get_question(asked.id)
    actions.answer_question(question, "Open the card, then Paused.", by=maya.user)
    assert "Open the card" in letters("ana@example.com")[0]["text"]
    assert "> How do I pause?" in letters("ana@example.com")[0]["text"]
    assert queries.get_question(asked.id).state is HelpState.ANSWERED
    with pytest.raises(Stale):
        actions.answer_question(queries.get_question(asked.id), "Again", by=maya.user)
    assert len(letters("ana@example.com")) == 1


def test_the_words_of_a_question_lie_sealed(house: Any) -> None:
    asked = actions.ask_operator(name="Ana", email="ana@example.com", body="something nobody else reads")
    assert b"nobody else" not in bytes(queries.get_question(asked.id).__data__["body"])
    assert queries.get_question(asked.id).body == "something nobody else reads"


def test_holidays_of_last_year_are_not_listed(maya: Teammate, at_juniper: None) -> None:
    actions.add_holiday(date(2020, 12, 25), by=maya)
    assert queries.list_holidays() == []
