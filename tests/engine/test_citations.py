from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from engine.citations import CitationIndex
from engine.errors import UnknownCitation
from engine.vocabulary import ID

if TYPE_CHECKING:
    from engine.content import Content


@pytest.fixture(scope="module")
def index(content: Content) -> CitationIndex:
    return CitationIndex.of(content.knowledge)


@pytest.mark.parametrize(
    ("citation", "path"),
    [
        ("AI Act", "eu-ai-act"),
        ("Regulation (EU) 2024/1689", "eu-ai-act"),
        ("AI Act 15", "eu-ai-act/art_15"),
        ("ai act 15(4)", "eu-ai-act/art_15/par_4"),
        ("AI Act  15 ( 4 )", "eu-ai-act/art_15/par_4"),
        ("Art. 15(4) AI Act", "eu-ai-act/art_15/par_4"),
        ("Article 15(4) of the EU AI Act", "eu-ai-act/art_15/par_4"),
        ("Article 15, paragraph 4, of Regulation (EU) 2024/1689", "eu-ai-act/art_15/par_4"),
        ("AI Act Art. 15 par. 4", "eu-ai-act/art_15/par_4"),
        ("AI Act 15(4), third subparagraph", "eu-ai-act/art_15/par_4/sub_3"),
        ("AI Act 9(2)(a)", "eu-ai-act/art_9/par_2/pnt_a"),
        ("Article 9(2), point (a), AI Act", "eu-ai-act/art_9/par_2/pnt_a"),
        ("AI Act 4a", "eu-ai-act/art_4a"),
        ("AI Act 75a(1)", "eu-ai-act/art_75a/par_1"),
        ("AI Act 3(68)", "eu-ai-act/art_3/pnt_68"),
        ("AI Act Annex III", "eu-ai-act/anx_III"),
        ("AI Act Annex III(5)(b)", "eu-ai-act/anx_III/pnt_5/pnt_b"),
        ("Annex III, point 5(b), of the AI Act", "eu-ai-act/anx_III/pnt_5/pnt_b"),
        ("GDPR 35", "gdpr/art_35"),
        ("Art. 35(1) GDPR", "gdpr/art_35/par_1"),
        ("Article 32(1)(b) GDPR", "gdpr/art_32/par_1/pnt_b"),
        ("DORA 28(8)", "dora/art_28/par_8"),
        ("NIS2 21(2)(d)", "nis2/art_21/par_2/pnt_d"),
        ("NIS 2 Art. 21", "nis2/art_21"),
        ("Directive (EU) 2022/2555 21", "nis2/art_21"),
        ("ISO/IEC 42001 A.6.2.4", "iso-42001/A.6.2.4"),
        ("ISO/IEC 42001:2023, A.6.2.4", "iso-42001/A.6.2.4"),
        ("ISO 42001 control A.6.2.4", "iso-42001/A.6.2.4"),
        ("ISO 42001 a.6.2.4", "iso-42001/A.6.2.4"),
        ("ISO 42001 clause 6.1.4", "iso-42001/6.1.4"),
        ("ISO 42001 10.2", "iso-42001/10.2"),
        ("ISO 27001 10.2", "iso-27001/10.2"),
        ("ISO/IEC 27001:2022 A.8.20", "iso-27001/A.8.20"),
        ("NIST AI RMF MAP 1.1", "nist-ai-rmf/MAP-1.1"),
        ("NIST AI RMF 1.0, GOVERN 1.1", "nist-ai-rmf/GOVERN-1.1"),
        ("AI RMF Measure 2.11", "nist-ai-rmf/MEASURE-2.11"),
        ("MANAGE 4 of the NIST AI RMF", "nist-ai-rmf/MANAGE-4"),
        ("NIST AI RMF MAP", "nist-ai-rmf/MAP"),
        ("NIST AI 100-1", "nist-ai-rmf"),
        ("nist-ai-rmf/GOVERN-1.1", "nist-ai-rmf/GOVERN-1.1"),
        ("NIST CSF ID.AM-01", "nist-csf/ID.AM-01"),
        ("NIST CSF 2.0 PR.DS-10", "nist-csf/PR.DS-10"),
        ("CSF gv.oc-03", "nist-csf/GV.OC-03"),
        ("NIST Cybersecurity Framework, PR.AT", "nist-csf/PR.AT"),
        ("NIST CSF ID", "nist-csf/ID"),
        ("eu-ai-act/art_15/par_4", "eu-ai-act/art_15/par_4"),
        ("id/eu-ai-act/art_15/par_4", "eu-ai-act/art_15/par_4"),
        (f"{ID}eu-ai-act/art_15/par_4", "eu-ai-act/art_15/par_4"),
        ("eu-ai-act/art_15/par_1/req_1", "eu-ai-act/art_15/par_1/req_1"),
        (" AI\N{NO-BREAK SPACE}Act 15 ", "eu-ai-act/art_15"),
    ],
)
def test_a_citation_as_people_write_it(index: CitationIndex, citation: str, path: str) -> None:
    assert index.resolve(citation) == ID + path


