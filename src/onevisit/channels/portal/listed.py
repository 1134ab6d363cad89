"""What every public list has in common: how its address narrows it, what it is called then, and the list as a file.

An address says only words that the city knows: its title stands on papers that look official.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from onevisit.access import Refused
from onevisit.catalogue import phrases, published
from onevisit.catalogue.documents import tables
from onevisit.catalogue.documents.tables import Table
from onevisit.city import queries as city
from onevisit.papers.inspection import PDF, XLSX
from onevisit.proofs import queries as proofs

LISTS: Mapping[str, str] = {**published.LISTS, **proofs.LISTS}
FORMATS: Mapping[str, tuple[str, Callable[[Table], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", tables.as_csv),
    "xlsx": (XLSX, tables.as_xlsx),
    "pdf": (PDF, tables.as_pdf),
}


@dataclass(frozen=True)
class Wanted:
    """One list as it is asked for: a level and a department of the city narrow it."""

    name: str
    level: str
    department: str

    @property
    def title(self) -> str:
        """The list's name, and to what it is narrowed."""
        parts = "、".join(filter(None, (phrases.LEVELS.get(self.level), self.department)))
        return f"{LISTS[self.name]}（{parts}）" if parts else LISTS[self.name]

    @property
    def shown(self) -> dict[str, object]:
        """What the page of any list needs."""
        return {
            "name": self.name, "title": LISTS[self.name], "lists": LISTS, "level": self.level, "levels": phrases.LEVELS,
            "department": self.department,
        }  # fmt: skip


def wanted(request: HttpRequest, name: str, of: Mapping[str, str]) -> Wanted:
    """The list of this name, narrowed as the address says; a list, level or department that there is not is no page."""
    level, department = request.GET.get("level", ""), request.GET.get("department", "")
    known = name in of and level in ("", *phrases.LEVELS)
    if not known or (department and department not in {one.name for one in city.departments()}):
        raise Http404
    return Wanted(name, level, department)


def as_file(name: str, kind: str, table: Table) -> HttpResponse:
    """The list as a file; raises `Refused` where it is too long for paper."""
    if kind == "pdf" and table.too_long:
        raise Refused("list-long", f"有{len(table.rows)}行，打印出来太长。", "请先选层级或者部门，或者下载表格。")
    media, made = FORMATS[kind]
    answer = HttpResponse(made(table), content_type=media)
    answer["Content-Disposition"] = content_disposition_header(kind != "pdf", f"{name}.{kind}") or "attachment"
    return answer
