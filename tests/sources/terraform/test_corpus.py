"""Real modules: every directory is read without an error of walint's own, and fast."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.timing import within
from walint.sources import SourceSettings, load

_MOST_SECONDS = 5.0
_SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "corpora" / "tf"
REPOSITORIES = sorted(path.name for path in _SHARED.iterdir()) if _SHARED.is_dir() else []


@pytest.mark.skipif(not REPOSITORIES, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("name", REPOSITORIES)
def test_a_real_repository(name: str) -> None:
    """What is broken in these repositories is broken on purpose: they test readers of Terraform."""
    root = _SHARED / name
    if not root.is_dir():
        pytest.skip(f"{name} is no folder")
    with within(_MOST_SECONDS):
        graph = load([root], SourceSettings(root=root))
    broken = [problem for problem in graph.problems if problem.level == "error"]
    assert len(graph.resources) > 0 or not graph.files
    assert len(broken) <= len(graph.files) // 10 + 10
