"""What becomes of this room's own tables."""

from omni.core.personal_data import Erase, TableAnswer
from omni.privacy.models import Deletion, Erasure, ErasureStep, ExportJob

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
    TableAnswer(
        Erasure,
        subject="contact",
        locate=lambda contact_id: Erasure.select().where(Erasure.subject == contact_id),
        export="erasures",
        erase=Erase.KEEP,
        keep="closed_requests",
        why="that somebody was deleted for good, by whom and when, with counts; holds ids alone",
    ),
    TableAnswer(ErasureStep, erase=Erase.KEEP, keep="closed_requests", why="how far an erasure has come; about nobody"),
]
