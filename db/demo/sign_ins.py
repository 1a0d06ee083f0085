"""The seven who can sign in. Documents and checks name them, so they stay as they are."""

from dataclasses import dataclass

PASSWORD = "kairan-demo"  # noqa: S105  (printed at every start: the demo city holds no secret)

# argon2id with argon2-cffi's defaults. Made once: hashing takes a tenth of a second.
PASSWORD_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4"  # noqa: S105
    "$vqvnzA9OxcNJBeacdOQqNw$f5Eryv0PGpLwm/LtxnJMOZCyJIBkl6A0Q2BRkcLMvEw"
)


@dataclass(frozen=True)
class SignIn:
    """A login name and one line on what its holder may see."""

    login: str
    word: str


SIGN_INS = (
    SignIn("member@kairan.example", "plain member of two groups: sees his own data, nobody else's"),
    SignIn("officer@kairan.example", "president (会長) of a group, with all powers in it"),
    SignIn("treasurer@kairan.example", "treasurer (会計) of that group, without VIEW_ROSTER"),
    SignIn("both@kairan.example", "president of a second group, plain member of the first"),
    SignIn("former@kairan.example", "president of the first group until last March 31"),
    SignIn("city@kairan.example", "city staff with OPERATIONS and SUPPRESSION; no resident"),
    SignIn("auditor@kairan.example", "city staff with AUDITOR: every release, never a value"),
)
