"""Named places in the code at which the crash tests kill the process.

Outside tests a point does nothing: no file is looked at unless `OMNI_ENV=test` and `OMNI_POINT` names the point.
"""

import os
import time
from pathlib import Path


def point(name: str) -> None:
    """Wait here to be killed, if a test asked for it by `OMNI_POINT=name@folder`; the folder's file tells the pid.

    Removing that file lets the process go on, so that a test may also watch a process that is merely slow.
    """
    asked = os.environ.get("OMNI_POINT", "")
    if not asked or os.environ.get("OMNI_ENV") != "test":
        return
    wanted, _, folder = asked.partition("@")
    once = Path(folder) / f"{name}.once"
    if wanted != name or once.exists():
        return
    once.touch()
    here = Path(folder) / name
    here.write_text(str(os.getpid()))
    while here.exists():
        time.sleep(0.01)
