"""Who can sign in to the demo city; fixed, so that documents and checks can name them."""

PASSWORD = "kairan-demo"  # noqa: S105  (fictional people; `kairan demo` refuses a real database)

SIGN_INS = {
    "member@kairan.example": "a member without office",
    "officer@kairan.example": "an officer with all powers",
    "treasurer@kairan.example": "an officer who may not see the roster",
    "both@kairan.example": "an officer in one group, a plain member of another",
    "former@kairan.example": "an officer whose term has ended",
    "city@kairan.example": "city staff: operations and protective orders",
    "auditor@kairan.example": "city staff: auditor",
}


def as_text() -> str:
    """The list for a terminal."""
    width = max(len(login) for login in SIGN_INS)
    lines = [f"  {login:<{width}}  {word}" for login, word in SIGN_INS.items()]
    return "\n".join([f"Sign in with the password {PASSWORD} as", *lines])
