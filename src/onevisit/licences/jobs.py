"""The file of a licence is made after its number: rendered and sealed outside of any transaction, kept once."""

import json

from django.db import transaction

from onevisit.access import SYSTEM
from onevisit.ledger import actions as ledger
from onevisit.ledger.actions import Entry
from onevisit.ledger.faults import fault
from onevisit.ledger.queries import EventView
from onevisit.licences import layout, queries
from onevisit.licences.models import Licence
from onevisit.licences.verification import METADATA
from onevisit.papers import actions as papers
from onevisit.papers import render, signing
from onevisit.papers.inspection import PDF
from onevisit.papers.models import StoredFile


def make_file_of(event: EventView) -> None:
    """The news of `licence.issued`: its file is there."""
    make_file(str(event.data["licence"]))


def make_file(public_id: str) -> str:
    """The id of the licence's file, made if there is none; of two who make it at once, one file stays.

    Empty for a licence that a department's own system made and gave no file of: the house prints none for it.
    """
    found = queries.row(public_id)
    if found.file_id is None and found.is_foreign:
        return ""
    if found.file_id is None:
        fault("before_licence_file")
        sealed = signing.sign(_rendered(found), f"签发{found.type.name}")
        fault("after_licence_seal")
        keep(found, sealed)
        fault("after_licence_file")
    return str(Licence.objects.values_list("file__public_id", flat=True).get(pk=found.pk))


def _rendered(of: Licence) -> bytes:
    with transaction.atomic(), queries.opening(SYSTEM, of):
        holder, data = of.holder_name.reveal(), of.data.reveal()
    inside = json.dumps(layout.metadata(of, holder, data), ensure_ascii=False, indent=1).encode()
    return render.pdf("licences/certificate.html", layout.page(of, holder, data), {METADATA: inside})


@transaction.atomic
def keep(of: Licence, sealed: bytes) -> None:
    """The file belongs to the licence, unless it has one by now."""
    locked = Licence.objects.select_for_update().get(pk=of.pk)
    if locked.file_id is not None:
        return
    kept = papers.store(sealed, PDF)
    locked.file = StoredFile.objects.only("pk").get(public_id=kept.public_id)
    locked.save(update_fields=["file"])
    ledger.append(
        locked.stream,
        SYSTEM,
        [Entry("licence.filed", {"licence": str(of.public_id), "file": kept.public_id, "digest": kept.digest})],
    )
