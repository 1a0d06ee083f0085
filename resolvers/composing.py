"""Text as its writer meant it, whatever his keyboard did: NFC, and NFKC where it means the same."""

import re
import unicodedata

import jaconv

# CJK compatibility ideographs: NFC replaces most of them by another character (Unicode Standard
# Annex 15, singletons). Who writes his name with U+FA19 does not write it with U+795E.
_NOT_THEIRS_TO_CHANGE = re.compile("[^\uf900-\ufaff\U0002f800-\U0002fa1f]+")
# All that a keyboard offers for a stroke in the middle, a prolonged sound mark included.
_HYPHENS = re.compile("[\u002d\u00ad\u2010-\u2015\u2043\u2212\u2500\u2501\u30fc]")
_PROLONGED = re.compile(f"(?<=[ァ-ヺ]){_HYPHENS.pattern}+")
_VOICED_ALONE = str.maketrans({"\u309b": "\u3099", "\u309c": "\u309a"})


def composed(text: str) -> str:
    """NFC, save for the ideographs that it would replace: a name stays as it is written."""
    return _NOT_THEIRS_TO_CHANGE.sub(lambda run: unicodedata.normalize("NFC", run[0]), text)


def number(text: str) -> str:
    """A number with its strokes: full-width digits and signs as ASCII, every hyphen as ``-``."""
    return _HYPHENS.sub("-", unicodedata.normalize("NFKC", text)).strip()


def katakana(text: str) -> str:
    """Kana as full-width katakana, with one space between words; the rest as NFKC has it.

    Half-width kana and hiragana become what they are read as, and so do strokes after kana, which
    people type for the prolonged sound mark.
    """
    full = unicodedata.normalize("NFKC", text.translate(_VOICED_ALONE))
    kana = jaconv.hira2kata(full)
    marked = _PROLONGED.sub(lambda strokes: "ー" * len(strokes[0]), kana)
    return " ".join(unicodedata.normalize("NFC", marked).split())
