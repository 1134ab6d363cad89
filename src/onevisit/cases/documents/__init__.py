"""The papers of a case (文书): what they say, from the rows of the page; made with the notice that serves them (`news`)."""

from onevisit.cases.documents.about import day, named
from onevisit.cases.documents.course import extended, suspended
from onevisit.cases.documents.ending import Counter, collect, counter, counter_of, decision, lapsed, service, withdrawn
from onevisit.cases.documents.entry import accepted, cited, one_time, receipt, tolerance, turned_away
from onevisit.cases.documents.printing import Paper, listed, may_print, paper, papers, serve

__all__ = [
    "Counter",
    "Paper",
    "accepted",
    "cited",
    "collect",
    "counter",
    "counter_of",
    "day",
    "decision",
    "extended",
    "lapsed",
    "listed",
    "may_print",
    "named",
    "one_time",
    "paper",
    "papers",
    "receipt",
    "serve",
    "service",
    "suspended",
    "tolerance",
    "turned_away",
    "withdrawn",
]
