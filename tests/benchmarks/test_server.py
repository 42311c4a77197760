from __future__ import annotations

import re

from benchmarks.server import measure


def test_a_short_run_has_no_errors_and_loses_no_update() -> None:
    found = {
        each.name: each for each in measure(seconds=4, clients=12, path="/v1/provisions?citation=AI%20Act%2015(4)")
    }
    assert "; 0 errors []" in found["reads-vs-static"].told
    counts = re.search(r"(\d+) writes, counted (\d+); 0 errors \[\]", found["reads-with-writes"].told)
    assert counts, found["reads-with-writes"].told
    assert int(counts[1]) == int(counts[2]) > 0
