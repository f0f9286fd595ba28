"""One sweep of what AWS_ENDPOINT_URL answers: `python benchmarks/audit_once.py NEEDS [REGION...]`; prints figures.

NEEDS is "everything", or JSON: CloudFormation type -> the paths that are read of it. The graph is built, too; what is
printed are the calls, how many of them failed, and the resources.
"""

from __future__ import annotations

import json
import sys

from walint.sources.live.accounts import Access
from walint.sources.live.auditing import Scope, audit
from walint.sources.live.graphs import graph_of
from walint.sources.live.plan import everything, plan


def main() -> None:
    """Collects, builds the graph, counts."""
    needs = sys.argv[1]
    wanted = everything() if needs == "everything" else plan(json.loads(needs))
    snapshot = audit(Scope([Access()], wanted, tuple(sys.argv[2:]))).snapshot
    graph = graph_of(snapshot, wanted)
    entries = [entry for _, entry in snapshot.ledger()]
    failed = sorted({(entry.call, entry.outcome, entry.code) for entry in entries if entry.outcome != "ok"})
    print(json.dumps({"calls": len(entries), "failed": failed, "resources": len(graph.resources)}))


if __name__ == "__main__":
    main()
