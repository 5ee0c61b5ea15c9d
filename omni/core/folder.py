"""Where this installation keeps its files: one data folder, mode 700, named by the settings."""

from pathlib import Path

_root: Path | None = None


def bind(data_dir: Path) -> None:
    """Keep everything under `data_dir` from here on."""
    global _root
    _root = data_dir


def path(*parts: str) -> Path:
    """A path inside the data folder, its own folder made (mode 700). Raises RuntimeError before the house is open."""
    if _root is None:
        raise RuntimeError("the house is not open")
    place = _root.joinpath(*parts)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place
