"""How the result comes, as pages show it (送达): the choice with its address, where the result is, how else it can go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.http import QueryDict

from onevisit.access import Actor, Hidden
from onevisit.cases import actions, documents, queries
from onevisit.cases.documents import Counter
from onevisit.cases.queries import CaseView, Choice, Contents
from onevisit.channels.ui import forms
from onevisit.channels.ui.forms import Control
from onevisit.core import stages, values, ways
from onevisit.deliveries import queries as deliveries
from onevisit.deliveries.queries import Address, DeliveryView
from onevisit.identity import queries as identity

WORDS: Mapping[str, str] = {
    "licence": "只要电子证照",
    "courier": "快递寄来",
    "door": "工作人员送上门",
    "pickup": "到大厅领取，要跑一次",
}
ALWAYS = "不管选哪一种，电子证照都会存入“我的证照”。"
FIELDS = tuple(replace(one, id=f"{ways.CHOICE}.{one.id}") for one in ways.ADDRESS)
WAYS_ON: Mapping[str, tuple[str, ...]] = {
    "pickup": ("courier",), "window": ("courier",), "door": ("courier", "pickup"), "courier": ("courier", "pickup"),
}  # fmt: skip
"""In what other way a result can go that was to go in this one."""


@dataclass(frozen=True)
class Wish:
    """What a form says: in which way, and to which address."""

    kind: str = ""
    address: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> Address | None:
        """The address as it was typed, if anything was."""
        parts = [self.address.get(one.id, "") for one in ways.ADDRESS]
        return Address(*parts) if any(parts) else None


@dataclass(frozen=True)
class Asked:
    """The question as controls: the ways (none where only one is offered, which is then `only`) and the address."""

    way: Control | None
    only: str
    address: tuple[Control, ...]


def wish(post: QueryDict) -> Wish:
    """What was sent."""
    return Wish(post.get(ways.CHOICE, ""), {_part(one.id): post.get(one.id, "") for one in FIELDS})


def _part(name: str) -> str:
    """The part of the address that a field of the form holds."""
    return name.rpartition(".")[2]


def asked(actor: Actor, choice: Choice, faults: Sequence[values.Fault] = (), sent: Wish | None = None) -> Asked | None:
    """The choice of a case as a form asks for it, with what was typed; None where there is nothing to ask."""
    if not choice.is_asked:
        return None
    old = f"{'、'.join(choice.old)}要交回：送来时一并收走，或者领取时交给窗口。" if choice.old else ""
    return _asked(actor, choice.offered, sent or Wish(choice.kind, choice.typed), faults, ALWAYS + old)


def again(actor: Actor, found: DeliveryView, faults: Sequence[values.Fault] = (), sent: Wish | None = None) -> Asked | None:
    """The question how else it shall go, with the address that is known; None while it can't go otherwise."""
    offered = others(found)
    if not offered:
        return None
    known = deliveries.address(actor, found.id) if found.has_address and sent is None else None
    typed = {"name": known.name, "phone": known.phone, "address": known.place} if known else {}
    return _asked(actor, offered, sent or Wish("", typed), faults)


def _asked(actor: Actor, offered: Sequence[str], stands: Wish, faults: Sequence[values.Fault], hint: str = "") -> Asked:
    wrong = forms.by_field(faults)
    options = tuple((way, WORDS[way]) for way in offered)
    way = Control(ways.CHOICE, "结果怎样到您手里", "choice", stands.kind, hint, error=wrong.get(ways.CHOICE, ""), options=options)
    address: tuple[Control, ...] = ()
    if any(one in ways.TO_AN_ADDRESS for one in offered):
        filled = stands.address or _own(actor)
        address = forms.controls(FIELDS, {one.id: {"value": filled.get(_part(one.id), "")} for one in FIELDS}, wrong)
    return Asked(way if len(offered) > 1 else None, offered[0] if len(offered) == 1 else "", address)


def _own(actor: Actor) -> Mapping[str, str]:
    """Name and phone number of whoever fills it in."""
    try:
        own = identity.own(actor)
    except Hidden:
        return {}
    return {"name": own.name, "phone": own.phone}


def keep(actor: Actor, case_id: str, post: QueryDict) -> None:
    """What a form says of the choice is kept with the case; nothing if it does not speak of it."""
    sent = wish(post)
    if ways.CHOICE in post or sent.place:
        actions.choose_delivery(actor, case_id, sent.kind, sent.place)


def shown(actor: Actor, case: CaseView, held: Contents | None) -> dict[str, object]:
    """The parts of a case's page: its delivery, or how it will come while that may still be chosen."""
    found = delivery(actor, case)
    own = queries.owner(actor) == case.applicant
    choice = queries.choice(case.standard_id, held, case.stage not in stages.ENDS) if held and own and not found else None
    words = WORDS[choice.kind] if choice and choice.is_asked and choice.kind else ""
    return {"delivery": found, "chosen": words, "ways_on": others(found) if found else (), "counter": counter(actor, found)}


def counter(actor: Actor, found: DeliveryView | None) -> Counter | None:
    """Where the result is collected, while it waits at a counter."""
    waits = found is not None and not found.is_over and (found.state == "returned" or found.kind in ("pickup", "window"))
    return documents.counter_of(actor, found) if found and waits else None


def delivery(actor: Actor, case: CaseView) -> DeliveryView | None:
    """The case's newest delivery that the actor may see."""
    return next(reversed(deliveries.of_case(actor, case.id)), None)


def others(found: DeliveryView) -> tuple[str, ...]:
    """In which other ways the result can go now; none while a parcel is under way."""
    if found.is_over or found.moving:
        return ()
    return WAYS_ON["pickup" if found.state == "returned" else found.kind]


def wrong(offered: Sequence[str], sent: Wish) -> tuple[values.Fault, ...]:
    """What is wrong with the wish to have it another way."""
    if sent.kind not in offered:
        return (values.Fault(ways.CHOICE, "请选改成哪一种。"),)
    if sent.kind not in ways.TO_AN_ADDRESS:
        return ()
    return values.faults(FIELDS, {one.id: sent.address.get(_part(one.id), "") for one in FIELDS}, settings.CLOCK().date())


def written(sent: Wish) -> Address | None:
    """The address in normal form, where the way leads to one."""
    if sent.kind not in ways.TO_AN_ADDRESS:
        return None
    known = ways.address({"address": sent.address}, settings.CLOCK().date())
    return Address(known["name"], known["phone"], known["address"])
