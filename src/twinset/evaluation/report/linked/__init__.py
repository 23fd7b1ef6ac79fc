"""The report of linked tables: an overview with the schema drawn, and a page for each table beside it."""

from twinset.evaluation.report.linked.page import LinkedReport
from twinset.evaluation.report.linked.render import load_linked, render_linked

__all__ = ["LinkedReport", "load_linked", "render_linked"]
