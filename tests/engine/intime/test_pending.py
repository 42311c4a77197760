"""Pending law: laid over the law in a Knowledge of its own, seen only by who asks, refused where it oversteps."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.content import load_content
from engine.coverage.assess import assess
from engine.errors import BadInput, EngineError, UnreadableFile
from engine.graph import Iri
from engine.intime.changes import Change, law_changes
from engine.intime.pending import Pending, open_pending
from engine.intime.windows import Reading
from engine.vocabulary import ID
from engine.workspace import open_organisation

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.content import Content
    from engine.workspace import Workspace

EXAMPLE = Path(__file__).parents[2] / "data" / "pending" / "example.ttl"
HOME = "https://w3id.org/normgraph/g/pending/example"
BEGINS = date(2027, 3, 1)
EVE = BEGINS - timedelta(days=1)


@pytest.fixture(scope="module")
def pending(content: Content) -> Pending:
    return open_pending(content, EXAMPLE)


def iri(path: str) -> Iri:
    return Iri(f"{ID}eu-ai-act/{path}")


def test_what_it_is(pending: Pending) -> None:
    assert (pending.name, pending.title) == ("example", "Invented proposal to amend the AI Act")
    assert (pending.source, pending.home) == ("https://example.org/invented-proposal", HOME)
    assert pending.in_force == BEGINS
    assert [v.name for versions in pending.versions.values() for v in versions] == ["pending-example"]


def test_its_statements_are_at_home_in_their_own_graph(pending: Pending, content: Content) -> None:
    law = pending.knowledge
    added = [thing for table in (law.provisions, law.requirements, law.conditions) for thing in table.values()]
    new = [thing for thing in added if thing.iri not in content.graph]
    assert {thing.graph for thing in new} == {HOME}
    assert len(new) == 3
    assert {w.graph for w in law.windows if w.iri not in content.graph} == {HOME}


def test_the_shipped_law_stays_as_it_is(content: Content, bank: Workspace) -> None:
    before = assess(content.knowledge, bank.organisation, BEGINS)
    known = content.knowledge
    copies = dict(known.provisions), dict(known.requirements), known.windows, dict(known.frameworks), dict(known.labels)
    opened = open_pending(content, EXAMPLE)
    assert opened.knowledge is not known
    assert content.knowledge is known
    assert (known.provisions, known.requirements, known.windows, known.frameworks, known.labels) == copies
    assert assess(known, bank.organisation, BEGINS).results == before.results
    assert not any("pending" in quad.graph_name.value for quad in content.quads if hasattr(quad.graph_name, "value"))


def test_before_its_day_everything_is_as_without_it(pending: Pending, bank: Workspace) -> None:
    without, with_it = (assess(k, bank.organisation, EVE).results for k in (bank.content.knowledge, pending.knowledge))
    assert [(r.requirement, r.scope, r.state, r.reason, r.effective_from) for r in with_it] == [
        (r.requirement, r.scope, r.state, r.reason, r.effective_from) for r in without
    ]


def test_from_its_day_the_texts_are_those_it_says(pending: Pending) -> None:
    law = pending.knowledge
    assert law.provisions[iri("art_4/par_1")].version_on(EVE) == iri("art_4/par_1/v/2026-07-27")
    assert law.provisions[iri("art_4/par_1")].version_on(BEGINS) == iri("art_4/par_1/v/pending-example")
    assert law.provisions[iri("art_26/par_6a")].version_on(EVE) is None
    assert law.provisions[iri("art_26/par_6a")].version_on(BEGINS) == iri("art_26/par_6a/v/pending-example")
    unchanged_before = law.provisions[iri("art_49/par_2")]
    assert (unchanged_before.version_on(EVE), unchanged_before.version_on(BEGINS)) == (iri("art_49/par_2"), None)


def test_from_its_day_the_requirements_are_those_it_says(pending: Pending, content: Content) -> None:
    def live(law: object, day: date) -> set[str]:
        return {r.iri.removeprefix(f"{ID}eu-ai-act/") for r in law.live_requirements(day)}  # type: ignore[attr-defined]

    assert live(pending.knowledge, EVE) == live(content.knowledge, EVE)
    gone = {"art_4/par_1/req_1", "art_49/par_2/req_1", "art_49/par_2/req_2"}
    come = {"art_4/par_1/req_pending-1", "art_26/par_6a/req_pending-1"}
    assert live(pending.knowledge, BEGINS) == (live(content.knowledge, BEGINS) - gone) | come


def test_what_would_change(pending: Pending, content: Content) -> None:
    framework = content.knowledge.frameworks[Iri(f"{ID}eu-ai-act")]
    found = law_changes(framework, Reading(content.knowledge, BEGINS), Reading(pending.knowledge, BEGINS))
    assert {(c.provision, c.change) for c in found.provisions} == {
        (iri("art_4/par_1"), Change.REPLACED),
        (iri("art_26/par_6a"), Change.INSERTED),
        (iri("art_49/par_2"), Change.DELETED),
    }
    (moved,) = found.windows
    assert (moved.old, moved.new) == ((date(2027, 12, 2),), (date(2029, 12, 2),))
    assert {c.change for c in found.requirements} == {"replaced", "came", "went"}
    assert {c.row.object for c in found.rows if c.stale} == {iri("art_4/par_1/req_1")}


def test_a_condition_of_its_own_is_asked_of_what_the_fact_is_of(content: Content, tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8").replace(
        "ng:appliesWhen <condition/high-risk-system>", "ng:appliesWhen <condition/pending-learns>"
    )
    text += """
