"""Core's own tables, and what becomes of them."""

from omni.core import audit, doors, models_processes
from omni.core.audit import AuditDetail, AuditEvent, SubjectKey
from omni.core.changes import Change, ChangeBatch
from omni.core.doors import Door
from omni.core.events import EventRow
from omni.core.personal_data import Erase, TableAnswer
from omni.core.sent_forms import SentForm
from omni.core.tenancy import Crossing, Workspace

MODELS = [
    Workspace,
    Crossing,
    Door,
    EventRow,
    ChangeBatch,
    Change,
    SubjectKey,
    AuditEvent,
    AuditDetail,
    SentForm,
    *models_processes.MODELS,
]

ANSWERS = [
    TableAnswer(
        Workspace,
        subject="workspace",
        locate=lambda workspace_id: Workspace.select().where(Workspace.id == workspace_id),
        export="workspace",
        erase=Erase.SCRUB,
        keep="closed_workspace",
        why="the studio itself",
    ),
    TableAnswer(Crossing, keep="audit", why="every time the walls came down; about nobody"),
    TableAnswer(
        Door,
        subject="contact",
        locate=lambda subject: Door.select().where(Door.subject == subject),
        erase=Erase.SCRUB,
        wipe=doors.forget,
        keep="closed_doors",
        why="links that open a page by themselves; of a closed one only the hash stays",
    ),
    TableAnswer(
        EventRow,
        subject="contact",
        locate=lambda contact_id: EventRow.select().where(EventRow.contact_id == contact_id),
        erase=Erase.SCRUB,
        keep="events",
        why="what happened, in ids alone",
    ),
    TableAnswer(
        ChangeBatch,
        subject="contact",
        locate=lambda contact_id: ChangeBatch.select().where(
            ChangeBatch.id.in_(Change.select(Change.batch).where(Change.contact_id == contact_id))
        ),
        erase=Erase.KEEP,
        keep="undo",
        why="acts that can be taken back; an erased person's name is struck from their sentences",
    ),
    TableAnswer(
        Change,
        subject="contact",
        locate=lambda contact_id: Change.select().where(Change.contact_id == contact_id),
        erase=Erase.SCRUB,
        keep="undo",
        why="the rows before and after, for Undo",
    ),
    TableAnswer(
        SubjectKey,
        subject="contact",
        locate=lambda subject: SubjectKey.select().where(SubjectKey.subject == subject),
        erase=Erase.SCRUB,
        wipe=audit.forget,
        keep="audit",
        why="destroying it erases a subject's words in the audit",
    ),
    TableAnswer(AuditEvent, erase=Erase.KEEP, keep="audit", why="who decided what; holds no words"),
    TableAnswer(
        AuditDetail,
        subject="contact",
        locate=lambda subject: AuditDetail.select().where(AuditDetail.subject == subject),
        erase=Erase.DELETE,
        keep="audit",
        why="the sealed words of the audit",
    ),
    TableAnswer(
        SentForm,
        keep="installation",
        why="for an hour, that a form was sent and where it led, so that a double tap does nothing twice",
    ),
    *models_processes.ANSWERS,
]
