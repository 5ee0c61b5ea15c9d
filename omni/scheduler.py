"""The scheduler: one loop that runs each tick when it is due, and says that it is well. Two of them do no harm."""

import signal
import time
from types import FrameType

from omni.core import database, heartbeats, log, schedule

PAUSE_S = 0.5
# So long a database that is away is left alone.
AWAY_S = 2.0


def keep_time() -> int:
    """Run what is due until told to stop. The house is open."""
    log.name_process("scheduler")
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    is_set_up, beaten_at = False, 0.0
    while not stopping:
        try:
            if time.monotonic() - beaten_at >= heartbeats.EVERY_S:
                heartbeats.beat("scheduler")
                beaten_at = time.monotonic()
            if not is_set_up:
                schedule.set_up()
                is_set_up = True
            schedule.run_due()
            time.sleep(PAUSE_S)
        except Exception as fault:
            log.fault("schedule_failed", fault)
            database.close()
            time.sleep(AWAY_S)
    database.close()
    return 0
