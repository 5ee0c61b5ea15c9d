"""Writes of this room, one verb a transaction."""

from omni.contacts.actions.away import bring_back, put_away
from omni.contacts.actions.calling import LoggedCall, give_up_call, log_call, start_call
from omni.contacts.actions.cells import change_seen, set_first_point, set_tags
from omni.contacts.actions.consent import (
    contacts_at,
    lift_pause,
    opt_out,
    opt_out_address,
    pause_address,
    record_consent,
    resume,
    resume_address,
    revoke,
)
from omni.contacts.actions.erasing import (
    addresses_alone,
    begin_erasing,
    bury,
    end_erasing,
    leave_home,
    never_write_again,
    stop_everything,
)
from omni.contacts.actions.facts import change_details, change_point, give_point, make_primary, remove_point
from omni.contacts.actions.files import Sent, drop_file, remove_file
from omni.contacts.actions.goals import (
    add_goal,
    check_in,
    delete_goal,
    edit_goal,
    remove_preference,
    set_preference,
)
from omni.contacts.actions.households import link, move_out, rename_household, unlink
from omni.contacts.actions.life import NeverAMember, set_lifecycle
from omni.contacts.actions.merging import count_moving, merge
from omni.contacts.actions.notes import add_note, delete_note, edit_note, pin_note, unpin_note
from omni.contacts.actions.own_fields import (
    ValuesLost,
    add_field,
    archive_field,
    bring_field_back,
    edit_field,
    set_value,
)
from omni.contacts.actions.pairing import keep_apart, make_household, pair_up
from omni.contacts.actions.people import (
    Place,
    add_contact,
    edit_contact,
    find_or_create,
    read_person,
    set_owner,
)
from omni.contacts.actions.phones import add_email, add_phone, note_no_texts, note_texts_arrive
from omni.contacts.actions.photos import remove_photo, set_photo
from omni.contacts.actions.rest import clear_do_not_contact, lift_restriction, restrict, set_do_not_contact
from omni.contacts.actions.snoozing import end_rest, snooze, wake
from omni.contacts.actions.tags import add_tag, get_or_make_tag, remove_tag
from omni.contacts.actions.timeline import log_activity
from omni.contacts.actions.views import delete_view, rename_view, save_view, shift_view

__all__ = [
    "LoggedCall",
    "NeverAMember",
    "Place",
    "Sent",
    "ValuesLost",
    "add_contact",
    "add_email",
    "add_field",
    "add_goal",
    "add_note",
    "add_phone",
    "add_tag",
    "addresses_alone",
    "archive_field",
    "begin_erasing",
    "bring_back",
    "bring_field_back",
    "bury",
    "change_details",
    "change_point",
    "change_seen",
    "check_in",
    "clear_do_not_contact",
    "contacts_at",
    "count_moving",
    "delete_goal",
    "delete_note",
    "delete_view",
    "drop_file",
    "edit_contact",
    "edit_field",
    "edit_goal",
    "edit_note",
    "end_erasing",
    "end_rest",
    "find_or_create",
    "get_or_make_tag",
    "give_point",
    "give_up_call",
    "keep_apart",
    "leave_home",
    "lift_pause",
    "lift_restriction",
    "link",
    "log_activity",
    "log_call",
    "make_household",
    "make_primary",
    "merge",
    "move_out",
    "never_write_again",
    "note_no_texts",
    "note_texts_arrive",
    "opt_out",
    "opt_out_address",
    "pair_up",
    "pause_address",
    "pin_note",
    "put_away",
    "read_person",
    "record_consent",
    "remove_file",
    "remove_photo",
    "remove_point",
    "remove_preference",
    "remove_tag",
    "rename_household",
    "rename_view",
    "restrict",
    "resume",
    "resume_address",
    "revoke",
    "save_view",
    "set_do_not_contact",
    "set_first_point",
    "set_lifecycle",
    "set_owner",
    "set_photo",
    "set_preference",
    "set_tags",
    "set_value",
    "shift_view",
    "snooze",
    "start_call",
    "stop_everything",
    "unlink",
    "unpin_note",
    "wake",
]
