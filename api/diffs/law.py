"""What changed in a framework between two days, or by a proposal, as JSON values; CSV and tables are made from it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.diffs.names import Names

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from engine.graph import Iri
    from engine.intime.affected import Affected
    from engine.intime.changes import LawChanges, ProvisionChange, RowChange
    from engine.intime.lookahead import Effect
    from engine.intime.pending import Pending
    from engine.intime.windows import LegacyChange, WindowChange
    from engine.model import Organisation

__all__ = ["LawDiff"]

_CHANGES = ("inserted", "replaced", "deleted")


@dataclass(frozen=True)
class LawDiff:
    """A comparison of the law, with what of an organisation it touches.

    :ivar pending: the proposal, where it is one: then everything says so.
    :ivar effects: the states that the proposal would change.
    :ivar as_of: the day called today, where the comparison is with a proposal.
    """

    changes: LawChanges
    organisation: Organisation | None = None
    affected: Sequence[Affected] = ()
    pending: Pending | None = None
    effects: Sequence[Effect] = ()
    as_of: date | None = None

    @property
    def names(self) -> Names:
        """What readers call things."""
        return Names(self.changes.after.knowledge, self.organisation)

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        before, after = self.changes.before, self.changes.after
        parts = {
            "provisions": [self._provision(change) for change in self.changes.provisions],
            "dates": [self._window(change) for change in self.changes.windows],
            "legacy_rules": [self._legacy(change) for change in self.changes.legacies],
            "requirements": [self._requirement(c.change, c.old, c.new) for c in self.changes.requirements],
            "mappings": [self.row(change) for change in self.changes.rows],
            "records": [self._record(record) for record in self.affected],
            "states": [self.effect(effect) for effect in self.effects],
        }
        return {
            "of": "law",
            "framework": self.changes.framework.key,
            "organisation": self.organisation.iri if self.organisation else None,
            "as_of": self.as_of,
            "from": before.day,
            "to": after.day,
            "pending": self._proposal(),
            "counts": self.counts(),
            **{
                name: [{**part, "pending": self.pending is not None} for part in of_it] for name, of_it in parts.items()
            },
        }

    def _proposal(self) -> dict[str, Any] | None:
        if self.pending is None:
            return None
        found = self.pending
        return {"name": found.name, "title": found.title, "source": found.source, "graph": found.home}

    def counts(self) -> dict[str, Any]:
        """Return how many of each there are."""
        provisions = Counter(change.change.value for change in self.changes.provisions)
        return {
            "provisions": {name: provisions[name] for name in _CHANGES},
            "requirements": {"old_text": len(self.changes.gone), "new_text": len(self.changes.come)},
            "mappings_on_old_text": sum(change.stale for change in self.changes.rows),
            "mappings_for_new_text": sum(not change.stale for change in self.changes.rows),
            "records": len(self.affected),
        }

    def by(self, change: ProvisionChange) -> str:
        """Return who changed a provision: the point of the amending act, or the proposal."""
        if change.changed_by is not None:
            return self.names.of(change.changed_by)
        return self.pending.title if self.pending else ""

    def _provision(self, change: ProvisionChange) -> dict[str, Any]:
        return {
            "iri": change.provision,
            "citation": self.names.of(change.provision),
            "change": change.change.value,
            "version": change.version,
            "since": change.since,
            "changed_by": change.changed_by,
            "changed_by_citation": self.by(change),
            "old_title": change.old_title,
            "new_title": change.new_title,
            "summary": change.summary,
            "applies_from": [
                {"date": s.day, "condition": s.condition, "condition_label": self.route(s.condition)}
                for s in change.starts
            ],
        }

    def route(self, condition: Iri | None) -> str:
        """Return the name of a classification route, empty where there is none."""
        return self.names.of(condition) if condition else ""

    def _window(self, change: WindowChange) -> dict[str, Any]:
        return {
            "governs": self.names.records(change.governed),
            "except": self.names.records(change.except_for),
            "condition": change.condition,
            "condition_label": self.route(change.condition),
            "old": list(change.old),
            "new": list(change.new),
            "rules": list(change.windows),
            "sources": self.names.records(change.sources),
        }

    def _legacy(self, change: LegacyChange) -> dict[str, Any]:
        rule = change.rule
        return {
            "iri": rule.iri,
            "label": rule.label,
            "change": "begins" if change.began else "ends",
            "source": rule.source,
            "cut_offs": list(rule.cut_offs),
            "grace_until": rule.grace_until,
        }

    def _requirement(self, change: str, old: Sequence[Iri], new: Sequence[Iri]) -> dict[str, Any]:
        told = {**self.changes.before.knowledge.requirements, **self.changes.after.knowledge.requirements}

        def one(iri: Iri) -> dict[str, Any]:
            found = told[iri]
            return {"iri": iri, "citation": self.names.of(iri), "label": found.label, "modality": found.modality}

        return {"change": change, "old": [one(iri) for iri in old], "new": [one(iri) for iri in new]}

    def row(self, change: RowChange) -> dict[str, Any]:
        """Return a mapping row whose text changed as JSON values."""
        row = change.row
        return {
            "iri": row.iri,
            "set": row.set_id,
            "source": self.names.of(row.subject),
            "target": row.object,
            "target_citation": self.names.of(row.object),
            "relationship": row.relationship,
            "review_state": row.review_state.label,
            "written_for": row.object_version,
            "change": "rests on the old text" if change.stale else "is written for the new text",
        }

    def _record(self, record: Affected) -> dict[str, Any]:
        return {
            "iri": record.iri,
            "label": self.names.of(record.iri),
            "kind": record.kind,
            "paths": [
                {
                    "reason": path.reason,
                    "since": path.since,
                    "steps": [{"iri": step, "label": self.names.of(step)} for step in path.steps],
                }
                for path in record.paths
            ],
        }

    def effect(self, effect: Effect) -> dict[str, Any]:
        """Return a state that a proposal would change as JSON values."""
        moved, result = effect.moved, effect.moved.result
        return {
            "what": moved.what,
            "requirement": result.requirement,
            "citation": result.citation,
            "label": result.label,
            "scope": result.scope,
            "today": effect.today.value if effect.today else None,
            "without": moved.old.state.value if moved.old else None,
            "with": moved.new.state.value if moved.new else None,
            "applies_from_without": moved.old.effective_from if moved.old else None,
            "applies_from_with": moved.new.effective_from if moved.new else None,
        }
