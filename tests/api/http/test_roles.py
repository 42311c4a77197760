from __future__ import annotations

from itertools import product

import pytest

from api.http.roles import ANYWHERE, LOCAL, Permission, Principal, Role, parse_grants
from engine.errors import BadParameter

TABLE = """
                read  ask  write  review  review-legally  administer
reader          yes   no   no     no      no              no
analyst         yes   yes  no     no      no              no
editor          yes   yes  yes    no      no              no
reviewer        yes   yes  no     yes     no              no
legal-reviewer  yes   yes  no     yes     yes             no
administrator   yes   yes  yes    yes     yes             yes
"""
PERMISSIONS, *ROWS = (line.split() for line in TABLE.strip().splitlines())
EXPECTED = {(row[0], name): answer == "yes" for row in ROWS for name, answer in zip(PERMISSIONS, row[1:], strict=True)}


def test_the_table_is_of_all_roles_and_permissions() -> None:
    assert EXPECTED.keys() == {*product(map(str, Role), map(str, Permission))}


@pytest.mark.parametrize(("role", "permission"), [*product(Role, Permission)])
def test_what_each_role_may(role: Role, permission: Permission) -> None:
    expected = EXPECTED[role, permission]
    here, anywhere = Principal("ann", (("acme", role),)), Principal("ann", ((ANYWHERE, role),))
    assert here.may(permission, "acme") is anywhere.may(permission, "acme") is anywhere.may(permission) is expected
    for place in ("acm", "acme2", "Acme", "", ANYWHERE):
        assert not here.may(permission, place)
    assert not Principal("ann", ()).may(permission, "acme")
    assert LOCAL.may(permission)


def test_grants_add_up_but_only_where_they_hold() -> None:
    ann = Principal("ann", (("acme", Role.EDITOR), ("acme", Role.REVIEWER), ("beta", Role.READER)))
    assert [p for p in Permission if ann.may(p, "acme")] == ["read", "ask", "write", "review"]
    assert [p for p in Permission if ann.may(p, "beta")] == ["read"]
    assert ann.reads(["acme", "beta", "gamma"]) == ("acme", "beta")


@pytest.mark.parametrize("text", ["acme", ":editor", "acme:", "acme:emperor", "Acme:editor", "a b:editor", "**:reader"])
def test_what_is_no_grant(text: str) -> None:
    with pytest.raises(BadParameter, match="as acme:editor or"):
        parse_grants([text])
