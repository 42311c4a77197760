"""Whether an implementation is evidenced: every template satisfied by current evidence (COVERAGE §5 R6)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engine.coverage.memory import Memory
from engine.coverage.values import EvidenceCheck, RejectedEvidence, TemplateCheck

if TYPE_CHECKING:
    from datetime import date

    from engine.graph import Iri
    from engine.knowledge import Knowledge
    from engine.model import Evidence, Implementation, Organisation, Template

__all__ = ["OTHER_TYPE", "EvidenceReader", "last_day"]

OTHER_TYPE = "of another type"
"""Why an item is not even near to satisfying a template."""


def last_day(evidence: Evidence, template: Template) -> date | None:
    """Return the last day on which an item is current for a template, nothing where it says none."""
    limits = [evidence.valid_until] if evidence.valid_until else []
    if template.maximum_age is not None and evidence.issued:
        limits.append(evidence.issued + timedelta(days=template.maximum_age))
    return min(limits, default=None)


class EvidenceReader:
    """Answer, for one organisation on one day, what is evidenced."""

    def __init__(
        self, knowledge: Knowledge, organisation: Organisation, day: date, memory: Memory | None = None
    ) -> None:
        self.knowledge = knowledge
        self.organisation = organisation
        self.day = day
        self.memory = memory or Memory.of(organisation)
        self.records = self.memory.records

    def check(self, implementation: Implementation, scope: Iri) -> EvidenceCheck:
        """Return how far an implementation is evidenced in a scope."""
        checks = self.memory.checks.setdefault(implementation.iri, {})
        if scope not in checks:
            templates = self.knowledge.templates.get(implementation.control, ())
            found = tuple(self._template(template, implementation, scope) for template in templates)
            checks[scope] = EvidenceCheck(implementation.iri, found, self._open_findings(implementation.iri))
        return checks[scope]

    def _open_findings(self, implementation: Iri) -> tuple[Iri, ...]:
        against = self.records.findings_against[implementation]
        return tuple(f.iri for f in against if f.severity == "Major" and f.is_open(self.day))

    def _template(self, template: Template, implementation: Implementation, scope: Iri) -> TemplateCheck:
        if template.demands_nothing and template.justification:
            return TemplateCheck(template.iri, 0, (), (), None)
        if template.per_asset and scope == self.organisation.iri:
            return _worst([self._count(template, implementation, each) for each in implementation.scopes])
        return self._count(template, implementation, scope)

    def _count(self, template: Template, implementation: Implementation, scope: Iri) -> TemplateCheck:
        counted: list[Iri] = []
        rejected: list[RejectedEvidence] = []
        expiry: list[date] = []
        for item in self.records.evidence_of[implementation.iri]:
            reason = self._why_not(item, template, scope)
            limit = last_day(item, template)
            if reason:
                lapsed = limit if limit and limit < self.day else None
                rejected.append(RejectedEvidence(item.iri, reason, lapsed))
                continue
            counted.append(item.iri)
            expiry += [limit] if limit else []
        return TemplateCheck(template.iri, template.minimum, tuple(counted), tuple(rejected), min(expiry, default=None))

    def _why_not(self, item: Evidence, template: Template, scope: Iri) -> str:  # noqa: PLR0911 - one return a reason
        """Return why an item does not count for a template in a scope, empty where it does."""
        expected = template.evidence_type
        if expected is None or item.evidence_type is None or not self.knowledge.is_a(item.evidence_type, expected):
            return OTHER_TYPE
        if not self._in_scope(item, template, scope):
            return "about another scope"
        if item.outcome != "Supports":
            return f"outcome is {item.outcome.lower() or 'not recorded'}"
        if item.issued is None or item.valid_until is None:
            return "without a date of issue or of validity"
        if item.issued > self.day:
            return f"issued only on {item.issued}"
        limit = last_day(item, template)
        if limit is not None and limit < self.day:
            return f"lapsed on {limit}"
        if not item.four_eyes:
            return "approved by nobody but its collector" if item.approved_by else "not approved"
        return "superseded" if self._is_superseded(item) else ""

    def _is_superseded(self, item: Evidence) -> bool:
        successors = self.records.successors_of[item.iri]
        return any(s.issued is not None and s.issued <= self.day and s.four_eyes for s in successors)

    def _in_scope(self, item: Evidence, template: Template, scope: Iri) -> bool:
        if scope in item.respects:
            return True
        if template.per_asset and scope != self.organisation.iri:
            return False
        return not item.respects or self.organisation.iri in item.respects


def _worst(checks: list[TemplateCheck]) -> TemplateCheck:
    failing = [check for check in checks if not check.passes]
    first = (failing or checks)[0]
    expiry = min((check.first_expiry for check in checks if check.first_expiry), default=None)
    return TemplateCheck(first.template, first.needed, first.counted, first.rejected, expiry)
