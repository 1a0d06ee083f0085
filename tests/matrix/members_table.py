"""The matrix: who meets whom on which road, and what of them. Typed by hand; cells.py is its key.

Columns are the roads of roads.py. Derived from nothing: when a rule changes, a person changes this.
"""

LISTS = """
viewer               members          members.edges    holders           authors
nobody               members: sign-in  members: sign-in  offices: sign-in  circulars: sign-in
stranger             members: member   members: member   offices: member   circulars: member
applicant            members: member   members: member   offices: member   circulars: member
left the group       members: member   members: member   offices: member   circulars: member
member               members: office   members: office   name: office      name: office
member, open list    name: office      name: office      name: office      name: office
roster officer       open              open              open              open
other officer        members: power    members: power    name: power       name: power
chair                open              open              open              open
chair, trial         open              open              open              open
chair elsewhere      members: member   members: member   offices: member   circulars: member
elsewhere + member   members: office   members: office   name: office      name: office
former officer       members: office   members: office   name: office      name: office
officer tomorrow     members: office   members: office   name: office      name: office
power taken back     members: power    members: power    name: power       name: power
officer, suspended   members: running  members: running  name: running     name: running
member, suspended    members: office   members: office   name: office      name: office
officer, ended       members: running  members: running  offices: running  circulars: running
member, ended        members: running  members: running  offices: running  circulars: running
staff OPERATIONS     members: member   members: member   holder: member    circulars: member
staff SUPPRESSION    members: member   members: member   offices: power    circulars: member
staff AUDITOR        members: member   members: member   holder: member    circulars: member
herself              members: office   members: office   name: office      own
herself, open list   name: office      name: office      own               own
"""

PLACES = """
viewer               receipts            hans              households
nobody               circulars: sign-in  hans: sign-in     households: sign-in
stranger             circulars: member   hans: member      households: member
applicant            circulars: member   hans: member      households: member
left the group       circulars: member   hans: member      households: member
member               receipts: office    members: office   households: office
member, open list    receipts: office    members: office   households: office
roster officer       receipts: power     open              open
other officer        name: power         members: power    households: power
chair                open                open              open
chair, trial         open                open              open
chair elsewhere      circulars: member   hans: member      households: member
elsewhere + member   receipts: office    members: office   households: office
former officer       receipts: office    members: office   households: office
officer tomorrow     receipts: office    members: office   households: office
power taken back     name: power         members: power    households: power
officer, suspended   receipts: running   members: running  households: running
member, suspended    receipts: office    members: office   households: office
officer, ended       circulars: running  hans: running     households: running
member, ended        circulars: running  hans: running     households: office
staff OPERATIONS     circulars: member   hans: member      households: member
staff SUPPRESSION    circulars: member   hans: member      households: member
staff AUDITOR        circulars: member   hans: member      households: member
herself              receipts: office    members: office   households: office
herself, open list   receipts: office    members: office   households: office
"""

# "chair elsewhere" meets the people of the group he leads, and none of the group looked at.
FROM_ONESELF = """
viewer              my groups               viewer's groups
nobody              -                       -
stranger            -                       -
applicant           -                       -
left the group      members: member         -
member              members: office         members: office
member, open list   name: office            name: office
roster officer      open                    open
other officer       members: power          members: power
chair               open                    open
chair, trial        open                    open
chair elsewhere     open                    open
elsewhere + member  open + members: office  open + members: office
former officer      members: office         members: office
officer tomorrow    members: office         members: office
power taken back    members: power          members: power
officer, suspended  members: running        members: running
member, suspended   members: office         members: office
officer, ended      members: running        members: running
member, ended       members: running        members: running
staff OPERATIONS    -                       -
staff SUPPRESSION   -                       -
staff AUDITOR       -                       -
herself             members: office         members: office
herself, open list  name: office            name: office
"""

FROM_HOME = """
viewer              my han                  my household
nobody              -                       -
stranger            -                       -
applicant           -                       -
left the group      members: member         members: member
member              members: office         members: office
member, open list   members: office         members: office
roster officer      open                    open
other officer       members: power          members: power
chair               open                    open
chair, trial        open                    open
chair elsewhere     open                    open
elsewhere + member  open + members: office  open + members: office
former officer      members: office         members: office
officer tomorrow    members: office         members: office
power taken back    members: power          members: power
officer, suspended  members: running        members: running
member, suspended   members: office         members: office
officer, ended      members: running        members: running
member, ended       members: office         members: office
staff OPERATIONS    -                       -
staff SUPPRESSION   -                       -
staff AUDITOR       -                       -
herself             members: office         members: office
herself, open list  members: office         members: office
"""

