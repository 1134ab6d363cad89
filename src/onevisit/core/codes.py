"""Codes inside other numbers: divisions that ever existed (行政区划代码, GB/T 2260) and nationalities (国籍, ISO 3166-1).

Names of abolished divisions come from the table of python-stdnum, which says from which year to which a name was in use.

>>> division_name("342221", 1985), division_name("340302", 1990), division_name("340302", 2010)
('安徽省宿县地区砀山县', '安徽省蚌埠市东市区', '安徽省蚌埠市龙子湖区')
>>> division_name("999999", 1990) is None, nationality("840")
(True, 'USA')
"""

from functools import lru_cache

from stdnum import numdb

FILLERS = frozenset({"市辖区", "县", "林区"})
"""Rows of the code table that are no place by themselves; so are all names with 直辖 in them."""

PERMITS = {"810000": "香港特别行政区", "820000": "澳门特别行政区", "830000": "台湾地区"}
"""The prefixes of residence permits for people of Hong Kong, Macau and Taiwan."""

_NUMERIC = """
004AFG 008ALB 010ATA 012DZA 016ASM 020AND 024AGO 028ATG 031AZE 032ARG 036AUS 040AUT 044BHS 048BHR 050BGD 051ARM 052BRB 056BEL
060BMU 064BTN 068BOL 070BIH 072BWA 074BVT 076BRA 084BLZ 086IOT 090SLB 092VGB 096BRN 100BGR 104MMR 108BDI 112BLR 116KHM 120CMR
124CAN 132CPV 136CYM 140CAF 144LKA 148TCD 152CHL 156CHN 158TWN 162CXR 166CCK 170COL 174COM 175MYT 178COG 180COD 184COK 188CRI
191HRV 192CUB 196CYP 203CZE 204BEN 208DNK 212DMA 214DOM 218ECU 222SLV 226GNQ 231ETH 232ERI 233EST 234FRO 238FLK 239SGS 242FJI
246FIN 248ALA 250FRA 254GUF 258PYF 260ATF 262DJI 266GAB 268GEO 270GMB 275PSE 276DEU 288GHA 292GIB 296KIR 300GRC 304GRL 308GRD
312GLP 316GUM 320GTM 324GIN 328GUY 332HTI 334HMD 336VAT 340HND 344HKG 348HUN 352ISL 356IND 360IDN 364IRN 368IRQ 372IRL 376ISR
380ITA 384CIV 388JAM 392JPN 398KAZ 400JOR 404KEN 408PRK 410KOR 414KWT 417KGZ 418LAO 422LBN 426LSO 428LVA 430LBR 434LBY 438LIE
440LTU 442LUX 446MAC 450MDG 454MWI 458MYS 462MDV 466MLI 470MLT 474MTQ 478MRT 480MUS 484MEX 492MCO 496MNG 498MDA 499MNE 500MSR
504MAR 508MOZ 512OMN 516NAM 520NRU 524NPL 528NLD 531CUW 533ABW 534SXM 535BES 540NCL 548VUT 554NZL 558NIC 562NER 566NGA 570NIU
574NFK 578NOR 580MNP 581UMI 583FSM 584MHL 585PLW 586PAK 591PAN 598PNG 600PRY 604PER 608PHL 612PCN 616POL 620PRT 624GNB 626TLS
630PRI 634QAT 638REU 642ROU 643RUS 646RWA 652BLM 654SHN 659KNA 660AIA 662LCA 663MAF 666SPM 670VCT 674SMR 678STP 682SAU 686SEN
688SRB 690SYC 694SLE 702SGP 703SVK 704VNM 705SVN 706SOM 710ZAF 716ZWE 724ESP 728SSD 729SDN 732ESH 740SUR 744SJM 748SWZ 752SWE
756CHE 760SYR 762TJK 764THA 768TGO 772TKL 776TON 780TTO 784ARE 788TUN 792TUR 795TKM 796TCA 798TUV 800UGA 804UKR 807MKD 818EGY
826GBR 831GGY 832JEY 833IMN 834TZA 840USA 850VIR 854BFA 858URY 860UZB 862VEN 876WLF 882WSM 887YEM 894ZMB
"""
NATIONALITIES = {code[:3]: code[3:] for code in _NUMERIC.split()}
"""ISO 3166-1 numeric -> alpha-3."""


def nationality(numeric: str) -> str | None:
    """The alpha-3 code of a numeric one, None if there is no such code."""
    return NATIONALITIES.get(numeric)


def is_province(code: str) -> bool:
    """Whether these two digits ever were a province of mainland China or Taiwan."""
    return len(code) == 2 and code not in ("81", "82") and _province(code) is not None


@lru_cache(maxsize=4096)
def division_name(code: str, year: int) -> str | None:
    """The names from the province down to this six-digit division, as in that year; None if the code never existed.

    Outside of the years of a code, the name nearest in time stands: an old person's number was given when numbers began.
    """
    if code in PERMITS:
        return PERMITS[code]
    own = _name(code, year)
    if own is None:
        return None
    if code.endswith("0000"):
        return own
    city = _name(code[:4] + "00", year)
    names = [_province(code[:2]), city, own if not code.endswith("00") else None]
    return "".join(name for name in names if name and name not in FILLERS and "直辖" not in name)


@lru_cache(maxsize=4096)
def _rows(code: str) -> list[tuple[str, dict[str, str]]]:
    return numdb.get("cn/loc").info(code)


def _province(code: str) -> str | None:
    return _rows(code + "0000")[0][1].get("province")


def _name(code: str, year: int) -> str | None:
    rows = _rows(code)
    names = rows[1][1].get("county") if len(rows) > 1 else None
    return min(names.split(","), key=lambda one: _distance(one, year)).rpartition("]")[2] if names else None


def _distance(segment: str, year: int) -> int:
    """Years between that year and the span of `[1983-2003]东市区`; 0 inside of it."""
    first, _, last = segment.rpartition("]")[0].lstrip("[").partition("-")
    return max(int(first or year) - year, year - int(last or year), 0)
