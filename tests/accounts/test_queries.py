"""What this room can be asked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from omni.accounts import actions, addresses, ports, queries
from omni.accounts.devices import device_of
from omni.accounts.forms import language_choices, zone_choices
from omni.accounts.models import MODELS, Teammate
from omni.accounts.notices import sentence_of
from omni.accounts.personal_data import ANSWERS
from omni.accounts.places import Place, currency_of, phone_of, place_of
from omni.accounts.roles import givable
from omni.core import ages, clock
from omni.core.policies import Role
from omni.core.tenancy import entered
from tests.accounts.conftest import join


def test_teammates_come_by_name_and_without_those_who_left(maya: Teammate, theo: Teammate, ada: Teammate) -> None:
    with entered(maya.workspace_id):
        assert [one.name for one in queries.list_teammates()] == ["Ada Cole", "Maya Lind", "Theo Park"]
        actions.remove_teammate(theo, version=1, by=maya)
        assert [one.name for one in queries.list_teammates()] == ["Ada Cole", "Maya Lind"]
        assert queries.name_of(theo.id) == "Theo Park"


def test_each_studio_sees_its_own(maya: Teammate, theo: Teammate, iris: Teammate) -> None:
    with entered(iris.workspace_id):
        assert [one.name for one in queries.list_teammates()] == ["Iris Stone"]
        assert queries.find_teammate(theo.id) is None


@pytest.mark.parametrize(
    ("instant", "is_open"),
    [
        (datetime(2026, 11, 23, 15, 0, tzinfo=UTC), True),  # Monday 9:00 in Chicago
        (datetime(2026, 11, 23, 14, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), False),  # Monday 18:00
        (datetime(2026, 11, 28, 18, 59, tzinfo=UTC), True),  # Saturday 12:59
        (datetime(2026, 11, 29, 16, 0, tzinfo=UTC), False),  # Sunday
        (datetime(2026, 11, 26, 16, 0, tzinfo=UTC), False),  # Thursday, a day off
    ],
)
def test_the_studio_is_open_by_its_own_clock(maya: Teammate, instant: datetime, is_open: bool) -> None:
    with entered(maya.workspace_id):
        actions.add_holiday(date(2026, 11, 26), by=maya)
        assert queries.is_open_at(instant) is is_open


def test_the_workspace_of_the_last_session_comes_first(maya: Teammate, iris: Teammate) -> None:
    with entered(iris.workspace_id):
        Teammate.create(user=maya.user, role=Role.VIEWER)
    assert queries.list_places(maya.user)[0] == maya.workspace_id


def test_every_table_has_its_answer() -> None:
    assert {answer.model for answer in ANSWERS} == set(MODELS)


def test_the_answers_find_the_rows_of_a_user_and_of_nobody_else(maya: Teammate, theo: Teammate) -> None:
    from omni.accounts.devices import Device
    from omni.core.database import transaction

    with transaction():
        for one in (maya, theo):
            actions.start_session(one.user, one.workspace, device=Device())
    with entered(maya.workspace_id):
        actions.notify(maya, "new_text", link="/inbox", group_key="a")  # type: ignore[arg-type]
        found = {answer.model.__name__: answer.locate(maya.user_id).count() for answer in ANSWERS if answer.locate}
    assert found == {"User": 1, "Teammate": 1, "Session": 1, "Notice": 1, "HelpMessage": 0}


def test_a_mans_role_gives_what_it_has_and_less() -> None:
    assert givable(Role.OWNER) == list(Role)
    assert givable(Role.ADMIN) == [Role.ADMIN, Role.MANAGER, Role.REP, Role.VIEWER]
    assert givable(Role.VIEWER) == [Role.VIEWER]


def test_the_addresses_in_letters_are_in_the_url_map(app: Any) -> None:
    adapter = app.url_map.bind("localhost")
    plain = (addresses.login, addresses.ask_reset, addresses.security, addresses.ask_operator)
    by_token = (addresses.reset, addresses.verify, addresses.invite)
    for url in [*(one() for one in plain), *(one("token") for one in by_token)]:
        path = "/" + url.split("://", 1)[1].split("/", 1)[1]
        assert adapter.match(path, method="GET")


def test_every_notice_has_words_for_one_and_for_many() -> None:
    from omni.accounts.models import NoticeKind

    for kind in NoticeKind:
        assert sentence_of(kind, 1) != sentence_of(kind, 3) and "3" in sentence_of(kind, 3)


def test_the_documents_in_force_come_by_the_port(house: Any) -> None:
    assert ports.documents.answer() is not None
    assert set(queries.documents()) >= {"terms", "policy"}


@pytest.mark.parametrize(
    ("phone", "place"),
    [
        ("+13125550123", Place("US", "America/Chicago", "USD")),
        ("+18005550123", Place("US", "America/New_York", "USD")),
        ("+442079460018", Place("GB", "Europe/London", "GBP")),
        ("+34911234567", Place("ES", "Europe/Madrid", "EUR")),
        ("+810312345678", Place("JP", "Asia/Tokyo", "JPY")),
    ],
)
def test_a_number_tells_where_its_studio_is(phone: str, place: Place) -> None:
    assert place_of(phone) == place


def test_a_number_is_read_as_people_there_write_it() -> None:
    assert phone_of("(312) 555-0123") == "+13125550123"
    assert phone_of("020 7946 0018", "GB") == "+442079460018"
    assert phone_of("312 555 01") is None and phone_of("call me") is None
    assert currency_of("XX") == "USD"


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/141.0 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8.5", ""),
    ],
)
def test_a_device_is_remembered_in_words(agent: str, label: str) -> None:
    assert device_of(agent, "203.0.113.9").label == label


@pytest.mark.parametrize(
    ("country", "age"), [("US", 13), ("GB", 13), ("DE", 16), ("FR", 15), ("ES", 14), ("KR", 14), ("IN", 18), ("BR", 13)]
)
def test_each_country_has_its_age(country: str, age: int) -> None:
    assert ages.age_of_consent(country) == age


def test_a_birthday_month_counts_from_its_end() -> None:
    born = {"birth_year": 2013, "birth_month": 11}
    assert not ages.is_of_age("US", **born, on=date(2026, 11, 30))
    assert ages.is_of_age("US", **born, on=date(2026, 12, 1))


def test_the_table_of_ages_was_checked_within_a_year_and_names_its_sources() -> None:
    import tomllib

    rows = tomllib.loads(ages.TABLE.read_text(encoding="utf-8"))
    assert clock.today_in("UTC") - ages.checked_on() < timedelta(days=365)
    for country, row in rows.items():
        if isinstance(row, dict):
            assert len(country) == 2 and 13 <= row["age"] <= 18 and len(row["source"]) > 5


def test_there_are_zones_and_languages_to_choose(house: Any) -> None:
    assert ("America/Chicago", "America/Chicago") in zone_choices()
    assert language_choices()[0] == ("en", "English")


def test_whoever_joined_twice_is_one_row(maya: Teammate) -> None:
    theo = join(maya, "Theo Park", "theo@juniper.example", Role.REP)
    with entered(maya.workspace_id):
        assert queries.teammate_of(theo.user).id == theo.id
