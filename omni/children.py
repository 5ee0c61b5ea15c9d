"""Forked children: each ends with its parent, and none is left behind.

On Linux the kernel tells a child that its parent died (prctl(2), PR_SET_PDEATHSIG) and gives the orphans of a killed
child to us (PR_SET_CHILD_SUBREAPER). Elsewhere a child watches a pipe whose other end only the parent holds.
"""

import ctypes
import os
import platform
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

IS_LINUX = platform.system() == "Linux"
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_watched, _held = -1, -1


def become_parent() -> None:
    """Children forked from here on end with this process; on Linux their orphans become its children."""
    global _watched, _held
    if IS_LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    else:
        _watched, _held = os.pipe()


def fork(run: Callable[[], int | None]) -> int:
    """Start `run` in a child with a process group of its own, so that Ctrl-C reaches the parent alone; its pid."""
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setpgid(0, 0)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        end_with_parent(parent)
        code = run() or 0
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else 1
    except BaseException:
        traceback.print_exc(limit=-4)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def end_with_parent(parent: int) -> None:
    """This process gets SIGTERM when `parent` dies, also when that happened just now."""
    if IS_LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)
        return
    os.close(_held)
    threading.Thread(target=_end_when_closed, daemon=True).start()


def living() -> list[int]:
    """Every child of this process, adopted orphans too, where the kernel tells."""
    told = Path(f"/proc/self/task/{os.getpid()}/children")
    try:
        return [int(pid) for pid in told.read_text().split()]
    except OSError:
        return []


def send(pid: int, number: signal.Signals) -> None:
    """Signal one process that may be gone already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _end_when_closed() -> None:
    os.read(_watched, 1)
    os.kill(os.getpid(), signal.SIGTERM)
