"""What several items ask for, merged (一表申请): each field, material and question once, each told by whom it is asked.

>>> from onevisit.core.definition import ItemHead
>>> def item(code, *form):
...     return Standard(ItemHead(code, "行政确认", "civil", code=code), "county", ("person",), (), form=form)
>>> first = item("A", Field("name", "姓名", source="shared:police.person.name"), Field("note", "备注"))
>>> second = item("B", Field("who", "申请人姓名", source="shared:police.person.name"), Field("note", "说明"))
>>> [(one.part.id, one.members) for one in fields(translations((first, second)))]
[('name', (('A', 'name'), ('B', 'who'))), ('A.note', (('A', 'note'),)), ('B.note', (('B', 'note'),))]
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Generic, TypeVar

from onevisit.core.definition import Field, ItemHead, Material, Question, Standard, When
from onevisit.core.linked import linked
from onevisit.core.names import shadow
from onevisit.core.rework import base
from onevisit.core.situations import STEP

Part = TypeVar("Part", Field, Material)


@dataclass(frozen=True, slots=True)
class Merged(Generic[Part]):
    """Several that are one: what it is, when it is asked (any of these), and which (item, id) it stands for."""

    part: Part
    whens: tuple[When, ...]
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Translation:
    """One item with its word in the whole, and how its questions and steps are called there.

    `own`: conditions under which the item itself asks a question that the whole asks more often.
    """

    word: str
    standard: Standard
    questions: Mapping[str, str]
    own: Mapping[str, When]
    steps: Mapping[str, str]

    def when(self, when: When) -> When:
        """The same condition in the words of the whole."""
        found = {self.key(key): values for key, values in when.items()}
        todo = [key for key in found if key in self.own]
        while todo:
            for key, values in self.own[todo.pop()].items():
                if key not in found and key in self.own:
                    todo.append(key)
                found[key] = tuple(one for one in found.get(key, values) if one in values)
        return found

    def key(self, key: str) -> str:
        """A question or a step's outcome in the words of the whole."""
        if not key.startswith(STEP):
            return self.questions.get(key, key)
        name, mark, attempt = key.removeprefix(STEP).partition("~")
        return f"{STEP}{self.steps.get(name, name)}{mark}{attempt}"


def word(item: ItemHead) -> str:
    """How an item is called in the whole: by its official code, else by its key."""
    return item.code or item.key


def translations(standards: Sequence[Standard]) -> tuple[Translation, ...]:
    """Each item's words; `steps` only say that a step belongs to the item."""
    named = _question_names(standards)
    plain = [
        Translation(word(one.item), one, names, {}, {step.id: f"{word(one.item)}.{step.id}" for step in one.process})
        for one, names in zip(standards, named, strict=True)
    ]
    asked = {question.id: question.when for question in questions(plain)}
    found = []
    for one in plain:
        whens = {one.questions[question.id]: one.when(question.when) for question in one.standard.questions}
        found.append(replace(one, own={name: when for name, when in whens.items() if when != asked[name]}))
    return tuple(found)


def questions(translated: Sequence[Translation]) -> tuple[Question, ...]:
    """Each question once: same id and same options are one, asked if any item asks it."""
    found: dict[str, list[tuple[str, Question]]] = defaultdict(list)
    for one in translated:
        for question in one.standard.questions:
            name = one.questions[question.id]
            found[name].append((one.word, replace(question, id=name, when=one.when(question.when))))
    merged = []
    for alike in found.values():
        (_, first), *_ = sorted(alike, key=lambda pair: pair[0])
        whens = either(question.when for _, question in alike)
        merged.append(replace(first, when=whens[0] if len(whens) == 1 else {}))
    return tuple(merged)


def fields(translated: Sequence[Translation]) -> tuple[Merged[Field], ...]:
    """Each field once: of the same source, or of the same datum (`same_as`), or linked by a chain of such."""
    parts = [(one, field) for one in translated for field in one.standard.form]
    return _merged(parts, _field_marks, _one_field)


def materials(translated: Sequence[Translation]) -> tuple[Merged[Material], ...]:
    """Each material once: from the same shared or licence source, or of the same name and issuer."""
    parts = [(one, replace(material, one_of=_group(one, material))) for one in translated for material in one.standard.materials]
    return _merged(parts, _material_marks, _one_material)


def either(whens: Iterable[When]) -> tuple[When, ...]:
    """Conditions of which any is enough, as few as simple joining makes them.

    >>> either([{"deal": ("purchase",)}, {"deal": ("gift",)}]), either([{"loan": ("yes",)}, {}])
    (({'deal': ('purchase', 'gift')},), ({},))
    """
    found: list[When] = []
    for when in whens:
        whole = when
        for known in list(found):
            if joined := _joined(known, whole):
                found.remove(known)
                whole = joined[0]
        found.append(whole)
    return tuple(found)


