from __future__ import annotations

from api.http.settings import ServerSettings
from api.http.settings_table import settings_page
from tests.commands import ROOT


def test_the_page_of_settings_is_made_from_their_class() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page()


def test_every_setting_is_on_the_page_with_what_it_is() -> None:
    page = settings_page()
    for name, field in ServerSettings.model_fields.items():
        assert f"| `NORMGRAPH_{name.upper()}` |" in page
        assert (field.description or "").endswith("."), name
