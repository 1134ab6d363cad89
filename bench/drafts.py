"""Prepares what `web.py` files: an item that people decide, persons with open sessions, and drafts that lack nothing.

Run with the product's environment; prints a JSON line a draft. `python bench/drafts.py 300`
"""

import json
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 - Django must be ready first
from django.db import transaction  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from onevisit.access import SYSTEM  # noqa: E402
from onevisit.cases import actions as cases  # noqa: E402
from onevisit.catalogue import actions as catalogue  # noqa: E402
from onevisit.catalogue import packs  # noqa: E402
from onevisit.city import queries as city  # noqa: E402
from onevisit.core.identifiers import identify  # noqa: E402
from onevisit.identity import actions as identity  # noqa: E402
from onevisit.identity.actions.people import NewAccount, NewPerson, opened_account, recorded_person  # noqa: E402

ITEM = """
format: onevisit/1
item:
  key: bench-stall
  name: 摆摊备案
  type: 其他行政权力
  department: tax
  theme: [企业开办]
  basis: [{law: 示例摊贩条例, article: 第一条, text: 摆摊应当备案。}]
level: county
audience: [person]
limits: {legal: 20, promised: 5}
questions:
  - {id: food, ask: 卖不卖食品？, options: {yes: 卖, no: 不卖}}
form:
  - {id: goods, label: 卖什么}
  - {id: area, label: 占地面积, type: decimal, unit: m², min: 1, max: 20}
  - {id: days, label: 一周几天, type: integer, min: 1, max: 7}
  - {id: remark, label: 备注, type: long_text, required: false}
process:
  - {id: submit, by: applicant, does: submit, at: [online]}
  - {id: accept, by: system, does: accept, needs: [submit], instant: true}
  - {id: decide, by: department, does: decide, needs: [accept], days: 3}
faq: [{q: 要等多久？, a: 五个工作日以内。}]
"""
TYPED = {"goods": "手工布鞋", "area": "6.50", "days": "5", "remark": "周末在步行街"}


def main(persons: int) -> None:
    """The item is offered in every county, and each person has a draft in each."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "bench-stall").mkdir()
        (Path(folder) / "bench-stall" / "standard.yaml").write_text(ITEM, encoding="utf-8")
        for published in catalogue.publish_pack(SYSTEM, packs.load(Path(folder) / "bench-stall")):
            catalogue.offer_everywhere(SYSTEM, published.key)
    counties = [one.code for one in city.children("340300000000") if city.office("tax", one.code)]
    for place in range(persons):
        for draft in drafts(place, counties):
            print(json.dumps(draft), flush=True)


def drafts(place: int, counties: list[str]) -> list[dict[str, str]]:
    """The drafts of one person, with the session that files them."""
    person = recorded_person(NewPerson(f"演示{place}", number(place), demo=True))
    login = f"bench-{place}"
    with transaction.atomic():
        opened_account(SYSTEM, NewAccount(login, "applicant", person=person, demo=True))
    request = HttpRequest()
    request.session = SessionStore()
    request.META["SERVER_NAME"] = "127.0.0.1"
    actor = identity.log_in_demo(request, login)
    request.session.save()
    made = []
    for county in counties:
        case = cases.start(actor, "bench-stall", county, {"food": "no"})
        cases.save(actor, case.id, TYPED)
        made.append({"case": case.id, "session": str(request.session.session_key), "key": uuid4().hex})
    return made


def number(place: int) -> str:
    """A made-up citizen number with a right check digit."""
    head = f"340302{1950 + place // 336 % 50}{place // 28 % 12 + 1:02}{place % 28 + 1:02}{place // 16800 % 900 + 100:03}"
    return next(head + last for last in "0123456789X" if identify(head + last, "citizen", settings.CLOCK().date()).valid)


if __name__ == "__main__":
    main(int(sys.argv[1]))