<condition/pending-learns> a ng:FactCondition ; ng:onFact ng:continuesToLearn ; ng:expects true ;
    skos:prefLabel "Learns on"@en ; skos:definition "The system keeps learning."@en ; ng:question "Does it?"@en .
"""
    file = tmp_path / "condition.ttl"
    file.write_text(text, encoding="utf-8")
    law = open_pending(content, file).knowledge
    condition = law.conditions[Iri(f"{ID}condition/pending-learns")]
    assert condition.fact_of == law.fact_properties[condition.fact or condition.iri]
    assert condition.fact_of is not None


Slip = tuple[str, str]
"""What stands in the example, and what is put in its place."""
SLIPS: dict[str, tuple[Slip, str, str, str]] = {
    "restates a provision": (
        ("<eu-ai-act/art_26/par_6a>\n", "<eu-ai-act/art_26/par_6>\n"),
        "<eu-ai-act/art_26/par_6>",
        "eu-ai-act/art_26/par_6 is shipped, and pending law says nothing about what is shipped",
        "add a version, requirement or window of its own instead",
    ),
    "restates a requirement": (
        ("<eu-ai-act/art_4/par_1/req_pending-1>\n    a", "<eu-ai-act/art_4/par_1/req_1>\n    a"),
        "<eu-ai-act/art_4/par_1/req_1>",
        "eu-ai-act/art_4/par_1/req_1 is shipped",
        "add a version",
    ),
    "restates a window": (
        ("<window/eu-ai-act/high-risk-annex-iii-pending-example>", "<window/eu-ai-act/high-risk-annex-iii>"),
        "<window/eu-ai-act/high-risk-annex-iii>",
        "window/eu-ai-act/high-risk-annex-iii is shipped",
        "add a version",
    ),
    "restates a framework": (
        ("# A provision that would be deleted", '<eu-ai-act> dcterms:title "Another title"@en .'),
        '<eu-ai-act> dcterms:title "Another title"@en .',
        "eu-ai-act is shipped",
        "add a version",
    ),
    "another kind": (
        ("a ng:ApplicationWindow", "a ng:LegacyRule"),
        "<window/eu-ai-act/high-risk-annex-iii-pending-example>",
        "window/eu-ai-act/high-risk-annex-iii-pending-example is a LegacyRule",
        "pending law may add: FrameworkVersion, ProvisionVersion, Provision, Requirement, Element, ApplicationWindow",
    ),
    "no kind": (
        ("    a ng:Element ;\n", ""),
        "<eu-ai-act/art_4/par_1/req_pending-1/el_1>",
        "eu-ai-act/art_4/par_1/req_pending-1/el_1 is of no kind",
        "pending law may add",
    ),
    "no name": (
        ("<window/eu-ai-act/high-risk-annex-iii-pending-example>", "[]"),
        "a ng:ApplicationWindow ;",
        "a node without a name",
        "name it below the base",
    ),
    "unknown term": (
        ("ng:Replaced", "ng:Replacd"),
        "ng:changeType ng:Replacd ;",
        "there is no term ng:Replacd",
        "did you mean ng:Replaced?",
    ),
    "no such provision": (
        ("ng:versionOf <eu-ai-act/art_49/par_2>", "ng:versionOf <eu-ai-act/art_49/par_99>"),
        "ng:versionOf <eu-ai-act/art_49/par_99> ;",
        "pending-example: there is no framework or provision eu-ai-act/art_49/par_99",
        "name one that is loaded, or a provision that the file adds",
    ),
    "no such condition": (
        ("<condition/high-risk-system>", "<condition/high-risk-systems>"),
        "ng:appliesWhen <condition/high-risk-systems> ;",
        "req_pending-1: there is no condition condition/high-risk-systems",
        "name a condition of the schemes",
    ),
    "no such role": (
        ("ng:bearer eu-aiact:AIDeployer ;", "ng:bearer eu-aiact:AIDeployers ;"),
        "ng:bearer eu-aiact:AIDeployers ;",
        "there is no role",
        "name a role of the schemes",
    ),
    "no such window": (
        ("dcterms:replaces <window/eu-ai-act/high-risk-annex-iii>", "dcterms:replaces <window/eu-ai-act/none>"),
        "dcterms:replaces <window/eu-ai-act/none> ;",
        "there is no window window/eu-ai-act/none",
        "name a window of the rules",
    ),
    "derived from a shipped text": (
        (
            "<eu-ai-act/art_4/par_1/v/pending-example> ;\n    ng:hasElement",
            "<eu-ai-act/art_4/par_1/v/2026-07-27> ;\n    ng:hasElement",
        ),
        "ng:derivedFromVersion <eu-ai-act/art_4/par_1/v/2026-07-27> ;",
        "there is no version in this file eu-ai-act/art_4/par_1/v/2026-07-27",
        "name a version that the file adds",
    ),
    "derived from the text of another provision": (
        ("ng:derivedFrom <eu-ai-act/art_4/par_1> ;", "ng:derivedFrom <eu-ai-act/art_4/par_2> ;"),
        "<eu-ai-act/art_4/par_1/req_pending-1>",
        "req_pending-1 is derived from another provision than its version",
        "derive both from the same provision",
    ),
    "a date in words": (
        ('ng:appliesFrom "2029-12-02"^^xsd:date', 'ng:appliesFrom "in 2029"'),
        'ng:appliesFrom "in 2029" ;',
        "“in 2029” is no date, and appliesFrom takes one",
        'write it as "2026-11-20"^^xsd:date',
    ),
    "a flag in words": (
        ("ng:organisationFacing true ;\n    ng:requires", 'ng:organisationFacing "yes" ;\n    ng:requires'),
        'ng:organisationFacing "yes" ;',
        "“yes” is no boolean, and organisationFacing takes one",
        "write it as true or false",
    ),
    "a requirement without modality": (
        (
            "    ng:modality ng:Obligation ;\n    ng:organisationFacing true ;\n    ng:requires",
            "    ng:organisationFacing true ;\n    ng:requires",
        ),
        "<eu-ai-act/art_4/par_1/req_pending-1>",
        "eu-ai-act/art_4/par_1/req_pending-1 has no ng:modality",
        "a Requirement needs one: add ng:modality",
    ),
    "a requirement without label": (
        ('    skos:prefLabel "Yearly course on AI"@en ;\n', ""),
        "<eu-ai-act/art_4/par_1/req_pending-1>",
        "req_pending-1 has no skos:prefLabel",
        "add skos:prefLabel",
    ),
    "a window without end of the old": (
        ("    dcterms:replaces <window/eu-ai-act/high-risk-annex-iii> ;\n", ""),
        "<window/eu-ai-act/high-risk-annex-iii-pending-example>",
        "governs what window/eu-ai-act/high-risk-annex-iii governs on the same route",
        "say that it replaces it: dcterms:replaces <window/eu-ai-act/high-risk-annex-iii>",
    ),
    "a window that governs less": (
        ("<eu-ai-act/ch_III/sec_1>, ", ""),
        "<window/eu-ai-act/high-risk-annex-iii-pending-example>",
        "replaces window/eu-ai-act/high-risk-annex-iii, but does not govern eu-ai-act/ch_III/sec_1",
        "govern all that the replaced window governs",
    ),
    "no version of a framework": (
        ("a ng:FrameworkVersion", "a owl:Ontology"),
        "",
        "there is no version of a framework",
        "add one",
    ),
    "an earlier version": (
        (
            'ng:validFrom "2027-03-01"^^xsd:date ;\n    ng:versionOf <eu-ai-act> ;',
            'ng:validFrom "2026-07-27"^^xsd:date ;\n    ng:versionOf <eu-ai-act> ;',
        ),
        "<eu-ai-act/v/pending-example>",
        "eu-ai-act/v/pending-example is not a later version of a framework: the last is of 2026-07-27",
        "give it ng:versionOf a framework and a later ng:validFrom",
    ),
    "a day that no version brings": (
        (
            'ng:validFrom "2027-03-01"^^xsd:date ;\n    ng:versionOf <eu-ai-act/art_49/par_2>',
            'ng:validFrom "2027-04-01"^^xsd:date ;\n    ng:versionOf <eu-ai-act/art_49/par_2>',
        ),
        "<eu-ai-act/art_49/par_2/v/pending-example>",
        "eu-ai-act/art_49/par_2/v/pending-example begins on 2027-04-01, when no version of a framework does",
        "add an ng:FrameworkVersion with that ng:validFrom",
    ),
    "inserts what is there": (
        ("ng:changeType ng:Replaced", "ng:changeType ng:Inserted"),
        "<eu-ai-act/art_4/par_1/v/pending-example>",
        "AI Act 4(1) is in force and cannot be inserted",
        "say ng:Replaced or ng:Deleted",
    ),
    "deletes what is not there": (
        ("ng:changeType ng:Inserted", "ng:changeType ng:Deleted"),
        "<eu-ai-act/art_26/par_6a/v/pending-example>",
        "AI Act 26(6a) is not in force and cannot be deleted",
        "say ng:Inserted",
    ),
    "another slot's text": (
        ("ng:versionOf <eu-ai-act/art_26/par_6a>", "ng:versionOf <eu-ai-act/art_26/par_6>"),
        "<eu-ai-act/art_26/par_6a/req_pending-1>",
        "is derived from another provision",
        "derive both from the same provision",
    ),
    "deletes less than all parts": (
        ("eu-ai-act/art_49/par_2", "eu-ai-act/art_49"),
        "ng:versionOf <eu-ai-act/art_49> ;",
        "AI Act 49 is deleted, but not its part AI Act 49(1)",
        "add the deletion of every part",
    ),
    "two texts of one provision": (
        ("ng:versionOf <eu-ai-act/art_49/par_2>", "ng:versionOf <eu-ai-act/art_4/par_1>"),
        "<eu-ai-act/art_49/par_2/v/pending-example>",
        "eu-ai-act/art_4/par_1 has 2 texts",
        "state one",
    ),
    "not well formed": (
        ("@base", "@basis"),
        "@basis <https://w3id.org/normgraph/id/> .",
        "@basis is not a valid subject",
        "mend the file from that line on",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_refused_where_it_is_with_what_to_do(name: str, content: Content, tmp_path: Path) -> None:
    (right, wrong), place, problem, remedy = SLIPS[name]
    text = EXAMPLE.read_text(encoding="utf-8")
    assert right in text
    file = tmp_path / "slip.ttl"
    slipped = text.replace(right, wrong)
    file.write_text(slipped, encoding="utf-8")
    with pytest.raises(EngineError) as refused:
        open_pending(content, file)
    assert isinstance(refused.value, BadInput | UnreadableFile)
    assert str(refused.value).startswith(str(file))
    assert problem in refused.value.problem
    assert remedy in refused.value.remedy
    assert (slipped.split("\n")[refused.value.line - 1] if refused.value.line else "").strip() == place
    assert "\n" not in str(refused.value)


def _other(text: str) -> str:
    """Return what stands there with a text of the GDPR in place of one of the AI Act."""
    return text.replace("eu-ai-act/art_49/par_2", "gdpr/art_5/par_2")


def _window_of_other(text: str) -> str:
    window = "<window/pending-example/gdpr> a ng:ApplicationWindow ; ng:governs <gdpr/art_5/par_2> ;"
    days = 'ng:validFrom "2027-03-01"^^xsd:date ; ng:appliesFrom "2027-09-01"^^xsd:date'
    return f"{text}\n{window} {days} ; dcterms:source <https://example.org/invented-proposal> .\n"


@pytest.mark.parametrize("changed", [_other, _window_of_other])
def test_a_text_or_window_of_an_act_that_gets_no_version(
    changed: Callable[[str], str], content: Content, tmp_path: Path
) -> None:
    text = changed(EXAMPLE.read_text(encoding="utf-8"))
    file = tmp_path / "other.ttl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"gdpr.* begins on 2027-03-01, when no version of GDPR does; add an ng:Fram"):
        open_pending(content, file)
    version = '<gdpr/v/pending-example> a ng:FrameworkVersion ; ng:versionOf <gdpr> ; owl:versionInfo "pending" ;'
    more = 'ng:validFrom "2027-03-01"^^xsd:date ; dcterms:source <https://example.org/invented-proposal>'
    file.write_text(f"{text}\n{version} {more} .\n", encoding="utf-8")
    assert len(open_pending(content, file).versions) == 2


def test_a_new_slot_without_text_would_be_in_force_and_is_refused(content: Content, tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    bare = re.sub(r"<eu-ai-act/art_26/par_6a/.*?\n\.\n", "", text, flags=re.DOTALL)
    file = tmp_path / "bare.ttl"
    file.write_text(bare, encoding="utf-8")
    with pytest.raises(BadInput, match=r"art_26/par_6a has no text; add an ng:ProvisionVersion of it"):
        open_pending(content, file)


@pytest.mark.parametrize("ending", [".trig", ".jsonld", ".txt"])
def test_only_turtle_is_pending_law(ending: str, content: Content, tmp_path: Path) -> None:
    file = (tmp_path / "example").with_suffix(ending)
    file.write_text("", encoding="utf-8")
    with pytest.raises(UnreadableFile, match=r"is not Turtle; write pending law as a \.ttl file"):
        open_pending(content, file)


def test_it_is_no_organisation(content: Content) -> None:
    with pytest.raises(BadInput, match="no organisation is described"):
        open_organisation(content, str(EXAMPLE))


def test_what_an_organisations_folder_holds_is_never_law(content: Content, tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "proposal.ttl").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "acme.ttl").write_text(
        "<https://example.org/acme> a <http://www.w3.org/ns/org#FormalOrganization> .", encoding="utf-8"
    )
    workspace = open_organisation(content, str(folder))
    results = assess(workspace.content.knowledge, workspace.organisation, BEGINS).results
    assert not any("pending" in result.requirement for result in results)


def test_the_file_in_the_guide_is_the_example() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "pending-law.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```turtle\n(.*?)```", guide, re.DOTALL)
    assert shown == EXAMPLE.read_text(encoding="utf-8")


def test_content_loaded_anew_knows_nothing_of_it(cache: Path, pending: Pending) -> None:
    assert replace(pending).knowledge.requirements.keys() - load_content(cache).knowledge.requirements.keys()
