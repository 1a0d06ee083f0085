"""What a person tells the city about himself, field by field: as it is stored, or what is wrong.

Names and addresses stay as they are typed (:func:`resolvers.composing.composed`); what is a number
or a reading is brought to one form, because it means the same however it was typed.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from resolvers.acts.act import Refused, refuse, text
from resolvers.composing import katakana, number
from resolvers.errors import UserErrorCode
from resolvers.global_ids import local_id
from resolvers.mailboxes import contact

# Nobody who was born before is alive to sign up.
EARLIEST = date(1900, 1, 1)
_INVALID = UserErrorCode.INVALID
_KANA = re.compile("[ァ-ヺー・ヽヾ ]+")
_POSTAL = re.compile("〒? *([0-9]{3})[- ]*([0-9]{4})")
_JAPAN = 81
# After the 0 that one dials first. Longer ones are of machines and of carriers.
_DIGITS_AT_HOME = (9, 10)
_DIALLED = re.compile(r"\+?[0-9() .-]+")

Read = Callable[[Any, str, date], Any]


def _words(most: int) -> Read:
    return lambda typed, field, _today: text(typed, most, field)


def _kana(typed: str, field: str, _today: date) -> str:
    read = katakana(text(typed, 100, field))
    if not _KANA.fullmatch(read):
        refuse(_INVALID, "Give the reading in kana (カタカナ), such as アサヒカワ ハナコ.", field)
    return text(read, 100, field)


def _postal_code(typed: str, field: str, _today: date) -> str:
    found = _POSTAL.fullmatch(number(typed))
    if found is None:
        refuse(_INVALID, "Give the seven digits of a postal code, such as 070-8525.", field)
    return f"{found[1]}-{found[2]}"


def _phone(typed: str, field: str, _today: date) -> str:
    dialled = number(typed)
    try:
        if len(dialled) > 40 or not _DIALLED.fullmatch(dialled):
            raise NumberParseException(NumberParseException.NOT_A_NUMBER, "")
        read = phonenumbers.parse(dialled, "JP")
    except NumberParseException:
        read = None
    at_home = read is not None and read.country_code == _JAPAN
    # Possible, not assigned: numbering plans change, and a library's copy of them is always older.
    if (
        read is None
        or phonenumbers.is_possible_number_with_reason(read) != ValidationResult.IS_POSSIBLE
        or (at_home and len(str(read.national_number)) not in _DIGITS_AT_HOME)
    ):
        refuse(_INVALID, "Give a phone number with its area code, such as 0166-26-1111.", field)
    form = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(read, form)


def _email(typed: str, field: str, _today: date) -> str:
    return contact(typed) or refuse(
        _INVALID, "Give an e-mail address, such as hanako@example.jp.", field
    )


def _birth_date(told: date, field: str, today: date) -> date:
    if not EARLIEST <= told <= today:
        refuse(_INVALID, f"Give a day from {EARLIEST} to {today}.", field)
    return told


def _area(told: str, field: str, _today: date) -> Any:
    return local_id("Area", told) or refuse(_INVALID, NO_AREA, field)


NO_AREA = "There is no such area in this city."

# Column -> its name in the input, and how it is read.
FIELDS: dict[str, tuple[str, Read]] = {
    "display_name": ("displayName", _words(50)),
    "family_name": ("familyName", _words(50)),
    "given_name": ("givenName", _words(50)),
    "kana": ("kana", _kana),
    "postal_code": ("postalCode", _postal_code),
    "address": ("address", _words(200)),
    "building": ("building", _words(100)),
    "area_id": ("areaId", _area),
    "phone": ("phone", _phone),
    "email": ("email", _email),
    "birth_date": ("birthDate", _birth_date),
}


def read_profile(told: Mapping[str, Any], today: date) -> tuple[dict[str, Any], list[Refused]]:
    """The columns that were told, as they are stored, and a refusal for each that cannot be.

    :param told: by column; None or blank is withdrawn, which a display name cannot be.
    """
    values: dict[str, Any] = {}
    refused: list[Refused] = []
    for column, value in told.items():
        field, read = FIELDS[column]
        blank = value is None or (isinstance(value, str) and not value.strip())
        try:
            if not blank:
                values[column] = read(value, field, today)
            elif column == "display_name":
                refuse(_INVALID, "Give a name to go by, such as 会員.", field)
            else:
                values[column] = None
        except Refused as error:
            refused.append(error)
    return values, refused
