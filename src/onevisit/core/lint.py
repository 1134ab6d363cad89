"""Lint (规程检查): every diagnostic of a set of files, each with its place, the plan or law behind it and how to mend it.

All files are one catalogue. What follows only from another fault of the same element is left out: one mistake, one diagnostic.

>>> start = "format: onevisit/1\\nmatter:\\n  name: 企业开办\\n  items: [{item: firm, needs: [seal]}]"
>>> report = lint([read(start, "start.yaml")])
>>> report.errors, report.diagnostics[0].line, report.diagnostics[0].message
(1, 4, '“firm”要先办“seal”，这件事里却没有它。')
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from onevisit.core import checks_catalogue, checks_guide, checks_process, proofs
from onevisit.core.definition import Standard
from onevisit.core.diagnostics import Diagnostic, Finding, diagnosed
from onevisit.core.offers import Matter, Offer, Register
from onevisit.core.process import circle
from onevisit.core.proofs import Known
from onevisit.core.reading import BAD_VALUE, MISSING_ELEMENT, UNKNOWN_KEY, Fault, Reading, read
from onevisit.core.wording import wording

__all__ = ["Beside", "Report", "check", "edited", "known", "lint", "read"]

Check = Callable[[Standard], Iterator[Finding]]

EACH: tuple[Check, ...] = (
    wording, checks_guide.basis, checks_guide.forms, checks_guide.fees, checks_guide.results, checks_guide.themes,
    proofs.repeated, checks_process.steps_alone, checks_process.circles, checks_process.limits,
)  # fmt: skip
"""What is true of an element whatever is wrong elsewhere."""
WHOLE: tuple[Check, ...] = (checks_process.dead_ends, checks_process.counts)
"""What is only true of a process that could be read as a whole and has no circle."""

LACKS: Mapping[str, tuple[str, ...]] = {
    "OV301": ("basis",), "OV309": ("form",), "OV310": ("shown", "form"), "OV402": ("days", "instant"), "OV404": ("presence",),
    "OV405": ("special", "days", "basis"), "OV701": ("basis",), "OV801": ("phones", "consult", "complaint"), "OV802": ("sample",),
}  # fmt: skip
"""What an element lacks that gets this code: a fault in that very key, or in one that means it, says it already."""


@dataclass(frozen=True, slots=True)
class Report:
    """The diagnostics in the order of the files and lines."""

    files: int
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> int:
        """How many are errors."""
        return sum(one.severity == "error" for one in self.diagnostics)

    @property
    def warnings(self) -> int:
        """How many are warnings."""
        return len(self.diagnostics) - self.errors


def lint(readings: Sequence[Reading], base_items: Collection[str] = ()) -> Report:
    """Everything that is wrong with these files; with `base_items`, items that are none of these (OV903) too."""
    city = known(readings)
    across: dict[int, list[Finding]] = {}
    for number, finding in _across(readings, city):
        across.setdefault(number, []).append(finding)
    found: list[Diagnostic] = []
    for number, reading in enumerate(readings):
        found += check(reading, city, (*across.get(number, ()), *_unlisted(reading, base_items)))
    return Report(len(readings), tuple(found))


class Beside:
    """A catalogue beside which one file after another is edited: what its files tell each other is put together once."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        documents = [(one.name, one.document) for one in readings]
        standards = [(name, one) for name, one in documents if isinstance(one, Standard)]
        self._places = {name: place for place, (name, _) in enumerate(standards)}
        registers = [one for _, one in documents if isinstance(one, Register)]
        self._city = proofs.known([one for _, one in standards], registers)
        self._marked = checks_catalogue.marked(self._city.standards)

    def edited(self, reading: Reading, base_items: Collection[str] = ()) -> list[Diagnostic]:
        """What is wrong with this file, its own older text left out; the others are not looked into again.

        What several files tell against each other is told of this one.
        """
        if not isinstance(reading.document, Standard):
            return check(reading, self._city, tuple(_unlisted(reading, base_items)))
        city, own = proofs.with_one(self._city, reading.document, self._places.get(reading.name))
        around = checks_catalogue.around(reading.document, self._marked) - {own}
        family = [*(city.standards[one] for one in sorted(around)), reading.document]
        found = (*checks_catalogue.levels(family), *checks_catalogue.guides(family))
        across = [finding for number, finding in found if number == len(family) - 1]
        return check(reading, city, (*across, *proofs.circular_at(own, city), *_unlisted(reading, base_items)))


