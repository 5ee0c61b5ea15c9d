"""Settings and notices of whoever is signed in, by what they are about; all on one blueprint."""

from omni.accounts.routes import notices, own, settings, studio, team
from omni.accounts.routes.blueprint import accounts

__all__ = ["accounts", "notices", "own", "settings", "studio", "team"]
