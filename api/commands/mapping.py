"""``normgraph mapping``: the register of rows, to list, show, sample, compare, and to decide about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from api.commands.mapping_review import REVIEW_COMMANDS
from api.commands.mapping_sets import SET_COMMANDS
from api.console import emit_csv, emit_json, out, table
from api.shared import as_of_option, format_option, open_content, open_law
from engine.citations import CitationIndex
from engine.errors import UnknownName
from engine.mapping.register import Filter, find_row, matching, sample, set_names
from engine.mapping.reviews import content_hash
from engine.mapping.rows import NO_TERM, RELATIONSHIPS
from engine.mapping.triage import set_counts
from engine.model import ReviewState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from engine.knowledge import Knowledge
    from engine.mapping.overlay import Overlay
    from engine.mapping.rows import MappingRow

__all__ = ["mapping"]

_STATES = {state.label: state for state in sorted(ReviewState)}
_NONE = "no-counterpart"
_FIELDS = (
    "record_id",
    "set",
    "source",
    "relationship",
    "rationale_type",
    "target",
    "covers",
    "strength",
    "confidence",
    "rationale",
    "residual",
    "scope_qualifier",
    "exceptions",
    "review_state",
    "author",
    "reviewer",
)


@click.group()
def mapping() -> None:
    """Find mapping rows, judge them, sign or dispute them, add your own, and compare sets."""


for _command in (*REVIEW_COMMANDS, *SET_COMMANDS):
    mapping.add_command(_command)


@mapping.command("list")
@click.option("--set", "set_id", metavar="SET", help="Only this set, as iso-42001--eu-ai-act.")
@click.option("--from", "source", metavar="CITATION", help="Only rows from this framework, clause or control.")
@click.option("--to", "target", metavar="CITATION", help="Only rows to this framework, provision or requirement.")
@click.option("--relationship", type=click.Choice([*RELATIONSHIPS, _NONE]), help="Only this relationship.")
@click.option("--review", type=click.Choice(list(_STATES)), help="Only rows in this review state.")
@click.option("--counts", is_flag=True, help="Per set: rows per relationship, what has no counterpart, what is open.")
@click.option("--org", metavar="ORG", help="As this organisation sees them: its reviews, its own rows.")
@as_of_option
@format_option("table", "json", "csv")
def list_(
    set_id: str | None,
    source: str | None,
    target: str | None,
    relationship: str | None,
    review: str | None,
    counts: bool,  # noqa: FBT001 - a flag
    org: str | None,
    as_of: date | None,
    form: str,
) -> None:
    """List mapping rows, or count them by set."""
    knowledge, overlay, day = _opened(org, as_of)
    index = CitationIndex.of(knowledge)
    wanted = Filter(
        set_id,
        index.resolve(source) if source else None,
        index.resolve(target) if target else None,
        relationship,
        _STATES[review] if review else None,
    )
    if counts:
        _print_counts(knowledge, [set_id] if set_id else set_names(knowledge), day, form)
        return
    _print_rows(_listed(knowledge, overlay, matching(knowledge, wanted), day), form)


def _opened(org: str | None, as_of: date | None) -> tuple[Knowledge, Overlay | None, date]:
    """Return the knowledge as an organisation sees it, or as shipped, and the day to look at."""
    law = open_law(org, as_of)
    return law.knowledge, law.opened.workspace.overlay if law.opened else None, law.day


def _record(knowledge: Knowledge, row: MappingRow) -> dict[str, Any]:
    return {
        "record_id": row.iri,
        "set": row.set_id,
        "source": "" if row.subject == NO_TERM else knowledge.citation(row.subject),
        "relationship": row.relationship or _NONE,
        "rationale_type": row.rationale_type,
        "target": knowledge.citation(row.object),
        "covers": _elements(knowledge, row),
        "strength": row.strength,
        "confidence": None if row.confidence is None else float(row.confidence),
        "rationale": row.rationale,
        "residual": row.residual,
        "scope_qualifier": row.scope_qualifier,
        "exceptions": [knowledge.citation(part) for part in row.exceptions],
        "review_state": row.review_state.label,
        "author": row.author,
        "reviewer": row.reviewer,
    }


def _elements(knowledge: Knowledge, row: MappingRow) -> list[str]:
    requirement = knowledge.requirements.get(row.object)
    texts = {element.iri: element.text for element in requirement.elements} if requirement else {}
    return [texts.get(element, element) for element in row.covers]


def _listed(
    knowledge: Knowledge, overlay: Overlay | None, rows: Sequence[MappingRow], day: date
) -> list[dict[str, Any]]:
    """Return rows as records, each with those whose signature it has outlived."""
    stale = [overlay.standing(row, day).stale if overlay else () for row in rows]
    return [
        {**_record(knowledge, row), "stale_signatures": list(dict.fromkeys(review.name for review in reviews))}
        for row, reviews in zip(rows, stale, strict=True)
    ]


def _print_rows(records: Sequence[dict[str, Any]], form: str) -> None:
    if form == "json":
        emit_json("mapping-list", {"rows": records})
    elif form == "csv":
        fields = (*_FIELDS, "stale_signatures")
        emit_csv(fields, ({name: record[name] for name in fields} for record in records))
    else:
        columns = ("row", "source", "relationship", "target", "what it covers fully", "review")
        cells = [
            [
                r["record_id"].rpartition("/")[2],
                r["source"],
                r["relationship"],
                r["target"],
                "; ".join(r["covers"]),
                _review_cell(r),
            ]
            for r in records
        ]
        out.print(table(f"{len(records)} mapping rows", columns, cells, whole=("row",)))


def _review_cell(record: dict[str, Any]) -> str:
    stale = record["stale_signatures"]
    return f"{record['review_state']}, stale: {', '.join(stale)}" if stale else str(record["review_state"])


def _print_counts(knowledge: Knowledge, names: Sequence[str], day: date, form: str) -> None:
    known = set_names(knowledge)
    unknown = next((name for name in names if name not in known), None)
    if unknown is not None:
        raise UnknownName("mapping set", unknown, known)
    records = []
    for name in names:
        found = set_counts(knowledge, name, day)
        records.append(
            {
                "set": name,
                "rows": sum(found.relationships.values()),
                **{relationship: found.relationships.get(relationship, 0) for relationship in RELATIONSHIPS},
                _NONE: found.no_counterpart,
                "requirements": found.requirements,
                "without_counterpart": found.without_counterpart,
                "untriaged": found.untriaged,
                "triage": "complete" if found.triaged else "partial",
                "without_residual": found.without_residual,
                "without_elements": found.without_elements,
            }
        )
    if form == "json":
        emit_json("mapping-counts", {"as_of": day, "sets": records})
    elif form == "csv":
        emit_csv(tuple(records[0]), records)
    else:
        _counts_table(records, day)


_CODES = {
    "EQ": ("equal-to", "equivalent-to"),
    "SUP": ("superset-of",),
    "SUB": ("subset-of",),
    "INT": ("intersects-with",),
    "DIS": ("no-relationship",),
}
"""The codes of the relationships (COVERAGE §1), for a table that fits a terminal."""


def _counts_table(records: Sequence[dict[str, Any]], day: date) -> None:
    columns = ("set", "rows", *_CODES, "nil", "of", "open", "bare", "loose")
    made = table(f"Mapping sets on {day}", columns, map(_counted, records), right=columns[1:], whole=columns)
    made.padding = 0
    out.print(made)
    codes = "; ".join(f"{code} {' or '.join(names)}" for code, names in _CODES.items())
    out.print(
        f"{codes}. Nil: rows that say that there is no counterpart. Of: live requirements of the target. Open: those "
        "that are untriaged, for which a set that claims to answer for all has neither a row nor a reason why there is "
        "none; a dash: it makes no such claim. Bare: partial rows without residual. Loose: partial rows that may "
        "support a state and name no element.",
        style="dim",
    )


def _counted(record: dict[str, Any]) -> list[object]:
    by_code = (sum(record[name] for name in names) for names in _CODES.values())
    open_ = record["untriaged"] if record["triage"] == "complete" else "-"
    rest = (record["requirements"], open_, record["without_residual"], record["without_elements"])
    return [record["set"], record["rows"], *by_code, record[_NONE], *rest]


@mapping.command()
@click.argument("row")
@click.option("--org", metavar="ORG", help="With the reviews of this organisation.")
@as_of_option
@format_option("table", "json")
def show(row: str, org: str | None, as_of: date | None, form: str) -> None:
    """Show one row with its argument, what it does not give, who reviewed it, and the hash that a signature covers."""
    knowledge, overlay, day = _opened(org, as_of)
    found = find_row(knowledge.rows, row)
    reviews = [_review(review, kind) for kind, review in _reviews(overlay, found, day)]
    record = {**_record(knowledge, found), "content_hash": content_hash(found), "as_of": day, "reviews": reviews}
    if form == "json":
        emit_json("mapping-show", record)
    else:
        _print_row(knowledge, found, record)


def _reviews(overlay: Overlay | None, row: MappingRow, day: date) -> list[tuple[str, Any]]:
    if overlay is None:
        return []
    found = overlay.standing(row, day)
    kinds = (("counts", found.counted), ("minority opinion", found.minority), ("stale", found.stale))
    return [(kind, review) for kind, reviews in kinds for review in reviews]


def _review(review: Any, kind: str) -> dict[str, Any]:
    return {
        "person": review.name,
        "address": review.person,
        "decision": review.decision.value,
        "on": review.on,
        "reason": review.reason,
        "standing": kind,
    }


def _print_row(knowledge: Knowledge, row: MappingRow, record: dict[str, Any]) -> None:
    source = record["source"] or "no counterpart"
    ends = (source, "bold"), f" {record['relationship']} ", (record["target"], "bold")
    out.print(Text.assemble(*ends, f" ({record['review_state']})"))
    out.print(record["record_id"], style="dim")
    requirement = knowledge.requirements.get(row.object)
    if requirement is not None:
        out.print(f"\n{requirement.text}")
        for element in requirement.elements:
            mark = "covered" if element.iri in row.covers else "not covered"
            out.print(f"  {mark}: {element.text}")
    for title, text in (
        ("\nwhy", record["rationale"]),
        ("what it does not give", record["residual"]),
        ("only", record["scope_qualifier"]),
        ("except", ", ".join(record["exceptions"])),
        ("by", record["author"]),
        ("hash", record.get("content_hash", "")),
    ):
        if text:
            out.print(f"{title}: {text}")
    for review in record.get("reviews", []):
        reason = f": {review['reason']}" if review["reason"] else ""
        out.print(f"{review['on']} {review['decision']} by {review['person']} ({review['standing']}){reason}")


@mapping.command("sample")
@click.option("--seed", type=int, required=True, help="The draw; the same number gives the same rows.")
@click.option("--n", "size", type=click.IntRange(1), default=5, show_default=True, help="How many rows.")
@click.option("--set", "set_id", metavar="SET", help="Only from this set.")
@format_option("table", "json")
def sample_(seed: int, size: int, set_id: str | None, form: str) -> None:
    """Draw rows at random, for whoever wants to judge them against the two texts."""
    knowledge = open_content().knowledge
    drawn = sample(matching(knowledge, Filter(set_id)), seed=seed, size=size)
    if form == "json":
        emit_json("mapping-sample", {"seed": seed, "rows": [_record(knowledge, row) for row in drawn]})
        return
    for number, row in enumerate(drawn, 1):
        out.rule(f"{number} of {len(drawn)}")
        _print_row(knowledge, row, _record(knowledge, row))
