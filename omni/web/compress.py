"""Pages are gzipped at level 1: most of the gain for the least of the work (specs/performance.md, section 4)."""

import gzip

from flask import Flask, Response, request

LEVEL = 1
# Below this the headers of compression weigh more than it saves.
LEAST_BYTES = 600
TYPES = ("text/", "application/json", "application/manifest+json", "application/xml", "image/svg+xml")


def install(app: Flask) -> None:
    """Compress what is worth it, for browsers that accept it."""
    app.after_request(squeeze)


def squeeze(response: Response) -> Response:
    """The response in gzip, or as it is."""
    if not (response.content_type or "").startswith(TYPES) or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    is_done = "Content-Encoding" in response.headers or response.status_code in (204, 206, 304)
    if is_done or not request.accept_encodings["gzip"]:
        return response
    body = response.get_data()
    if len(body) >= LEAST_BYTES:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        # The squeezed bytes are another representation, so a strong tag becomes a weak one.
        if tag := response.get_etag()[0]:
            response.set_etag(tag, weak=True)
    return response
