"""Changes of an organisation made by dice: close to the day, often of what other records look at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from engine.coverage.assess import assess
from engine.graph import Iri
from engine.live.live import Changed
from engine.model import Evidence, Finding, Implementation, Judgement, Override, State

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from engine.coverage.records import Record
    from engine.coverage.values import Result
    from engine.live.live import Live

NEAR = (-400, -91, -90, -89, -2, -1, 0, 1, 2, 89, 90, 91, 92, 400)
PERSONS = tuple(Iri(f"https://example.org/person/{name}") for name in ("a", "b"))
GRAPH = Iri("https://example.org/g")


class Changing:
    """A source of changes for one live organisation."""

    def __init__(self, live: Live, dice: Random) -> None:
        self.live = live
        self.dice = dice
        self.serial = 0

    def near(self) -> date:
        return self.live.day + timedelta(days=self.dice.choice(NEAR))

    def maybe_near(self) -> date | None:
        return self.dice.choice([None, self.near(), self.near()])

    def scopes(self) -> tuple[Iri, ...]:
        organisation = self.live.organisation
        return tuple(sorted(self.some([organisation.iri, *organisation.assets])))

    def some(self, pool: Sequence[Any], most: int = 2) -> tuple[Any, ...]:
        return tuple(self.dice.sample(list(pool), min(len(pool), self.dice.randint(0, most))))

    def fresh(self, kind: str) -> Iri:
        self.serial += 1
        return Iri(f"https://example.org/{kind}/{self.dice.randint(0, 5)}-{self.serial}")

    def change(self) -> tuple[list[Record], list[Iri]]:
        """Return up to three records to put, and sometimes one to drop."""
        made = [self.dice.choice(KINDS)(self) for _ in range(self.dice.choice([1, 1, 1, 2, 3]))]
        records = self.records()
        gone = [self.dice.choice(records).iri] if records and self.dice.random() < 0.2 else []
        return ([] if gone and self.dice.random() < 0.5 else made), gone

    def records(self) -> list[Record]:
        o = self.live.organisation
        return [*o.implementations, *o.evidence, *o.findings, *o.judgements, *o.overrides]

    def evidence(self) -> Evidence:
        organisation = self.live.organisation
        known = self.dice.choice(organisation.evidence) if organisation.evidence else None
        item = known or Evidence(
            self.fresh("evidence"), "", (), None, "Supports", None, None, (), PERSONS[:1], (), (), (), (), "", GRAPH
        )
        told = {
            "issued": self.maybe_near(),
            "valid_until": self.maybe_near(),
            "outcome": self.dice.choice(["Supports", "Supports", "Contradicts"]),
            "approved_by": self.some(PERSONS),
            "respects": self.scopes(),
            "implementations": self.some([i.iri for i in organisation.implementations]),
            "evidence_type": self.dice.choice(
                [t.evidence_type for ts in self.live.knowledge.templates.values() for t in ts] or [None]
            ),
            "supersedes": self.some([e.iri for e in organisation.evidence]),
            "performs": self.some(list(self.live.knowledge.requirements)),
            "events": self.some([e.iri for e in organisation.events]),
        }
        iri = item.iri if self.dice.random() < 0.7 else self.fresh("evidence")
        return replace(item, iri=iri, **{name: told[name] for name in self.some(list(told), 4)})

    def implementation(self) -> Implementation:
        organisation = self.live.organisation
        controls = [*self.live.knowledge.templates, *(row.subject for row in self.live.knowledge.rows)]
        made = Implementation(
            self.fresh("implementation"),
            "",
            self.dice.choice(controls),
            "Implemented",
            (organisation.iri,),
            None,
            None,
            None,
            "",
            (),
            GRAPH,
        )
        item = self.dice.choice([made, *organisation.implementations])
        told = {
            "control": self.dice.choice(controls),
            "status": self.dice.choice(["Implemented", "Implemented", "Planned", "Excluded"]),
            "scopes": self.scopes(),
            "valid_from": self.maybe_near(),
            "valid_until": self.maybe_near(),
            "justification": self.dice.choice(["", "not needed"]),
            "approved_by": self.some(PERSONS),
        }
        return replace(item, **{name: told[name] for name in self.some(list(told), 3)})

    def finding(self) -> Finding:
        known = self.dice.choice([*self.live.organisation.findings, None])
        iri = known.iri if known else self.fresh("finding")
        against = self.some([i.iri for i in self.live.organisation.implementations])
        severity = self.dice.choice(["Major", "Major", "Minor"])
        return Finding(iri, "", against, severity, self.maybe_near(), None, self.maybe_near(), GRAPH)

    def judgement(self) -> Judgement:
        known = self.dice.choice([*self.live.organisation.judgements, None])
        iri = known.iri if known else self.fresh("judgement")
        sufficient = self.dice.random() < 0.7
        return Judgement(
            iri,
            self.requirement(),
            self.scopes(),
            sufficient,
            PERSONS[0],
            self.maybe_near(),
            self.maybe_near(),
            "so",
            GRAPH,
        )

    def override(self) -> Override:
        known = self.dice.choice([*self.live.organisation.overrides, None])
        iri = known.iri if known else self.fresh("override")
        state, person = self.dice.choice(list(State)), self.dice.choice([None, *PERSONS])
        return Override(
            iri, self.requirement(), self.scopes(), state, person, self.maybe_near(), self.maybe_near(), "so", GRAPH
        )

    def requirement(self) -> Iri:
        return self.dice.choice(sorted(self.live.knowledge.requirements))


KINDS = (
    Changing.evidence,
    Changing.evidence,
    Changing.evidence,
    Changing.implementation,
    Changing.implementation,
    Changing.finding,
    Changing.judgement,
    Changing.override,
)


def anew(live: Live) -> tuple[Result, ...]:
    """Return what an assessment of the same records on the same day finds."""
    return assess(live.knowledge, live.organisation, live.day, live.policy).results


def by_pair(results: Sequence[Result]) -> dict[tuple[Iri, Iri], Result]:
    return {(result.requirement, result.scope): result for result in results}


def differences(before: Sequence[Result], after: Sequence[Result]) -> set[Changed]:
    old, new = by_pair(before), by_pair(after)
    return {
        Changed(*pair, old.get(pair), new.get(pair))
        for pair in old.keys() | new.keys()
        if old.get(pair) != new.get(pair)
    }
