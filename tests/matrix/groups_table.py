"""The matrix of what hangs on a group, on a circular and on the city's ledger. Typed by hand.

``open``: it has its value. Anything else is what the viewer lacks, in the words of cells.py: the
field is null and withheld for that reason. ``-``: the object it hangs on is not met at all.
"""

# Edges of Group.
GROUP = """
viewer              members  households  hans     offices  circulars  releaseQuota
nobody              sign-in  sign-in     sign-in  sign-in  sign-in    sign-in
stranger            member   member      member   member   member     member
applicant           member   member      member   member   member     member
left the group      member   member      member   member   member     member
member              office   office      open     open     open       office
member, open list   open     office      open     open     open       office
roster officer      open     open        open     open     open       open
other officer       power    power       open     open     open       power
chair               open     open        open     open     open       open
chair, trial        open     open        open     open     open       open
chair elsewhere     member   member      member   member   member     member
elsewhere + member  office   office      open     open     open       office
former officer      office   office      open     open     open       office
officer tomorrow    office   office      open     open     open       office
power taken back    power    power       open     open     open       power
officer, suspended  running  running     open     open     open       running
member, suspended   office   office      open     open     open       office
officer, ended      running  running     running  running  running    running
member, ended       running  office      running  running  running    office
staff OPERATIONS    member   member      member   open     member     open
staff SUPPRESSION   member   member      member   power    member     power
staff AUDITOR       member   member      member   open     member     open
herself             office   office      open     open     open       office
herself, open list  open     office      open     open     open       office
"""

# The other fields of Group that are not public; `Query.releases` is the city's ledger, and
# `Query.history` its history.
REST = """
viewer              membershipRequests  unreadCircularCount  history  Query.releases  Query.history
nobody              sign-in             sign-in              sign-in  sign-in         sign-in
stranger            member              member               member   power           power
applicant           member              member               member   power           power
left the group      member              member               member   power           power
member              office              open                 office   power           power
member, open list   office              open                 office   power           power
roster officer      power               open                 power    power           power
other officer       open                open                 open     power           power
chair               open                open                 open     power           power
chair, trial        open                open                 open     power           power
chair elsewhere     member              member               member   power           power
elsewhere + member  office              open                 office   power           power
former officer      office              open                 office   power           power
officer tomorrow    office              open                 office   power           power
power taken back    open                open                 open     power           power
officer, suspended  running             open                 running  power           power
member, suspended   office              open                 office   power           power
officer, ended      running             running              running  power           power
member, ended       office              running              office   power           power
staff OPERATIONS    member              member               open     power           open
staff SUPPRESSION   member              member               power    power           power
staff AUDITOR       member              member               open     open            open
herself             office              open                 office   power           power
herself, open list  office              open                 office   power           power
"""

# Whose circular it was, whom it reached, and what it said before an edit. The own receipt is the
# viewer's own, by any road.
CIRCULAR = """
viewer              receipts  receiptSummary  myReceipt  versions
nobody              -         -               -          -
stranger            -         -               -          -
applicant           -         -               -          -
left the group      -         -               -          -
member              office    office          open       office
member, open list   office    office          open       office
roster officer      power     power           open       power
other officer       open      open            open       open
chair               open      open            open       open
chair, trial        open      open            open       open
chair elsewhere     -         -               -          -
elsewhere + member  office    office          open       office
former officer      office    office          open       office
officer tomorrow    office    office          open       office
power taken back    open      open            open       open
officer, suspended  running   running         open       running
member, suspended   office    office          open       office
officer, ended      -         -               -          -
member, ended       -         -               -          -
staff OPERATIONS    -         -               -          -
staff SUPPRESSION   -         -               -          -
staff AUDITOR       -         -               -          -
herself             office    office          open       office
herself, open list  office    office          open       office
"""

# What is known of a household: Hanako's, the one Jiro shares with whoever looks (both by id), and
# one's own. It goes on living after somebody left it, so it is no longer his.
HOUSEHOLD = """
viewer              hers  shared  my own
nobody              -     -       -
stranger            -     -       -
applicant           -     -       -
left the group      -     -       member
member              -     open    open
member, open list   -     open    open
roster officer      open  open    open
other officer       -     open    open
chair               open  open    open
chair, trial        open  open    open
chair elsewhere     -     -       open
elsewhere + member  -     open    open
former officer      -     open    open
officer tomorrow    -     open    open
power taken back    -     open    open
officer, suspended  -     open    open
member, suspended   -     open    open
officer, ended      -     open    open
member, ended       -     open    open
staff OPERATIONS    -     -       -
staff SUPPRESSION   -     -       -
staff AUDITOR       -     -       -
herself             open  -       open
herself, open list  open  -       open
"""

# What nobody reaches by id but the person, and for a request the officers who decide on it.
OTHER_PEOPLES = """
viewer              Resident  MembershipRequest  Release
nobody              -         -                  -
stranger            -         -                  -
applicant           -         open               -
left the group      -         -                  -
member              -         -                  -
member, open list   -         -                  -
roster officer      -         -                  -
other officer       -         open               -
chair               -         open               -
chair, trial        -         open               -
chair elsewhere     -         -                  -
elsewhere + member  -         -                  -
former officer      -         -                  -
officer tomorrow    -         -                  -
power taken back    -         open               -
officer, suspended  -         -                  -
member, suspended   -         -                  -
officer, ended      -         -                  -
member, ended       -         -                  -
staff OPERATIONS    -         -                  -
staff SUPPRESSION   -         -                  -
staff AUDITOR       -         -                  -
herself             open      -                  -
herself, open list  open      -                  -
"""

# One question about two groups, in the words of cells.py: the one looked at, and Toko, where two of
# the viewers hold every power and Hanako and Jiro are members as well.
TWO_GROUPS = """
viewer              this              the other
nobody              members: sign-in  members: sign-in
stranger            members: member   members: member
applicant           members: member   members: member
left the group      members: member   members: member
member              members: office   members: member
member, open list   name: office      members: member
roster officer      open              members: member
other officer       members: power    members: member
chair               open              members: member
chair, trial        open              members: member
chair elsewhere     members: member   open
elsewhere + member  members: office   open
former officer      members: office   members: member
officer tomorrow    members: office   members: member
power taken back    members: power    members: member
officer, suspended  members: running  members: member
member, suspended   members: office   members: member
officer, ended      members: running  members: member
member, ended       members: running  members: member
staff OPERATIONS    members: member   members: member
staff SUPPRESSION   members: member   members: member
staff AUDITOR       members: member   members: member
herself             members: office   members: office
herself, open list  name: office      members: member
"""
