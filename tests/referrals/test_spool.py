"""The spool by itself: what is sealed opens, what is torn does not, and nothing in it can be read by others."""

import dataclasses
import os
import stat
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni.referrals import spool
from omni.referrals.records import Record, Unreadable, seal, unseal
from omni.referrals.spool import Writer
from tests.referrals.friend import IPHONE

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def keys(day: date, under: bytes | None) -> tuple[bytes, bytes]:
    known = {b"old ": b"o", b"new ": b"n"}
    name = b"new " if under is None else under
    return name, (known[name] + day.isoformat().encode()).ljust(32, b".")


def record(number: int = 1, **more: object) -> Record:
    return dataclasses.replace(
        Record(UUID(int=number), UUID(int=2), UUID(int=3), NOON, agent=IPHONE, visitor_key=b"k" * 16), **more
    )


records = st.builds(
    Record,
    id=st.uuids(),
    workspace_id=st.uuids(),
    link_id=st.uuids(),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds it
    is_head=st.booleans(),
    is_prefetch=st.booleans(),
    accepts_html=st.booleans(),
    has_session=st.booleans(),
    is_confirmation=st.booleans(),
    channel=st.integers(0, 255),
    visitor_key=st.sampled_from([b"", b"v" * 16]),
    agent=st.text(st.characters(codec="utf-8"), max_size=120),
    referrer_host=st.text(st.characters(codec="ascii"), max_size=100),
)


@given(records)
def test_what_is_sealed_opens_as_it_was(one: Record) -> None:
    assert unseal(seal(one, keys).rstrip(b"\n"), keys) == one


@given(records, st.data())
def test_a_torn_or_changed_line_does_not_open(one: Record, data: st.DataObject) -> None:
    line = seal(one, keys).rstrip(b"\n")
    cut = data.draw(st.integers(0, len(line) - 1))
    with pytest.raises(Unreadable):
        unseal(line[:cut], keys)
    other = bytes([line[cut] ^ 1])
    with pytest.raises(Unreadable):
        unseal(line[:cut] + other + line[cut + 1 :], keys)


def test_a_line_is_200_to_400_bytes_and_shows_nothing() -> None:
    line = seal(record(), keys)
    assert 200 <= len(line) <= 400 and b"\n" not in line[:-1]
    assert b"iPhone" not in line and b"k" * 16 not in line


def test_a_line_sealed_under_the_old_key_still_opens() -> None:
    def before(day: date, under: bytes | None) -> tuple[bytes, bytes]:
        return keys(day, under or b"old ")

    assert unseal(seal(record(), before).rstrip(), keys) == record()


def test_an_endless_agent_is_cut() -> None:
    assert len(unseal(seal(record(agent="é" * 4000), keys).rstrip(), keys).agent.encode()) <= 512 + 3


def lines_in(folder: Path) -> list[bytes]:
    with spool.segments(folder) as found:
        return [line for segment in found for line in segment.lines(0)[0]]


def test_a_live_segment_is_read_and_not_taken_for_finished(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    writer.append(b"one\n")
    with spool.segments(tmp_path) as (segment,):
        assert not segment.is_finished and segment.lines(0) == ([b"one"], 4, False)
    writer.close()
    with spool.segments(tmp_path) as (segment,):
        assert segment.is_finished


def test_segments_are_for_our_eyes_only(tmp_path: Path) -> None:
    folder = tmp_path / "hits"
    Writer(folder).append(b"one\n")
    (path,) = folder.glob("*.hits")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_full_segment_is_followed_by_another(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    for _ in range(5):
        writer.append(b"x" * 300_000 + b"\n")
    writer.close()
    assert len(list(tmp_path.glob("*.hits"))) == 2
    assert len(lines_in(tmp_path)) == 5


def test_an_old_segment_is_finished_by_the_clockwork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MOST_SEGMENT_AGE_S", 0.0)
    writer = Writer(tmp_path)
    writer.append(b"one\n")
    writer.sync()
    with spool.segments(tmp_path) as (segment,):
        assert segment.is_finished


def test_a_torn_tail_of_a_finished_segment_is_told(tmp_path: Path) -> None:
    (tmp_path / "00000000000000000001-1.hits").write_bytes(b"whole\nto")
    with spool.segments(tmp_path) as (segment,):
        assert segment.lines(0) == ([b"whole"], 6, True)


def test_on_a_full_disk_the_hit_is_dropped_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full stands for the disk: every write to it fails with ENOSPC."""
    writer = Writer(tmp_path)
    writer.append(b"one\n")
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, writer._file)  # type: ignore[arg-type]
    assert writer.append(b"two\n") is False
    assert writer.append(b"three\n") is True
    os.close(full)
    assert spool.dropped_of(tmp_path) == 1


def test_of_two_drains_one_works(tmp_path: Path) -> None:
    with spool.sole_drain(tmp_path) as first, spool.sole_drain(tmp_path) as second:
        assert (first, second) == (True, False)
