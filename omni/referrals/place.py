"""Where the spool lies: in the data folder of this installation."""

from pathlib import Path

_folder: Path | None = None


def bind(data_dir: Path) -> None:
    """Keep hits that wait to be counted under `data_dir`."""
    global _folder
    _folder = data_dir / "hits"


def spool_folder() -> Path:
    """The folder of the spool. Raises RuntimeError before `bind`."""
    if _folder is None:
        raise RuntimeError("the house is not open: nobody said where the data folder is")
    return _folder
