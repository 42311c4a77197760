"""What differs between two runs of one organisation, and why, as far as the runs themselves show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import BadInput
from engine.model import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.graph import Iri
    from engine.intime.runs import Run, RunResult

__all__ = ["Difference", "Moved", "RunComparison", "compare_runs"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not the same for the two runs as a whole: the day, the policy, the content or the records."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A requirement in a scope of which the two runs say different things.

    :ivar what: ``state``; ``date`` where only the date from which it applies differs; ``new`` or ``gone`` where one run
        has no such result.
    :ivar causes: what changed the result, as far as it can be read from both.
    """

    what: str
    old: RunResult | None
    new: RunResult | None
    causes: tuple[str, ...]

    @property
    def result(self) -> RunResult:
        """The later result, or the earlier one where it is gone."""
        found = self.new or self.old
        assert found is not None  # noqa: S101 - one of the two is given
        return found


@dataclass(frozen=True)
class RunComparison:
    """Two runs, what is different about them, and every result that is not the same.

    :ivar not_compared: the frameworks that only one of the runs has.
    :ivar same: how many results say the same in both.
    """

    before: Run
    after: Run
    differences: tuple[Difference, ...]
    not_compared: tuple[str, ...]
    moved: tuple[Moved, ...]
    same: int


def compare_runs(before: Run, after: Run) -> RunComparison:
    """Return what differs between two runs, in the order of the later one; what is gone comes last.

    Only the frameworks, and the scope, that both runs looked at are compared.

    :raises BadInput: if they are of two organisations or of two different scopes.
    """
    if before.organisation != after.organisation:
        problem = f"is about {after.organisation}, and {before.source} about {before.organisation}"
        raise BadInput(after.source, None, problem, "compare two runs of one organisation")
    if before.scope and after.scope and before.scope != after.scope:
        problem = f"looks at {after.scope} only, and {before.source} at {before.scope} only"
        raise BadInput(after.source, None, problem, "compare two runs of one scope, or of all")
    shared = set(before.frameworks) & set(after.frameworks)
    old, new = (_comparable(run, shared, before.scope or after.scope) for run in (before, after))
    differences = tuple(_differences(before, after))
    pairs = [(old.get(key), new.get(key)) for key in [*new, *(key for key in old if key not in new)]]
    causes = _Causes(before, after, differences)
    moved = tuple(found for a, b in pairs if (found := causes.moved(a, b)))
    not_compared = tuple(sorted(set(before.frameworks) ^ set(after.frameworks)))
    return RunComparison(before, after, differences, not_compared, moved, len(pairs) - len(moved))


def _comparable(run: Run, frameworks: set[str], scope: str | None) -> dict[tuple[Iri, Iri], RunResult]:
    wanted = (r for r in run.results if r.framework in frameworks and scope in {None, r.scope})
    return {(result.requirement, result.scope): result for result in wanted}


def _differences(before: Run, after: Run) -> Iterator[Difference]:
    for what, old, new in (
        ("day", str(before.day), str(after.day)),
        ("policy", before.policy, after.policy),
        ("content", before.content, after.content),
        ("records", before.records, after.records),
    ):
        if old != new:
            yield Difference(what, old, new)


@dataclass(frozen=True)
class _Causes:
    before: Run
    after: Run
    differences: tuple[Difference, ...]

    def moved(self, old: RunResult | None, new: RunResult | None) -> Moved | None:
        if old is None or new is None:
            present, other = (new, self.before) if old is None else (old, self.after)
            assert present is not None  # noqa: S101 - a pair has one at least
            return Moved("new" if old is None else "gone", old, new, (self._absence(present, other),))
        moved = old.effective_from != new.effective_from and old.state is not State.NOT_APPLICABLE
        if old.state is new.state and not moved:
            return None
        what = "date" if old.state is new.state else "state"
        return Moved(what, old, new, tuple(self._causes(old, new)))

    def _absence(self, present: RunResult, other: Run) -> str:
        if any(result.requirement == present.requirement for result in other.results):
            return f"the run of {other.day} has no such scope"
        if self.before.content == self.after.content and self.before.day != self.after.day:
            return f"its text is not the one in force on {other.day}"
        return f"the run of {other.day} has no such requirement"

    def _causes(self, old: RunResult, new: RunResult) -> Iterator[str]:
        told = [*self._of_time(old, new), *_of_overrides(old, new)]
        if told:
            yield from told
            return
        rows = _of_rows(old, new)
        others = [d.what for d in self.differences if d.what != "day"]
        yield from rows
        yield from ("another policy" if what == "policy" else f"other {what}" for what in others)
        if not others and not rows:
            yield "another day"

    def _of_time(self, old: RunResult, new: RunResult) -> Iterator[str]:
        begin, end = sorted((self.before.day, self.after.day))
        earlier, later = (old, new) if self.before.day <= self.after.day else (new, old)
        starts = earlier.effective_from
        if starts and begin < starts <= end and State.NOT_YET in {old.state, new.state}:
            yield f"applies from {starts}"
        elif old.effective_from != new.effective_from:
            yield f"applies from {new.effective_from or 'no known date'}, not {old.effective_from or 'a known date'}"
        lapses = earlier.first_expiry
        if lapses and begin <= lapses < end and lapses != later.first_expiry:
            yield f"evidence lapsed after {lapses}"


def _of_overrides(old: RunResult, new: RunResult) -> Iterator[str]:
    if "R0" in {old.rule, new.rule} and old.rule != new.rule:
        yield "a state was set by hand" if new.rule == "R0" else "a state that was set by hand ended"


def _of_rows(old: RunResult, new: RunResult) -> list[str]:
    more, fewer = len(set(new.rests_on) - set(old.rests_on)), len(set(old.rests_on) - set(new.rests_on))
    told = [f"{number} {word}" for number, word in ((more, "more"), (fewer, "fewer")) if number]
    return [f"mapping rows that count: {', '.join(told)}"] if told else []
