"""Writes to what the city and its groups are made of, and whom row security lets make them.

``by`` is typed by hand: everybody else who lives in the street is refused, or finds no such row.
"""

ATTEMPTS: dict[str, tuple[str, set[str]]] = {
    # Groups: the city's to make and to steer.
    "make a group": (
        "insert into kairan.groups (city, id, name) values (<city>, <new>, '新町内会')",
        {"OPERATIONS"},
    ),
    "make a group in another city": (
        "insert into kairan.groups (city, id, name) values (<city> + 1, <new>, '新町内会')",
        set(),
    ),
    "set how akebono takes part": (
        "update kairan.groups set participation = 'SUSPENDED', participation_since = '2026-12-01',"
        " next_participation = 'ENDED', next_participation_from = '2027-04-01'"
        " where id = <akebono>",
        {"OPERATIONS"},
    ),
    "let a suspended group go on": (
        "update kairan.groups set participation = 'ACTIVE' where id = <chigusa>",
        {"OPERATIONS"},
    ),
    "set a directory past the function": (
        "update kairan.groups set member_directory = 'MEMBERS' where id = <akebono>",
        set(),
    ),
    "rename a group": ("update kairan.groups set name = 'x' where id = <akebono>", set()),
    "give a group another number": ("update kairan.groups set id = <new> where id = <eki>", set()),
    "take a group away": ("delete from kairan.groups where id = <akebono>", set()),
    # Delegation and policy.
    "delegate a power": (
        "insert into kairan.delegations (city, group_id, power, delegated_at)"
        " values (<city>, <eki>, 'MODERATE', <now>)",
        {"OPERATIONS"},
    ),
    "take a power back": (
        "delete from kairan.delegations where group_id = <akebono> and power = 'PUBLISH'",
        {"OPERATIONS"},
    ),
    "turn one power into another": (
        "update kairan.delegations set power = 'MODERATE' where group_id = <eki>",
        set(),
    ),
    "switch a category off": (
        "insert into kairan.city_policies (city, category, since, reason)"
        " values (<city>, 'PHONE', <now>, 'x')",
        {"OPERATIONS"},
    ),
    "switch a category on": (
        "delete from kairan.city_policies where category = 'EMAIL'",
        {"OPERATIONS"},
    ),
    "give a policy another reason": ("update kairan.city_policies set reason = 'x'", set()),
    # How many people an officer is shown per hour: no officer sets his own.
    "set a quota for eki": (
        "insert into kairan.release_quotas (city, group_id, people_per_hour, until, reason, set_at)"
        " values (<city>, <eki>, 5000, '2026-12-31', 'x', <now>)",
        {"OPERATIONS"},
    ),
    "set a quota in another city": (
        "insert into kairan.release_quotas (city, group_id, people_per_hour, until, reason, set_at)"
        " values (<city> + 1, <eki>, 5000, '2026-12-31', 'x', <now>)",
        set(),
    ),
    "set akebono another quota": (
        "update kairan.release_quotas set people_per_hour = 0, until = '2026-12-31', reason = 'x',"
        " set_at = <now> where group_id = <akebono>",
        {"OPERATIONS"},
    ),
    "turn a quota over to another group": (
        "update kairan.release_quotas set group_id = <eki> where group_id = <akebono>",
        set(),
    ),
    "end the quota of akebono": (
        "delete from kairan.release_quotas where group_id = <akebono>",
        {"OPERATIONS"},
    ),
    # Suppression: by those with that duty, and nobody else in the city hall.
    "suppress hanako": (
        "insert into kairan.suppressions (city, id, resident_id, began_at)"
        " values (<city>, <new>, <hanako>, <now>)",
        {"SUPPRESSION"},
    ),
    "lift sayuri's suppression": (
        "update kairan.suppressions set lifted_at = <now>, provisional = false"
        " where id = <sayuri's suppression>",
        {"SUPPRESSION"},
    ),
    "turn a suppression over to somebody else": (
        "update kairan.suppressions set resident_id = <hanako> where id = <sayuri's suppression>",
        set(),
    ),
    "take a suppression away": ("delete from kairan.suppressions", set()),
    # Offices.
    "define an office in akebono": (
        "insert into kairan.offices (city, id, group_id, title, powers)"
        " values (<city>, <new>, <akebono>, '監事', '{VIEW_ROSTER}')",
        {"ken", "yaku", "OPERATIONS"},
    ),
    "change kaikei's office": (
        "update kairan.offices set title = '出納', powers = '{}' where id = <会計>",
        {"ken", "yaku"},
    ),
    "change an office of a suspended group": (
        "update kairan.offices set powers = '{}' where id = <休会長>",
        set(),
    ),
    "take an office to another group": (
        "update kairan.offices set group_id = <eki> where id = <会計>",
        set(),
    ),
    "take an office away": ("delete from kairan.offices where id = <会計>", set()),
    # Terms.
    "appoint hanako": (
        "insert into kairan.appointments"
        " (city, id, group_id, office_id, membership_id, starts_on, ends_on) values"
        " (<city>, <new>, <akebono>, <会計>, <hanako@akebono>, '2026-11-23', '2027-03-31')",
        {"ken", "yaku", "OPERATIONS"},
    ),
    "appoint oneself in akebono": (
        "insert into kairan.appointments"
        " (city, id, group_id, office_id, membership_id, starts_on, ends_on) values"
        " (<city>, <new>, <akebono>, <会計>, <me@akebono>, '2026-11-23', '2027-03-31')",
        # The server refuses; to tell that from appointing others is its rule, not the wall's.
        {"ken", "yaku"},
    ),
    "appoint a member of eki in akebono": (
        "insert into kairan.appointments"
        " (city, id, group_id, office_id, membership_id, starts_on, ends_on) values"
        " (<city>, <new>, <akebono>, <会計>, <goro@eki>, '2026-11-23', '2027-03-31')",
        set(),
    ),
    "give kaikei's term another last day": (
        "update kairan.appointments set ends_on = '2027-03-31' where id = <会計:kaikei>",
        {"ken", "yaku"},
    ),
    # He leaves, or is removed by who manages members: his term ends with his membership.
    "end kaikei's term": (
        "update kairan.appointments set ended_at = <now> where id = <会計:kaikei>",
        {"ken", "yaku", "jin", "kaikei"},
    ),
    "end kaikei's term and lengthen it": (
        "update kairan.appointments set ended_at = null, ends_on = '2027-03-31'"
        " where id = <会計:kaikei>",
        {"ken", "yaku"},
    ),
    "begin a term anew that was ended": (
        "update kairan.appointments set ended_at = null where id = <前会長:mae>",
        set(),
    ),
    "hand a term to somebody else": (
        "update kairan.appointments set membership_id = <hanako@akebono> where id = <会長:ken>",
        set(),
    ),
    "put a term into another office": (
        "update kairan.appointments set office_id = <会長> where id = <会計:kaikei>",
        set(),
    ),
    "take a term away": ("delete from kairan.appointments where id = <会計:kaikei>", set()),
    # Han and households.
    "define a han in akebono": (
        "insert into kairan.hans (city, id, group_id, name)"
        " values (<city>, <new>, <akebono>, '2班')",
        {"ken", "jin"},
    ),
    "rename a han of akebono": (
        "update kairan.hans set name = 'x', position = 3 where id = <1班>",
        {"ken", "jin"},
    ),
    "take a han to another group": ("update kairan.hans set group_id = <eki>", set()),
    "take a han away": ("delete from kairan.hans where id = <1班>", set()),
    "define a household in akebono": (
        "insert into kairan.households (city, id, group_id, han_id)"
        " values (<city>, <new>, <akebono>, <1班>)",
        {"ken", "jin"},
    ),
    "define a household of akebono in a han of eki": (
        "insert into kairan.households (city, id, group_id, han_id)"
        " values (<city>, <new>, <akebono>, <駅1班>)",
        set(),
    ),
    # Changed only by who may see it too.
    "bring paper to hanako's house": (
        "update kairan.households set paper_only = true, han_id = null where id = <hanako's house>",
        {"ken"},
    ),
    "bring paper to sayuri's house, which nobody is shown": (
        "update kairan.households set paper_only = true where id = <sayuri's house>",
        set(),
    ),
    "take a household to another group": ("update kairan.households set group_id = <eki>", set()),
    "take a household away": ("delete from kairan.households", set()),
}
