"""Every room of the house, in the order of the floors: the only module that knows them all.

A room is listed by hand; nothing is discovered. Blueprints, jobs and commands are named as text, so that a process
loads only what it serves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omni.accounts import identity as who
from omni.accounts import models as accounts_models
from omni.accounts import personal_data as accounts_data
from omni.accounts import ports as accounts_ports
from omni.automations import joins
from omni.automations import models as automations_models
from omni.automations import personal_data as automations_data
from omni.automations import settings as automations_settings
from omni.boards import actions as boards_actions
from omni.boards import merging as boards_merging
from omni.boards import models as boards_models
from omni.boards import on_today as boards_today
from omni.boards import personal_data as boards_data
from omni.boards import ports as boards_ports
from omni.boards import queries as boards_queries
from omni.boards import restoring as boards_restoring
from omni.contacts import calls, claims, families, many, next_actions, pairs, particulars, search
from omni.contacts import models as contacts_models
from omni.contacts import personal_data as contacts_data
from omni.contacts import ports as contacts_ports
from omni.contacts import settings as contacts_settings
from omni.core import house
from omni.core.personal_data import TableAnswer
from omni.core.ports import Port
from omni.messaging import actions as messaging_actions
from omni.messaging import models as messaging_models
from omni.messaging import on_today as messaging_today
from omni.messaging import personal_data as messaging_data
from omni.privacy import models as privacy_models
from omni.privacy import moving_in as privacy_moving_in
from omni.privacy import on_contact as privacy_on_contact
from omni.privacy import personal_data as privacy_data
from omni.privacy import settings as privacy_settings
from omni.privacy import versions
from omni.referrals import models as referrals_models
from omni.referrals import personal_data as referrals_data
from omni.referrals import today as referrals_today
from omni.tasks import actions as tasks_actions
from omni.tasks import merging as tasks_merging
from omni.tasks import models as tasks_models
from omni.tasks import on_today as tasks_today
from omni.tasks import personal_data as tasks_data
from omni.tasks import restoring as tasks_restoring
from omni.web import ports as web_ports


@dataclass(frozen=True)
class Room:
    """One room: its tables and what it says of them, its callers by name, and the ports it fills."""

    name: str
    models: Sequence[type[Any]]
    personal_data: Sequence[TableAnswer]
    blueprints: Sequence[str] = ()
    jobs: str | None = None
    commands: str | None = None
    fills: Mapping[Port[Any], Callable[..., Any]] = field(default_factory=dict)
    # Full-text tables of SQLite, each with the table whose rowid it shares.
    full_text: Mapping[str, str] = field(default_factory=dict)
    # What only SQL can say (search tables, trigram indexes), by dialect.
    ddl: Mapping[str, Sequence[str]] = field(default_factory=dict)


def rooms() -> list[Room]:
    """The house, ground floor first."""
    return [
        Room("core", models=house.MODELS, personal_data=house.ANSWERS, jobs="omni.core.jobs"),
        Room(
            "accounts",
            models=accounts_models.MODELS,
            personal_data=accounts_data.ANSWERS,
            blueprints=[
                "omni.accounts.public:entering",
                "omni.accounts.joining:joining",
                "omni.accounts.routes:accounts",
                "omni.accounts.operators:operators",
                "omni.accounts.demo:demo",
            ],
            commands="omni.accounts.cli",
            fills={web_ports.identity: who.desk, web_ports.badges: who.count_badges},
        ),
        Room(
            "contacts",
            models=[
                *contacts_models.MODELS,
                *calls.MODELS,
                *claims.MODELS,
                *next_actions.MODELS,
                *particulars.MODELS,
                *families.MODELS,
                *many.MODELS,
                *pairs.MODELS,
            ],
            personal_data=contacts_data.ANSWERS,
            blueprints=["omni.contacts.routes:contacts"],
            jobs="omni.contacts.jobs",
            commands="omni.contacts.cli",
            fills={accounts_ports.settings: contacts_settings.rows},
            full_text=search.FULL_TEXT,
            ddl=search.DDL,
        ),
        Room(
            "messaging",
            models=messaging_models.MODELS,
            personal_data=messaging_data.ANSWERS,
            blueprints=[
                "omni.messaging.routes:inbox",
                "omni.messaging.texting:texting",
                "omni.messaging.webhooks:webhooks",
                "omni.messaging.public:media",
            ],
            jobs="omni.messaging.jobs",
            fills={
                web_ports.badges: messaging_today.badges,
                accounts_ports.founding: messaging_actions.found_studio,
                accounts_ports.settings: messaging_today.settings,
                contacts_ports.agenda: messaging_today.agenda,
                contacts_ports.finders: messaging_today.find,
                contacts_ports.for_many: messaging_today.for_many,
                contacts_ports.answering: messaging_today.answering,
                contacts_ports.panels: messaging_today.panels,
                contacts_ports.receipts: messaging_today.receipts,
                contacts_ports.merging: messaging_today.merging,
                contacts_ports.stopping: messaging_actions.stop_texts,
            },
        ),
        Room(
            "boards",
            models=boards_models.MODELS,
            personal_data=boards_data.ANSWERS,
            blueprints=["omni.boards.routes:boards", "omni.boards.editing:editing"],
            jobs="omni.boards.jobs",
            fills={
                accounts_ports.founding: boards_actions.found_boards,
                accounts_ports.hours_changed: boards_actions.recount_all,
                contacts_ports.landing: boards_actions.offer_places,
                contacts_ports.places: boards_actions.places,
                contacts_ports.agenda: boards_today.agenda,
                contacts_ports.finders: boards_today.find,
                contacts_ports.panels: boards_today.show_cards,
                contacts_ports.standings: boards_today.standings,
                contacts_ports.standing_in: boards_queries.standing_in,
                contacts_ports.restorers: boards_restoring.restorers,
                contacts_ports.merging: boards_merging.merging,
                contacts_ports.stopping: boards_restoring.clear_boards,
                contacts_ports.touched: boards_actions.hear,
                contacts_ports.planned: boards_actions.plan,
            },
        ),
        Room(
            "tasks",
            models=tasks_models.MODELS,
            personal_data=tasks_data.ANSWERS,
            blueprints=["omni.tasks.routes:tasks"],
            jobs="omni.tasks.jobs",
            fills={
                boards_ports.next_step: tasks_actions.set_default_step,
                contacts_ports.touched: tasks_actions.follow_contact,
                contacts_ports.stopping: tasks_actions.drop_default_step,
                contacts_ports.agenda: tasks_today.list_due,
                contacts_ports.answering: tasks_today.plan_next,
                contacts_ports.finders: tasks_today.find,
                contacts_ports.called: tasks_actions.finish_call,
                contacts_ports.offers: tasks_today.offer_next,
                contacts_ports.panels: tasks_today.show_tasks,
                contacts_ports.restorers: tasks_restoring.restorers,
                contacts_ports.merging: tasks_merging.merging,
            },
        ),
        Room(
            "referrals",
            models=referrals_models.MODELS,
            personal_data=referrals_data.ANSWERS,
            blueprints=["omni.referrals.public:public_pages", "omni.referrals.routes:referrals"],
            jobs="omni.referrals.jobs",
            fills={
                contacts_ports.agenda: referrals_today.agenda,
                contacts_ports.finders: referrals_today.find,
                contacts_ports.panels: referrals_today.panels,
                contacts_ports.restorers: referrals_today.restorers,
                contacts_ports.merging: referrals_today.merging,
            },
        ),
        Room(
            "automations",
            models=automations_models.MODELS,
            personal_data=automations_data.ANSWERS,
            blueprints=["omni.automations.routes:automations"],
            fills={boards_ports.joining: joins.enter_stage, accounts_ports.settings: automations_settings.rows},
        ),
        Room(
            "privacy",
            models=privacy_models.MODELS,
            personal_data=privacy_data.ANSWERS,
            blueprints=[
                "omni.privacy.public:promises",
                "omni.privacy.routes:privacy",
                "omni.privacy.goodbyes:goodbyes",
            ],
            jobs="omni.privacy.jobs",
            commands="omni.privacy.cli",
            fills={
                accounts_ports.documents: versions.in_force,
                accounts_ports.settings: privacy_settings.rows,
                contacts_ports.panels: privacy_on_contact.panels,
                contacts_ports.moving_in: privacy_moving_in.bring,
                contacts_ports.vacancy: privacy_moving_in.is_vacant,
            },
        ),
    ]
