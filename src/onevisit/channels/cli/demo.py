"""`onevisit demo`: the demo city is there: 蚌埠市, its offices, made-up people (marked so), every pack, the stand-ins.

Done again it changes nothing; `--reset` empties the database first. Only with ONEVISIT_DEMO=1.
"""

import argparse
import os
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from onevisit.access import SYSTEM, Hidden
from onevisit.catalogue import actions as catalogue
from onevisit.catalogue import packs
from onevisit.channels.cli import running
from onevisit.channels.cli.answer import Answer, Unreadable
from onevisit.city import actions as city
from onevisit.city import queries as places
from onevisit.halls import actions as halls
from onevisit.identity import actions as identity
from onevisit.identity import queries as people
from onevisit.licences import actions as licences
from onevisit.licences import packs as licence_types
from onevisit.licences import queries as library
from onevisit.rules import actions as rules
from onevisit.sharing import actions as sharing

CITY = "340300"
PARTNERS = (
    ("province", "省数据共享平台（演示）", "ONEVISIT_PROVINCE", 8101),
    ("gateway", "统一支付平台（演示）", "ONEVISIT_GATEWAY", 8102),
    ("courier", "快递（演示）", "ONEVISIT_COURIER", 8103),
    ("police", "公安业务系统（演示）", "ONEVISIT_POLICE", 8104),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pack that was loaded, and the divisions that do not offer its item, since they have not set what it leaves to them."""

    name: str
    unset: tuple[str, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """One option."""
    parser.add_argument("--reset", action="store_true", help="先清空数据库，再装入")


def run(args: argparse.Namespace) -> Answer:
    """What is there now."""
    if not settings.DEMO:
        raise Unreadable("演示城市只能装入演示环境，请设置 ONEVISIT_DEMO=1 后再试。")
    running.connected()
    if args.reset:
        _empty()
    loaded = load(CITY, settings.PACKS)
    _welcome()
    items = "、".join(one.name for one in loaded)
    said = [f"演示城市已装好：{places.cities()[0].name}；事项：{items}。", *map(_unset, (one for one in loaded if one.unset))]
    return Answer({"city": CITY, "packs": [{"name": one.name, "unset": list(one.unset)} for one in loaded]}, "\n".join(said))


def _unset(one: Loaded) -> str:
    """Where a pack's item is not offered, in words."""
    return f"{one.name}：{'、'.join(one.unset)}还没有定本地的标准，不提供这个事项。"


def load(code: str, folder: Path) -> tuple[Loaded, ...]:
    """The demo city with the packs of the folder; what came of each."""
    if not places.cities():
        city.found(code)
        catalogue.load_base_items(SYSTEM)
    city.furnish_demo(code)
    clerks = [one for one in people.demo_people() if "window" in one.role.split()]
    city.furnish_points(one.division for one in clerks)
    identity.load_demo(people.demo_people())
    halls.furnish_demo(code)
    for name, title, variable, port in PARTNERS:
        address = urlsplit(os.environ.get(variable, f"http://127.0.0.1:{port}"))
        identity.found_demo_peer(name, title, address.port or port, address.hostname or "127.0.0.1")
    loaded = tuple(load_pack(one, places.cities()[0].code) for one in sorted(folder.iterdir()) if one.is_dir())
    load_licences()
    return loaded


def load_licences() -> None:
    """The licences that the demo's people hold already are in the library, as far as a pack knows their type."""
    known = {one.key: one for one in people.demo_people()}
    for one in licence_types.held(settings.DATA / "demo_licences.yaml"):
        with suppress(Hidden):
            office = places.office(library.licence_type(one.type).department, one.division)
            since = datetime.combine(one.valid_from, time(9), settings.ZONE)
            new = licences.NewLicence(
                case="", decision="", type=one.type, holder=people.person_with(known[one.who].number),
                holder_name=known[one.who].name, office=office.name if office else "", division=one.division, rows=one.rows,
                data=one.data, foreign=licences.Foreign(one.number, since, one.valid_from, one.valid_to),
            )  # fmt: skip
            licences.enter(SYSTEM, new)


def load_pack(path: Path, city_code: str) -> Loaded:
    """The pack in force, room by room: sharing, licences, rules, catalogue, offers."""
    pack = packs.load(path)
    sharing.load_pack(SYSTEM, pack)
    if (path / "licences.yaml").exists():
        for new in licence_types.read(path / "licences.yaml"):
            licences.define(SYSTEM, new, city_code)
    rules.load_pack(SYSTEM, pack)
    spread = [catalogue.offer_everywhere(SYSTEM, published.key) for published in catalogue.publish_pack(SYSTEM, pack)]
    return Loaded(pack.name, tuple(places.division(code).name for one in spread for code in one.skipped))


def _empty() -> None:
    """The schema as if the database were new."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    call_command("migrate", interactive=False, verbosity=0)


def _welcome() -> None:
    """What `make run` prints: addresses and people."""
    people_shown = [one for one in people.demo_accounts() if one.kind in ("applicant", "officer")]
    lines = ["", f"一次办已就绪：{settings.BASE_URL}", ""]
    lines += [f"演示人物（都是编的，点一下名字就登录）：{settings.BASE_URL}/login"]
    lines += [f"  {_padded(one.name, 8)}{_padded(one.title, 24)}{_gist(one.note)}" for one in people_shown]
    lines += ["", f"办事指南在这里编写、审核、公布：{settings.BASE_URL}/studio/"]
    lines += ["", "外部系统的替身，可以让它变慢、出错、停掉："]
    lines += [
        f"  {_padded(title, 24)}{os.environ.get(variable, f'http://127.0.0.1:{port}')}/control"
        for _, title, variable, port in PARTNERS
    ]
    lines.append("")
    settings.VAR.mkdir(parents=True, exist_ok=True)
    (settings.VAR / "welcome.txt").write_text("\n".join(lines), encoding="utf-8")


def _gist(note: str) -> str:
    """The first thing that a note says of a person, without the mark that all of them bear."""
    return re.split("[：；。（]", note.removeprefix("演示；"))[0]


def _padded(text: str, width: int) -> str:
    """The text filled up to so many columns of a terminal, where a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * max(2, width - taken)
