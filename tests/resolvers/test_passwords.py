"""What signing in costs."""

from argon2 import PasswordHasher

from resolvers.passwords import NOBODYS_HASH


def test_an_unknown_login_costs_as_much_as_a_wrong_password() -> None:
    assert not PasswordHasher().check_needs_rehash(NOBODYS_HASH)
