"""What people decide about mapping rows, written into the files of their own organisation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from api.console import emit_json, out
from api.shared import DateType, format_option, open_workspace, own_folder, today
from engine.errors import BadParameter
from engine.graph import Iri
from engine.mapping.proposing import Proposal, proposed_row
from engine.mapping.recording import (
    append_triples,
    decide,
    home_of,
    person_of,
    replaced_by,
    review_triples,
    row_triples,
    slug,
)
from engine.mapping.register import find_row, key_of
from engine.mapping.reviews import Decision
from engine.mapping.rows import RELATIONSHIPS
from engine.mapping.sssom import RATIONALE_TYPES
from engine.workspace import open_organisation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from typing import Any

    from engine.knowledge import Knowledge
    from engine.mapping.rows import MappingRow
    from engine.workspace import Workspace

__all__ = ["REVIEW_COMMANDS", "Desk", "open_desk"]


@dataclass(frozen=True)
class Desk:
    """Where an organisation keeps what it decides: a folder of its own files.

    :ivar name: the folder as it was named on the command line.
    """

    workspace: Workspace
    name: str
    day: date

    @property
    def folder(self) -> Path:
        """The folder."""
        return Path(self.name)

    @property
    def set_id(self) -> str:
        """The set that the organisation's own rows are of, wherever it was named from."""
        return f"org/{slug(self.folder.resolve().stem)}"

    @property
    def home(self) -> str:
        """The IRI below which the organisation names things."""
        return home_of(self.workspace.organisation.iri)

    @property
    def knowledge(self) -> Knowledge:
        """The knowledge as the organisation sees it on the day."""
        return self.workspace.knowledge(self.day)


