"""What to do next, in the form that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.console import emit_csv, emit_json, out
from api.documents.plan import plan_document, still_missing
from api.plans.records import CSV_COLUMNS, rows
from api.plans.told import print_plan

if TYPE_CHECKING:
    from datetime import date

    from engine.graph import Iri
    from engine.plan.make import Wish
    from engine.plan.values import Plan

__all__ = ["emit_next"]


def emit_next(plan: Plan, wish: Wish, aim: Iri | None, asked_on: date, form: str) -> None:
    """Print a plan.

    :param aim: the provision or requirement asked about, whose missing elements are then told.
    :param asked_on: the day looked from; the plan is for the day of its assessment.
    """
    if form == "json":
        emit_json("plan", plan_document(plan, wish, aim, asked_on))
    elif form == "csv":
        emit_csv(CSV_COLUMNS, rows(plan))
    else:
        print_plan(plan, elements=wish.elements)
        _print_left(plan, aim)


def _print_left(plan: Plan, aim: Iri | None) -> None:
    left = still_missing(plan, aim)
    if left:
        out.print(f"Still missing then ({len(left)}):")
    for text in left:
        out.print(f"  {text}")
