"""Two processes finish the same repeated tasks: each has one successor (invariant 10); on both databases."""

from datetime import date
from typing import Any

from omni.core.ids import Id
from omni.core.tenancy import entered
from omni.tasks import actions, queries
from omni.tasks.models import Task
from omni.tasks.recurrence import Repeat, Unit
from tests.parallel import together

TIMES = 500


def finish_often(workspace: Id, series_id: Id, by_id: Id) -> int:
    """How many of the series this process was the one to finish."""
    from omni.accounts.models import Teammate

    done = 0
    with entered(workspace):
        by = Teammate.get_by_id(by_id)
        for number in range(1, TIMES + 1):
            while (found := find(series_id, number)) is None:
                continue
            done += actions.finish_task(queries.get_task(found.id), by=by) is not None
    return done


def find(series_id: Id, number: int) -> Task | None:
    found: Task | None = Task.select().where(Task.series_id == series_id, Task.occurrence_no == number).first()
    return found


def test_two_processes_finish_a_repeated_task_500_times(lead: Any, maya: Any, config: Any, juniper: Any) -> None:
    task = actions.add_task(lead, title="Again", due_on=date(2026, 11, 27), by=maya, repeat=Repeat(Unit.DAY))
    each = together(*[(finish_often, config, juniper.id, task.id, maya.id)] * 2)
    assert sum(each) == TIMES, each
    with entered(juniper.id):
        numbers = [number for (number,) in Task.select(Task.occurrence_no).order_by(Task.occurrence_no).tuples()]
    assert numbers == list(range(1, TIMES + 2))
