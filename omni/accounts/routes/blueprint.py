"""The blueprint that the settings and notices of this room stand on."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__)
