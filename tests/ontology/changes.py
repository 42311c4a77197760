"""Changes to a fixture of records, as SPARQL updates: take something away, say something else, add something."""

from __future__ import annotations

__all__ = ["both", "day", "gone", "instead", "moment", "more", "without"]


def without(subject: str, predicate: str) -> str:
    """Return the update that takes what is said of a subject away."""
    return f"DELETE WHERE {{ {subject} {predicate} ?old }}"


def instead(subject: str, predicate: str, value: str) -> str:
    """Return the update that says something else of a subject."""
    return f"{without(subject, predicate)} ; INSERT DATA {{ {subject} {predicate} {value} }}"


def more(statements: str) -> str:
    """Return the update that adds statements."""
    return f"INSERT DATA {{ {statements} }}"


def gone(subject: str) -> str:
    """Return the update that takes away all that is said of a subject."""
    return f"DELETE WHERE {{ {subject} ?predicate ?object }}"


def both(*changes: str) -> str:
    """Return several updates as one, in their order."""
    return " ; ".join(changes)


def day(text: str) -> str:
    """Return a day as SPARQL writes it."""
    return f'"{text}"^^xsd:date'


def moment(text: str) -> str:
    """Return a moment as SPARQL writes it."""
    return f'"{text}"^^xsd:dateTime'