def open_desk(org: str, on: date | None) -> Desk:
    """Return where an organisation keeps what it decides.

    :raises BadParameter: if it is a bundled example or a single file: beside neither can anything be written.
    """
    own_folder(org, "reviews")
    opened = open_workspace(org, on)
    return Desk(opened.workspace, org, on or today())


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what every decision needs: who, when, in which organisation."""
    who = click.option("--as", "who", required=True, metavar="“NAME <mail>”", help="Who decides: a person, by name.")
    when = click.option("--on", type=DateType(), metavar="DATE", help="The day of the decision; today.")
    where = click.option(
        "--org", required=True, metavar="FOLDER", help="The organisation in whose files it is written."
    )
    return where(who(when(format_option("table", "json")(command))))


def _decided(rows: tuple[str, ...], decision: Decision, reason: str, who: str, org: str, on: date | None) -> _Outcome:
    desk = open_desk(org, on)
    person = person_of(who)
    found = [find_row(desk.knowledge.rows, name) for name in rows]
    reviews = [decide(row, person, decision, desk.day, reason=reason, home=desk.home) for row in found]
    triples = [triple for review in reviews for triple in review_triples(review)]
    known = desk.workspace.overlay.reviews
    gone = {iri for review in reviews for iri in replaced_by(review, known)}
    file = desk.folder / "reviews.ttl"
    append_triples(file, triples, base=desk.home, replace=gone)
    return _Outcome(desk, file, found)


@dataclass(frozen=True)
class _Outcome:
    desk: Desk
    file: Path
    rows: list[MappingRow]

    def tell(self, form: str) -> None:
        """Print which rows were decided about, and the state they have now."""
        again = open_organisation(self.desk.workspace.content, self.desk.name)
        now = {row.iri: row for row in again.knowledge(self.desk.day).rows}
        if form == "json":
            rows = [{"record_id": row.iri, "review_state": now[row.iri].review_state.label} for row in self.rows]
            emit_json("mapping-review", {"file": str(self.file), "rows": rows})
            return
        for row in self.rows:
            cited = self.desk.workspace.content.knowledge.citation
            state = now[row.iri].review_state.label
            out.print(f"{key_of(row)}: {cited(row.subject)} → {cited(row.object)} is now {state}")
        out.print(f"written to {self.file}", style="dim")


def _command(name: str, decision: Decision, text: str) -> click.Command:
    @click.command(name, help=text)
    @click.argument("rows", nargs=-1, required=True)
    @click.option("--reason", default="", help="Why.")
    @_common
    def command(rows: tuple[str, ...], reason: str, who: str, org: str, on: date | None, form: str) -> None:
        _decided(rows, decision, reason, who, org, on).tell(form)

    return command


@click.command()
@click.argument("rows", nargs=-1, required=True)
@click.option(
    "--level",
    type=click.Choice(("expert", "legal")),
    default="expert",
    show_default=True,
    help="What you sign as: somebody who knows standard and law, or a lawyer.",
)
@click.option("--reason", default="", help="A remark that stays with the signature.")
@_common
def sign(rows: tuple[str, ...], level: str, reason: str, who: str, org: str, on: date | None, form: str) -> None:
    """Sign ROWS after reading them against both texts. A lawyer and a second person make a row legally reviewed."""
    decision = Decision.LAWYER if level == "legal" else Decision.EXPERT
    _decided(rows, decision, reason, who, org, on).tell(form)


@click.command()
@click.argument("source")
@click.argument("target")
@click.option("--relationship", type=click.Choice(list(RELATIONSHIPS)), required=True)
@click.option("--rationale-type", type=click.Choice(RATIONALE_TYPES), default="functional", show_default=True)
@click.option("--rationale", required=True, help="What the two have in common, in a sentence.")
@click.option("--residual", default="", help="What the source does not give.")
@click.option("--covers", default="", metavar="N,N", help="Numbers of the elements that it gives fully.")
@click.option("--scope-qualifier", default="", help="Where it holds, as “AI systems only”.")
@click.option("--confidence", type=click.FloatRange(0, 1), default=0.7, show_default=True)
@click.option("--overrides", metavar="ROW", help="A shipped row that yours puts out of force for you.")
@_common
def add(
    source: str,
    target: str,
    relationship: str,
    rationale_type: str,
    rationale: str,
    residual: str,
    covers: str,
    scope_qualifier: str,
    confidence: float,
    overrides: str | None,
    who: str,
    org: str,
    on: date | None,
    form: str,
) -> None:
    """Add a row of your own from SOURCE (a control) to TARGET (a requirement); it is proposed until others sign it."""
    desk = open_desk(org, on)
    knowledge, person = desk.knowledge, person_of(who)
    subject, end = desk.workspace.citations.resolve(source), desk.workspace.citations.resolve(target)
    proposal = Proposal(
        subject=subject,
        object=end,
        relationship=relationship,
        rationale_type=rationale_type,
        rationale=rationale,
        residual=residual,
        covers=_elements(end, covers),
        scope_qualifier=scope_qualifier,
        confidence=Decimal(str(confidence)),
    )
    made = proposed_row(knowledge, proposal, desk.set_id, person, desk.day)
    aside = [find_row(knowledge.rows, overrides).iri] if overrides else []
    file = desk.folder / "mappings.ttl"
    append_triples(file, row_triples(made, aside), base=desk.home, replace=[made.iri])
    _Outcome(desk, file, [made]).tell(form)


def _elements(requirement: Iri, text: str) -> tuple[Iri, ...]:
    numbers = [part.strip() for part in text.split(",") if part.strip()]
    if not all(re.fullmatch("[0-9]{1,4}", number) for number in numbers):
        raise BadParameter("--covers", text, "numbers of elements, as 1,3")
    return tuple(Iri(f"{requirement}/el_{number}") for number in sorted(map(int, numbers)))


REVIEW_COMMANDS = (
    sign,
    _command("dispute", Decision.CONTESTED, "Contest ROWS with a reason; they count for nothing until it is answered."),
    _command("dismiss", Decision.DISMISSED, "Take ROWS out of use, with a reason."),
    _command("uphold", Decision.UPHELD, "Keep ROWS against objections, with a reason; it takes two persons."),
    _command("withdraw", Decision.WITHDRAWN, "Take back what you had decided about ROWS."),
    add,
)
"""The commands that write: each into files of the organisation, never into what is shipped."""
