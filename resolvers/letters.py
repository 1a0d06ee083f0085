"""Messages to somebody's mailbox: what they say, and who carries them."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """A message in plain text. Its ``repr`` tells neither whom it goes to nor what it says."""

    to: str = field(repr=False)
    subject: str
    body: str = field(repr=False)


class Post(Protocol):
    """Carries letters beside the answer: whether one arrives is not the asker's to know."""

    def send(self, letter: Letter) -> None:
        """Take a letter, at once and without an error."""


# Nothing that somebody typed is ever in a letter: it would be a way to write to strangers.
_ASIDE = "心当たりがない場合は、何もせずにこのメールを削除してください。"
_NEVER_ASKED = "この番号を電話やメールでおたずねすることはありません。誰にも教えないでください。"


def sign_up_code(to: str, code: str, minutes: int) -> Letter:
    """The code that opens an account."""
    return Letter(
        to,
        "【回覧】登録の確認番号",
        f"""回覧に登録するための確認番号は次のとおりです。

    {grouped(code)}

登録の画面にこの番号を入れてください。{minutes}分間、一度だけ使えます。
{_NEVER_ASKED}

{_ASIDE}
番号を入れなければ、登録されません。
""",
    )


def account_exists(to: str) -> Letter:
    """To an address that somebody tried to sign up with, and that has an account already."""
    return Letter(
        to,
        "【回覧】すでに登録されています",
        f"""このメールアドレスで、回覧に登録しようとした人がいます。
このアドレスはすでに登録されているため、新しい登録は行われていません。

ご自身の場合は、今までのパスワードでサインインしてください。
パスワードを忘れたときは、サインインの画面から設定しなおせます。

{_ASIDE}
今の登録は何も変わっていません。
""",
    )


def reset_code(to: str, code: str, minutes: int) -> Letter:
    """The code that lets somebody choose another password."""
    return Letter(
        to,
        "【回覧】パスワード再設定の確認番号",
        f"""回覧のパスワードを設定しなおすための確認番号は次のとおりです。

    {grouped(code)}

再設定の画面にこの番号を入れてください。{minutes}分間、一度だけ使えます。
{_NEVER_ASKED}

{_ASIDE}
番号を入れなければ、パスワードは変わりません。
""",
    )


def password_changed(to: str) -> Letter:
    """Told after every change of a password, for the person who did not make it."""
    return Letter(
        to,
        "【回覧】パスワードが変更されました",
        """回覧のパスワードが変更されました。ほかの端末のサインインは終了しました。

ご自身で変更した場合は、何もする必要はありません。
心当たりがない場合は、すぐにサインインの画面からパスワードを設定しなおし、市役所にご連絡ください。
""",
    )


def grouped(code: str) -> str:
    """A code as people read it to themselves: in fours."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
