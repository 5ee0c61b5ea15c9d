"""The named world: who is there in every test.

Maya owns Juniper Yoga; Ada is admin there, Max manager, Theo rep, Vera viewer, Rex was removed. Iris owns Iron Gym.
Their contacts are named by what they are. Everyone is made by the product's own actions when first asked for.
"""

from functools import cached_property
from typing import Any

from omni.accounts import passwords
from omni.accounts.actions import NewOwner
from omni.accounts.actions.entering import found_workspace, furnish, make_user
from omni.accounts.models import Teammate, User
from omni.accounts.places import Place as Country
from omni.config import Config
from omni.contacts import actions as people
from omni.contacts.kinds import Basis, Channel, Lifecycle
from omni.contacts.models import Contact
from omni.contacts.next_actions import NextAction, plan_anew
from omni.core import clock
from omni.core.database import transaction
from omni.core.policies import Role
from omni.core.tenancy import Workspace, entered
from omni.tasks.models import Task

PASSWORD = "a lantern in the harbour"
CHICAGO = Country("US", "America/Chicago", "USD")
_HASH: list[str] = []


def password_hash() -> str:
    """The hash of everybody's password, made once, since one takes 77 ms."""
    if not _HASH:
        _HASH.append(passwords.hash_of(PASSWORD))
    return _HASH[0]


class World:
    """Two studios and their people."""

    def __init__(self, config: Config) -> None:
        self.config = config

    @cached_property
    def juniper(self) -> Workspace:
        return self.maya.workspace

    @cached_property
    def iron(self) -> Workspace:
        return self.iris.workspace

    @cached_property
    def maya(self) -> Teammate:
        return self._found("Maya Lind", "Juniper Yoga")

    @cached_property
    def iris(self) -> Teammate:
        return self._found("Iris Stone", "Iron Gym")

    @cached_property
    def ada(self) -> Teammate:
        return self._join("Ada Cole", Role.ADMIN)

    @cached_property
    def max(self) -> Teammate:
        return self._join("Max Berg", Role.MANAGER)

    @cached_property
    def theo(self) -> Teammate:
        return self._join("Theo Park", Role.REP)

    @cached_property
    def vera(self) -> Teammate:
        return self._join("Vera Holt", Role.VIEWER)

    @cached_property
    def rex(self) -> Teammate:
        """He worked here once."""
        rex = self._join("Rex Gone", Role.ADMIN)
        with entered(self.juniper), transaction():
            Teammate.update(left_at=clock.now()).where(Teammate.id == rex.id).execute()
        return rex

    @cached_property
    def lead(self) -> Contact:
        return self.person("Ana Nunez", "+1 312 555 0142", "ana@example.com")

    @cached_property
    def member(self) -> Contact:
        member = self.person("Mei Okafor", "+1 312 555 0143", "mei@example.com")
        with entered(self.juniper):
            people.set_lifecycle(member, Lifecycle.MEMBER, via="hand", by=self.maya)
        return member

    @cached_property
    def opted_out(self) -> Contact:
        gone = self.person("Olga Pohl", "+1 312 555 0144", "olga@example.com")
        with entered(self.juniper):
            people.opt_out(gone, Channel.SMS, by=self.maya, words="STOP")
        return gone

    @cached_property
    def family_phone(self) -> tuple[Contact, Contact]:
        """A mother and her child behind one number."""
        return self.person("Rosa Kim", "+1 312 555 0145"), self.person("Jun Kim", "+1 312 555 0145")

    def person(self, name: str, phone: str = "", email: str = "", *, by: Teammate | None = None) -> Contact:
        """A contact of Juniper's, or of the studio of `by`."""
        by = by or self.maya
        with entered(by.workspace_id):
            return people.add_contact(people.read_person(name, phone, email), by=by, owner=by)

    def agree(self, contact: Contact) -> None:
        """This contact asked to be texted."""
        with entered(contact.workspace_id):
            people.record_consent(contact, channel=Channel.SMS, basis=Basis.ASKED, source="test", by=self.maya)

    def _found(self, name: str, company: str) -> Teammate:
        owner = NewOwner(name, _mail(name), "+13125550100", company, "Owner", PASSWORD)
        with transaction():
            workspace = found_workspace(company, place=CHICAGO, locale="en")
            with entered(workspace):
                user = self._user(owner)
                teammate = furnish(user, role=Role.OWNER)
        teammate.workspace = workspace
        return teammate

    def _join(self, name: str, role: Role) -> Teammate:
        with entered(self.juniper), transaction():
            user = self._user(NewOwner(name, _mail(name), "+13125550101", "", "", PASSWORD))
            return Teammate.create(user=user, role=role)

    def _user(self, who: Any) -> User:
        return make_user(who, stored=password_hash(), timezone="America/Chicago", verified=True)


def unplanned(contact: Contact) -> None:
    """Take away the next step with which a card begins: nothing is planned for this contact."""
    with transaction():
        Task.delete().where(Task.contact == contact).execute()
        NextAction.delete().where(NextAction.contact == contact).execute()
        plan_anew(contact.id)


def _mail(name: str) -> str:
    return f"{name.split()[0].lower()}@example.com"


__all__ = ["PASSWORD", "World", "unplanned"]
