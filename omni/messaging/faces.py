"""Files as pages show them: beside the text that is written, and in the thread."""

from collections.abc import Sequence
from dataclasses import dataclass

from omni.core.ids import Id, encode
from omni.core.words import _, ngettext
from omni.messaging.media_states import AWAITED, LINES, MENDABLE, MediaState
from omni.messaging.models import Media

# No side of a picture in a thread is longer, in pixels.
LONGEST = 320


@dataclass(frozen=True)
class FileFace:
    """One file. A picture is shown, another one saved; `line` says why there is neither."""

    id: Id
    href: str
    name: str
    size: int
    alt: str = ""
    width: int | None = None
    height: int | None = None
    line: str = ""
    may_ask_again: bool = False

    @property
    def is_picture(self) -> bool:
        return self.width is not None


def faces_of(files: Sequence[Media], *, who: str = "") -> list[FileFace]:
    """The files of one text; `who` sent them, nobody named where they are ours."""
    return [_face(one, who) for one in files]


def count_of(files: Sequence[Media]) -> str:
    """ "2 pictures", or "2 files" where one is something else."""
    if all(one.is_picture for one in files):
        return ngettext("%(num)s picture", "%(num)s pictures", len(files))
    return ngettext("%(num)s file", "%(num)s files", len(files))


def _face(one: Media, who: str) -> FileFace:
    width, height = _shown(one.width, one.height) if one.is_picture and one.width and one.height else (None, None)
    alt = _("Picture from %(name)s", name=who) if who else _("Picture you sent")
    line = str(LINES[one.fault]) if one.state is MediaState.MISSING and one.fault else ""
    return FileFace(
        id=one.id,
        href=f"/inbox/files/{encode(one.id)}",
        name=one.name or _("File %(n)s", n=one.n + 1),
        size=one.size,
        alt=alt,
        width=width,
        height=height,
        line=str(AWAITED) if one.state is MediaState.AWAITED else line,
        may_ask_again=one.state is MediaState.MISSING and one.fault in MENDABLE,
    )


def _shown(width: int, height: int) -> tuple[int, int]:
    """How large a picture stands in a thread: whole, and no larger than it is."""
    scale = min(1.0, LONGEST / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
