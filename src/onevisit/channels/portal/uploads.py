"""Files from a form: inspected by content, stored by digest, attached to the case. An error loses nothing else."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from onevisit.access import Actor, Refused
from onevisit.cases import actions
from onevisit.channels.ui.forms import Problem
from onevisit.core.definition import Material
from onevisit.papers import actions as papers
from onevisit.papers import inspection

MAX_FILES = 50


def take(actor: Actor, case: str, owed: Sequence[Material], files: "MultiValueDict[str, UploadedFile]") -> tuple[Problem, ...]:
    """The files of these materials are attached; what is wrong with those that are not."""
    problems: list[Problem] = []
    for material in owed:
        for upload in files.getlist(f"material-{material.id}")[:MAX_FILES]:
            try:
                stored = papers.upload(upload.read(inspection.LARGEST + 1))
                actions.attach(actor, case, material.id, stored.public_id, inspection.safe_name(upload.name or "", stored.kind))
            except Refused as refused:
                problems.append(Problem(f"f-material-{material.id}", f"“{material.name}”：{refused} {refused.way_out}"))
    return tuple(problems)
