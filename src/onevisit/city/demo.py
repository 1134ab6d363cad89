"""What a demo city needs beside its table: names, codes and addresses that are made up, of the right form, and plainly marked.

>>> credit_code("340302000000", "tax"), office_name("东风街道", "town", "乡镇人民政府"), office_name("蚌埠市", "city", "税务局")
('11340302DMDQ78T907', '东风街道办事处', '蚌埠市税务局')
"""

from hashlib import sha256

from stdnum.cn import uscc

from onevisit.core.identifiers import ORGANISATION_WEIGHTS

ORGAN = "11"
"""A state organ registered by the staffing authority (GB 32100-2015, table 1)."""
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MARK = "DM"
"""Organisation codes of the demo begin so; real ones of state organs are eight digits."""
PHONE = "12345"
HOURS = dict.fromkeys("12345", "09:00-17:00")
ACCESSIBILITY = {
    "ramp": True,
    "low_counter": True,
    "hearing_aid": True,
    "large_print": True,
    "voice": True,
    "accessible_window": True,
}


def office_name(place: str, level: str, department: str) -> str:
    """What the body of a department is called in a place."""
    if level == "town":
        return f"{place}办事处" if place.endswith("街道") else f"{place}人民政府"
    return place if level == "village" else place + department


def point_name(place: str) -> str:
    """What the service point of a town or village is called.

    >>> point_name("苏集村村民委员会"), point_name("东风社区居委会")
    ('苏集村便民服务点', '东风社区便民服务点')
    """
    short = place
    for ending in ("村民委员会", "居民委员会", "居委会", "村委会"):
        short = short.removesuffix(ending)
    return f"{short}便民服务点"


def credit_code(division: str, department: str) -> str:
    """A credit code of the right form for a body that has none here: always the same for the same body."""
    number = int.from_bytes(sha256(f"{division}|{department}".encode()).digest(), "big")
    body = MARK + "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(8 - len(MARK)))
    head = ORGAN + division[:6] + body + _organisation_check(body)
    return head + uscc.calc_check_digit(head)


def address(place: str) -> str:
    """An address that is no address."""
    return f"{place}示例路1号（演示地址）"


def _organisation_check(body: str) -> str:
    total = sum(int(sign, 36) * weight for sign, weight in zip(body, ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]
