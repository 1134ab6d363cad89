"""Every write of the room, one file a subject."""

from onevisit.identity.actions.absences import end_absence, enter_absence
from onevisit.identity.actions.consents import NewConsent, give_consent, withdraw_consent
from onevisit.identity.actions.demo import found_demo_peer, load_demo
from onevisit.identity.actions.grants import NewGrant, approve_grant, end_grant, grant
from onevisit.identity.actions.holdings import end_holding, ending, give_holding
from onevisit.identity.actions.people import (
    NewAccount,
    NewOfficer,
    NewPerson,
    end_officer,
    found_account,
    found_officer,
    found_organisation,
    found_person,
)
from onevisit.identity.actions.sessions import confirm_demo, log_in_demo, log_out
from onevisit.identity.actions.systems import NewPeer, approve_peer, propose_peer

__all__ = [
    "NewAccount",
    "NewConsent",
    "NewGrant",
    "NewOfficer",
    "NewPeer",
    "NewPerson",
    "approve_grant",
    "approve_peer",
    "confirm_demo",
    "end_absence",
    "end_grant",
    "end_holding",
    "end_officer",
    "ending",
    "enter_absence",
    "found_account",
    "found_demo_peer",
    "found_officer",
    "found_organisation",
    "found_person",
    "give_consent",
    "give_holding",
    "grant",
    "load_demo",
    "log_in_demo",
    "log_out",
    "propose_peer",
    "withdraw_consent",
]
