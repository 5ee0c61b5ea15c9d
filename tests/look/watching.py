"""What a browser may not do while somebody works in it: complain, or ask another host."""

from typing import Any
from urllib.parse import urlsplit

EXPECTED = (
    # A form with faults comes back as 422; Chromium writes every answer above 399 into its console.
    "the server responded with a status of 422",
    # Chromium on Linux knows neither; elsewhere it does (`omni/web/headers.py`).
    "Error with Permissions-Policy header: Unrecognized feature: 'web-share'.",
    "Error with Permissions-Policy header: Unrecognized feature: 'bluetooth'.",
)
LOCAL = ("data", "blob", "about")


class Watch:
    """Collects, over all pages of a browser context, what may not happen."""

    def __init__(self, context: Any, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        context.on("console", self._hear)
        context.on("weberror", lambda fault: self.complaints.append(str(fault.error)))
        context.on("request", self._see)

    @property
    def faults(self) -> list[str]:
        return [*self.complaints, *self.elsewhere]

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(one in message.text for one in EXPECTED):
            self.complaints.append(f"{message.page.url if message.page else ''}: {message.text}")

    def _see(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in LOCAL and parts.netloc != self.host:
            self.elsewhere.append(request.url)
