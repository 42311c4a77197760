"""Values that were read from the content, kept on disk so that the next process need not read them again.

They are pickled, which is fast, and unpickled with a closed list of classes: a file of a cache that somebody tampered
with can hold wrong values, as any file can, but nothing that runs.
"""

from __future__ import annotations

import io
import pickle
from contextlib import suppress
from typing import Any

__all__ = ["KEPT_CLASSES", "frozen", "thawed"]

KEPT_CLASSES = frozenset(
    {
        ("builtins", "dict"),
        ("builtins", "list"),
        ("collections", "defaultdict"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("engine.graph", "Graph"),
        ("engine.knowledge", "Knowledge"),
        ("engine.mapping.rows", "MappingRow"),
        ("engine.mapping.sets", "SetDescription"),
        *(
            ("engine.model", name)
            for name in (
                "Condition",
                "Element",
                "Framework",
                "FrameworkVersion",
                "Provision",
                "ProvisionVersion",
                "Requirement",
                "ReviewState",
                "Template",
            )
        ),
        *(
            ("engine.rules", name)
            for name in (
                "AccompanyingRule",
                "DeemingRule",
                "DisplacementRule",
                "LegacyRule",
                "RoleChangeRule",
                "ScopeLimitationRule",
                "Window",
            )
        ),
    }
)
"""The classes, by module and name, that a kept value is made of."""
_PROTOCOL = 5


class _Reader(pickle.Unpickler):
    """Make nothing but values of the classes that are kept."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if (module_name, global_name) not in KEPT_CLASSES:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is none of the kept classes")
        return super().find_class(module_name, global_name)


def frozen(value: object) -> bytes:
    """Return a value as bytes."""
    return pickle.dumps(value, _PROTOCOL)


def thawed(data: bytes) -> Any | None:
    """Return the value that bytes keep; nothing where they keep none, or one of other classes."""
    with suppress(pickle.UnpicklingError, AttributeError, EOFError, TypeError, ValueError, ImportError, IndexError):
        return _Reader(io.BytesIO(data)).load()
    return None
