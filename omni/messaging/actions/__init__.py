"""Everything this room can do, by what it concerns. Callers say `actions.send_text(…)`."""

from omni.messaging.actions.accepting import (
    answer_basis,
    filled_words,
    frozen_words,
    leave,
    send_again,
    send_text,
    take_back,
)
from omni.messaging.actions.auditing import audit
from omni.messaging.actions.campaigning import Overtaken
from omni.messaging.actions.campaigning import approve as approve_campaign
from omni.messaging.actions.campaigning import begin as begin_campaign
from omni.messaging.actions.campaigning import build as build_campaign
from omni.messaging.actions.campaigning import change as change_campaign
from omni.messaging.actions.campaigning import go_on as go_on_with_campaign
from omni.messaging.actions.campaigning import pause as pause_campaign
from omni.messaging.actions.campaigning import run as run_campaign
from omni.messaging.actions.campaigning import stop as stop_campaign
from omni.messaging.actions.campaigning import undo as undo_campaign
from omni.messaging.actions.catching_up import catch_up
from omni.messaging.actions.connecting import add_key, can_be_called, connect, disconnect, remove_key
from omni.messaging.actions.conversing import (
    add_contact_of,
    assign,
    attach,
    block,
    block_contact,
    close,
    mark_read,
    reopen,
    unblock,
    unblock_contact,
)
from omni.messaging.actions.delivering import deliver, deliver_due, end_lease
from omni.messaging.actions.filing import Chosen, drop_held, fetch_again, fetch_file, hold
from omni.messaging.actions.pacing import Paced
from omni.messaging.actions.practising import choose_persona, ensure_practice_sender, play, say
from omni.messaging.actions.receiving import apply_event, receive_inbound, receive_status, stop_texts
from omni.messaging.actions.scheduling import TimeMoved, choose_time
from omni.messaging.actions.settling import settle
from omni.messaging.actions.snoozing import (
    Snooze,
    chosen_time,
    end_snooze,
    note_writing,
    note_written,
    snooze,
    snooze_times,
)
from omni.messaging.actions.soft_stops import end_pause, they_did_not, they_stopped
from omni.messaging.actions.spending import period_of, set_caps, set_pace
from omni.messaging.actions.templating import add_template, change_template, found_studio, remove_template
from omni.messaging.gateway import Fields

__all__ = [
    "Chosen",
    "Fields",
    "Overtaken",
    "Paced",
    "Snooze",
    "TimeMoved",
    "add_contact_of",
    "add_key",
    "add_template",
    "answer_basis",
    "apply_event",
    "approve_campaign",
    "assign",
    "attach",
    "audit",
    "begin_campaign",
    "block",
    "block_contact",
    "build_campaign",
    "can_be_called",
    "catch_up",
    "change_campaign",
    "change_template",
    "choose_persona",
    "choose_time",
    "chosen_time",
    "close",
    "connect",
    "deliver",
    "deliver_due",
    "disconnect",
    "drop_held",
    "end_lease",
    "end_pause",
    "end_snooze",
    "ensure_practice_sender",
    "fetch_again",
    "fetch_file",
    "filled_words",
    "found_studio",
    "frozen_words",
    "go_on_with_campaign",
    "hold",
    "leave",
    "mark_read",
    "note_writing",
    "note_written",
    "pause_campaign",
    "period_of",
    "play",
    "receive_inbound",
    "receive_status",
    "remove_key",
    "remove_template",
    "reopen",
    "run_campaign",
    "say",
    "send_again",
    "send_text",
    "set_caps",
    "set_pace",
    "settle",
    "snooze",
    "snooze_times",
    "stop_campaign",
    "stop_texts",
    "take_back",
    "they_did_not",
    "they_stopped",
    "unblock",
    "unblock_contact",
    "undo_campaign",
]
