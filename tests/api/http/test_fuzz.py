"""Every operation of the OpenAPI document with what a machine makes up: no server error, no answer but declared ones.

It takes minutes: `make fuzz` runs it, and sets NORMGRAPH_FUZZ to the number of examples an operation.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
import schemathesis
from hypothesis import HealthCheck, Verbosity, given, settings
from hypothesis.errors import Unsatisfiable
from pyoxigraph import NamedNode, Quad
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from engine.repository.organisations import home
from engine.vocabulary import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.schemas import APIOperation

    from api.http.service import Service

EXAMPLES = int(os.environ.get("NORMGRAPH_FUZZ", "0"))
pytestmark = pytest.mark.skipif(not EXAMPLES, reason="make fuzz runs it: NORMGRAPH_FUZZ says how many examples")
ORGANISATION = "people"
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
"""What fits the document, and what does not."""
BY_MEANING = ["2xx", "3xx", 400, 401, 403, 404, 406, 408, 409, 412, 413, 415, 422, 503]
"""What may come of a request that fits the document: a query that is none, a cursor that was not given out, …"""
CHECKS = {
    "positive_data_acceptance": {"expected-statuses": BY_MEANING},
    "negative_data_rejection": {"expected-statuses": ["4xx", 503]},
}
CONFIG = SchemathesisConfig.from_dict({"checks": CHECKS})


@pytest.fixture(scope="module")
def operations(service: Service, address: str) -> list[APIOperation]:
    kind, formal = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["org"] + "FormalOrganization")
    described = Quad(NamedNode("https://example.org/people"), kind, formal, home(ORGANISATION))
    service.repository.change(ORGANISATION, "test", "organisation added", lambda _: ((), (described,)))
    document = schemathesis.openapi.from_url(f"{address}/openapi.json", config=CONFIG)
    return [each.ok() for each in document.get_all_operations()]


def failures(operation: APIOperation, mode: GenerationMode) -> Iterator[str]:
    """Yield what is wrong with the answers of an operation."""
    known = {"organisation": ORGANISATION} if "{organisation}" in operation.path else None

    @given(case=operation.as_strategy(generation_mode=mode, path_parameters=known))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    def tried(case: schemathesis.Case) -> None:
        case.call_and_validate(timeout=60)

    try:
        tried()
    except Unsatisfiable:  # there is nothing to be wrong about, or it may be anything
        assert mode is GenerationMode.NEGATIVE
    except FailureGroup as error:
        yield f"{operation.label}, {mode.value}: {error}"


def test_every_operation_answers_as_it_declares(
    operations: list[APIOperation], capsys: pytest.CaptureFixture[str]
) -> None:
    found: list[str] = []
    for number, operation in enumerate(operations, 1):
        with capsys.disabled():
            sys.stderr.write(f"\n{number} of {len(operations)}: {operation.label}")
        found += [each for mode in MODES for each in failures(operation, mode)]
    assert len(operations) > 10
    assert not found, "\n\n".join(found)
