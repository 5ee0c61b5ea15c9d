"""Rate limits: token buckets, kept in Redis so that all processes share them.

A bucket holds as many tokens as its limit and fills again over its period. Its key is an HMAC, so that nothing in Redis
tells an address or a person. While Redis is away each process keeps buckets of its own at half the size.
"""

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from redis.exceptions import RedisError

from omni.core import log, queue, secrets
from omni.core.faults import TooMany

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400
# So many buckets a process keeps while Redis is away; the one untouched for longest makes room.
MOST_OWN_BUCKETS = 10_000
# So long a process uses its own buckets before it asks Redis again.
AWAY_S = 5.0

# Redis's own clock is used, so that machines whose clocks differ share one bucket.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local size, period = tonumber(ARGV[1]), tonumber(ARGV[2])
local held = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(held[1]) or size
tokens = math.min(size, tokens + (now - (tonumber(held[2]) or now)) * size / period)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = (1 - tokens) * period / size end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(period * 1000))
return tostring(wait)
"""


@dataclass
class _Bucket:
    tokens: float
    at: float


_own: OrderedDict[bytes, _Bucket] = OrderedDict()
_lock = threading.Lock()
_away_until = 0.0


def take(bucket: str, key: str, *, per_minute: int = 0, per_hour: int = 0, per_day: int = 0) -> None:
    """Take one token from the bucket `bucket` of `key`. Just one of the three limits is given.

    Raises: TooMany with the seconds until the next token.
    """
    size, period_s = _only(per_minute, per_hour, per_day)
    name = secrets.hmac_of("limit", bucket, key)
    wait_s = _shared_wait(name, size, period_s)
    if wait_s is None:
        wait_s = _own_wait(name, max(1, size // 2), period_s)
    if wait_s > 0:
        log.security("excess_rate_limit_exceeded", name=bucket, limit=size)
        raise TooMany(max(1, math.ceil(wait_s)))


def forget() -> None:
    """Empty this process's own buckets, and ask Redis again at once."""
    global _away_until
    _away_until = 0.0
    with _lock:
        _own.clear()


def _only(per_minute: int, per_hour: int, per_day: int) -> tuple[int, int]:
    given = [(n, period_s) for n, period_s in ((per_minute, MINUTE_S), (per_hour, HOUR_S), (per_day, DAY_S)) if n]
    if len(given) != 1:
        raise TypeError("give one limit: per_minute, per_hour or per_day")
    return given[0]


def _shared_wait(name: bytes, size: int, period_s: int) -> float | None:
    """Seconds to wait by the shared bucket; None while Redis is away."""
    global _away_until
    if time.monotonic() < _away_until:
        return None
    try:
        return float(queue.connection().eval(_TAKE, 1, b"omni:limit:" + name, size, period_s))
    except (RedisError, OSError) as fault:
        _away_until = time.monotonic() + AWAY_S
        log.warn("limits_without_redis", error=type(fault).__name__)
        return None


def _own_wait(name: bytes, size: int, period_s: int) -> float:
    now = time.monotonic()
    with _lock:
        bucket = _own.setdefault(name, _Bucket(size, now))
        _own.move_to_end(name)
        while len(_own) > MOST_OWN_BUCKETS:
            _own.popitem(last=False)
        bucket.tokens = min(size, bucket.tokens + (now - bucket.at) * size / period_s)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) * period_s / size
        bucket.tokens -= 1
        return 0.0
