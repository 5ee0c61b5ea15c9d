"""Mail kept as files in the data folder, where no mail server is named. `/dev/outbox` shows them."""

import os
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

# The oldest beyond these are removed.
MOST_KEPT = 500


def keep(data_dir: Path, name: str, message: EmailMessage) -> None:
    """The message lies in the outbox under `name`, readable by us alone. A second time it is the same file."""
    folder = data_dir / "outbox"
    folder.mkdir(mode=0o700, exist_ok=True)
    waiting = folder / f".{name}"
    with os.fdopen(os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(message.as_bytes(policy=policy.SMTP))
    os.replace(waiting, folder / f"{name}.eml")
    for old in sorted(folder.glob("*.eml"))[:-MOST_KEPT]:
        old.unlink(missing_ok=True)


def kept(data_dir: Path) -> list[tuple[str, EmailMessage]]:
    """Each kept mail with its name, newest first (names are ids, which sort by time)."""
    paths = sorted((data_dir / "outbox").glob("*.eml"), reverse=True)
    return [(path.stem, _read(path)) for path in paths]


def _read(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return BytesParser(EmailMessage, policy=policy.default).parse(file)
