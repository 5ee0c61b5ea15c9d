"""What a worker does when it is told to stop at an awkward moment."""

import pytest
from rq.exceptions import StopRequested

from omni import worker
from omni.core import heartbeats


def test_a_stop_during_a_heartbeat_is_not_taken_for_a_fault(house: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """RQ raises StopRequested from its signal handler, an ordinary Exception, wherever the process is."""

    def stopped(_process: str) -> None:
        raise StopRequested

    monkeypatch.setattr(heartbeats, "beat", stopped)
    with pytest.raises(StopRequested):
        worker._beat("mail")


def test_a_heartbeat_that_fails_does_not_end_the_worker(house: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_process: str) -> None:
        raise OSError

    monkeypatch.setattr(heartbeats, "beat", broken)
    worker._beat("mail")
