"""Files from a form: inspected by content, stored by digest, attached to the case. An error loses nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from onevisit.access import Actor, Refused
from onevisit.cases import actions, queries
from onevisit.cases.queries import Attached
from onevisit.channels.ui.forms import Problem
from onevisit.core.definition import Material
from onevisit.identity import limits
from onevisit.papers import actions as papers
from onevisit.papers import inspection

MAX_FILES = 50


@dataclass(frozen=True)
class Row:
    """A paper to hand in: the files that are there, and what is wrong with the one that was just sent."""

    material: Material
    files: tuple[Attached, ...]
    error: str


def take(actor: Actor, case: str, owed: Sequence[Material], files: "MultiValueDict[str, UploadedFile]") -> tuple[Problem, ...]:
    """The files of these materials are attached, each once; what is wrong with those that are not."""
    problems: list[Problem] = []
    there = {(one.material, one.file) for one in queries.contents(actor, case).attachments}
    for material in owed:
        for upload in files.getlist(f"material-{material.id}")[:MAX_FILES]:
            name = upload.name or ""
            try:
                limits.spend(limits.Use("upload", actor.id))
                stored = papers.upload(upload.read(inspection.LARGEST + 1))
                if (material.id, stored.public_id) not in there:
                    actions.attach(actor, case, material.id, stored.public_id, inspection.safe_name(name, stored.kind))
                    there.add((material.id, stored.public_id))
            except (Refused, limits.TooOften) as refused:
                problems.append(
                    Problem(target(material), f"“{material.name}”：文件“{name[:40]}”没有收下。{refused}{refused.way_out}")
                )
    return tuple(problems)


def rows(owed: Sequence[Material], attached: Sequence[Attached], problems: Sequence[Problem]) -> tuple[Row, ...]:
    """Each paper with its files and its fault."""
    wrong = {problem.target: problem.message for problem in reversed(problems)}
    return tuple(Row(m, tuple(a for a in attached if a.material == m.id), wrong.get(target(m), "")) for m in owed)


def target(material: Material) -> str:
    """The id of the element where this paper is chosen."""
    return f"f-material-{material.id}"
