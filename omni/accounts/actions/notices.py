"""Telling a teammate something in the product."""

from omni.accounts.models import Notice, NoticeKind, Teammate
from omni.core import clock
from omni.core.database import transaction
from omni.core.tenancy import current_workspace_id


def notify(teammate: Teammate, kind: NoticeKind, *, link: str, group_key: str) -> None:
    """Tell `teammate` of something at `link`; what repeats before it is read is counted in one line."""
    with transaction():
        Notice.insert(
            workspace=current_workspace_id(), teammate=teammate, kind=kind, group_key=group_key, link=link
        ).on_conflict(
            conflict_target=[Notice.workspace, Notice.teammate, Notice.kind, Notice.group_key],
            conflict_where=Notice.read_at.is_null(),
            update={Notice.count: Notice.count + 1, Notice.at: clock.now(), Notice.link: link},
        ).execute()


def read_notices(teammate: Teammate) -> int:
    """Note that the teammate has seen what they were told; how many lines were new."""
    with transaction():
        query = Notice.update(read_at=clock.now())
        return int(query.where(Notice.teammate == teammate, Notice.read_at.is_null()).execute())
