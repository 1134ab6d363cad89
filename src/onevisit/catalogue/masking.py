"""Numbers of persons in what readers write (去标识化, GB/T 35273-2020): found however they are typed, never kept.

Identity numbers, bank cards, mobile phones, mail addresses. A landline may be the office's own, and wrong: it stays.
"""

import re
import unicodedata
from itertools import pairwise

MASK = "（号码略）"
DASHES, DOTS = frozenset("−ー~～_"), frozenset("·•・‧∙⋅。｡")
_APART = r"[\s.-]{0,3}"
_SPOKEN = "零〇一二三四五六七八九幺"
PERSONAL = re.compile(
    rf"(?<![0-9])(?:[0-9]{_APART}){{14,}}[0-9xX]"
    rf"|(?<![0-9])(?:(?:\+|00)?86{_APART})?1{_APART}[3-9](?:{_APART}[0-9]){{9}}(?![0-9])"
    rf"|(?<![0-9])[1一幺]{_APART}[3-9三四五六七八九](?:{_APART}[0-9{_SPOKEN}]){{9}}(?![0-9])"
    rf"|(?:[{_SPOKEN}]{_APART}){{7,}}[{_SPOKEN}]|[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)


def masked(said: str) -> str:
    """The words as they are kept: one line, no invisible characters, no numbers of persons; all else as it was written.

    >>> masked("电话0552-3110012不对，打我 +86 154·0000·0001")
    '电话0552-3110012不对，打我 （号码略）'
    """
    shown = " ".join("".join(one if one.isprintable() else " " for one in said).split())
    parts = [_plain(one) for one in shown]
    places = [*(place for place, part in enumerate(parts) for _ in part), len(shown)]
    spans = [(places[one.start()], places[one.end()]) for one in PERSONAL.finditer("".join(parts))]
    kept = pairwise([0, *(edge for span in spans for edge in span), len(shown)])
    return MASK.join(shown[begin:end] for begin, end in list(kept)[::2])


def _plain(one: str) -> str:
    """The character as the patterns know it: a digit in whatever dress, a dash, a dot, a letter; marks on it are nothing."""
    digit = unicodedata.digit(one, None)
    same = unicodedata.normalize("NFKC", one)
    if digit is not None:
        return str(digit)
    if unicodedata.category(one) == "Pd" or one in DASHES:
        return "-"
    if one in DOTS:
        return "."
    if unicodedata.category(one)[0] == "M":
        return ""
    digits = "".join(each for each in same if each in "0123456789")
    return digits if digits and not one.isalpha() else same if len(same) == 1 else one
