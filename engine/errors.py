"""The one tree of errors that a caller of the engine may handle.

::

    EngineError
    ├── UnreadableFile      (ValueError)   a file cannot be read as what it should be
    ├── BadInput            (ValueError)   a readable file says something that cannot be
    ├── IllFormedShape      (ValueError)   a SHACL shape says something that cannot be run
    ├── UnknownCitation     (LookupError)  a citation names no provision, or more than one
    ├── UnknownName         (LookupError)  no framework, query or organisation of that name
    ├── BadParameter        (ValueError)   a parameter of a query or a command has no such value
    ├── Conflict            (RuntimeError) something is no longer as the caller knows it
    ├── OverLimit           (RuntimeError) a question takes more time, memory or room than it may
    ├── Busy                (RuntimeError) too much is asked at once; ask again later
    ├── NotVectorised       (ValueError)   a query asks for what columns do not do; the store answers it
    └── WorkersFailed       (RuntimeError) the processes that were to do something cannot, or are lost
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "BadInput",
    "BadParameter",
    "Busy",
    "Conflict",
    "EngineError",
    "IllFormedShape",
    "NotVectorised",
    "OverLimit",
    "UnknownCitation",
    "UnknownName",
    "UnreadableFile",
    "WorkersFailed",
]


class EngineError(Exception):
    """Whatever the engine refuses; the message says what is wrong, where, and what to do."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes as it is: with the message that was made, not by making it again."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[EngineError], args: tuple[object, ...], state: dict[str, object]) -> EngineError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class _FileProblem(EngineError, ValueError):
    """A problem at a place in a file: ``FILE, line N: PROBLEM; REMEDY``."""

    def __init__(self, path: Path | str, line: int | None, problem: str, remedy: str) -> None:
        self.path = str(path)
        self.line = line
        self.problem = problem
        self.remedy = remedy
        place = f"{path}, line {line}" if line is not None else str(path)
        super().__init__(f"{place}: {problem}; {remedy}")


class UnreadableFile(_FileProblem):
    """A file is not of the format it should be: truncated, foreign, too large or unsafe."""


class BadInput(_FileProblem):
    """A file is well formed, but what it states cannot be: a dangling link, a cycle, an impossible date."""


class IllFormedShape(EngineError, ValueError):
    """A SHACL shape breaks the syntax rules of the recommendation, or asks for what nobody here can run."""

    def __init__(self, shape: str, problem: str, remedy: str) -> None:
        self.shape = shape
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"shape {shape}: {problem}; {remedy}")


class UnknownCitation(EngineError, LookupError):
    """A citation names no loaded provision, or could name several."""

    def __init__(self, citation: str, candidates: Sequence[str] = (), *, ambiguous: bool = False) -> None:
        self.citation = citation
        self.candidates = tuple(candidates)
        self.ambiguous = ambiguous
        hint = f"did you mean {' or '.join(candidates)}?" if candidates else "name the framework too: “AI Act 15(4)”"
        problem = "names no framework" if ambiguous else "is no provision of the loaded frameworks"
        super().__init__(f"“{citation}” {problem}; {hint}")


_MOST_TOLD = 25
"""Of more names than these a message tells those that come near, or the first few."""


def _known(name: str, known: tuple[str, ...]) -> str:
    if len(known) <= _MOST_TOLD:
        return f"known: {', '.join(known)}"
    near = get_close_matches(name, known)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"known: {', '.join(known[:5])} and {len(known) - 5} more"


class UnknownName(EngineError, LookupError):
    """There is no framework, query, organisation or other named thing of this name."""

    def __init__(self, kind: str, name: str, known: Sequence[str] = ()) -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        hint = _known(name, self.known) if known else "nothing of that kind is loaded"
        super().__init__(f"there is no {kind} “{name}”; {hint}")


class BadParameter(EngineError, ValueError):
    """A parameter was given a value that it cannot take."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        self.name = name
        self.value = value
        super().__init__(f"{name}: “{value}” is not {expected}")


class OverLimit(EngineError, RuntimeError):
    """A question takes more time, memory or room than it may; there is no part of an answer.

    :ivar late: whether time is what it took too much of.
    """

    def __init__(self, problem: str, remedy: str, *, late: bool = False) -> None:
        self.late = late
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}")


class Busy(EngineError, RuntimeError):
    """Too much is asked at once.

    :ivar after: in how many seconds to ask again.
    """

    def __init__(self, problem: str, *, after: float) -> None:
        self.problem = problem
        self.after = after
        super().__init__(f"{problem}; ask again in {after:g} s")


class Conflict(EngineError, RuntimeError):
    """Something was changed since the caller looked.

    :ivar expected: the version the caller knows.
    :ivar version: the version there is.
    """

    def __init__(self, what: str, expected: int, version: int) -> None:
        self.expected = expected
        self.version = version
        super().__init__(f"{what} is at version {version}, not {expected}; read it again and repeat the change")


class NotVectorised(EngineError, ValueError):
    """A query asks for what the operations on columns do not cover; nothing is wrong with it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{reason} is not run on columns; let the store answer the query")


class WorkersFailed(EngineError, RuntimeError):
    """Processes that were to do a part of the work cannot be started, are of another release, or are lost."""

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}; {remedy}")
