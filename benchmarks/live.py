"""Measure from a change to current coverage, durable and validated: ``python -m benchmarks.live 10000``.

An organisation of 10,000 items of evidence is laid down in a folder; then changes are committed one by one, each
checked, shaped, appended to the log and flushed, carried out in the store and counted. Time is that of the clock,
because a flush is waiting; the time of the processor and that of a bare flush stand beside it. So does a new assessment
of the same organisation, and the bundled bank, whose controls mostly hold for the whole organisation.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode, Quad

from benchmarks.records import Measurement, measured, told
from benchmarks.synthetic import DAY, records
from engine.content import load_content
from engine.coverage.assess import assess
from engine.integrity import Source
from engine.live.book import Book, lay_down
from engine.live.change import Change
from engine.steady import settle
from engine.vocabulary import NG, PREFIXES
from engine.workspace import open_organisation, workspace_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.content import Content
    from engine.workspace import Workspace

__all__ = ["measure", "synthetic"]

_ITEMS, _SYSTEMS = 10_000, 20
_BASE = "https://w3id.org/normgraph/example/synthetic/"
_HOME = NamedNode("https://w3id.org/normgraph/g/org/synthetic/records")
_TYPE, _ISSUED = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["dcterms"] + "issued")
_DATE = NamedNode(PREFIXES["xsd"] + "date")


_MIX = {"evidence": 80, "implementation": 8, "finding": 4, "judgement": 5, "override": 3}
"""How often each kind of record changes, in a hundred changes."""


def measure(changes: int = 10_000, items: int = _ITEMS) -> list[Measurement]:
    """Return what was measured: the mix of changes, each kind of it, the parts, and a new assessment.

    ``n`` is the number of changes, or of results.
    """
    content = load_content(None)
    found = _measured(synthetic(content, items), changes, "")
    return [*found, *_measured(open_organisation(content, "bank"), max(changes // 10, 1), "-bank")]


def synthetic(content: Content, items: int) -> Workspace:
    """Return an organisation with so many items of evidence."""
    templates = (template for _, found in sorted(content.knowledge.templates.items()) for template in found)
    demanded = [(NamedNode(t.control), NamedNode(t.evidence_type)) for t in templates if t.evidence_type]
    said = [*records(items, demanded), *_agents(), *_systems()]
    return workspace_of(content, "synthetic", [Source(Path("synthetic"), "", said)])


def _agents() -> Iterator[Quad]:
    for name in ("owner", "collector", "approver"):
        yield Quad(NamedNode(f"{_BASE}role/{name}"), _TYPE, NamedNode(PREFIXES["org"] + "Role"), _HOME)


def _systems() -> Iterator[Quad]:
    """Yield that every system is one of high risk, of which the organisation is the provider."""
    for number in range(_SYSTEMS):
        system, role = NamedNode(f"{_BASE}system-{number}"), NamedNode(f"{_BASE}provider/{number}")
        yield Quad(system, NG.riskClass, NamedNode(PREFIXES["eu-aiact"] + "RiskLevelHigh-A6-2"), _HOME)
        yield Quad(role, _TYPE, NG.RoleAssignment, _HOME)
        yield Quad(role, NG.party, NamedNode(f"{_BASE}organisation"), _HOME)
        yield Quad(role, NG.role, NamedNode(PREFIXES["eu-aiact"] + "AIProvider"), _HOME)
        yield Quad(role, NG.inRespectOf, system, _HOME)


def _measured(workspace: Workspace, changes: int, suffix: str) -> list[Measurement]:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent, workspace.name)
        lay_down(folder, workspace)
        with Book(workspace.content, folder, DAY) as book:
            settle()
            return _run(book, _Making(workspace, book), changes, suffix)


def _run(book: Book, making: _Making, changes: int, suffix: str) -> list[Measurement]:
    took: dict[str, list[float]] = {name: [] for name in _MIX}
    busy, changed = [], []
    for _ in range(changes):
        name, change = making.change()
        started, used = perf_counter(), process_time()
        kept = book.commit(change)
        took[name].append(perf_counter() - started)
        busy.append(process_time() - used)
        changed.append(float(len(kept.changed)))
    every = [seconds for of_kind in took.values() for seconds in of_kind]
    anew, anew_busy = _anew(book)
    times = f"{anew.median_s / statistics.median(every):.0f} times as fast as a new assessment"
    return [
        _measured_as(f"change-to-coverage{suffix}-p99", every, bar="p99 at most 5 ms", told=times),
        _measured_as(f"change-to-coverage{suffix}-processor", busy),
        *(_measured_as(f"change-to-coverage{suffix}-{name}", found) for name, found in took.items() if found),
        _measured_as(
            f"flush-alone{suffix}",
            _flushes(min(changes, 500)),
            told=f"{statistics.fmean(changed):.1f} results changed each time",
        ),
        replace(anew, name=f"assess-anew{suffix}"),
        replace(anew_busy, name=f"assess-anew{suffix}-processor"),
    ]


def _measured_as(name: str, took: list[float], **more: Any) -> Measurement:
    ordered = sorted(took)
    worst = ordered[max(len(ordered) * 99 // 100 - 1, 0)]
    return measured(name, len(ordered), statistics.median(ordered), p99_s=worst, **more)


def _anew(book: Book) -> list[Measurement]:
    """Return what a new assessment takes, by the clock and by the processor, once it is seen to say the same."""
    live, took, busy = book.live, [], []
    for _ in range(3):
        organisation = live.organisation
        started, used = perf_counter(), process_time()
        found = assess(live.knowledge, organisation, live.day, live.policy)
        took.append(perf_counter() - started)
        busy.append(process_time() - used)
        if found.results != live.results:
            raise SystemExit("the live results are not those of a new assessment")
    return [replace(_measured_as("", each), n=len(live.results)) for each in (took, busy)]


def _flushes(times: int) -> list[float]:
    """Return how long it takes to append a kilobyte to a file and flush it, nothing else."""
    took = []
    with tempfile.NamedTemporaryFile() as file:
        for _ in range(times):
            started = perf_counter()
            file.write(bytes(1024))
            file.flush()
            os.fsync(file.fileno())
            took.append(perf_counter() - started)
    return took


class _Making:
    """A source of changes for an organisation, the same each time."""

    def __init__(self, workspace: Workspace, book: Book) -> None:
        self._dice = Random(20261120)  # noqa: S311 - a run that can be repeated
        self._said: dict[str, list[Quad]] = {}
        for quad in workspace.quads:
            self._said.setdefault(getattr(quad.subject, "value", ""), []).append(quad)
        organisation = workspace.organisation
        self._evidence = [item.iri for item in organisation.evidence]
        self._implementations = [each.iri for each in organisation.implementations]
        self._scopes = [organisation.iri, *organisation.assets]
        self._results = [(result.requirement, result.scope) for result in book.live.results]
        self._agent = next(item.approved_by[0] for item in organisation.evidence if item.approved_by)
        self._number = 0

    def change(self) -> tuple[str, Change]:
        """Return the next change, with the kind of record that changes."""
        self._number += 1
        kind = self._dice.choices(list(_MIX), list(_MIX.values()))[0]
        return kind, Change.of(getattr(self, f"_of_{kind}")())

    def _day(self, least: int, most: int) -> Literal:
        return Literal((DAY + timedelta(days=self._dice.randint(least, most))).isoformat(), datatype=_DATE)

    def _with(self, iri: str, name: str, **told: Literal | NamedNode) -> Iterator[Quad]:
        """Yield a record under a name, with some of its values replaced."""
        new = {NG(key): value for key, value in told.items()}
        subject = NamedNode(name)
        yield from (
            Quad(subject, q.predicate, q.object, q.graph_name) for q in self._said[iri] if q.predicate not in new
        )
        yield from (Quad(subject, predicate, value, self._said[iri][0].graph_name) for predicate, value in new.items())

    def _of_evidence(self) -> Iterator[Quad]:
        iri = self._dice.choice(self._evidence)
        fresh = self._dice.choices([True, False], [2, 3])[0]
        name = f"{iri}-{self._number}" if fresh else iri
        outcome = self._dice.choice([NG.Supports, NG.Supports, NG.Supports, NG.Contradicts])
        yield from self._with(iri, name, validUntil=self._day(-30, 400), outcome=outcome)

    def _of_implementation(self) -> Iterator[Quad]:
        iri = self._dice.choice(self._implementations)
        yield from self._with(iri, iri, status=self._dice.choice([NG.Implemented, NG.Implemented, NG.InProgress]))

    def _new(self, kind: str, **told: Literal | NamedNode) -> Iterator[Quad]:
        subject = NamedNode(f"https://example.org/{kind}/{self._number % 500}")
        yield Quad(subject, _TYPE, NG(kind), _HOME)
        yield from (Quad(subject, NG(name), value, _HOME) for name, value in told.items())

    def _of_finding(self) -> Iterator[Quad]:
        against = NamedNode(self._dice.choice(self._implementations))
        yield from self._new("Finding", against=against, severity=NG.Major, closedOn=self._day(-5, 60))

    def _opinion(self, kind: str, **told: Literal | NamedNode) -> Iterator[Quad]:
        requirement, scope = self._dice.choice(self._results)
        subject = NamedNode(f"https://example.org/{kind}/{self._number % 500}")
        about = {"ofRequirement": NamedNode(requirement), "inRespectOf": NamedNode(scope)}
        yield Quad(subject, _ISSUED, self._day(-30, 0), _HOME)
        by = {"judgedBy": NamedNode(self._agent), "validUntil": self._day(0, 300), "reason": Literal("as reviewed")}
        yield from self._new(kind, **about, **by, **told)

    def _of_judgement(self) -> Iterator[Quad]:
        yield from self._opinion("Judgement", conclusion=self._dice.choice([NG.Sufficient, NG.Insufficient]))

    def _of_override(self) -> Iterator[Quad]:
        yield from self._opinion("Override", overridingState=self._dice.choice([NG.Covered, NG.NotCovered]))


if __name__ == "__main__":
    gc.set_threshold(200_000)  # as the command does
    sys.stdout.writelines(told(each) for each in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