def test_the_notation_of_every_provision_names_it(index: CitationIndex, content: Content) -> None:
    wrong = []
    for iri, provision in content.knowledge.provisions.items():
        if provision.notation:
            try:
                found = str(index.resolve(provision.notation))
            except UnknownCitation as error:
                found = str(error)
            if found != iri:
                wrong.append((provision.notation, iri, found))
    assert wrong == []
    assert len(content.knowledge.provisions) > 4000


def test_every_provision_has_a_notation_of_its_own(content: Content) -> None:
    notations = [p.notation for p in content.knowledge.provisions.values()]
    assert all(notations)
    assert len(set(notations)) == len(notations)


def test_every_identifier_names_itself(index: CitationIndex, content: Content) -> None:
    know = content.knowledge
    for iri in (*know.provisions, *know.requirements, *know.frameworks):
        assert index.resolve(iri) == iri
        assert index.resolve(iri.removeprefix(ID)) == iri


@pytest.mark.parametrize(
    ("bare", "candidates"),
    [
        ("10.2", {"ISO/IEC 27001 10.2", "ISO/IEC 42001 10.2"}),
        ("A.7.4", {"ISO/IEC 27001 A.7.4", "ISO/IEC 42001 A.7.4"}),
        ("A.6.2.4", {"ISO/IEC 42001 A.6.2.4"}),
        ("A.8.29", {"ISO/IEC 27001 A.8.29"}),
        ("15(4)", {"AI Act 15(4)", "GDPR 15(4)", "NIS2 15(4)"}),
        ("Art. 35", {"AI Act 35", "DORA 35", "GDPR 35", "NIS2 35"}),
        ("GOVERN 1.1", {"NIST AI RMF GOVERN 1.1"}),
        ("ID.AM-01", {"NIST CSF ID.AM-01"}),
        ("CIS 1.1", set()),
        ("", set()),
        ("foo", set()),
    ],
)
def test_without_its_framework_it_is_refused_with_its_candidates(
    index: CitationIndex, bare: str, candidates: set[str]
) -> None:
    with pytest.raises(UnknownCitation, match="names no framework; ") as caught:
        index.resolve(bare)
    assert set(caught.value.candidates) == candidates
    assert all(index.resolve(candidate) for candidate in candidates)


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("AI Act 15(44)", "AI Act 15(4)"),
        ("ISO 42001 A.8.20", "ISO/IEC 42001 A.8.2"),
        ("ISO 42001 A.6.2.44", "ISO/IEC 42001 A.6.2.4"),
        ("NIST AI RMF GOVERN 1.8", "NIST AI RMF GOVERN 1.7"),
        ("NIST CSF PR.DS-05", "NIST CSF PR.DS-02"),
    ],
)
def test_a_near_miss_is_refused_with_what_is_near(index: CitationIndex, wrong: str, near: str) -> None:
    with pytest.raises(UnknownCitation, match="is no provision of the loaded frameworks; did you mean") as caught:
        index.resolve(wrong)
    assert near in caught.value.candidates


def test_what_is_nowhere_near(index: CitationIndex) -> None:
    with pytest.raises(UnknownCitation, match=re.escape("“AI Act zzz” is no provision")):
        index.resolve("AI Act zzz")


@pytest.mark.parametrize("odd", ["AI Act" + " 15" * 3000, "(" * 5000, "AI Act " + "(a)" * 3000, "the " * 5000])
def test_odd_citations_are_refused_at_once(index: CitationIndex, odd: str) -> None:
    with pytest.raises(UnknownCitation):
        index.resolve(odd)
