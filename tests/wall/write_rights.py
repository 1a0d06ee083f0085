"""Who may write what, typed by hand: the rights of each role, and the policies, by name.

A table without UPDATE is named only where rows go in; a column only where it may change. Whoever
adds a line here says that a role of the server's may write more than before.
"""

# What is written once and never changed: the ledger, the history, what an edit replaced, where
# somebody lived before, what was answered.
WRITTEN_ONCE = ("changes", "circular_versions", "idempotency_keys", "past_places", "releases")

MAY_WRITE: dict[tuple[str, str], set[str]] = {
    ("kairan_server", "INSERT"): {
        *("appointments", "changes", "circular_versions", "circulars", "city_policies"),
        *("delegations", "groups", "hans", "households", "idempotency_keys", "member_details"),
        *("membership_requests", "memberships", "offices", "paper_deliveries", "receipts"),
        *("releases", "suppressions"),
    },
    ("kairan_server", "UPDATE"): {
        *("appointments.ended_at", "appointments.ends_on"),
        *("circulars.body", "circulars.edited_at", "circulars.title", "circulars.version"),
        "circulars.withdrawn_at",
        *("groups.next_participation", "groups.next_participation_from"),
        *("groups.participation", "groups.participation_since"),
        *("hans.name", "hans.position", "households.han_id", "households.paper_only"),
        *("membership_requests.decided_at", "membership_requests.decline_reason"),
        *("membership_requests.membership_id", "membership_requests.status"),
        *("memberships.end_reason", "memberships.ended_at", "memberships.status"),
        *("offices.position", "offices.powers", "offices.title"),
        *("receipts.read_at", "sessions.ended_at"),
        *("suppressions.lifted_at", "suppressions.provisional"),
    },
    ("kairan_server", "DELETE"): {"city_policies", "delegations"},
    ("kairan_door", "INSERT"): {"refresh_tokens", "sessions"},
    ("kairan_keeper", "UPDATE"): {
        *("refresh_tokens.replaced_at", "refresh_tokens.replaced_hash"),
        *("refresh_tokens.token_hash", "refresh_tokens.turn"),
        *("sessions.ended_at", "sessions.expires_at", "sessions.last_used_at"),
    },
    ("kairan_keeper", "DELETE"): {"sessions"},
    ("kairan_hand", "INSERT"): {"past_places"},
    **{("kairan_rates", power): {"rates"} for power in ("INSERT", "UPDATE", "DELETE")},
    ("kairan_hand", "UPDATE"): {
        *("groups.member_directory", "member_details.han_id", "member_details.household_id"),
    },
}

WRITE_POLICIES = {
    "appointments: manager_appoints INSERT kairan_server",
    "appointments: manager_or_holder_ends UPDATE kairan_server",
    "changes: actor_writes INSERT kairan_server",
    "circular_versions: publisher_keeps INSERT kairan_server",
    "circulars: publisher_changes UPDATE kairan_server",
    "circulars: publisher_publishes INSERT kairan_server",
    "city_policies: staff_switches_off INSERT kairan_server",
    "city_policies: staff_switches_on DELETE kairan_server",
    "delegations: staff_delegates INSERT kairan_server",
    "delegations: staff_takes_back DELETE kairan_server",
    "groups: hand_chooses UPDATE kairan_hand",
    "groups: staff_changes UPDATE kairan_server",
    "groups: staff_creates INSERT kairan_server",
    "hans: manager_changes UPDATE kairan_server",
    "hans: manager_defines INSERT kairan_server",
    "households: manager_changes UPDATE kairan_server",
    "households: manager_defines INSERT kairan_server",
    "idempotency_keys: own_writes INSERT kairan_server",
    "member_details: applicant_becomes INSERT kairan_server",
    "member_details: hand_places UPDATE kairan_hand",
    "membership_requests: own_applies INSERT kairan_server",
    "membership_requests: own_or_manager_decides UPDATE kairan_server",
    "memberships: applicant_becomes INSERT kairan_server",
    "memberships: own_or_manager_ends UPDATE kairan_server",
    "offices: manager_changes UPDATE kairan_server",
    "offices: manager_defines INSERT kairan_server",
    "paper_deliveries: officer_records INSERT kairan_server",
    "past_places: hand_keeps INSERT kairan_hand",
    "rates: rates_begins INSERT kairan_rates",
    "rates: rates_counts UPDATE kairan_rates",
    "rates: rates_forgets DELETE kairan_rates",
    "receipts: own_reads_it UPDATE kairan_server",
    "receipts: own_receives INSERT kairan_server",
    "refresh_tokens: door_opens INSERT kairan_door",
    "refresh_tokens: keeper_renews UPDATE kairan_keeper",
    "releases: viewer_writes INSERT kairan_server",
    "sessions: door_opens INSERT kairan_door",
    "sessions: keeper_renews_or_ends UPDATE kairan_keeper",
    "sessions: keeper_sweeps DELETE kairan_keeper",
    "sessions: own_ends UPDATE kairan_server",
    "suppressions: duty_changes UPDATE kairan_server",
    "suppressions: duty_suppresses INSERT kairan_server",
}
