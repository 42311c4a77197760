"""compliance-trestle as a second reader of our OSCAL: `make oscal`. It holds the model of OSCAL 1.2."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engine.mapping.oscal import OSCAL_VERSION, write_oscal
from engine.mapping.oscal_reading import read_oscal
from engine.mapping.rows import NO_TERM
from engine.mapping.sssom import read_sssom

if TYPE_CHECKING:
    from engine.content import Content

pytestmark = pytest.mark.filterwarnings("ignore")
trestle = pytest.importorskip("trestle.oscal", reason="compliance-trestle is not installed; run make oscal")
SHIPPED = sorted(Path(str(files("mappings"))).rglob("*.sssom.tsv"))


def written(path: Path, content: Content, folder: Path) -> Path:
    file = folder / "set.oscal.json"
    text = write_oscal(read_sssom(path), content.knowledge.citation, content.knowledge.requirements)
    file.write_text(text, encoding="utf-8")
    return file


def read(file: Path) -> Any:
    from trestle.oscal.mapping import MappingCollection  # noqa: PLC0415 - only where it is installed

    return MappingCollection.oscal_read(file)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_trestle_reads_every_set_and_what_it_writes_is_ours(path: Path, content: Content, tmp_path: Path) -> None:
    file = written(path, content, tmp_path)
    rows = [row for row in read_sssom(path).rows if row.subject != NO_TERM]
    collection = read(file)
    assert len(collection.mappings[0].maps) == len(rows)
    back = tmp_path / "back.oscal.json"
    collection.oscal_write(back)
    ours, theirs = read_oscal(file), read_oscal(back)
    assert theirs.described == ours.described
    assert theirs.rows == ours.rows


def test_the_version_we_name_is_that_of_the_model() -> None:
    assert trestle.OSCAL_VERSION == OSCAL_VERSION


@pytest.mark.parametrize("part", ["relationship", "uuid", "sources"])
def test_trestle_refuses_a_map_without_what_it_needs(part: str, content: Content, tmp_path: Path) -> None:
    file = written(SHIPPED[0], content, tmp_path)
    document = json.loads(file.read_text(encoding="utf-8"))
    del document["mapping-collection"]["mappings"][0]["maps"][0][part]
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(Exception, match=part):
        read(file)
