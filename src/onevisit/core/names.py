"""Names of people and firms (姓名, 名称): kept as typed, compared by a shadow, shown masked.

The dot of names is U+00B7; NFKC unifies no look-alike with it and turns one into a full stop, so they are mapped by hand.

>>> shadow("阿卜杜拉•买买提") == shadow("阿卜杜拉 · 买买提"), shadow("安徽（蚌埠）有限公司") == shadow("安徽 (蚌埠)有限公司")
(True, True)
>>> mask_name("张三丰"), mask_number("340302199001010015"), mask_phone("13812341234")
('张**', '3****************5', '138****1234')
"""

import re
import unicodedata

DOTS = str.maketrans(dict.fromkeys("•・‧･．", "·"))
BRACKETS = str.maketrans("[{〔【〖「『〈《]}〕】〗」』〉》", "(((((((((" + ")))))))))")
VARIANTS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
LETTER = r"[^\W_\u2e80-\ua4cf\uac00-\ufaff\U00020000-\U0003ffff]"
LOOSE_BLANK = re.compile(f"(?<!{LETTER}) | (?!{LETTER})")
STARS = 2
"""A masked name shows at most so many stars, so that its length tells nobody apart."""


def shadow(text: str) -> str:
    """The form in which names are compared and searched; never shown, never printed.

    Dots, brackets, full-width forms, case, zero-width marks and glyph variants are made equal. A blank counts only between
    words of letters: 张　三 is 张三.
    """
    folded = VARIANTS.sub("", unicodedata.normalize("NFKC", text.translate(DOTS)).translate(BRACKETS))
    visible = "".join(" " if sign.isspace() else sign for sign in folded if unicodedata.category(sign) != "Cf")
    return LOOSE_BLANK.sub("", re.sub(" +", " ", visible.casefold()))


def same(one: str, other: str) -> bool:
    """Whether two names are the same but for the way they were typed."""
    return shadow(one) == shadow(other)


def mask_name(name: str) -> str:
    """The first character, then stars."""
    kept = name.strip()
    return kept[:1] + "*" * min(len(kept) - 1, STARS)


def mask_number(number: str) -> str:
    """A number outside of its case: the first and the last character."""
    return number[0] + "*" * (len(number) - 2) + number[-1] if len(number) > 2 else "*" * len(number)


def mask_number_in_case(number: str) -> str:
    """A number inside of its case: `330***…1234`, enough to tell two papers apart."""
    return f"{number[:3]}***…{number[-4:]}" if len(number) > 10 else mask_number(number)


def mask_phone(phone: str) -> str:
    """A phone number: the first three and the last four characters."""
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:] if len(phone) > 7 else "*" * len(phone)
