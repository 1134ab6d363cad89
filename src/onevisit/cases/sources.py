"""Whether an office may ask an applicant for a material that has a source (不得要求申请人提供).

《实施方案》三（三）8; 国务院令第716号 art. 7. Not while the source can be asked: it is named instead. While it is down the paper
may stand in for it; who asked, in which case and after which call is on record, and the source is chased (`chasing`).
"""

from collections.abc import Collection, Iterable, Mapping

from onevisit import access
from onevisit.access import Actor, Duty, Refused
from onevisit.cases import queries
from onevisit.cases.models import Case
from onevisit.catalogue import queries as catalogue
from onevisit.core import values
from onevisit.core.definition import Material, Standard
from onevisit.licences import telling
from onevisit.proofs import actions as proofs
from onevisit.proofs import queries as recorded
from onevisit.proofs.actions import Down
from onevisit.sharing import queries as sharing

SHARED, LICENCE = "shared:", "licence:"


def is_sourced(material: Material) -> bool:
    """Whether the city can have it without the applicant."""
    return material.source.startswith((SHARED, LICENCE))


def asked_instead(row: Case, standard: Standard, names: Collection[str]) -> tuple[tuple[str, Down], ...]:
    """Those of these materials whose source is down, and how that is known; raises `Refused` for one whose source is not.

    What a source was asked for and does not know may be asked for: nobody has it but the applicant.
    """
    found = ((one.id, _standing(row, standard, one)) for one in standard.materials if one.id in names and is_sourced(one))
    return tuple((name, down) for name, down in found if down)


def record(actor: Actor, row: Case, downs: Iterable[tuple[str, Down]]) -> None:
    """Each is on record, in the transaction of whatever asks for it."""
    for name, down in downs:
        proofs.record_outage(actor, str(row.public_id), name, down)


def unreachable(actor: Actor, case_id: str, answers: Mapping[str, str]) -> tuple[Material, ...]:
    """The materials of this situation that may be asked of the applicant now, since their sources are down; for their officer."""
    row = queries.row(case_id)
    access.require(actor, Duty.CASE_READ, queries.target(row, actor))
    standard = catalogue.standard(row.standard_id)
    return tuple(one for one in values.materials(standard, answers) if is_sourced(one) and _is_down(row, standard, one))


def stand_ins(row: Case, standard: Standard, handed: Collection[str]) -> Mapping[str, str]:
    """By source that is down, the material that was asked for in its stead and has come."""
    names = recorded.stood_in(str(row.public_id)) & set(handed)
    return {one.source: one.id for one in standard.materials if one.id in names}


def _is_down(row: Case, standard: Standard, material: Material) -> bool:
    try:
        return _standing(row, standard, material) is not None
    except Refused:
        return False


def _standing(row: Case, standard: Standard, material: Material) -> Down | None:
    """How the source is down; None where it was asked and knows nothing. Raises `Refused` where it can be asked."""
    if material.source.startswith(LICENCE):
        _not_in_the_library(row, standard, material)
        return None
    word = material.source.removeprefix(SHARED)
    own = sharing.heard(word, str(row.public_id))
    if own is not None and own.state == "empty":
        return None
    if own is None or not own.failed:
        raise _shared(material, word, "核查的结果在办件里，请直接使用。" if own else "请先在办件里核查。")
    last = sharing.heard(word)
    if last is not None and not last.failed:
        raise _shared(material, word, "它已经恢复，请再核查一次。")
    resource = sharing.resource(word)
    return Down(material.source, resource.name, resource.provider, own.inquiry_id, own.at, own.failure)


def _shared(material: Material, word: str, way_out: str) -> Refused:
    resource = sharing.resource(word)
    said = f"“{material.name}”由{resource.provider_name}共享（{resource.name}），请直接核查，不能向申请人要。"
    return Refused("provided", said, way_out)


def _not_in_the_library(row: Case, standard: Standard, material: Material) -> None:
    kind = material.source.removeprefix(LICENCE)
    renewal = standard.renews is not None and standard.renews.licence == kind
    name = telling.held(telling.Look(str(row.public_id), row.item_key, str(row.applicant), kind, renewal))
    if name:
        said = f"“{material.name}”在电子证照库里（{name}），请直接查看，不能向申请人要。"
        raise Refused("provided", said, "证照的内容在办件里，请直接使用。")
