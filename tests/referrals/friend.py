"""A friend's browser: opens a link's page and sends its form, with no cookie and no script."""

import io
import re
from typing import Any

from PIL import Image

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Mobile/15E148 Safari/604.1"
)
PIXEL = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36"
)
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Friend:
    """One browser of a stranger."""

    def __init__(self, app: Any, slug: str, agent: str = IPHONE) -> None:
        self.app = app
        self.slug = slug
        self.agent = agent

    def open(self, query: str = "", *, method: str = "GET", slug: str | None = None, **headers: str) -> Any:
        """Ask for the page. Header names are written with underscores."""
        sent = {"User-Agent": self.agent, "Accept": ACCEPT}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        # A client of its own each time: what a cookie would remember is gone.
        return self.app.test_client().open(f"/r/{slug or self.slug}{query}", method=method, headers=sent)

    def token(self) -> str:
        page = self.open().get_data(as_text=True)
        found = re.search(r'name="csrf_token" type="hidden" value="([^"]+)"', page)
        assert found, "the page has no form"
        return found[1]

    def send(self, *, token: str | None = None, slug: str | None = None, **fields: str) -> Any:
        """Send the form as a browser does that was on the page."""
        data = {"csrf_token": self.token() if token is None else token, **fields}
        headers = {"User-Agent": self.agent, "Sec-Fetch-Site": "same-origin"}
        return self.app.test_client().post(f"/r/{slug or self.slug}", data=data, headers=headers)

    def get(self, url: str, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.app.test_client().get(url, headers=sent)


def photograph(width: int = 1600, height: int = 1200, kind: str = "JPEG", **saved: Any) -> bytes:
    """A picture with something to see: red on the left, blue on the right."""
    picture = Image.new("RGB", (width, height), "#c0392b")
    picture.paste("#2a4d8f", (width // 2, 0, width, height))
    out = io.BytesIO()
    picture.save(out, kind, **saved)
    return out.getvalue()
