"""What is done away from a request: counting hits, telling an owner, forgetting old salts and hits."""

import time
from datetime import timedelta

from omni.core import clock, log, queue
from omni.core.ids import Id, new_id
from omni.core.queue import job, later
from omni.core.schedule import tick
from omni.referrals import actions, place, queries, spool, visitors
from omni.referrals.clicks import day_key
from omni.referrals.drain import drain

HITS_KEPT = timedelta(days=30)
_REWRITE_S = 60


def no_rows() -> list[Id]:
    """The spool is no table: the tick below is what finds its work again."""
    return []


@tick("referrals.ring_drain", every_s=5)
def ring_drain() -> None:
    """While hits wait, the worker hears of them every five seconds."""
    if spool.waiting_since(place.spool_folder()) is not None:
        later("referrals.drain_hits", run_id=new_id())


@job("referrals.drain_hits", queue="work", finder=no_rows, timeout_s=120, is_global=True)
def drain_hits(run_id: Id) -> None:
    """Count what lies in the spool; a second run at the same time does nothing."""
    drained = drain(place.spool_folder(), keys=day_key, redis=queue.connection())
    if drained.hits:
        log.event("hits_counted", count=drained.hits)


@job("referrals.follow_up", queue="work", finder=queries.not_followed_up, timeout_s=30)
def follow_up(submission_id: Id) -> None:
    """The link's owner knows that a lead arrived."""
    actions.follow_up(submission_id)


@tick("referrals.forget_salts", every_s=3600)
def ring_forgetting() -> None:
    """Old salts are gone from Redis's memory and from its file."""
    later("referrals.forget_salts", run_id=new_id())


@job("referrals.forget_salts", queue="work", finder=no_rows, timeout_s=_REWRITE_S + 30, is_global=True)
def forget_salts(run_id: Id) -> None:
    """Delete the salts of days that are over, and have Redis write its file anew without them."""
    redis = queue.connection()
    if not visitors.forget_old_salts(redis):
        return
    redis.bgrewriteaof()
    until = time.monotonic() + _REWRITE_S
    while time.monotonic() < until:
        told = redis.info("persistence")
        if not told.get("aof_rewrite_in_progress") and not told.get("aof_rewrite_scheduled"):
            return
        time.sleep(0.1)
    log.warn("salts_still_on_disk")


@job(
    "referrals.forget_hits",
    queue="work",
    finder=lambda: queries.with_hits_before(clock.now() - HITS_KEPT),
    timeout_s=60,
)
def forget_hits(link_id: Id) -> None:
    """Single hits older than 30 days are gone; the counts by day stay."""
    actions.forget_hits(link_id, before=clock.now() - HITS_KEPT)