def _question_names(standards: Sequence[Standard]) -> list[dict[str, str]]:
    """What each item's questions are called: by their id, with the item's word where another asks something else by it."""
    kinds: dict[str, dict[Hashable, str]] = defaultdict(dict)
    for standard in standards:
        for question in standard.questions:
            known = kinds[question.id]
            options = frozenset(question.options.items())
            known[options] = min(known.get(options, word(standard.item)), word(standard.item))
    found = []
    for standard in standards:
        names = {}
        for question in standard.questions:
            known = kinds[question.id]
            first = known[frozenset(question.options.items())]
            names[question.id] = question.id if len(known) == 1 else f"{first}.{question.id}"
        found.append(names)
    return found


def _joined(one: When, other: When) -> tuple[When] | None:
    """Both conditions as one, if they differ in one question at most, or one says more than the other."""
    if all(key in other and set(other[key]) <= set(values) for key, values in one.items()):
        return (one,)
    if all(key in one and set(one[key]) <= set(values) for key, values in other.items()):
        return (other,)
    differing = [key for key in one if one[key] != other.get(key)]
    if one.keys() != other.keys() or len(differing) > 1:
        return None
    key = differing[0]
    return ({**one, key: tuple(dict.fromkeys((*one[key], *other[key])))},)


def _merged(
    parts: Sequence[tuple[Translation, Part]],
    marks: Callable[[Part], Iterable[Hashable]],
    one_of: Callable[[Sequence[Part]], Part],
) -> tuple[Merged[Part], ...]:
    found = []
    for group in linked([tuple(marks(part)) for _, part in parts]):
        alike = sorted((parts[place] for place in group), key=lambda pair: (pair[0].word, pair[1].id))
        whens = either(one.when(part.when) for one, part in alike)
        whole = replace(one_of([part for _, part in alike]), when=whens[0] if len(whens) == 1 else {})
        found.append(Merged(whole, whens, tuple((one.word, part.id) for one, part in alike)))
    taken = Counter(one.part.id for one in found)
    return tuple(one if taken[one.part.id] == 1 else _told_apart(one) for one in found)


def _told_apart(one: Merged[Part]) -> Merged[Part]:
    return replace(one, part=replace(one.part, id=".".join(one.members[0])))


def _field_marks(field: Field) -> Iterable[Hashable]:
    """What the applicant types has no source that another field could share."""
    if field.source != "applicant":
        yield "source", field.source
    if field.same_as:
        yield "same_as", field.same_as


def _material_marks(material: Material) -> Iterable[Hashable]:
    if material.source.startswith(("shared:", "licence:")):
        yield "source", material.source
    yield "name", shadow(material.name), material.issued_by


def _one_field(alike: Sequence[Field]) -> Field:
    """The field that knows most, with the narrowest bounds; what any item must have is required."""
    first = min(alike, key=lambda one: 2 if one.source == "applicant" else 1 if one.source.startswith("applicant.") else 0)
    return replace(
        first,
        required=any(one.required for one in alike),
        sensitive=any(one.sensitive for one in alike),
        min=_bound(max, (one.min for one in alike)),
        max=_bound(min, (one.max for one in alike)),
        options={key: text for one in reversed(alike) for key, text in one.options.items()},
        same_as=first.same_as or next((one.same_as for one in alike if one.same_as), ""),
    )


def _bound(which: Callable[[Sequence[Decimal]], Decimal], bounds: Iterable[Decimal | None]) -> Decimal | None:
    given = [bound for bound in bounds if bound is not None]
    return which(given) if given else None


def _one_material(alike: Sequence[Material]) -> Material:
    """The material from the easiest source, handed in once in as many copies as anybody needs."""
    first = min(alike, key=lambda one: 2 if one.source == "applicant" else 1 if one.source == "commitment" else 0)
    forms = [one.form for one in alike if one.form]
    form = replace(first.form or forms[0], copies=max(one.copies for one in forms)) if forms else None
    return replace(
        first,
        form=form,
        basis=tuple(dict.fromkeys(law for one in alike for law in one.basis)),
        one_of=first.one_of if all(one.one_of for one in alike) else "",
        tolerance=all(one.tolerance for one in alike),
        surrender=any(one.surrender for one in alike),
        necessary=any(one.necessary for one in alike),
    )


def _group(one: Translation, material: Material) -> str:
    return f"{one.word}.{material.one_of}" if material.one_of else ""


def shown_at(one: Translation, material: Material) -> tuple[str, ...]:
    """The steps of the whole at which an item has an original shown."""
    steps = (step for step in one.standard.process if material.shown in (step.does, base(step.id)))
    return tuple(dict.fromkeys(one.steps.get(step.id, step.id) for step in steps))
