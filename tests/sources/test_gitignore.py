"""The .gitignore matcher says what git says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.timing import within
from walint.sources.gitignore import Ignored

FILES = (
    "a.yaml", "b.json", "build/x.yaml", "build/deep/y.yaml", "src/build/z.yaml", "src/a.yaml", "src/keep.yaml",
    "docs/one/two/t.yaml", "docs/t.yaml", "foo/bar/baz.yaml", "foo/baz.yaml", "x y.yaml", "a1.yaml", "ab.yaml",
    "#odd.yaml", "!odd.yaml", "star*.yaml", "tmp/keep/k.yaml", "tmp/t.yaml",
)  # fmt: skip


@pytest.mark.parametrize(
    "patterns",
    [
        {"": "*.yaml\n!keep.yaml\n"},
        {"": "build/\n"},
        {"": "/build\n"},
        {"": "build/*\n!build/deep\n"},
        {"": "docs/**/t.yaml\n"},
        {"": "**/baz.yaml\n"},
        {"": "foo/**\n"},
        {"": "foo/*\n"},
        {"": "src/a.yaml\n"},
        {"": "a?.yaml\n"},
        {"": "a[0-9].yaml\n"},
        {"": "a[!0-9].yaml\n"},
        {"": "# comment\n\\#odd.yaml\n\\!odd.yaml\n"},
        {"": "x\\ y.yaml   \n"},
        {"": "x y.yaml\n"},
        {"": "star\\*.yaml\n"},
        {"": "tmp/*\n!tmp/keep/\n"},
        {"": "*\n!src\n!src/*\n"},
        {"src": "/a.yaml\nbuild\n"},
        {"": "*.yaml\n", "src": "!*.yaml\n"},
        {"src": "*\n!keep.yaml\n"},
        {"": "foo/bar/\n\nb.json\r\n"},
        {"": "[\n"},
        {"": "**\n"},
        {"": "docs/one/**/t.yaml\n"},
        {"": "/**/z.yaml\n"},
        {"": "*a*.y*\n"},
        {"": "d*s/*/t*/*.yaml\n"},
        {"": "*o*/b*r/*z.yaml\n"},
        {"": "[9-0].yaml\n"},
        {"": "[ab^&][1-9]*\n"},
        {"": "***.json\n"},
    ],
)
def test_as_git_does(tmp_path: Path, patterns: dict[str, str]) -> None:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for folder, text in patterns.items():
        (tmp_path / folder / ".gitignore").write_bytes(text.encode())
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--others", "--exclude-standard"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    expected = {name for name in listed if name and not name.endswith(".gitignore")}
    ignored = Ignored([str(tmp_path)])

    def visible(name: str) -> bool:
        parts = Path(name).parts
        folders = (tmp_path.joinpath(*parts[:depth]) for depth in range(1, len(parts)))
        return not any(ignored(str(folder), folder=True) for folder in folders) and not ignored(str(tmp_path / name))

    assert {name for name in FILES if visible(name)} == expected


def test_no_pattern_takes_long(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*a" * 40 + "b\n" + "**/a/" * 30 + "b\n" + "**/a/" * 4 + "b\n")
    name = "/".join(["a" * 200] + ["a"] * 100)
    with within(2):
        assert not Ignored([str(tmp_path)])(str(tmp_path / name))
