"""What pabutools needs for the same work; runs in its own environment (GPL: never a dependency).

python counting_peer.py FILE {greedy,equal-shares,add1,add1-cardinality} prints JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time

from pabutools.election import Cardinality_Sat, Cost_Sat  # type: ignore[import-not-found]
from pabutools.election.pabulib import parse_pabulib  # type: ignore[import-not-found]
from pabutools.rules import (  # type: ignore[import-not-found]
    greedy_utilitarian_welfare,
    method_of_equal_shares,
)


def main(path: str, work: str) -> None:
    """Read, count once, print seconds, megabytes and winners."""
    start = time.process_time()
    instance, profile = parse_pabulib(path)
    profile = profile.as_multiprofile()
    read = time.process_time()
    sat = Cardinality_Sat if work.endswith("cardinality") else Cost_Sat
    if work == "greedy":
        winners = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat)
    else:
        step = 1 if work.startswith("add1") else None
        winners = method_of_equal_shares(
            instance, profile, sat_class=sat, voter_budget_increment=step
        )
    done = time.process_time()
    told = {
        "read": read - start,
        "count": done - read,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "winners": [project.name for project in winners],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
