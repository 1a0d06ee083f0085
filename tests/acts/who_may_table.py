"""Who may do what, typed by hand. A row is a mutation, a column is somebody.

===========  ======================================================================================
``done``     it is done: no error, and something has changed
``same``     no error, and nothing has changed: it had been so before
``-``        NOT_PERMITTED, and nothing has changed
``401``      the GraphQL error UNAUTHENTICATED, and nothing has changed
``member``   ALREADY_MEMBER, and nothing has changed
``closed``   GROUP_NOT_OPEN, and nothing has changed
===========  ======================================================================================

The columns:

- stranger: a resident who is in no group; member: with no office; self: whom it is about, that is
  the applicant, or the member who is moved, removed, suppressed, or whose term it is
- officer: holds the power that the mutation needs and no other (MANAGE_OFFICES where it needs none)
- short: holds every power but that one; chair: holds all; elsewhere: in another group
- former: held all until yesterday; tomorrow: will from tomorrow on
- trial, suspended, ended: chair with all powers of a group that is
- taken back: chair with all powers, where the city has taken that one back from the group
- first: city staff with OPERATIONS, in a group where nobody holds a power yet; the other staff
  meet one that has a chair
"""

PEOPLE = """
mutation             nobody  stranger  member  self  officer  short   elsewhere  chair   trial
createGroup          401     -         -       -     -        -       -          -       -
setParticipation     401     -         -       -     -        -       -          -       -
delegatePowers       401     -         -       -     -        -       -          -       -
setCityPolicy        401     -         -       -     -        -       -          -       -
setReleaseQuota      401     -         -       -     -        -       -          -       -
suppressResident     401     -         -       -     -        -       -          -       -
liftSuppression      401     -         -       -     -        -       -          -       -
requestMembership    401     done      member  same  member   member  done       member  member
withdrawRequest      401     -         -       done  -        -       -          -       -
approveMembership    401     -         -       -     done     -       -          done    done
declineMembership    401     -         -       -     done     -       -          done    done
moveMember           401     -         -       -     done     -       -          done    done
leaveGroup           401     -         done    done  done     done    -          done    done
removeMember         401     -         -       -     done     -       -          done    done
setMemberDirectory   401     -         -       -     done     -       -          done    done
defineHan            401     -         -       -     done     -       -          done    done
defineHousehold      401     -         -       -     done     -       -          done    done
defineOffice         401     -         -       -     done     -       -          done    done
changeOffice         401     -         -       -     done     -       -          done    done
appointOfficer       401     -         -       -     done     -       -          done    done
endAppointment       401     -         -       -     done     -       -          done    done
publishCircular      401     -         -       -     done     -       -          done    done
editCircular         401     -         -       -     done     -       -          done    done
withdrawCircular     401     -         -       -     done     -       -          done    done
markCircularRead     401     -         done    done  done     done    -          done    done
recordPaperDelivery  401     -         -       -     done     -       -          done    done
"""

WITHOUT_IT_NOW = """
mutation             former  tomorrow  suspended  ended   taken back
createGroup          -       -         -          -       -
setParticipation     -       -         -          -       -
delegatePowers       -       -         -          -       -
setCityPolicy        -       -         -          -       -
setReleaseQuota      -       -         -          -       -
suppressResident     -       -         -          -       -
liftSuppression      -       -         -          -       -
requestMembership    member  member    closed     closed  member
withdrawRequest      -       -         -          -       -
approveMembership    -       -         -          -       -
declineMembership    -       -         -          -       -
moveMember           -       -         -          -       -
leaveGroup           done    done      done       done    done
removeMember         -       -         -          -       -
setMemberDirectory   -       -         -          -       -
defineHan            -       -         -          -       -
defineHousehold      -       -         -          -       -
defineOffice         -       -         -          -       -
changeOffice         -       -         -          -       -
appointOfficer       -       -         -          -       -
endAppointment       -       -         -          -       -
publishCircular      -       -         -          -       -
editCircular         -       -         -          -       -
withdrawCircular     -       -         -          -       -
markCircularRead     done    done      done       -       done
recordPaperDelivery  -       -         -          -       -
"""

STAFF = """
mutation             OPERATIONS  first  SUPPRESSION  AUDITOR
createGroup          done        done   -            -
setParticipation     done        done   -            -
delegatePowers       done        done   -            -
setCityPolicy        done        done   -            -
setReleaseQuota      done        done   -            -
suppressResident     -           -      done         -
liftSuppression      -           -      done         -
requestMembership    -           -      -            -
withdrawRequest      -           -      -            -
approveMembership    -           done   -            -
declineMembership    -           -      -            -
moveMember           -           -      -            -
leaveGroup           -           -      -            -
removeMember         -           -      -            -
setMemberDirectory   -           -      -            -
defineHan            -           -      -            -
defineHousehold      -           -      -            -
defineOffice         -           done   -            -
changeOffice         -           -      -            -
appointOfficer       -           done   -            -
endAppointment       -           -      -            -
publishCircular      -           -      -            -
editCircular         -           -      -            -
withdrawCircular     -           -      -            -
markCircularRead     -           -      -            -
recordPaperDelivery  -           -      -            -
"""

ALL = (PEOPLE, WITHOUT_IT_NOW, STAFF)
