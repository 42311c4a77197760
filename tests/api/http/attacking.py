"""Send hostile queries to a server, all at once and each again and again; then tell what came of them.

``python -m tests.api.http.attacking ADDRESS KEY``: the queries as a JSON list in the first line of the input.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter

import httpx

__all__: list[str] = []

_PAUSE = 0.5
"""How many seconds pass until a query is tried again: more often is a flood, which the rate limit of a key is for."""


def _attack(address: str, key: str, text: str, found: Counter[int], done: threading.Event) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/sparql-query"}
    with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
        while not done.is_set():
            found[client.post("/sparql", content=text).status_code] += 1
            done.wait(_PAUSE)


def _main(address: str, key: str) -> None:
    os.nice(19)  # what is measured is the server, not who of two has the processor
    found: Counter[int] = Counter()
    done = threading.Event()
    texts = json.loads(sys.stdin.readline())
    threads = [threading.Thread(target=_attack, args=(address, key, text, found, done)) for text in texts]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    done.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main(*sys.argv[1:])
