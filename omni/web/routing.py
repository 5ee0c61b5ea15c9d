"""How an id stands in an address: `<id:contact_id>`. Anything `encode` would not have written is 404."""

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

from omni.core import ids


class IdConverter(BaseConverter):
    """26 characters in the address, a UUID in Python."""

    regex = "[0-9a-z]{26}"

    def to_python(self, value: str) -> ids.Id:
        try:
            return ids.decode(value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: ids.Id) -> str:
        return ids.encode(value)


def install(app: Flask) -> None:
    """Teach the app's addresses to hold ids, and to refuse a slash too many instead of redirecting."""
    app.url_map.converters["id"] = IdConverter
    app.url_map.strict_slashes = True