def edited(reading: Reading, others: Sequence[Reading], base_items: Collection[str] = ()) -> list[Diagnostic]:
    """What is wrong with a file that is being edited, beside the others of the catalogue (its own older text is left out)."""
    return Beside(others).edited(reading, base_items)


def known(readings: Sequence[Reading]) -> Known:
    """What these files tell each other."""
    documents = [reading.document for reading in readings]
    standards = [one for one in documents if isinstance(one, Standard)]
    return proofs.known(standards, [one for one in documents if isinstance(one, Register)])


def check(reading: Reading, city: Known, more: Collection[Finding] = ()) -> list[Diagnostic]:
    """What is wrong with one file of a catalogue that is known; `more`: what was found elsewhere, and belongs to it."""
    document = reading.document
    found = [*more]
    if isinstance(document, Standard):
        found += [*_alone(document, reading.faults), *proofs.needless(document, city)]
    elif isinstance(document, Offer):
        found += checks_guide.phones(document)
        offered = {document.item: [city.standards[one] for one in city.called.get(document.item, ())]}
        found += checks_catalogue.offer(document, {name: ones for name, ones in offered.items() if ones}) if city.called else ()
    elif isinstance(document, Matter):
        found += checks_catalogue.matter(document, city.called.keys())
    faults = [Finding(fault.code, fault.path, fault.message) for fault in reading.faults]
    lines = [fault.line for fault in reading.faults]
    left = [finding for finding in found if not _follows(finding, reading.faults)]
    lines += [reading.line(finding.path) for finding in left]
    placed = sorted(zip(lines, (*faults, *left), strict=True), key=lambda pair: (pair[0], pair[1].code))
    return [diagnosed(finding, reading.name, line) for line, finding in placed]


def _alone(standard: Standard, faults: Sequence[Fault]) -> Iterator[Finding]:
    for one in EACH:
        yield from one(standard)
    if not any(_untrue(fault) for fault in faults) and not circle({step.id: step.needs for step in standard.process}):
        for one in WHOLE:
            yield from one(standard)


def _across(readings: Sequence[Reading], city: Known) -> Iterator[tuple[int, Finding]]:
    """What only several files together show, each with the place of its file."""
    places = [number for number, reading in enumerate(readings) if isinstance(reading.document, Standard)]
    found = (*checks_catalogue.levels(city.standards), *checks_catalogue.guides(city.standards), *proofs.circular(city))
    return ((places[number], finding) for number, finding in found)


def _unlisted(reading: Reading, base_items: Collection[str]) -> Iterator[Finding]:
    if isinstance(reading.document, Standard) and base_items:
        item = reading.document.item
        if not {item.key, item.code} & set(base_items):
            yield Finding("OV903", "item", f"基本目录里没有事项“{item.name}”（{item.id}）。")


def _untrue(fault: Fault) -> bool:
    """Whether a process with this fault is another one than its author meant."""
    part = fault.path.split(".")[0]
    return part in ("process", "questions", "parties") and fault.code in (UNKNOWN_KEY, MISSING_ELEMENT, BAD_VALUE)


def _follows(finding: Finding, faults: Sequence[Fault]) -> bool:
    """Whether a finding only follows from a fault: of the same thing, of what stands around it, or of the key that it lacks."""
    return any(fault.path and _concerns(fault.path, finding) for fault in faults)


def _concerns(fault: str, finding: Finding) -> bool:
    if finding.path == fault or finding.path.startswith(f"{fault}."):
        return True
    lacks = LACKS.get(finding.code, ())
    around, _, last = finding.path.rpartition(".")
    record = around if last in lacks else finding.path
    return fault.startswith(f"{record}.") and bool(get_close_matches(fault.removeprefix(f"{record}.").split(".")[0], lacks, 1))
