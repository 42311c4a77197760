"""``normgraph mapping``: the register of rows, to list, show, sample, compare, and to decide about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from api.commands.mapping_review import REVIEW_COMMANDS
from api.commands.mapping_sets import SET_COMMANDS
from api.console import emit_csv, emit_json, out, table
from api.documents.mappings import NO_COUNTERPART, row_document, row_entries, row_entry, set_entries
from api.shared import as_of_option, format_option, open_content, open_law
from engine.citations import CitationIndex
from engine.mapping.register import Filter, find_row, matching, sample, set_names
from engine.mapping.rows import RELATIONSHIPS
from engine.model import ReviewState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from engine.knowledge import Knowledge
    from engine.mapping.overlay import Overlay
    from engine.mapping.rows import MappingRow

__all__ = ["mapping"]

_STATES = {state.label: state for state in sorted(ReviewState)}
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
@click.option("--relationship", type=click.Choice([*RELATIONSHIPS, NO_COUNTERPART]), help="Only this relationship.")
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
    _print_rows(row_entries(knowledge, overlay, matching(knowledge, wanted), day), form)


def _opened(org: str | None, as_of: date | None) -> tuple[Knowledge, Overlay | None, date]:
    """Return the knowledge as an organisation sees it, or as shipped, and the day to look at."""
    law = open_law(org, as_of)
    return law.knowledge, law.opened.workspace.overlay if law.opened else None, law.day


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
    records = set_entries(knowledge, names, day)
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
    return [record["set"], record["rows"], *by_code, record[NO_COUNTERPART], *rest]


@mapping.command()
@click.argument("row")
@click.option("--org", metavar="ORG", help="With the reviews of this organisation.")
@as_of_option
@format_option("table", "json")
def show(row: str, org: str | None, as_of: date | None, form: str) -> None:
    """Show one row with its argument, what it does not give, who reviewed it, and the hash that a signature covers."""
    knowledge, overlay, day = _opened(org, as_of)
    found = find_row(knowledge.rows, row)
    record = row_document(knowledge, overlay, found, day)
    if form == "json":
        emit_json("mapping-show", record)
    else:
        _print_row(knowledge, found, record)


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
        emit_json("mapping-sample", {"seed": seed, "rows": [row_entry(knowledge, row) for row in drawn]})
        return
    for number, row in enumerate(drawn, 1):
        out.rule(f"{number} of {len(drawn)}")
        _print_row(knowledge, row, row_entry(knowledge, row))
