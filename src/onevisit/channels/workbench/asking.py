"""What is asked for an act as its page shows it, and the page that tells everything that is wrong at once (一次告知, 补正)."""

from collections.abc import Mapping
from dataclasses import dataclass

from onevisit.access import Refused
from onevisit.cases import actions, documents, queries, sources
from onevisit.cases.actions import Fault
from onevisit.channels.ui.forms import Problem
from onevisit.channels.workbench.acts import Doing, Entry
from onevisit.channels.workbench.matter import Matter
from onevisit.core import situations, values


@dataclass(frozen=True)
class Shown:
    """One entry with what was typed and what is wrong of it."""

    entry: Entry
    value: str
    error: str

    @property
    def id(self) -> str:
        """The id of its control."""
        return f"f-{self.entry.name}"

    @property
    def described(self) -> str:
        """The ids of hint and error, for aria-describedby."""
        return " ".join(f"{self.id}-{part}" for part, text in (("hint", self.entry.hint), ("error", self.error)) if text)


def entries(doing: Doing | None, matter: Matter, typed: Mapping[str, str], faults: Mapping[str, str]) -> tuple[Shown, ...]:
    """What the act asks; what was typed is kept, also where the act does not fit any more."""
    if doing is None:
        kept = {name: text for name, text in typed.items() if name not in ("csrfmiddlewaretoken", "seen") and text}
        return tuple(Shown(Entry(name, "您填写的内容"), text, "") for name, text in kept.items())
    return tuple(Shown(one, typed.get(one.name, ""), faults.get(one.name, "")) for one in doing.asks(matter))


def problems(faults: Mapping[str, str]) -> tuple[Problem, ...]:
    """The summary on top; what belongs to no entry leads to the form."""
    return tuple(Problem(f"f-{name}" if name else "act", message) for name, message in faults.items())


@dataclass(frozen=True)
class Choice:
    """Something that can be asked for: what it is called, and what the officer wrote of it."""

    target: str
    label: str
    asked: bool
    wrong: str
    mend: str
    error: str
    basis: str = ""

    @property
    def id(self) -> str:
        """The id of the element that the error summary links to."""
        return "f-" + self.target.replace(":", "-")


CATALOGUE: Mapping[str, tuple[str, str]] = {
    "material": ("没有交，或者看不清。", "请补交“{name}”，四个角都要拍到，字要看得清。"),
    "field": ("填写的内容不对。", "请照证件或者合同改正“{name}”。"),
    "condition": ("不符合这个条件。", "请说明情况，或者补交能证明的材料。"),
    "source": ("核查这份材料的部门没有应答，正在催问。", "可以先交“{name}”的照片；数据到了就不用交，也可以先不交。"),
}
"""What a notice says of each kind of defect, for the clerk to sharpen; `source`: of a material whose source is down."""


def choices(matter: Matter, post: Mapping[str, str]) -> tuple[Choice, ...]:
    """What can be wrong in this situation: papers and fields of the applicant, conditions; with the catalogue's wording.

    A material whose source is down too; one whose source has answered since the page was opened stays, and is refused.
    """
    standard, answers = matter.standard, queries.contents(matter.actor, matter.case.id).answers
    offered = [(f"material:{m.id}", m.name) for m in values.materials(standard, answers) if m.source == "applicant"]
    down = sources.unreachable(matter.actor, matter.case.id, answers)
    meanwhile = [m for m in values.materials(standard, answers) if sources.is_sourced(m) and f"ask-material:{m.id}" in post]
    absent = dict.fromkeys((f"material:{m.id}", m.name) for m in (*down, *meanwhile))
    offered += [(f"field:{f.id}", f.label) for f in values.fields(standard, answers) if values.is_typed(f)]
    offered += [(f"condition:{c.id}", c.text) for c in standard.conditions if situations.holds(c.when, answers)]
    usual = (_choice(matter, post, offer, offer[0].partition(":")[0]) for offer in offered)
    return (*usual, *(_choice(matter, post, offer, "source") for offer in absent))


def _choice(matter: Matter, post: Mapping[str, str], offer: tuple[str, str], kind: str) -> Choice:
    (target, label), (wrong, mend) = offer, CATALOGUE[kind]
    asked = f"ask-{target}" in post
    wrong = post.get(f"wrong-{target}", "" if post else wrong).strip()
    mend = post.get(f"mend-{target}", "" if post else mend.format(name=label)).strip()
    error = f"“{label}”：请写明哪里不对、怎么改。" if asked and not (wrong and mend) else ""
    return Choice(target, label, asked, wrong, mend, error, documents.cited(matter.standard, target)[1])


def asked(matter: Matter, kind: str, offered: tuple[Choice, ...]) -> tuple[Problem, ...]:
    """The notice is served; or what stands in its way."""
    chosen = [one for one in offered if one.asked]
    wrong = tuple(Problem(one.id, one.error) for one in chosen if one.error)
    if wrong or not chosen:
        return wrong or (Problem(offered[0].id if offered else "main", "请至少勾选一处要补正的。"),)
    tell = actions.notify if kind == "notify" else actions.ask
    try:
        tell(matter.actor, matter.case.id, [Fault(one.target, one.wrong, one.mend) for one in chosen])
    except Refused as refused:
        return (Problem(chosen[0].id, f"{refused}{refused.way_out}"),)
    return ()
