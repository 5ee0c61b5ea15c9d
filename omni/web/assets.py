"""Files under /static: their hash stands in the address (`?v=…`), so that a browser keeps them for good.

Each file is read once, hashed, and gzipped at the best level; in development it is read again when it changed.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, Flask, Response, current_app, request

from omni.core.faults import NotFound
from omni.web.marks import public

ROOT = Path(__file__).resolve().parents[2] / "static"
IMMUTABLE = "public, max-age=31536000, immutable"
# An address without the hash, or with an old one, is asked for again each time.
CHECKED = "public, no-cache"

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
}
_SQUEEZED = {".css", ".js", ".json", ".svg", ".txt"}

assets = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    content_type: str
    body: bytes
    squeezed: bytes | None
    version: str
    address: str


class Shelf:
    """The files under one folder."""

    def __init__(self, root: Path, *, reread: bool) -> None:
        self._root = root.resolve()
        self._reread = reread
        self._files: dict[str, tuple[int, Asset]] = {}
        for path in () if reread else self._root.rglob("*"):
            self._read(path.relative_to(self._root).as_posix())

    def get(self, name: str) -> Asset | None:
        """The file `name`, or None when there is none inside the folder."""
        if self._reread:
            self._read(name)
        kept = self._files.get(name)
        return kept[1] if kept else None

    def address(self, name: str) -> str:
        """The address of a file under static/, with its hash. Raises FileNotFoundError."""
        found = self.get(name)
        if found is None:
            raise FileNotFoundError(f"static/{name}")
        return found.address

    def _read(self, name: str) -> None:
        """Read a file that is new or changed. Anybody may ask for a name that no file can have."""
        try:
            path = (self._root / name).resolve()
            changed = path.stat().st_mtime_ns if path.is_file() and path.is_relative_to(self._root) else None
        except (OSError, ValueError):
            changed = None
        kept = self._files.get(name)
        if changed is None:
            self._files.pop(name, None)
        elif not kept or kept[0] != changed:
            self._files[name] = (changed, _read(path, name))


def install(app: Flask, *, reread: bool, root: Path = ROOT) -> None:
    """Serve the files of `root`."""
    shelf = Shelf(root, reread=reread)
    app.extensions["omni_shelf"] = shelf
    # Bound here, since a page asks thirty times.
    app.jinja_env.globals["asset"] = shelf.address
    app.register_blueprint(assets)


def asset(name: str) -> str:
    """The same for code: an address with its hash. Raises FileNotFoundError."""
    return _shelf().address(name)


@assets.get("/static/<path:name>")
@public("files of the product, the same for everyone", headers="page_for_everyone", any_host=True)
def static_file(name: str) -> Response:
    found = _shelf().get(name)
    if found is None:
        raise NotFound
    squeeze = found.squeezed is not None and bool(request.accept_encodings["gzip"])
    response = Response(found.squeezed if squeeze else found.body, content_type=found.content_type)
    if squeeze:
        response.headers["Content-Encoding"] = "gzip"
    if found.squeezed is not None:
        response.vary.add("Accept-Encoding")
    response.set_etag(found.version + ("-gz" if squeeze else ""))
    response.headers["Cache-Control"] = IMMUTABLE if request.args.get("v") == found.version else CHECKED
    response.make_conditional(request)
    return response


def _shelf() -> Shelf:
    shelf: Shelf = current_app.extensions["omni_shelf"]
    return shelf


def _read(path: Path, name: str) -> Asset:
    body = path.read_bytes()
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    squeezed = gzip.compress(body, 9, mtime=0) if path.suffix in _SQUEEZED else None
    if squeezed is not None and len(squeezed) >= len(body):
        squeezed = None
    version = hashlib.sha256(body).hexdigest()[:12]
    return Asset(guessed, body, squeezed, version, f"/static/{quote(name, safe='/@')}?v={version}")
