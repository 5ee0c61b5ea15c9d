"""What becomes of this room's own tables."""

from omni.core.personal_data import Erase, TableAnswer
from omni.privacy.models import Deletion, ExportJob

ANSWERS = [
    TableAnswer(
        ExportJob,
        subject="user",
        locate=lambda user_id: ExportJob.select().where(ExportJob.user_id == user_id),
        erase=Erase.DELETE,
        files=lambda row: row.files,
        keep="exports",
        why="an export somebody asked for; its file lies for seven days",
    ),
    TableAnswer(
        Deletion,
        subject="user",
        locate=lambda user_id: Deletion.select().where(Deletion.user_id == user_id),
        erase=Erase.KEEP,
        keep="closed_requests",
        why="that an account was deleted, and when; holds an id alone",
    ),
]
