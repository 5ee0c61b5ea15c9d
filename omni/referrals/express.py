"""The way past Flask for a page that Flask has just answered: same bytes, same headers, and the hit is counted too.

What Flask decides by the request (host, scheme, encoding) stands in the variant under which its answer is kept, so a
request that differs in any of these is Flask's again. An answer lives as long as its page: five seconds.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from omni.referrals.shelf import Page, Shelf

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

PREFIX = "/r/"
_MOST_VARIANTS = 8


class Express:
    """Stands in front of the application and answers what it can from the shelf."""

    def __init__(self, app: WsgiApp, shelf: Shelf[Any], note: Callable[[Page[Any], Environ], None]) -> None:
        self._app = app
        self._shelf = shelf
        self._note = note

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """The kept answer, or the application's."""
        path = environ["PATH_INFO"]
        if path.startswith(PREFIX) and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            page = self._shelf.fresh(path[len(PREFIX) :])
            headers = page.answers.get(variant_of(environ)) if page and "HTTP_IF_NONE_MATCH" not in environ else None
            if page and headers:
                self._note(page, environ)
                start_response("200 OK", headers.copy())
                if environ["REQUEST_METHOD"] == "HEAD":
                    return []
                return [page.gzipped if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else page.plain]
        return self._app(environ, start_response)


def keep_answer(page: Page[Any], environ: Environ, headers: list[tuple[str, str]]) -> None:
    """Keep the headers with which the application answered this page to a request like this one."""
    if len(page.answers) < _MOST_VARIANTS:
        page.answers[variant_of(environ)] = headers


def variant_of(environ: Environ) -> tuple[str, str, bool]:
    """What of a request the application's answer depends on."""
    squeeze = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    return environ["wsgi.url_scheme"], environ.get("HTTP_HOST", ""), squeeze


@lru_cache(maxsize=256)
def takes_gzip(accepts: str) -> bool:
    """Whether a browser that sends this Accept-Encoding takes gzip."""
    for part in accepts.split(","):
        name, _, quality = part.strip().partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return quality.replace(" ", "").lower() not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
