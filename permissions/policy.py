"""THE TABLE: who may see which field, through which power, for what purpose, as what kind of data.

Enforcement, ``@released`` in ``schema.graphql``, each field's description, ``Query.privacyRules``
and the auditors' report all read these rows. A field of an object type that is not here stops the
server. The rows are the ceiling: policy, delegation, office, choice and suppression only narrow it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from permissions.audiences import (
    Anyone,
    AnyResident,
    Audience,
    CityStaff,
    MemberOfGroup,
    MemberOfOpenGroup,
    OfficerOfGroup,
    Themself,
    WhoeverReaches,
)
from permissions.rule import Rule, done_by, released_to
from permissions.words import Category, Power, StaffRole

ANYONE = Anyone()
RESIDENT = AnyResident()
REACHED = WhoeverReaches()
THEMSELF = Themself()
MEMBERS = MemberOfGroup()
OPEN_GROUP = MemberOfOpenGroup()
ROSTER = OfficerOfGroup(Power.VIEW_ROSTER)
RECEIPTS = OfficerOfGroup(Power.VIEW_RECEIPTS)
REQUESTS = OfficerOfGroup(Power.MANAGE_MEMBERS)
OFFICES = OfficerOfGroup(Power.MANAGE_OFFICES)
PUBLISHERS = OfficerOfGroup(Power.PUBLISH)
SUPPRESSION = CityStaff(StaffRole.SUPPRESSION)
OPERATIONS = CityStaff(StaffRole.OPERATIONS)
AUDITOR = CityStaff(StaffRole.AUDITOR)

_TELL_APART = "tell members apart and address them properly"
_FIND_HOUSEHOLD = "find the household that a circular did not reach"
_CALL = "reach a member when time presses"
_WRITE = "send a member what concerns the group"
_KNOW_PLACE = "bring circulars and duties to the right han and household"
_CLOSE_GAPS = "know whom a circular reached and who still needs paper"
_PLACE = "keep han and households as people live"
_ANSWER = "say who answers for what in the group"

_ROWS: dict[str, Rule | Audience] = {
    # Doors: what can be asked at all.
    "Query.me": ANYONE,
    "Query.viewer": ANYONE,
    "Query.group": ANYONE,
    "Query.groups": ANYONE,
    "Query.node": ANYONE,
    "Query.nodes": ANYONE,
    "Query.privacyRules": ANYONE,
    "Query.privacyRulesVersion": ANYONE,
    "Query.releases": released_to(AUDITOR, purpose="examine how personal data was given out"),
    "Mutation.signIn": ANYONE,
    "Mutation.refresh": ANYONE,
    "Mutation.signOut": done_by(THEMSELF),
    "Mutation.endSession": done_by(THEMSELF),
    "Mutation.signUp": ANYONE,
    "Mutation.confirmSignUp": ANYONE,
    "Mutation.requestPasswordReset": ANYONE,
    "Mutation.resetPassword": ANYONE,
    # What one does about oneself.
    "Mutation.updateProfile": done_by(RESIDENT),
    "Mutation.changePassword": done_by(THEMSELF),
    # What city staff do.
    "Mutation.createGroup": done_by(OPERATIONS),
    "Mutation.setParticipation": done_by(OPERATIONS),
    "Mutation.delegatePowers": done_by(OPERATIONS),
    "Mutation.setCityPolicy": done_by(OPERATIONS),
    "Mutation.setReleaseQuota": done_by(OPERATIONS),
    "Mutation.suppressResident": done_by(SUPPRESSION),
    "Mutation.liftSuppression": done_by(SUPPRESSION),
    # Coming in and going out. City staff decide only where the group has nobody who could.
    "Mutation.requestMembership": done_by(RESIDENT),
    "Mutation.withdrawRequest": done_by(THEMSELF),
    "Mutation.approveMembership": done_by(REQUESTS, OPERATIONS, purpose="let an applicant in"),
    "Mutation.declineMembership": done_by(REQUESTS, purpose="turn an applicant down"),
    "Mutation.moveMember": done_by(REQUESTS, purpose=_PLACE),
    "Mutation.leaveGroup": done_by(THEMSELF),
    "Mutation.removeMember": done_by(REQUESTS, purpose="end a membership that should not go on"),
    "Mutation.setMemberDirectory": done_by(
        REQUESTS, purpose="choose whether members see one another"
    ),
    "Mutation.defineHan": done_by(REQUESTS, purpose=_PLACE),
    "Mutation.defineHousehold": done_by(REQUESTS, purpose=_PLACE),
    # Offices: the first ones are the city's to fill.
    "Mutation.defineOffice": done_by(OFFICES, OPERATIONS, purpose=_ANSWER),
    "Mutation.changeOffice": done_by(OFFICES, purpose=_ANSWER),
    "Mutation.appointOfficer": done_by(OFFICES, OPERATIONS, purpose=_ANSWER),
    "Mutation.endAppointment": done_by(OFFICES, purpose=_ANSWER),
    # Circulars.
    "Mutation.publishCircular": done_by(PUBLISHERS, purpose="tell members what concerns the group"),
    "Mutation.editCircular": done_by(PUBLISHERS, purpose="correct what was published"),
    "Mutation.withdrawCircular": done_by(PUBLISHERS, purpose="take back what was published"),
    "Mutation.markCircularRead": done_by(MEMBERS),
    "Mutation.recordPaperDelivery": done_by(RECEIPTS, purpose=_CLOSE_GAPS),
    # Public: the directory of groups, and the rules themselves.
    "Area.id": ANYONE,
    "Area.name": ANYONE,
    "Group.id": ANYONE,
    "Group.name": ANYONE,
    "Group.kind": ANYONE,
    "Group.area": ANYONE,
    "Group.introduction": ANYONE,
    "Group.participation": ANYONE,
    "Group.memberDirectory": ANYONE,
    "Group.delegatedPowers": ANYONE,
    "PrivacyRule.id": ANYONE,
    "PrivacyRule.type": ANYONE,
    "PrivacyRule.field": ANYONE,
    "PrivacyRule.audiences": ANYONE,
    "PrivacyRule.category": ANYONE,
    "PrivacyRule.purpose": ANYONE,
    "PrivacyRule.version": ANYONE,
    "PrivacyAudience.kind": ANYONE,
    "PrivacyAudience.power": ANYONE,
    "PrivacyAudience.staffRole": ANYONE,
    # What the viewer is told about the viewer.
    "Viewer.kind": ANYONE,
    "Viewer.staffRoles": ANYONE,
    "Viewer.memberships": ANYONE,
    "Viewer.sessions": ANYONE,
    "ViewerMembership.group": ANYONE,
    "ViewerMembership.member": ANYONE,
    "ViewerMembership.powers": ANYONE,
    "Group.viewerPowers": ANYONE,
    "Group.viewerMembership": ANYONE,
    "SignInPayload.accessToken": ANYONE,
    "SignInPayload.expiresAt": ANYONE,
    "SignInPayload.refreshToken": ANYONE,
    "SignInPayload.refreshExpiresAt": ANYONE,
    "SignInPayload.errors": ANYONE,
    "SignOutPayload.errors": released_to(REACHED),
    "EndSessionPayload.endedSessionId": released_to(REACHED),
    "EndSessionPayload.errors": released_to(REACHED),
    "TicketPayload.ticket": ANYONE,
    "TicketPayload.expiresAt": ANYONE,
    "TicketPayload.errors": ANYONE,
    "PasswordPayload.endedSessions": ANYONE,
    "PasswordPayload.errors": ANYONE,
    "ResidentPayload.resident": released_to(REACHED),
    "ResidentPayload.errors": released_to(REACHED),
    "GroupPayload.group": released_to(REACHED),
    "GroupPayload.errors": released_to(REACHED),
    "CityPolicyPayload.switchedOff": released_to(REACHED),
    "CityPolicyPayload.errors": released_to(REACHED),
    "SuppressionPayload.suppression": released_to(REACHED),
    "SuppressionPayload.errors": released_to(REACHED),
    "MembershipRequestPayload.request": released_to(REACHED),
    "MembershipRequestPayload.errors": released_to(REACHED),
    "MemberPayload.member": released_to(REACHED),
    "MemberPayload.errors": released_to(REACHED),
    "HanPayload.han": released_to(REACHED),
    "HanPayload.errors": released_to(REACHED),
    "HouseholdPayload.household": released_to(REACHED),
    "HouseholdPayload.errors": released_to(REACHED),
    "OfficePayload.office": released_to(REACHED),
    "OfficePayload.errors": released_to(REACHED),
    "AppointmentPayload.appointments": released_to(REACHED),
    "AppointmentPayload.errors": released_to(REACHED),
    "CircularPayload.circular": released_to(REACHED),
    "CircularPayload.errors": released_to(REACHED),
    "UserError.field": ANYONE,
    "UserError.code": ANYONE,
    "UserError.message": ANYONE,
    # Oneself. A Resident is only ever one's own account.
    "Resident.id": released_to(REACHED),
    "Resident.displayName": released_to(REACHED),
    "Resident.name": released_to(THEMSELF, category=Category.NAME),
    "Resident.familyName": released_to(THEMSELF, category=Category.NAME),
    "Resident.givenName": released_to(THEMSELF, category=Category.NAME),
    "Resident.kana": released_to(THEMSELF, category=Category.NAME),
    "Resident.postalCode": released_to(THEMSELF, category=Category.ADDRESS),
    "Resident.address": released_to(THEMSELF, category=Category.ADDRESS),
    "Resident.building": released_to(THEMSELF, category=Category.ADDRESS),
    "Resident.phone": released_to(THEMSELF, category=Category.PHONE),
    "Resident.email": released_to(THEMSELF, category=Category.EMAIL),
    "Resident.birthDate": released_to(THEMSELF, category=Category.AGE),
    "Resident.ageBand": released_to(THEMSELF, category=Category.AGE),
    "Resident.area": released_to(THEMSELF, category=Category.ADDRESS),
    "Resident.memberships": released_to(REACHED),
    "Resident.membershipRequests": released_to(REACHED),
    "Resident.releases": released_to(REACHED),
    "Resident.sessions": released_to(REACHED),
    "Session.id": released_to(REACHED),
    "Session.device": released_to(REACHED),
    "Session.openedAt": released_to(REACHED),
    "Session.lastUsedAt": released_to(REACHED),
    "Session.expiresAt": released_to(REACHED),
    "Session.current": released_to(REACHED),
    # A resident as seen in one group: the heart of it.
    "Member.id": released_to(REACHED),
    "Member.displayName": released_to(REACHED),
    "Member.name": released_to(THEMSELF, ROSTER, category=Category.NAME, purpose=_TELL_APART),
    "Member.familyName": released_to(THEMSELF, ROSTER, category=Category.NAME, purpose=_TELL_APART),
    "Member.givenName": released_to(THEMSELF, ROSTER, category=Category.NAME, purpose=_TELL_APART),
    "Member.kana": released_to(THEMSELF, ROSTER, category=Category.NAME, purpose=_TELL_APART),
    "Member.postalCode": released_to(
        THEMSELF, ROSTER, category=Category.ADDRESS, purpose=_FIND_HOUSEHOLD
    ),
    "Member.address": released_to(
        THEMSELF, ROSTER, category=Category.ADDRESS, purpose=_FIND_HOUSEHOLD
    ),
    "Member.building": released_to(
        THEMSELF, ROSTER, category=Category.ADDRESS, purpose=_FIND_HOUSEHOLD
    ),
    "Member.phone": released_to(THEMSELF, ROSTER, category=Category.PHONE, purpose=_CALL),
    "Member.email": released_to(THEMSELF, ROSTER, category=Category.EMAIL, purpose=_WRITE),
    # The city collects age for its own notices; nothing in the seed hands it to officers.
    "Member.birthDate": released_to(THEMSELF, category=Category.AGE),
    "Member.ageBand": released_to(THEMSELF, category=Category.AGE),
    "Member.group": released_to(REACHED),
    "Member.han": released_to(THEMSELF, ROSTER, category=Category.PLACE, purpose=_KNOW_PLACE),
    "Member.household": released_to(THEMSELF, ROSTER, category=Category.PLACE, purpose=_KNOW_PLACE),
    "Member.joinedOn": released_to(THEMSELF, ROSTER, category=Category.PLACE, purpose=_KNOW_PLACE),
    "Member.appointments": released_to(REACHED),
    "Member.status": released_to(REACHED),
    "MembershipRequest.id": released_to(REACHED),
    "MembershipRequest.group": released_to(REACHED),
    "MembershipRequest.displayName": released_to(REACHED),
    "MembershipRequest.message": released_to(REACHED),
    "MembershipRequest.requestedOn": released_to(REACHED),
    "MembershipRequest.declineReason": released_to(REACHED),
    "MembershipRequest.status": released_to(REACHED),
    # Edges out of a group.
    "Group.members": released_to(OPEN_GROUP, ROSTER, purpose="know who is a member"),
    "Group.membershipRequests": released_to(REQUESTS, purpose="decide who joins"),
    "Group.hans": released_to(MEMBERS),
    "Group.households": released_to(
        ROSTER, category=Category.PLACE, purpose=_KNOW_PLACE, aggregate=True
    ),
    "Group.offices": released_to(
        MEMBERS, OPERATIONS, AUDITOR, purpose="know who answers for what in the group"
    ),
    "Group.releaseQuota": released_to(
        ROSTER, OPERATIONS, AUDITOR, purpose="know how many people an officer may be shown"
    ),
    "ReleaseQuota.peoplePerHour": released_to(REACHED),
    "ReleaseQuota.until": released_to(REACHED),
    "ReleaseQuota.reason": released_to(REACHED),
    "Group.participationSince": ANYONE,
    "Group.nextParticipation": ANYONE,
    "Group.nextParticipationFrom": ANYONE,
    "Group.circulars": released_to(MEMBERS),
    "Group.unreadCircularCount": released_to(MEMBERS),
    "Han.id": released_to(REACHED),
    "Han.name": released_to(REACHED),
    "Han.members": released_to(ROSTER, category=Category.PLACE, purpose=_KNOW_PLACE),
    "Household.id": released_to(REACHED),
    "Household.paperOnly": released_to(
        THEMSELF, ROSTER, category=Category.PLACE, purpose=_CLOSE_GAPS, aggregate=True
    ),
    "Household.han": released_to(
        THEMSELF, ROSTER, category=Category.PLACE, purpose=_KNOW_PLACE, aggregate=True
    ),
    "Household.members": released_to(ROSTER, category=Category.PLACE, purpose=_KNOW_PLACE),
    # Offices: who answers for the group is known to its members and, without names, to the city.
    "Office.id": released_to(REACHED),
    "Office.title": released_to(REACHED),
    "Office.powers": released_to(REACHED),
    "Office.appointments": released_to(
        MEMBERS, OPERATIONS, AUDITOR, purpose="know who answers for what in the group"
    ),
    "Appointment.id": released_to(REACHED),
    "Appointment.office": released_to(
        MEMBERS, OPERATIONS, AUDITOR, purpose="know who answers for what in the group"
    ),
    "Appointment.holder": released_to(MEMBERS),
    "Appointment.startsOn": released_to(REACHED),
    "Appointment.endsOn": released_to(REACHED),
    "Appointment.status": released_to(REACHED),
    # Circulars and whom they reached.
    "Circular.id": released_to(REACHED),
    "Circular.group": released_to(REACHED),
    "Circular.title": released_to(REACHED),
    "Circular.body": released_to(REACHED),
    "Circular.publishedAt": released_to(REACHED),
    "Circular.editedAt": released_to(REACHED),
    "Circular.version": released_to(REACHED),
    "Circular.versions": released_to(PUBLISHERS, purpose="see what was said before an edit"),
    "CircularVersion.version": released_to(REACHED),
    "CircularVersion.title": released_to(REACHED),
    "CircularVersion.body": released_to(REACHED),
    "CircularVersion.replacedAt": released_to(REACHED),
    "Circular.author": released_to(MEMBERS),
    "Circular.audience": released_to(REACHED),
    "Circular.status": released_to(REACHED),
    "Circular.myReceipt": released_to(REACHED),
    "Circular.receipts": released_to(RECEIPTS, category=Category.RECEIPT, purpose=_CLOSE_GAPS),
    "Circular.receiptSummary": released_to(
        RECEIPTS, category=Category.RECEIPT, purpose=_CLOSE_GAPS, aggregate=True
    ),
    "CircularAudience.kind": released_to(REACHED),
    "CircularAudience.han": released_to(REACHED),
    "CircularAudience.office": released_to(REACHED),
    "Receipt.member": released_to(THEMSELF, RECEIPTS, purpose=_CLOSE_GAPS),
    "Receipt.state": released_to(
        THEMSELF, RECEIPTS, category=Category.RECEIPT, purpose=_CLOSE_GAPS
    ),
    "Receipt.deliveredAt": released_to(
        THEMSELF, RECEIPTS, category=Category.RECEIPT, purpose=_CLOSE_GAPS
    ),
    "Receipt.readAt": released_to(
        THEMSELF, RECEIPTS, category=Category.RECEIPT, purpose=_CLOSE_GAPS
    ),
    "Receipt.paperAt": released_to(
        THEMSELF, RECEIPTS, category=Category.RECEIPT, purpose=_CLOSE_GAPS
    ),
    "ReceiptSummary.recipients": released_to(REACHED),
    "ReceiptSummary.delivered": released_to(REACHED),
    "ReceiptSummary.read": released_to(REACHED),
    "ReceiptSummary.paper": released_to(REACHED),
    "ReceiptSummary.outstanding": released_to(REACHED),
    # A suppression, as shown to the staff who entered it.
    "Suppression.id": released_to(REACHED),
    "Suppression.provisional": released_to(REACHED),
    "Suppression.beganAt": released_to(REACHED),
    "Suppression.liftedAt": released_to(REACHED),
    # History: ids, dates and words of the rules; never a personal value.
    "Query.history": released_to(OPERATIONS, AUDITOR, purpose="see who changed what"),
    "Group.history": released_to(OFFICES, OPERATIONS, AUDITOR, purpose="see who changed what"),
    "Change.id": released_to(REACHED),
    "Change.changedAt": released_to(REACHED),
    "Change.kind": released_to(REACHED),
    "Change.group": released_to(REACHED),
    "Change.byStaff": released_to(REACHED),
    "Change.actor": released_to(MEMBERS),
    "Change.before": released_to(REACHED),
    "Change.after": released_to(REACHED),
    "ChangedValue.name": released_to(REACHED),
    "ChangedValue.value": released_to(REACHED),
    # The ledger, as shown to auditors and to the person concerned.
    "Release.id": released_to(REACHED),
    "Release.releasedAt": released_to(REACHED),
    "Release.group": released_to(REACHED),
    "Release.office": released_to(REACHED),
    "Release.fields": released_to(REACHED),
    "Release.purposes": released_to(REACHED),
    "Release.ruleVersion": released_to(REACHED),
    "Release.operationName": released_to(REACHED),
    "Release.subjectCount": released_to(REACHED),
    "Release.seenBy": released_to(THEMSELF),
    # Plumbing of pages: nothing but positions; what stands in them has its own rows.
    "PageInfo.*": ANYONE,
    "GroupConnection.*": ANYONE,
    "GroupEdge.*": ANYONE,
    "MemberConnection.*": ANYONE,
    "MemberEdge.*": ANYONE,
    "MembershipRequestConnection.*": ANYONE,
    "MembershipRequestEdge.*": ANYONE,
    "CircularConnection.*": ANYONE,
    "CircularEdge.*": ANYONE,
    "ReceiptConnection.*": ANYONE,
    "ReceiptEdge.*": ANYONE,
    "ChangeConnection.*": ANYONE,
    "ChangeEdge.*": ANYONE,
    "ReleaseConnection.*": ANYONE,
    "ReleaseEdge.*": ANYONE,
}

POLICY: Mapping[str, Rule] = {
    name: replace(row if isinstance(row, Rule) else released_to(row), name=name)
    for name, row in _ROWS.items()
}

# What a release by filter is called in the ledger: who came up under it tells the han, or a name.
FOUND_BY_HAN = "Group.members(han:)"
FOUND_BY_SEARCH = "Group.members(search:)"

# Arguments that pick people by a personal value: what the ledger calls it, and whose rule decides.
FILTERS: Mapping[str, Mapping[str, tuple[str, Rule]]] = {
    "Group.members": {
        "han": (FOUND_BY_HAN, POLICY["Member.han"]),
        "search": (FOUND_BY_SEARCH, POLICY["Member.name"]),
    },
}

# What opens an object asked for by its id: the rules of the edges that lead to it, taken together.
BY_ID: Mapping[str, Rule] = {
    name: replace(rule, name=f"Query.node({name})")
    for name, rule in {
        "Resident": released_to(THEMSELF),
        "Group": released_to(ANYONE),
        "Area": released_to(ANYONE),
        "Member": released_to(THEMSELF, OPEN_GROUP, ROSTER, RECEIPTS),
        "MembershipRequest": released_to(THEMSELF, REQUESTS),
        "Han": released_to(MEMBERS),
        # Like the edges: where the city releases no place, that a household is there for an officer
        # would tell that not all in it keep theirs private.
        "Household": released_to(THEMSELF, ROSTER, category=Category.PLACE, aggregate=True),
        "Office": released_to(MEMBERS, OPERATIONS, AUDITOR),
        "Appointment": released_to(THEMSELF, MEMBERS, OPERATIONS, AUDITOR),
        "Circular": released_to(MEMBERS),
    }.items()
}


def version_of(*tables: Mapping[str, Rule]) -> str:
    """A hash of every row; what opens an object by its id is a row like the others."""
    texts = sorted(rule.text for table in tables for rule in table.values())
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


POLICY_VERSION = version_of(POLICY, BY_ID)


class UnguardedField(LookupError):
    """A field of an object type without a row in the table: the server must not start."""


def rule_of(type_name: str, field_name: str, policy: Mapping[str, Rule] = POLICY) -> Rule:
    """The row of ``type_name.field_name``. Raises UnguardedField, naming the cure."""
    name = f"{type_name}.{field_name}"
    rule = policy.get(name) or policy.get(f"{type_name}.*")
    if rule is None:
        raise UnguardedField(f"{name}: add a row to permissions/policy.py")
    return rule
