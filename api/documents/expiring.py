"""Which evidence lapses, on which day, and which states fall with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from api.diffs.names import Names
    from engine.coverage.values import Policy
    from engine.evidence.expiring import Expiry
    from engine.model import Organisation

__all__ = ["expiring_days", "expiring_document"]


def expiring_document(
    organisation: Organisation, span: tuple[date, date], policy: Policy, days: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what lapses in a span of days as a document."""
    return {
        "organisation": organisation.iri,
        "as_of": span[0],
        "until": span[1],
        "policy": policy.label,
        "items": len({lapse["evidence"] for day in days for lapse in day["lapses"]}),
        "falls": sum(len(day["falls"]) for day in days),
        "days": days,
    }


def expiring_days(names: Names, found: Sequence[Expiry]) -> list[dict[str, Any]]:
    """Return each day on which something lapses, with what falls after it."""
    return [_day(names, expiry) for expiry in found]


def _day(names: Names, expiry: Expiry) -> dict[str, Any]:
    lapses = [
        {
            "evidence": lapse.evidence,
            "label": names.of(lapse.evidence),
            "implementation": lapse.implementation,
            "control": names.of(lapse.control),
            "template": lapse.template,
            "by_age": lapse.by_age,
            "satisfied_without": lapse.left,
        }
        for lapse in expiry.lapses
    ]
    falls = [
        {
            "requirement": fall.requirement,
            "citation": names.of(fall.requirement),
            "scope": fall.scope,
            "scope_label": names.of(fall.scope),
            "before": fall.before.value,
            "after": fall.after.value,
            "because": list(fall.because),
        }
        for fall in expiry.falls
    ]
    return {"last_day": expiry.last_day, "lapses": lapses, "falls": falls}
