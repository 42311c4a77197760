"""The acts whose structure we ship: how they are called, cited and dated."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["KNOWN", "Framework"]


@dataclass(frozen=True)
class Framework:
    """An act as a framework in one version; dates are ISO dates, ``lead_in_annexes`` see ``with_lead_in_titles``."""

    key: str
    version: str
    citation_name: str
    label: str
    title: str
    eli: str
    valid_from: str
    issued: str
    alternatives: tuple[str, ...] = ()
    lead_in_annexes: frozenset[str] = field(default=frozenset())


_KNOWN = (
    Framework(
        key="eu-ai-act",
        version="2024-07-12",
        citation_name="AI Act",
        label="EU AI Act",
        title="Regulation (EU) 2024/1689 of the European Parliament and of the Council of 13 June 2024 laying down "
        "harmonised rules on artificial intelligence and amending Regulations (EC) No 300/2008, (EU) No 167/2013, "
        "(EU) No 168/2013, (EU) 2018/858, (EU) 2018/1139 and (EU) 2019/2144 and Directives 2014/90/EU, (EU) 2016/797 "
        "and (EU) 2020/1828 (Artificial Intelligence Act)",
        eli="http://data.europa.eu/eli/reg/2024/1689/oj",
        valid_from="2024-08-01",
        issued="2024-07-12",
        alternatives=("Artificial Intelligence Act", "Regulation (EU) 2024/1689"),
        lead_in_annexes=frozenset({"III"}),
    ),
    Framework(
        key="gdpr",
        version="2016-05-04",
        citation_name="GDPR",
        label="GDPR",
        title="Regulation (EU) 2016/679 of the European Parliament and of the Council of 27 April 2016 on the "
        "protection of natural persons with regard to the processing of personal data and on the free movement of "
        "such data, and repealing Directive 95/46/EC (General Data Protection Regulation)",
        eli="http://data.europa.eu/eli/reg/2016/679/oj",
        valid_from="2016-05-24",
        issued="2016-05-04",
        alternatives=("General Data Protection Regulation", "Regulation (EU) 2016/679"),
    ),
    Framework(
        key="dora",
        version="2022-12-27",
        citation_name="DORA",
        label="DORA",
        title="Regulation (EU) 2022/2554 of the European Parliament and of the Council of 14 December 2022 on digital "
        "operational resilience for the financial sector and amending Regulations (EC) No 1060/2009, (EU) No 648/2012, "
        "(EU) No 600/2014, (EU) No 909/2014 and (EU) 2016/1011",
        eli="http://data.europa.eu/eli/reg/2022/2554/oj",
        valid_from="2023-01-16",
        issued="2022-12-27",
        alternatives=("Digital Operational Resilience Act", "Regulation (EU) 2022/2554"),
    ),
    Framework(
        key="nis2",
        version="2022-12-27",
        citation_name="NIS2",
        label="NIS2",
        title="Directive (EU) 2022/2555 of the European Parliament and of the Council of 14 December 2022 on measures "
        "for a high common level of cybersecurity across the Union, amending Regulation (EU) No 910/2014 and "
        "Directive (EU) 2018/1972, and repealing Directive (EU) 2016/1148 (NIS 2 Directive)",
        eli="http://data.europa.eu/eli/dir/2022/2555/oj",
        valid_from="2023-01-16",
        issued="2022-12-27",
        alternatives=("NIS 2 Directive", "Directive (EU) 2022/2555"),
    ),
    Framework(
        key="reg-2026-1744",
        version="2026-07-24",
        citation_name="Reg. 2026/1744",
        label="Digital Omnibus on AI",
        title="Regulation (EU) 2026/1744 of the European Parliament and of the Council of 8 July 2026 amending "
        "Regulations (EU) 2024/1689, (EU) 2018/1139 and (EU) 2023/1230 as regards the simplification of the "
        "implementation of harmonised rules on artificial intelligence (Digital Omnibus on AI)",
        eli="http://data.europa.eu/eli/reg/2026/1744/oj",
        valid_from="2026-07-27",
        issued="2026-07-24",
        alternatives=("Regulation (EU) 2026/1744",),
    ),
)

KNOWN: dict[str, Framework] = {framework.key: framework for framework in _KNOWN}
"""The frameworks by key, in their first version."""
