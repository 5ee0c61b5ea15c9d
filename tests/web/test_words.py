"""Sentences, days, times, numbers and money: against gettext's and Babel's own answers."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent
from markupsafe import Markup, escape

from omni.core import words, words_catalog
from omni.core.words import lazy, use_locale

AT = datetime(2026, 11, 27, 23, 5, tzinfo=UTC)
LOCALES = ["en", "en_US", "en_GB", "es", "es_ES", "es_MX"]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("zone", ["America/Chicago", "Asia/Tokyo", "UTC"])
def test_formatters_answer_as_babel_does(locale: str, zone: str) -> None:
    local, known = AT.astimezone(ZoneInfo(zone)), Locale.parse(locale)
    with use_locale(locale, zone):
        for form in ("short", "medium", "long", "full"):
            assert words.local_day(AT, form) == format_date(local.date(), form, locale=known)
        assert words.local_time(AT) == format_time(AT, "short", tzinfo=ZoneInfo(zone), locale=known)
        assert words.number(1234.5) == format_decimal(1234.5, locale=known)
        assert words.number(0.25, "percent") == format_percent(0.25, locale=known)
        assert words.money(123450, "USD") == format_currency(1234.5, "USD", locale=known)
        assert words.money(500, "JPY") == format_currency(500, "JPY", locale=known)
        two_days = words.ago(AT - timedelta(days=2), since=AT)
        assert two_days == format_timedelta(timedelta(days=-2), add_direction=True, locale=known)
        pattern = str(known.datetime_skeletons["MMMMEd" if "MMMMEd" in known.datetime_skeletons else "MMMEd"].pattern)
        long = pattern.replace("E", "EEEE").replace("MMMM", "MMM").replace("MMM", "MMMM")
        assert words.local_day(AT, "weekday") == format_date(local.date(), long, locale=known)
        assert words.first_weekday() == known.first_week_day


def test_an_evening_in_chicago_is_the_next_day_in_tokyo() -> None:
    with use_locale("en", "America/Chicago"):
        assert words.local_day(AT, "weekday") == "Friday, November 27"
    with use_locale("en", "Asia/Tokyo"):
        assert words.local_day(AT, "weekday") == "Saturday, November 28"


def test_a_day_has_no_zone() -> None:
    with use_locale("en", "Pacific/Kiritimati"):
        assert words.local_day(date(2026, 11, 27), "name") == "Friday"


def test_an_unknown_language_is_english_and_an_unknown_zone_utc() -> None:
    with use_locale("xx-nope", "Mars/Olympus") as tongue:
        assert str(tongue.locale) == "en" and tongue.zone.key == "UTC"
    assert str(words.current_locale()) == "en"


def test_a_block_keeps_the_zone_it_is_not_told_to_change() -> None:
    with use_locale("en", "Asia/Tokyo"), use_locale("es"):
        assert words.current_zone().key == "Asia/Tokyo"


@pytest.fixture
def spanish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "omni.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "Move %(name)s"\nmsgstr "Mover a %(name)s"\n\n'
        'msgid "%(num)s lead"\nmsgid_plural "%(num)s leads"\n'
        'msgstr[0] "un interesado"\nmsgstr[1] "%(num)s interesados"\n'
    )
    monkeypatch.setattr(words, "_catalogs", dict(words._catalogs))
    words._catalogs.pop("es", None)
    assert words.load(tmp_path) == ["en", "es"]


def test_a_sentence_is_worded_in_the_readers_language(spanish: None) -> None:
    label = lazy("Move %(name)s", name="Ana")
    assert str(label) == words.gettext("Move %(name)s", name="Ana") == "Move Ana"
    with use_locale("es_MX"):
        assert str(label) == words.gettext("Move %(name)s", name="Ana") == "Mover a Ana"
        assert words.ngettext("%(num)s lead", "%(num)s leads", 1) == "un interesado"
        assert words.ngettext("%(num)s lead", "%(num)s leads", 3) == "3 interesados"
        assert words.gettext("No Spanish yet") == "No Spanish yet"


def test_a_percent_sign_is_written_twice() -> None:
    assert words.gettext("Up to 100 %%") == "Up to 100 %"


def test_a_lazy_sentence_is_escaped_where_it_stands_in_a_page() -> None:
    assert escape(lazy("a < b")) == Markup("a &lt; b")
    assert lazy("a %(n)s", n=1).key == "a %(n)s"


def test_templates_word_and_escape(studio) -> None:  # type: ignore[no-untyped-def]
    with studio.test_request_context("/"):
        template = studio.jinja_env.from_string(
            '{{ _("Hello %(name)s", name=n) }} {{ 5|number }} {{ 250|money("USD") }}'
        )
        assert template.render(n="<b>") == "Hello &lt;b&gt; 5 $2.50"


def test_catalogs_are_up_to_date_and_translations_keep_the_named_values() -> None:
    fresh = words_catalog.extract()
    faults = [fault for path in words_catalog.catalogs() for fault in words_catalog.check(path, fresh)]
    assert not faults, "\n".join(faults[:20])


def test_the_check_finds_what_is_missing_left_over_and_misnamed(tmp_path: Path) -> None:
    fresh = words_catalog.extract()
    folder = tmp_path / "es"
    folder.mkdir()
    (folder / "omni.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Nobody says this %(name)s"\nmsgstr "Nadie dice esto %(nombre)s"\n'
    )
    faults = "\n".join(words_catalog.check(folder / "omni.po", fresh))
    assert "lacks 'Too many tries'" in faults
    assert "nobody says 'Nobody says this %(name)s' any more" in faults
    assert "names ['nombre'], its key names ['name']" in faults


def test_the_catalog_is_written_the_same_twice() -> None:
    path = words_catalog.catalogs()[0]
    fresh = words_catalog.extract()
    once = words_catalog.written(words_catalog.updated(path, fresh))
    assert once == words_catalog.written(words_catalog.updated(path, words_catalog.extract()))
