"""What follows from the boards of a workspace that has moved in: how many stand in each stage, and their clocks."""

from peewee import fn

from omni.boards.models import Card, Stage, StageStat
from omni.core import clock
from omni.core.queue import later


def count_again() -> None:
    """Every stage knows its cards, and has their clocks reckoned by this studio's own hours."""
    standing = Card.select(Card.stage, fn.COUNT(Card.id), fn.COALESCE(fn.SUM(Card.value_cents), 0))
    found = standing.where(Card.closed_at.is_null()).group_by(Card.stage).tuples()
    counted = {stage_id: (n, int(value)) for stage_id, n, value in found}
    for stage in Stage.select():
        n, value = counted.get(stage.id, (0, 0))
        StageStat.create(stage=stage, n=n, value_cents=value)
        if stage.is_open and n:
            Stage.update(recount_at=clock.now()).where(Stage.id == stage.id).execute()
            later("boards.recount", stage_id=stage.id)
