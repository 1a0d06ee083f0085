"""Everything that can be asked: one document for each road to a person."""

PERSON = """
    fragment person on Member {
        id displayName name familyName givenName kana postalCode address building phone email
        birthDate ageBand joinedOn status
        han { id name } household { id paperOnly han { id } }
        appointments { id status startsOn endsOn office { title } }
        group { name }
    }
"""
RECEIPT = """
    fragment receipt on Receipt { state deliveredAt readAt paperAt member { ...person } }
"""
GROUPS = ("akebono", "botan", "chigusa")

DOCUMENTS = {
    "members": """query($group: ID!) { group(id: $group) { members {
        edges { cursor node { ...person } } pageInfo { hasNextPage endCursor } } } }""",
    "hans": """query($group: ID!) { group(id: $group) { hans { id name members {
        nodes { ...person } pageInfo { hasNextPage endCursor } } } } }""",
    "households": """query($group: ID!) { group(id: $group) { households { id paperOnly han { name }
        members { nodes { ...person } pageInfo { hasNextPage endCursor } } } } }""",
    "offices": """query($group: ID!) { group(id: $group) { offices { id title powers
        appointments { id startsOn endsOn status holder { ...person } } } } }""",
    "circulars": """query($group: ID!) { group(id: $group) { unreadCircularCount circulars { nodes {
        id title status author { ...person } audience { kind han { name } office { title } }
        myReceipt { ...receipt }
        receiptSummary { recipients delivered read paper outstanding }
        receipts { nodes { ...receipt } pageInfo { hasNextPage endCursor } } } } } }""",
    "receipts by state": """query($group: ID!) { group(id: $group) { circulars { nodes {
        outstanding: receipts(state: OUTSTANDING) { nodes { ...receipt } }
        delivered: receipts(state: DELIVERED) { nodes { ...receipt } }
        read: receipts(state: READ) { nodes { ...receipt } }
        paper: receipts(state: PAPER) { nodes { ...receipt } } } } } }""",
    "requests": """query($group: ID!) { group(id: $group) { membershipRequests { nodes {
        id displayName message requestedOn status group { name } } pageInfo { endCursor } } } }""",
    "the viewer's own": """query($group: ID!) { group(id: $group) { viewerPowers
        viewerMembership { id displayName } } viewer { kind staffRoles memberships { powers
        member { ...person } group { members { nodes { ...person } } } } }
        me { memberships { ...person group { members { nodes { ...person } } } } } }""",
    "who saw": """query($group: ID!) { group(id: $group) { name } me { releases { nodes {
        releasedAt office fields subjectCount seenBy } pageInfo { hasNextPage } } } }""",
}
BY_IDS = """query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
    ... on Member { ...person }
    ... on Household { paperOnly han { name } members { nodes { ...person } } }
    ... on Han { name members { nodes { ...person } } }
    ... on Office { title appointments { holder { ...person } } }
    ... on Appointment { status holder { ...person } office { title } }
    ... on MembershipRequest { displayName message status }
    ... on Circular { title author { ...person } receipts { nodes { ...receipt } }
        receiptSummary { recipients delivered read paper outstanding } }
    ... on Resident { displayName name }
} }"""
SEARCH = """query($group: ID!, $search: String, $han: ID) { group(id: $group) {
    members(search: $search, han: $han) { nodes { ...person } pageInfo { hasNextPage endCursor } }
} }"""
PAGES = {
    "members": """query($group: ID!, $first: Int!, $after: String) { group(id: $group) {
        page: members(first: $first, after: $after) {
            nodes { id displayName } pageInfo { hasNextPage endCursor } } } }""",
    "requests": """query($group: ID!, $first: Int!, $after: String) { group(id: $group) {
        page: membershipRequests(first: $first, after: $after) {
            nodes { id displayName } pageInfo { hasNextPage endCursor } } } }""",
    "receipts": """query($group: ID!, $first: Int!, $after: String) { group: node(id: $group) {
        ... on Circular { page: receipts(first: $first, after: $after) {
            nodes { state member { id displayName } } pageInfo { hasNextPage endCursor } } } } }""",
    "outstanding": """query($group: ID!, $first: Int!, $after: String) { group: node(id: $group) {
        ... on Circular { page: receipts(state: OUTSTANDING, first: $first, after: $after) {
            nodes { state member { id displayName } } pageInfo { hasNextPage endCursor } } } } }""",
    "han": """query($group: ID!, $first: Int!, $after: String) { group: node(id: $group) {
        ... on Han { page: members(first: $first, after: $after) {
            nodes { id displayName } pageInfo { hasNextPage endCursor } } } } }""",
    "household": """query($group: ID!, $first: Int!, $after: String) { group: node(id: $group) {
        ... on Household { page: members(first: $first, after: $after) {
            nodes { id displayName } pageInfo { hasNextPage endCursor } } } } }""",
}


def whole(document: str) -> str:
    """A document with the fragments it uses."""
    if "...receipt" in document:
        return document + RECEIPT + PERSON
    return document + PERSON if "...person" in document else document
