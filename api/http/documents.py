"""Documents over HTTP: declared by their schemas, answered with a tag, and computed once for each state of things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.documents.base import document, schema_of, written
from api.http.answers import entity_tag, knows, tagged
from api.http.problems import responses

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request, Response

    from api.http.service import Service

__all__ = ["answered", "body_of", "component", "declared", "schemas_of"]

_KINDS: set[str] = set()
"""The kinds that some route declares."""


def component(kind: str) -> str:
    """Return what the schema of a kind is called in the OpenAPI document."""
    return "".join(word.capitalize() for word in kind.split("-")) + "Document"


def declared(kind: str, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the declaration of a route that answers with a kind of document, or with some problems."""
    _KINDS.add(kind)
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{component(kind)}"}}}
    return {
        200: {"description": schema_of(kind)["title"], "content": content},
        304: {"description": "As you have it."},
    } | (responses(*statuses))


def schemas_of() -> dict[str, Any]:
    """Return the schemas of the declared kinds as components, their own definitions beside them."""
    found: dict[str, Any] = {}
    for kind in sorted(_KINDS):
        name = component(kind)
        schema = {key: value for key, value in schema_of(kind).items() if key not in {"$schema", "$id"}}
        definitions = schema.pop("$defs", {})
        found[name] = _moved(schema, name)
        found.update({f"{name}_{part}": _moved(value, name) for part, value in definitions.items()})
    return found


def _moved(value: Any, name: str) -> Any:
    """Return a schema whose references lead to the components."""
    if isinstance(value, dict):
        return {
            key: f"#/components/schemas/{name}_{part.removeprefix('#/$defs/')}"
            if key == "$ref" and isinstance(part, str) and part.startswith("#/$defs/")
            else _moved(part, name)
            for key, part in value.items()
        }
    return [_moved(part, name) for part in value] if isinstance(value, list) else value


def answered(
    request: Request, service: Service, kind: str, depends_on: tuple[object, ...], build: Callable[[], dict[str, Any]]
) -> Response:
    """Return a document with its tag; it is built only where nobody asked for the same in the same state before.

    :param depends_on: all that the document is computed from beside the content: versions and parameters.
    """
    key = (kind, service.content.hash, *depends_on)
    tag = entity_tag(*key)
    if knows(request, tag):
        return tagged(request, b"", tag)
    return tagged(request, service.cache.made(key, lambda: body_of(kind, build())), tag)


def body_of(kind: str, payload: dict[str, Any]) -> bytes:
    """Return a payload as the body of an answer."""
    return written(document(kind, payload), None).encode()
