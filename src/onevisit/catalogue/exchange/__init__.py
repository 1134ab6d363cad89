"""Import and export of what cities have (导入, 导出): spreadsheets with the official element names. GB/T 39046-2020 table 4.

Pure: files in, frozen values out. `columns` says which column is which place, `sheets` and `workbook` read files as tables,
`drafts` gathers rows into items, `facts` and `flow` weigh what official columns say together, `naming` knows items by name,
`checking` lints by cell, `telling` says it in the table's words.
"""

from onevisit.catalogue.exchange.checking import (
    CellDiagnostic,
    Checked,
    check,
    checked,
    placed,
    readings,
)
from onevisit.catalogue.exchange.model import CellFault, Import, Row, UnknownColumn
from onevisit.catalogue.exchange.naming import CatalogueName, matched
from onevisit.catalogue.exchange.reading import read
from onevisit.catalogue.exchange.writing import Kind, write

__all__ = [
    "CatalogueName",
    "CellDiagnostic",
    "CellFault",
    "Checked",
    "Import",
    "Kind",
    "Row",
    "UnknownColumn",
    "check",
    "checked",
    "matched",
    "placed",
    "read",
    "readings",
    "write",
]
