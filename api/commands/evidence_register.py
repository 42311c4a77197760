"""``normgraph evidence list`` and ``expiring``: what there is, how fresh it is, and what falls when it lapses."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from api.console import emit_csv, emit_json, out, progress, state_text, table
from api.diffs.names import Names
from api.documents.expiring import expiring_days, expiring_document
from api.shared import POLICIES, as_of_option, format_option, open_workspace, policy_options
from engine.coverage.values import Freshness, Policy
from engine.days import LAST
from engine.evidence.expiring import expiries
from engine.evidence.register import Register

if TYPE_CHECKING:
    from api.shared import Opened
    from engine.evidence.expiring import Expiry
    from engine.evidence.register import Item

__all__ = ["expiring", "list_"]

_COLUMNS = (
    "evidence",
    "label",
    "type",
    "outcome",
    "controls",
    "assets",
    "issued",
    "valid_until",
    "counts_until",
    "freshness",
    "counts",
    "why_not",
    "collected_by",
    "approved_by",
    "supersedes",
    "sha256",
)
_STYLES = {"fresh": "green", "expiring": "yellow", "expired": "red", "unknown": "magenta"}
_FALL_COLUMNS = ("last_day", "evidence", "label", "requirement", "citation", "scope", "before", "after")


@click.command("list")
@click.argument("org")
@click.option("--control", metavar="CITATION", help="Only what evidences this control or clause, or a part of it.")
@click.option("--asset", metavar="ASSET", help="Only what speaks for this asset, or for the organisation.")
@click.option("--state", type=click.Choice([f.value for f in Freshness]), help="Only items of this freshness.")
@as_of_option
@format_option("table", "json", "csv")
def list_(org: str, control: str | None, asset: str | None, state: str | None, as_of: date | None, form: str) -> None:
    """List the evidence of ORG: what it shows, until when it counts, how fresh it is, and why it does not count."""
    opened = open_workspace(org, as_of)
    controls = [opened.workspace.citations.resolve(control)] if control else []
    register = Register(opened.workspace.content.knowledge, opened.workspace.organisation, opened.day)
    found = [i for i in register.about(controls, opened.scope(asset, "--asset")) if state in {None, i.freshness.value}]
    names = Names(opened.workspace.content.knowledge, opened.workspace.organisation)
    rows = [_row(names, item) for item in found]
    if form == "csv":
        emit_csv(_COLUMNS, rows)
    elif form == "json":
        asked = {"control": control, "asset": asset, "state": state}
        emit_json("evidence-list", _document(opened, asked, rows, len(register.items)))
    else:
        _print_list(opened, rows, len(register.items))


def _row(names: Names, item: Item) -> dict[str, Any]:
    evidence = item.evidence
    return {
        "evidence": evidence.iri,
        "label": names.of(evidence.iri),
        "type": names.of(evidence.evidence_type) if evidence.evidence_type else None,
        "outcome": evidence.outcome.lower() or None,
        "controls": [names.of(iri) for iri in item.controls],
        "assets": [names.of(iri) for iri in evidence.respects],
        "issued": evidence.issued,
        "valid_until": evidence.valid_until,
        "counts_until": item.until,
        "freshness": item.freshness.value,
        "counts": item.counts,
        "why_not": list(item.why_not),
        "collected_by": [names.of(iri) for iri in evidence.collected_by],
        "approved_by": [names.of(iri) for iri in evidence.approved_by],
        "supersedes": list(evidence.supersedes),
        "sha256": evidence.sha256 or None,
    }


def _counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    found = Counter(row["freshness"] for row in rows)
    return {freshness.value: found[freshness.value] for freshness in Freshness}


def _document(opened: Opened, asked: dict[str, Any], rows: list[dict[str, Any]], total: int) -> dict[str, Any]:
    return {
        "organisation": opened.workspace.organisation.iri,
        "as_of": opened.day,
        "asked": asked,
        "total": total,
        "listed": len(rows),
        "counts": _counts(rows),
        "items": rows,
    }


def _print_list(opened: Opened, rows: list[dict[str, Any]], total: int) -> None:
    columns = ("evidence", "type", "shows", "issued", "valid until", "counts until", "outcome", "approved by", "state")
    cells = [
        [
            row["label"],
            row["type"],
            ", ".join(row["controls"]),
            row["issued"],
            row["valid_until"],
            row["counts_until"],
            row["outcome"],
            ", ".join(row["approved_by"]),
            Text(_state(row), style=_STYLES[row["freshness"]]),
        ]
        for row in rows
    ]
    title = f"Evidence of {opened.workspace.organisation.label} on {opened.day}"
    out.print(table(title, columns, cells, whole=("issued", "valid until", "counts until")))
    told = ", ".join(f"{number} {name}" for name, number in _counts(rows).items())
    counting = sum(row["counts"] for row in rows)
    out.print(f"{len(rows)} of {total} items: {told}; {counting} of {len(rows)} count for a template")


def _state(row: dict[str, Any]) -> str:
    why_not = "; ".join(row["why_not"])
    return f"{row['freshness']}: {why_not}" if why_not else str(row["freshness"])


class _SpanType(click.ParamType[timedelta]):
    """A number of days, as 90d."""

    name = "days"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the span that a text names."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([0-9]{1,4})d?", value, re.ASCII)
        if found is None:
            self.fail(f"“{value}” is not a number of days; write it as 90d", param, ctx)
        return timedelta(days=int(found[1]))


@click.command()
@click.argument("org")
@click.option("--within", type=_SpanType(), default="90d", show_default=True, metavar="DAYS", help="How far to look.")
@as_of_option
@policy_options
@format_option("table", "json", "csv")
def expiring(org: str, within: timedelta, as_of: date | None, least: str, hops: int, form: str) -> None:
    """Say which evidence of ORG lapses, on which day, and which states fall with it if nothing is added."""
    opened = open_workspace(org, as_of)
    end = min(opened.day + within, LAST - timedelta(days=1))
    organisation = opened.workspace.organisation
    knowledge = opened.workspace.knowledge(opened.day)
    policy = Policy(POLICIES[least], hops)
    with progress("Looking ahead"):
        found = expiries(knowledge, organisation, opened.day, end, policy)
    names = Names(knowledge, organisation)
    days = expiring_days(names, found)
    if form == "csv":
        emit_csv(_FALL_COLUMNS, _lines(days))
    elif form == "json":
        emit_json("evidence-expiring", expiring_document(organisation, (opened.day, end), policy, days))
    else:
        _print_days(opened, end, found, names)


def _lines(days: list[dict[str, Any]]) -> list[dict[str, object]]:
    """Return a line for each item and each state that falls with it; one line for an item with which none falls."""
    found: list[dict[str, object]] = []
    for day in days:
        for iri, label in sorted({(lapse["evidence"], lapse["label"]) for lapse in day["lapses"]}):
            about = {"last_day": day["last_day"], "evidence": iri, "label": label}
            fallen = [fall for fall in day["falls"] if iri in fall["because"]]
            told = [{name: fall[name] for name in ("requirement", "citation", "before", "after")} for fall in fallen]
            found += [{**about, **line, "scope": f["scope_label"]} for line, f in zip(told, fallen, strict=True)]
            found += [] if fallen else [about]
    return found


def _print_days(opened: Opened, end: date, found: tuple[Expiry, ...], names: Names) -> None:
    label = opened.workspace.organisation.label
    columns = ("last day", "evidence", "shows", "what is left", "states\nthat fall")
    rows = [
        [
            expiry.last_day,
            names.of(lapse.evidence) + (" (too old then)" if lapse.by_age else ""),
            names.of(lapse.control),
            "satisfies the template" if lapse.left else "does not satisfy the template",
            sum(lapse.evidence in fall.because for fall in expiry.falls) or "",
        ]
        for expiry in found
        for lapse in expiry.lapses
    ]
    title = f"Evidence of {label} that lapses from {opened.day} to {end}"
    out.print(table(title, columns, rows, right=columns[-1:], whole=("last day",)))
    falls = [
        [expiry.last_day, names.of(f.requirement), names.of(f.scope), state_text(f.before), state_text(f.after)]
        for expiry in found
        for f in expiry.falls
    ]
    if falls:
        columns = ("after", "requirement", "scope", "before", "then")
        out.print(table("States that fall, if nothing is added", columns, falls, whole=("after",)))
    items = len({lapse.evidence for expiry in found for lapse in expiry.lapses})
    lapsing, falling = ("item lapses", "items lapse")[items != 1], ("state falls", "states fall")[len(falls) != 1]
    out.print(f"{items} {lapsing}, {len(falls)} {falling}")
