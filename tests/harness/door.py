"""Mutations at the door: they concern no group, and have tests of their own."""

# Whoever sends them is nobody yet.
BY_NOBODY = {"signIn", "refresh"}
# On one's own account: tests/sessions.
ON_ONESELF = {"signOut", "endSession"}

AT_THE_DOOR = BY_NOBODY | ON_ONESELF
