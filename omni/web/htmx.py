"""What htmx 4 says about itself, and what we say back. `htmx_flask` is used here alone.

htmx 4 names the kind of a request in `HX-Request-Type`.
Source: npm htmx.org 4.0.1, dist/htmx.js.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import htmx_flask
from flask import Flask, Response, g, request


def install(app: Flask) -> None:
    """Give every request its `.htmx`."""
    htmx_flask.Htmx(app)


def is_partial() -> bool:
    """Whether the answer will be put into a part of a page: if and only if htmx says so.

    What is the same for everyone does not vary by these headers, so there they are not looked at.
    """
    if g.get("as_a_whole", False):
        return False
    mark = g.get("mark")
    return request.headers.get("HX-Request-Type") == "partial" and not (mark and mark.is_anonymous)


@contextmanager
def as_a_whole() -> Iterator[None]:
    """Answer htmx with a whole page inside the block."""
    g.as_a_whole = True
    try:
        yield
    finally:
        g.as_a_whole = False


def redirect_to(url: str) -> Response:
    """Have the browser go to `url` as a whole page: a followed 303 would be put into the part."""
    return Response(status=204, headers={"HX-Redirect": url})


def see_other(url: str) -> Response:
    """Have the browser get `url`: in place of this page, or in htmx's case as a whole page too."""
    return redirect_to(url) if is_partial() else Response(status=303, headers={"Location": url})


def reload() -> Response:
    """Have the browser get its page anew."""
    return Response(status=204, headers={"HX-Refresh": "true"})


def retarget(response: Response, target: str, swap: str | None = None) -> Response:
    """Put the answer at `target`, a selector, instead of where the asking element meant."""
    response.headers["HX-Retarget"] = target
    if swap:
        response.headers["HX-Reswap"] = swap
    return response
