"""Mutations at the door: they concern no group, and have tests of their own."""

# Whoever sends them is nobody yet: tests/door, tests/sessions.
BY_NOBODY = {
    *("signIn", "refresh", "signUp", "confirmSignUp", "requestPasswordReset", "resetPassword"),
}
# On one's own account: tests/sessions, tests/door.
ON_ONESELF = {"signOut", "endSession", "changePassword", "updateProfile"}

AT_THE_DOOR = BY_NOBODY | ON_ONESELF
