"""Where hits wait to be counted: in the data folder of this installation."""

from pathlib import Path

from omni.core import folder


def spool_folder() -> Path:
    """The folder of the spool. Raises RuntimeError before the house is open."""
    return folder.path("hits")
