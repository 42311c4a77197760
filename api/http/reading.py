"""An organisation as a request looks at it: at one version, on one day; documents about it, computed once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request, Response

from api.http.access import Organisation
from api.http.answers import entity_tag, knows, tagged
from api.http.computing import together
from api.http.documents import body_of
from api.http.living import assessed
from api.http.parameters import AsOf
from api.http.problems import Problem
from api.http.service import Service, ServiceOf
from api.opened import Opened
from api.shared import today
from engine.coverage.values import Policy
from engine.errors import UnknownName

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from engine.coverage.assess import Assessment
    from engine.model import Organisation as OrganisationRecord
    from engine.repository.organisations import Held

__all__ = ["View", "ViewOf", "about", "view_of"]


@dataclass(frozen=True)
class View:
    """An organisation at a version, on a day.

    :ivar asked: the day that was asked for.
    :ivar now: the day of the request.
    :ivar held: what was read; nothing before it is needed, since most answers are there already.
    """

    service: Service
    key: str
    version: int
    asked: date | None
    now: date
    held: Held | None = None

    def read(self) -> View:
        """Return it read, at the version that it then is.

        :raises Problem: if there is no such organisation.
        """
        try:
            held = self.service.repository.held(self.key)
        except UnknownName as error:
            detail = f"there is no organisation “{self.key}” for you"
            raise Problem(HTTPStatus.NOT_FOUND, "unknown-name", detail) from error
        return replace(self, version=held.version, held=held)

    def on(self, day: date) -> View:
        """Return it on another day, with the same records."""
        return replace(self, asked=day)

    @property
    def opened(self) -> Opened:
        """The organisation, opened on the day."""
        assert self.held is not None  # noqa: S101 - documents are built from what was read
        workspace = self.held.workspace
        return Opened(workspace, self.asked or workspace.organisation.example_date or self.now)

    @property
    def organisation(self) -> OrganisationRecord:
        """Its records as values."""
        return self.opened.workspace.organisation

    def assessment(self, policy: Policy, frameworks: Sequence[str] = (), scope: str | None = None) -> Assessment:
        """Return the assessment of the named frameworks and scope; the same value for all that rest on it."""
        opened = self.opened
        wanted = tuple(dict.fromkeys(map(opened.framework, frameworks)))
        where = opened.scope(scope, "scope")
        key = (self.key, self.version, opened.day, policy, wanted, where)
        if wanted or where:
            return self.service.assessments.made(key, lambda: opened.assessed(policy, wanted, where))
        lives, workspace = self.service.lives, opened.workspace
        return self.service.assessments.made(key, lambda: assessed(lives, self.key, workspace, opened.day, policy))


def view_of(service: Service, organisation: str, asked: date | None = None) -> View:
    """Return an organisation as it is now, not yet read."""
    return View(service, organisation, service.repository.version(organisation), asked, today())


async def _view(service: ServiceOf, organisation: Organisation, as_of: AsOf = None) -> View:
    return view_of(service, organisation, as_of)


ViewOf = Annotated[View, Depends(_view)]
"""The organisation of the path on the day of the request, as a route takes it."""


async def about(
    request: Request, view: View, kind: str, parameters: tuple[object, ...], build: Callable[[View], dict[str, Any]]
) -> Response:
    """Return a document about an organisation with its tag.

    It is built in a thread, and only where nobody asked for the same in the same state before.

    :param parameters: all that it is computed from beside organisation, day and content.
    """
    key = _key(view, kind, parameters)
    tag = entity_tag(*key)
    body = b"" if knows(request, tag) else view.service.cache.get(key)
    if body is None:
        asked = _key(replace(view, version=-1), kind, parameters)  # at whichever version it then is
        return _answer(request, *await together(asked, partial(_made, view, kind, parameters, build)))
    return _answer(request, view, tag, body)


def _answer(request: Request, view: View, tag: str, body: bytes) -> Response:
    return tagged(request, body, tag, headers={"X-Organisation-Version": str(view.version)})


def _key(view: View, kind: str, parameters: tuple[object, ...]) -> tuple[Hashable, ...]:
    return (kind, view.service.content.hash, view.key, view.version, str(view.asked), str(view.now), str(parameters))


def _made(
    view: View, kind: str, parameters: tuple[object, ...], build: Callable[[View], dict[str, Any]]
) -> tuple[View, str, bytes]:
    """Return the body of a document with its tag, and the organisation as it was read for it."""
    read = view.read()
    key = _key(read, kind, parameters)
    return read, entity_tag(*key), view.service.cache.made(key, partial(_body, kind, build, read))


def _body(kind: str, build: Callable[[View], dict[str, Any]], view: View) -> bytes:
    return body_of(kind, build(view))