BY_ID = """
viewer               node           node, no office  nodes          node(group)
nobody               -              -                -              members: sign-in
stranger             -              -                -              members: member
applicant            -              -                -              members: member
left the group       -              -                -              members: member
member               name: office   -                name: office   members: office
member, open list    name: office   name: office     name: office   name: office
roster officer       open           open             open           open
other officer        name: power    name: power      name: power    members: power
chair                open           open             open           open
chair, trial         open           open             open           open
chair elsewhere      -              -                -              members: member
elsewhere + member   name: office   -                name: office   members: office
former officer       name: office   -                name: office   members: office
officer tomorrow     name: office   -                name: office   members: office
power taken back     name: power    name: power      name: power    members: power
officer, suspended   name: running  -                name: running  members: running
member, suspended    name: office   -                name: office   members: office
officer, ended       -              -                -              members: running
member, ended        -              -                -              members: running
staff OPERATIONS     -              -                -              members: member
staff SUPPRESSION    -              -                -              members: member
staff AUDITOR        -              -                -              members: member
herself              own            -                own            members: office
herself, open list   own            name: office     own            name: office
"""

BY_ANOTHER_ID = """
viewer               node(term)      node(office)    node(circular)  its receipts
nobody               -               -               -               -
stranger             -               -               -               -
applicant            -               -               -               -
left the group       -               -               -               -
member               name: office    name: office    name: office    receipts: office
member, open list    name: office    name: office    name: office    receipts: office
roster officer       open            open            open            receipts: power
other officer        name: power     name: power     name: power     name: power
chair                open            open            open            open
chair, trial         open            open            open            open
chair elsewhere      -               -               -               -
elsewhere + member   name: office    name: office    name: office    receipts: office
former officer       name: office    name: office    name: office    receipts: office
officer tomorrow     name: office    name: office    name: office    receipts: office
power taken back     name: power     name: power     name: power     name: power
officer, suspended   name: running   name: running   name: running   receipts: running
member, suspended    name: office    name: office    name: office    receipts: office
officer, ended       -               -               -               -
member, ended        -               -               -               -
staff OPERATIONS     holder: member  holder: member  -               -
staff SUPPRESSION    -               -               -               -
staff AUDITOR        holder: member  holder: member  -               -
herself              own             own             own             receipts: office
herself, open list   own             own             own             receipts: office
"""

BY_PLACE_ID = """
viewer               node(han)         node(household)
nobody               -                 -
stranger             -                 -
applicant            -                 -
left the group       -                 -
member               members: office   -
member, open list    members: office   -
roster officer       open              open
other officer        members: power    -
chair                open              open
chair, trial         open              open
chair elsewhere      -                 -
elsewhere + member   members: office   -
former officer       members: office   -
officer tomorrow     members: office   -
power taken back     members: power    -
officer, suspended   members: running  -
member, suspended    members: office   -
officer, ended       -                 -
member, ended        -                 -
staff OPERATIONS     -                 -
staff SUPPRESSION    -                 -
staff AUDITOR        -                 -
herself              members: office   members: office
herself, open list   members: office   members: office
"""

TO_ONESELF = """
viewer              my membership  me.memberships  my standing  my receipt          node(own)
nobody              -              -               -            circulars: sign-in  -
stranger            -              -               -            circulars: member   -
applicant           -              -               -            circulars: member   -
left the group      -              own             -            circulars: member   own
member              own            own             own          own                 own
member, open list   own            own             own          own                 own
roster officer      own            own             own          own                 own
other officer       own            own             own          own                 own
chair               own            own             own          own                 own
chair, trial        own            own             own          own                 own
chair elsewhere     -              own             own          circulars: member   own
elsewhere + member  own            own             own          own                 own
former officer      own            own             own          own                 own
officer tomorrow    own            own             own          own                 own
power taken back    own            own             own          own                 own
officer, suspended  own            own             own          own                 own
member, suspended   own            own             own          own                 own
officer, ended      own            own             own          circulars: running  own
member, ended       own            own             own          circulars: running  own
staff OPERATIONS    -              -               -            circulars: member   -
staff SUPPRESSION   -              -               -            circulars: member   -
staff AUDITOR       -              -               -            circulars: member   -
herself             own            own             own          own                 own
herself, open list  own            own             own          own                 own
"""

# Employees read that a member changed something, and not which.
HISTORY = """
viewer              history           the city's history
nobody              history: sign-in  history: sign-in
stranger            history: member   history: power
applicant           history: member   history: power
left the group      history: member   history: power
member              history: office   history: power
member, open list   history: office   history: power
roster officer      history: power    history: power
other officer       name: power       history: power
chair               open              history: power
chair, trial        open              history: power
chair elsewhere     history: member   history: power
elsewhere + member  history: office   history: power
former officer      history: office   history: power
officer tomorrow    history: office   history: power
power taken back    name: power       history: power
officer, suspended  history: running  history: power
member, suspended   history: office   history: power
officer, ended      history: running  history: power
member, ended       history: office   history: power
staff OPERATIONS    actor: member     actor: member
staff SUPPRESSION   history: power    history: power
staff AUDITOR       actor: member     actor: member
herself             history: office   history: power
herself, open list  history: office   history: power
"""

ALL = [
    *(LISTS, PLACES, FROM_ONESELF, FROM_HOME, BY_ID, BY_ANOTHER_ID, BY_PLACE_ID, TO_ONESELF),
    HISTORY,
]
