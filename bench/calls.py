"""Requests straight into an application, and the processor time they take: no socket, no client, one thread."""

import io
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

Environ = dict[str, Any]


def get(path: str, cookie: str = "", headers: Mapping[str, str] | None = None) -> Callable[[], Environ]:
    """Makes the environ of a GET."""
    return lambda: _environ("GET", path, cookie, headers or {}, b"")


def post(path: str, fields: Mapping[str, str], cookie: str, headers: Mapping[str, str]) -> Environ:
    """The environ of a form that is sent."""
    return _environ("POST", path, cookie, headers, urlencode(fields).encode())


def ask(app: Any, environ: Environ) -> tuple[int, dict[str, str], bytes]:
    """One request's status, headers and body."""
    told: list[Any] = []
    body = app(environ, lambda status, headers, _info=None: told.extend((status, headers)))
    content = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return int(told[0][:3]), dict(told[1]), content


def cpu_s(app: Any, environs: list[Environ], status: int) -> float:
    """Processor seconds a request, over all of `environs`."""
    began = time.process_time()
    for environ in environs:
        found, _headers, body = ask(app, environ)
        assert found == status, (found, body[:400])
    return (time.process_time() - began) / len(environs)


def _environ(method: str, path: str, cookie: str, headers: Mapping[str, str], body: bytes) -> Environ:
    path, _mark, query = path.partition("?")
    environ: Environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_SEC_FETCH_SITE": "same-origin",
        "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if cookie:
        environ["HTTP_COOKIE"] = f"omni={cookie}"
    for name, value in headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return environ
