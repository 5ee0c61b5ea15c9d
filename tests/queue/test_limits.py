"""Rate limits: shared in Redis, at half size without it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omni.core import limits, queue
from omni.core.faults import TooMany
from tests.servers import Valkey


def taken(bucket: str, key: str, times: int, **limit: int) -> int:
    """How many of `times` tries were let through."""
    through = 0
    for _ in range(times):
        try:
            limits.take(bucket, key, **limit)
            through += 1
        except TooMany:
            continue
    return through


def test_a_bucket_gives_its_size_and_then_says_when(valkey: Valkey) -> None:
    assert taken("signup", "192.0.2.1", 5, per_hour=5) == 5
    with pytest.raises(TooMany) as refusal:
        limits.take("signup", "192.0.2.1", per_hour=5)
    assert 700 < refusal.value.retry_after_s <= 720


def test_buckets_and_keys_do_not_share(valkey: Valkey) -> None:
    assert taken("signup", "192.0.2.1", 9, per_hour=5) == 5
    assert taken("signup", "192.0.2.2", 9, per_hour=5) == 5
    assert taken("reset", "192.0.2.1", 9, per_hour=5) == 5


def test_nothing_in_redis_tells_whose_bucket_it_is(valkey: Valkey) -> None:
    limits.take("signup", "maya@example.com", per_hour=5)
    client = queue.connection()
    (key,) = client.keys("*limit*")
    assert b"maya" not in key
    assert b"maya" not in repr(client.hgetall(key)).encode()
    assert 0 < client.ttl(key) <= 3600


def test_without_redis_each_process_gives_half(house: object) -> None:
    queue.bind("unix:///nowhere/redis.sock")
    limits.forget()
    assert taken("signup", "192.0.2.1", 20, per_hour=10) == 5
    assert taken("once", "192.0.2.1", 3, per_day=1) == 1
    limits.forget()


def test_own_buckets_do_not_grow_for_ever(house: object, monkeypatch: pytest.MonkeyPatch) -> None:
    queue.bind("unix:///nowhere/redis.sock")
    limits.forget()
    monkeypatch.setattr(limits, "MOST_OWN_BUCKETS", 10)
    for n in range(50):
        limits.take("signup", f"192.0.2.{n}", per_hour=10)
    assert len(limits._own) == 10
    limits.forget()


def test_just_one_limit_is_given(house: object) -> None:
    with pytest.raises(TypeError):
        limits.take("signup", "x")
    with pytest.raises(TypeError):
        limits.take("signup", "x", per_hour=1, per_day=1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 12), tries=st.integers(1, 40))
def test_limits_never_exceed(valkey: Valkey, size: int, tries: int) -> None:
    limits.forget()
    key = f"{size}-{tries}"
    valkey.client().flushall()
    assert taken("property", key, tries, per_day=size) == min(size, tries)
