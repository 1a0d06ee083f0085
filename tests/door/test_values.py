"""Whatever is typed: no error of ours, the same when it is saved again, and a name unchanged."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resolvers.acts.profile_values import FIELDS, read_profile
from resolvers.composing import composed, katakana
from resolvers.mailboxes import contact, login_of, new_login

TODAY = date(2026, 11, 23)
TEXTS = tuple(column for column in FIELDS if column not in ("area_id", "birth_date"))
# Half-width and full-width, strokes and blanks of all kinds, what Japanese keyboards give.
TYPED = st.text(
    st.one_of(
        st.characters(),
        st.characters(min_codepoint=0x3000, max_codepoint=0x30FF),
        st.characters(min_codepoint=0xFF00, max_codepoint=0xFFEF),
        st.sampled_from("0123456789０１２３４５６７８９-－ー−‐–—─〒()（） 　+＋.@＠"),
    ),
    max_size=40,
)
# Ideographs, those for compatibility among them, variation selectors, kana, letters.
NAMES = st.text(
    st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0xF900, max_codepoint=0xFAD9),
        st.characters(min_codepoint=0x20000, max_codepoint=0x2FA1D),
        st.sampled_from("髙﨑\ufa19\ufa1b々〆ヶ辻\U000e0100葛\U000e0101邊邉"),
        st.characters(min_codepoint=0x30A1, max_codepoint=0x30FA),
        st.characters(min_codepoint=0xFF66, max_codepoint=0xFF9D),
        st.characters(min_codepoint=0xFF21, max_codepoint=0xFF5A),
    ),
    min_size=1,
    max_size=20,
)


def read(column: str, typed: str) -> Any:
    values, refused = read_profile({column: typed}, TODAY)
    assert len(values) + len(refused) == 1
    return values.get(column)


@given(st.sampled_from(TEXTS), TYPED)
def test_what_is_stored_is_stored_again_as_it_is(column: str, typed: str) -> None:
    stored = read(column, typed)
    if stored is not None:
        assert stored.strip()
        assert read(column, stored) == stored


@given(st.sampled_from(("display_name", "family_name", "given_name", "address")), NAMES)
def test_a_name_stays_as_its_owner_writes_it(column: str, name: str) -> None:
    # A variation selector alone is nothing to be seen.
    assume(any(unicodedata.category(c)[0] in "LNPS" for c in name))
    assert read(column, name) == name


def test_the_letters_of_a_name_that_others_would_replace() -> None:
    for name in ("髙", "﨑", "\ufa19", "\ufa1b", "\uf9dc", "葛\U000e0100", "Ⅷ", "㈱", "ﾀｶ", "Ａ"):
        assert read("family_name", name) == name
    # What is one character to its writer is stored as one, beside those that stay.
    assert read("family_name", "か\u3099\ufa19") == "が\ufa19"


@given(st.text(max_size=60))
def test_composing_is_nfc_but_for_the_compatibility_ideographs(text: str) -> None:
    assert composed(composed(text)) == composed(text)
    assert unicodedata.normalize("NFC", composed(text)) == unicodedata.normalize("NFC", text)
    if not any("\uf900" <= c <= "\ufaff" or "\U0002f800" <= c <= "\U0002fa1f" for c in text):
        assert composed(text) == unicodedata.normalize("NFC", text)


@given(TYPED)
def test_any_kana_is_one_katakana(typed: str) -> None:
    assert katakana(katakana(typed)) == katakana(typed)


READINGS = [
    ("たかはし　はなこ", "タカハシ ハナコ"),
    ("ﾀｶﾊｼ ﾊﾅｺ", "タカハシ ハナコ"),
    ("カ゛ク ハ゜ン", "ガク パン"),
    ("か\u3099く", "ガク"),
    ("ジョ-ン・スミス", "ジョーン・スミス"),
    ("セ−−ラ", "セーーラ"),
    ("ｻﾄｰ", "サトー"),
    ("ゔぃくとりあ", "ヴィクトリア"),
    ("高橋", None),
    ("Hanako", None),
    ("タカハシ1", None),
    ("-", None),
]
POSTAL_CODES = [
    ("0708525", "070-8525"),
    ("070-8525", "070-8525"),
    ("０７０－８５２５", "070-8525"),
    ("〒070ー8525", "070-8525"),
    ("070−8525", "070-8525"),
    ("070 8525", "070-8525"),
    ("〒　０７０‐８５２５ ", "070-8525"),
    ("070-852", None),
    ("070-85255", None),
    ("07-08525", None),
    ("七〇〇八五二五", None),
]
PHONES = [
    ("0166261111", "0166-26-1111"),
    ("0166-26-1111", "0166-26-1111"),
    ("（０１６６）２６ー１１１１", "0166-26-1111"),
    ("０９０−１２３４−５６７８", "090-1234-5678"),
    ("+81 90 1234 5678", "090-1234-5678"),
    ("0120-444-444", "0120-444-444"),
    ("090-0000-2680", "090-0000-2680"),
    ("+44 20 7946 0958", "+44 20 7946 0958"),
    ("＋８２−２−１２３４−５６７８", "+82 2-1234-5678"),
    ("26-1111", None),
    ("119", None),
    ("0166-26-11111111111", None),
    ("0166-26-ABCD", None),
    ("tel:0166261111", None),
    ("0166-26-1111 内線12", None),
]
EMAILS = [
    ("hanako@example.jp", "hanako@example.jp"),
    ("Hanako@Example.JP", "Hanako@example.jp"),
    (" ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", "hanako@example.jp"),
    ("hanako+kairan@例え.jp", "hanako+kairan@例え.jp"),
    ("hanako", None),
    ("hanako@localhost", None),
    ("花子@example.jp", None),
    ("a@example.jp\r\nBcc: b@example.jp", None),
    ("hanako@[127.0.0.1]", None),
]
TABLE = [
    (column, typed, stored)
    for column, rows in (
        ("kana", READINGS),
        ("postal_code", POSTAL_CODES),
        ("phone", PHONES),
        ("email", EMAILS),
    )
    for typed, stored in rows
]


@pytest.mark.parametrize(("column", "typed", "stored"), TABLE)
def test_it_is_stored_so(column: str, typed: str, stored: str | None) -> None:
    assert read(column, typed) == stored


@given(TYPED)
def test_no_address_makes_an_error_of_ours(typed: str) -> None:
    contact(typed)
    login = new_login(typed)
    if login is not None:
        assert login.isascii()
        assert login == login.lower() == login_of(typed) == login_of(login.upper())


@pytest.mark.parametrize(
    ("typed", "login"),
    [
        ("Hanako@Example.JP", "hanako@example.jp"),
        ("　ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", "hanako@example.jp"),
        ("hanako@例え.jp", "hanako@xn--r8jz45g.jp"),
        ("Clerk-7", "clerk-7"),
    ],
)
def test_a_login_is_the_same_however_it_is_typed(typed: str, login: str) -> None:
    assert login_of(typed) == login
