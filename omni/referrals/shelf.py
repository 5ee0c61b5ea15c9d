"""Pages kept ready in this process: drawn once, served to everyone, looked at again after five seconds.

While one thread draws a page anew, the others serve the old one. When the database is away, the old one is served for
up to an hour.
"""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from omni.core.ids import Id

FRESH_S = 5.0
LONGEST_S = 3600.0
MOST_PAGES = 512
MOST_BYTES = 16_000_000

View = TypeVar("View")


@dataclass(frozen=True)
class Page(Generic[View]):
    """An answer to everyone who asks for a slug. `view` is what was drawn, None where there is nothing to draw."""

    status: int
    view: View | None = None
    workspace_id: Id | None = None
    link_id: Id | None = None
    zone: ZoneInfo | None = None
    location: str = ""
    plain: bytes = b""
    gzipped: bytes = b""
    etag: str = ""
    # Headers with which the application answered this page, by variant (`express`).
    answers: dict[Any, list[tuple[str, str]]] = field(default_factory=dict, compare=False)

    @property
    def bytes(self) -> int:
        return len(self.plain) + len(self.gzipped)


def drawn(html: str, *, status: int, view: View, workspace_id: Id, link_id: Id, zone: ZoneInfo) -> Page[View]:
    """The page with both forms of its bytes, and a tag that names them."""
    plain = html.encode()
    return Page(
        status=status,
        view=view,
        workspace_id=workspace_id,
        link_id=link_id,
        zone=zone,
        plain=plain,
        # Drawn once and sent a thousand times, so the best level; no time in it, so that equal pages are equal bytes.
        gzipped=gzip.compress(plain, 9, mtime=0),
        etag=hashlib.sha256(plain).hexdigest()[:20],
    )


class Shelf(Generic[View]):
    """The pages of this process, by slug."""

    def __init__(self, draw: Callable[[str], Page[View]], *, away: tuple[type[Exception], ...] = ()) -> None:
        self._draw = draw
        self._away = away
        self._pages: OrderedDict[str, tuple[float, Page[View]]] = OrderedDict()
        self._drawing: set[str] = set()
        self._lock = threading.Lock()
        self._bytes = 0

    def get(self, slug: str) -> Page[View]:
        """The page for a slug, at most five seconds old unless another thread is drawing it or nobody can.

        Raises whatever drawing raises when there is no page to serve in its place.
        """
        return self.fresh(slug) or self._renewed(slug, self._pages.get(slug))

    def fresh(self, slug: str) -> Page[View] | None:
        """The page, when it lies here and needs no second look."""
        kept = self._pages.get(slug)
        return kept[1] if kept and time.monotonic() - kept[0] < FRESH_S else None

    def drop(self) -> None:
        """Forget every page."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def _renewed(self, slug: str, kept: tuple[float, Page[View]] | None) -> Page[View]:
        with self._lock:
            is_being_drawn = slug in self._drawing
            if kept and is_being_drawn:
                return kept[1]
            self._drawing.add(slug)
        try:
            page = self._draw(slug)
        except self._away:
            if kept and time.monotonic() - kept[0] < LONGEST_S:
                return kept[1]
            raise
        finally:
            with self._lock:
                self._drawing.discard(slug)
        self._keep(slug, page)
        return page

    def _keep(self, slug: str, page: Page[View]) -> None:
        with self._lock:
            old = self._pages.pop(slug, None)
            self._bytes += page.bytes - (old[1].bytes if old else 0)
            self._pages[slug] = time.monotonic(), page
            while len(self._pages) > MOST_PAGES or (self._bytes > MOST_BYTES and len(self._pages) > 1):
                _, (_, gone) = self._pages.popitem(last=False)
                self._bytes -= gone.bytes
