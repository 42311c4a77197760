from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from engine.report.html import report_html

if TYPE_CHECKING:
    from engine.report.values import Report


HOSTILE = "<script>alert(1)</script>"


class _Page(HTMLParser):
    """What a page consists of: tags with their attributes, and the text outside of style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._quiet = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._quiet = tag == "style" or (self._quiet and tag != "style")

    def handle_endtag(self, tag: str) -> None:
        self._quiet = self._quiet and tag != "style"

    def handle_data(self, data: str) -> None:
        self.text += "" if self._quiet else data

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def page(report: Report) -> _Page:
    return _Page(report_html(report))


def test_hostile_labels_are_text(report: Report, page: _Page) -> None:
    assert HOSTILE not in report_html(report)
    assert HOSTILE in page.text
    assert page.named("script") == []


def test_the_page_fetches_nothing(report: Report, page: _Page) -> None:
    text = report_html(report)
    assert not [tag for tag, _ in page.tags if tag in {"script", "link", "img", "iframe", "object", "form"}]
    assert not re.search(r"@import|url\(|\bsrc=|\bon[a-z]+=", text)
    assert "default-src 'none'" in text
    links = {a["href"] for a in page.named("a") if not a["href"].startswith("#")}
    assert links == {"http://data.europa.eu/eli/reg/2020/1/oj"}


def test_every_inner_link_leads_somewhere_and_ids_are_unique(page: _Page) -> None:
    ids = Counter(attributes["id"] for _, attributes in page.tags if "id" in attributes)
    assert max(ids.values()) == 1
    assert {a["href"][1:] for a in page.named("a") + page.named("use") if a["href"].startswith("#")} <= set(ids)


def test_landmarks_captions_and_scopes_are_there(page: _Page) -> None:
    tags = Counter(tag for tag, _ in page.tags)
    assert (tags["h1"], tags["main"], tags["header"], tags["footer"]) == (1, 1, 1, 1)
    assert page.named("html")[0]["lang"] == "en"
    assert tags["caption"] == tags["table"]
    assert all("scope" in th for th in page.named("th"))
    assert all("aria-labelledby" in section for section in page.named("section"))


def test_states_are_named_beside_their_colour_with_the_warning(page: _Page) -> None:
    assert "Claimed without current evidence · unreviewed mappings" in page.text
    assert "Partially covered · unreviewed mappings" in page.text


def test_no_verdict_no_percentage(page: _Page) -> None:
    assert "%" not in page.text
    assert not re.search(r"\bcompliant\b", page.text, re.IGNORECASE)
    assert "of 7" in page.text


def test_what_is_not_in_the_report_is_said(page: _Page) -> None:
    assert "Not in this report: mappings between requirements of two acts are on record" in page.text
    assert "Not in this report: which clocks an incident starts" in page.text
    assert "is not legal advice" in page.text


def test_tensions_are_told_where_both_sides_bind_or_may(report: Report, page: _Page) -> None:
    assert [tension.title for tension in report.tensions] == ["Tension both bind", "Tension may bind"]
    (first, _) = report.tensions
    assert [side.label for side in first.one_side] == ["Law 1"]
    assert [side.label for side in first.other_side] == ["Law 3 no. 1", "Law 9"]
    told = " ".join(page.text.split())
    assert f"Law 1 against Law 3 no. 1, Law 9: They pull {HOSTILE}" in told
    assert "The texts (left open): Nothing. A way out (proposed): Ask. Ann" in told
    assert "Tension later" not in told
    none = _Page(report_html(replace(report, tensions=()))).text
    assert "None is on record between provisions that both bind here, or may." in none


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_pills_and_soft_text_have_contrast() -> None:
    style = files("engine.report").joinpath("templates/style.css").read_text()
    pairs = re.findall(r"\{ background: (#[0-9a-f]{6}); color: (#[0-9a-f]{6}); \}", style)
    soft = re.search(r"--soft: (#[0-9a-f]{6})", style)
    faint = re.search(r"--faint: (#[0-9a-f]{6})", style)
    assert len(pairs) == 7
    assert soft
    assert faint
    for back, front in [*pairs, ("#ffffff", soft[1]), (faint[1], soft[1])]:
        light, dark = sorted((_luminance(back), _luminance(front)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (back, front)
