"""Any mapping set, as Hypothesis makes them up: for what must lose nothing on its way through a form."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from engine.graph import Iri
from engine.mapping.rows import RELATIONSHIPS, MappingRow
from engine.mapping.sets import SetDescription
from engine.mapping.sssom import MappingSet
from engine.model import ReviewState
from engine.vocabulary import ID

PLACES = st.sampled_from(["iso-42001/A.6.2.4", "iso-42001/10.2", "iso-27001/A.8.20"]).map(lambda p: Iri(ID + p))
TARGETS = st.sampled_from(
    ["eu-ai-act/art_15/par_1/req_1", "gdpr/art_32/par_1/req_2", "nis2/art_21/par_2/pnt_a/req_1"]
).map(lambda p: Iri(ID + p))
ELEMENTS = st.sets(st.sampled_from([1, 2, 9, 10, 12]))
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=20).map(str.strip)
ONE_LINE = st.text("aZ9é“”\u2028\x85 .:#'\"\\|", max_size=12).map(str.strip)
TITLE = st.text("aZ9é“” .:#'\"\\|", max_size=12).map(str.strip)


@st.composite
def rows(draw: st.DrawFn) -> MappingRow:
    target = draw(TARGETS)
    return MappingRow(
        set_id="one/two",
        subject=draw(PLACES),
        object=target,
        relationship=draw(st.sampled_from(sorted(RELATIONSHIPS))),
        rationale_type=draw(st.sampled_from(["functional", "semantic", "syntactic"])),
        rationale=draw(TEXT),
        residual=draw(TEXT),
        strength=draw(st.none() | st.integers(0, 10)),
        confidence=draw(st.none() | st.decimals(0, 1, places=2)),
        covers=tuple(Iri(f"{target}/el_{n}") for n in sorted(draw(ELEMENTS))),
        touches=tuple(Iri(f"{target}/el_{n}") for n in sorted(draw(ELEMENTS))),
        scope_qualifier=draw(TEXT),
        review_state=draw(st.sampled_from(ReviewState)),
        subject_version=draw(st.sampled_from(["2023", "2022", "1.10"])),
        object_version=draw(st.sampled_from(["2026-07-27", "2024-07-12"])),
        justification=draw(st.sampled_from(["semapv:ManualMappingCuration", "semapv:UnspecifiedMatching"])),
        author=draw(ONE_LINE),
        created=draw(st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1))),
        comment=draw(TEXT),
        exceptions=tuple(sorted(draw(st.sets(st.sampled_from([Iri(f"{target}/par_{n}") for n in (1, 2)]))))),
    )


DESCRIPTIONS = st.builds(
    SetDescription,
    set_id=st.just("one/two"),
    title=TITLE,
    description=TITLE,
    version=st.sampled_from(["0.1.0", "1.10", "2026-07-27", "true"]),
    subject_source=st.just(Iri(f"{ID}iso-42001")),
    subject_version=st.sampled_from(["2023", "1.10"]),
    object_source=st.just(Iri(f"{ID}eu-ai-act")),
    object_version=st.just("2026-07-27"),
    triaged=st.booleans(),
)
SETS = st.builds(
    MappingSet,
    described=DESCRIPTIONS,
    rows=st.lists(rows(), max_size=4, unique_by=lambda row: row.iri).map(tuple),
)
