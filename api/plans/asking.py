"""What somebody asks of a plan, at any door, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.errors import BadParameter
from engine.plan.make import Wish, make_plan
from engine.plan.maximum import Limits
from engine.plan.offers import is_control
from engine.what_if import what_if

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from fractions import Fraction

    from api.opened import Opened
    from engine.coverage.assess import Assessment
    from engine.graph import Iri
    from engine.plan.actions import Efforts
    from engine.plan.values import Plan
    from engine.what_if import WhatIf

__all__ = ["Asked", "Spelling"]


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a door calls the things that can be asked for."""

    frameworks: str = "-f"
    before: str = "--before"
    effort: str = "--effort"
    budget: str = "--budget"
    limit: str = "--limit"
    elements: str = "--elements"
    controls: str = "--what-if"
    evidenced: str = "--what-if-evidence"
    scope: str = "--scope"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, as written.

    :ivar citation: the provision to lift; empty where none is named.
    :ivar controls: the controls to imagine, and ``evidenced`` those whose evidence is imagined.
    """

    citation: str = ""
    frameworks: tuple[str, ...] = ()
    effort: str = ""
    budget: Fraction | None = None
    limit: int | None = None
    elements: bool = False
    controls: tuple[str, ...] = ()
    evidenced: tuple[str, ...] = ()
    scope: str | None = None
    spelling: Spelling = Spelling()

    @property
    def imagines(self) -> bool:
        """Whether it is said what to do, instead of asked."""
        return bool(self.controls or self.evidenced)

    def refuse_both(self) -> None:
        """Refuse what contradicts itself.

        :raises BadParameter: if a plan is asked for and said at once, or in two ways.
        """
        says = self.spelling
        if self.citation and self.frameworks:
            expected = f"needed beside {says.frameworks}: name frameworks, or one provision, not both"
            raise BadParameter("plan", self.citation, expected)
        sought = {
            "a provision": self.citation,
            says.frameworks: self.frameworks,
            says.effort: self.effort,
            says.budget: self.budget,
            says.limit: self.limit,
            says.elements: self.elements,
        }
        given = ", ".join(name for name, value in sought.items() if value)
        if self.imagines and given:
            expected = f"for controls of your own: leave it out, or leave out {says.controls}"
            raise BadParameter("plan", given, expected)

    def then(self, opened: Opened, before: date | None) -> Opened:
        """Return the organisation on the day that the plan is for.

        :raises BadParameter: if that day is past.
        """
        day = before or opened.day
        if day < opened.day:
            raise BadParameter(self.spelling.before, str(day), f"{opened.day}, the day looked at, or a later one")
        return replace(opened, day=day)

    def imagined(self, opened: Opened, assessment: Assessment) -> WhatIf:
        """Return what would change if the controls were in operation.

        :raises BadParameter: if one is no control, or is evidenced and not implemented.
        """
        where = opened.scope(self.scope, self.spelling.scope)
        controls = _controls(opened, self.spelling.controls, self.controls)
        evidenced = _controls(opened, self.spelling.evidenced, self.evidenced)
        for control in evidenced:
            self._refuse_unimplemented(opened, control, controls)
        return what_if(assessment, controls, (where,) if where else (), evidenced)

    def _refuse_unimplemented(self, opened: Opened, control: Iri, imagined: Sequence[Iri]) -> None:
        workspace = opened.workspace
        recorded = {i.control for i in workspace.organisation.implementations if i.status == "Implemented"}
        if control not in recorded and control not in imagined:
            expected = f"implemented by the organisation; name it with {self.spelling.controls} too"
            raise BadParameter(self.spelling.evidenced, workspace.content.knowledge.citation(control), expected)

    def planned(self, opened: Opened, assessment: Assessment, efforts: Efforts) -> tuple[Plan, Wish, Iri | None]:
        """Return a plan, what it was asked for, and the provision to lift."""
        aim = opened.workspace.citations.resolve(self.citation) if self.citation else None
        wholes = (aim,) if aim else tuple(dict.fromkeys(map(opened.framework, self.frameworks)))
        scope = opened.scope(self.scope, self.spelling.scope)
        wish = Wish(wholes, scope, efforts, Limits(self.budget, self.limit), elements=self.elements)
        return make_plan(assessment, wish), wish, aim


def _controls(opened: Opened, option: str, names: Sequence[str]) -> tuple[Iri, ...]:
    knowledge = opened.workspace.content.knowledge
    controls = tuple(dict.fromkeys(opened.workspace.citations.resolve(name) for name in names))
    for iri in controls:
        if not is_control(knowledge, iri):
            expected = "a clause or control of a standard, and no group of them: “ISO/IEC 42001 A.6.2.4”"
            raise BadParameter(option, knowledge.citation(iri), expected)
    return controls
