"""Which files a scan reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from walint.model.graph import Graph
from walint.sources import SourceSettings, load
from walint.sources.discover import Files

TEMPLATE = "Resources: {Q: {Type: AWS::SQS::Queue}}\n"


@pytest.mark.parametrize(
    ("files", "paths", "expected"),
    [
        pytest.param(
            ["b.yaml", "a.yml", "c/d.json", "c/e.template", "z.cfn"],
            [],
            ["a.yml", "b.yaml", "c/d.json", "c/e.template", "z.cfn"],
            id="by-suffix",
        ),
        pytest.param(["a.txt", "a.md", "template"], [], [], id="other-suffixes"),
        pytest.param(["a.txt"], ["a.txt"], ["a.txt"], id="named"),
        pytest.param(
            ["node_modules/a.yaml", ".git/a.yaml", "x/vendor/a.yaml", ".aws-sam/build/template.yaml"],
            [],
            [],
            id="skipped",
        ),
        pytest.param(["node_modules/a.yaml"], ["node_modules/a.yaml"], ["node_modules/a.yaml"], id="skipped-but-named"),
        pytest.param(["node_modules/a.yaml"], ["node_modules"], ["node_modules/a.yaml"], id="skipped-but-folder-named"),
        pytest.param(["a.yaml", "b/a.yaml"], ["b", "a.yaml", "b/a.yaml"], ["a.yaml", "b/a.yaml"], id="each-once"),
        pytest.param([".github/a.yaml"], [], [".github/a.yaml"], id="hidden"),
    ],
)
def test_found(
    scan: Callable[..., Graph],
    files: Sequence[str],
    paths: Sequence[str],
    expected: Sequence[str],
) -> None:
    assert sorted(scan(dict.fromkeys(files, TEMPLATE), paths).files) == expected


def test_gitignore_is_honoured(scan: Callable[..., Graph]) -> None:
    files = {
        ".gitignore": "/out\n*.gen.yaml\n",
        "out/a.yaml": TEMPLATE,
        "x.gen.yaml": TEMPLATE,
        "sub/.gitignore": "!x.gen.yaml\n",
        "sub/x.gen.yaml": TEMPLATE,
        "a.yaml": TEMPLATE,
    }
    assert sorted(scan(files).files) == ["a.yaml", "sub/x.gen.yaml"]
    assert scan(files, ["x.gen.yaml"]).files == ["x.gen.yaml"]
    assert scan(files, ["out"]).files == ["out/a.yaml"]


def test_the_order_is_stable(scan: Callable[..., Graph]) -> None:
    files: Mapping[str, str] = dict.fromkeys(["b/x.yaml", "a.yaml", "b.yaml", "a/x.yaml", "c/d/x.yaml"], TEMPLATE)
    assert scan(files).files == ["a.yaml", "b.yaml", "a/x.yaml", "b/x.yaml", "c/d/x.yaml"]


def test_links_inside_are_read_once_and_links_outside_never(
    write: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = write({"a.yaml": TEMPLATE, "hidden/b.yaml": TEMPLATE, ".gitignore": "hidden\n", "sub/c.yaml": TEMPLATE})
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.yaml").write_text(TEMPLATE)
    (root / "again.yaml").symlink_to(root / "a.yaml")
    (root / "b.yaml").symlink_to(root / "hidden" / "b.yaml")
    (root / "evil.yaml").symlink_to(outside / "secret.yaml")
    (root / "folder").symlink_to(outside, target_is_directory=True)
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "dangling.yaml").symlink_to(root / "nowhere.yaml")
    graph = load([root], SourceSettings(root=root))
    assert graph.files == ["a.yaml", "sub/c.yaml", "hidden/b.yaml"]
    assert graph.problems == []


def test_a_named_link_out_of_the_root_is_refused(
    write: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = write({"a.yaml": TEMPLATE})
    outside = tmp_path_factory.mktemp("outside") / "secret.yaml"
    outside.write_text(TEMPLATE)
    (root / "evil.yaml").symlink_to(outside)
    graph = load([root / "evil.yaml"], SourceSettings(root=root))
    assert graph.files == []
    assert [(problem.level, problem.path) for problem in graph.problems] == [("error", "evil.yaml")]


def test_a_file_outside_the_root_is_read_when_it_is_named(write: Callable[..., Path]) -> None:
    root = write({"root/a.yaml": TEMPLATE, "b.yaml": TEMPLATE})
    graph = load([root / "b.yaml"], SourceSettings(root=root / "root"))
    assert [resource.span and resource.span.path for resource in graph.resources] == ["../b.yaml"]


def test_a_folder_outside_the_root_is_a_tree_of_its_own(write: Callable[..., Path]) -> None:
    parent = "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: c.yaml}}}"
    root = write(
        {
            "root/a.yaml": TEMPLATE,
            "b/p.yaml": parent,
            "b/c.yaml": TEMPLATE,
            "b/x/d.yaml": TEMPLATE,
            "b/.gitignore": "x\n",
            "c.yaml": TEMPLATE,
        }
    )
    graph = load([root / "b"], SourceSettings(root=root / "root"))
    assert [resource.address for resource in graph.resources] == ["N", "N/Q"]
    assert graph.files == ["../b/c.yaml", "../b/p.yaml"]
    graph = load([root / "b" / "p.yaml"], SourceSettings(root=root / "root"))
    assert [resource.address for resource in graph.resources] == ["N", "N/Q"]


def test_excluded_paths(scan: Callable[..., Graph]) -> None:
    files = {"a.yaml": TEMPLATE, "tests/b.yaml": TEMPLATE}
    assert scan(files, exclude=("tests/**",)).files == ["a.yaml"]
    assert scan(files, ["tests/b.yaml"], exclude=("tests/**",)).files == ["tests/b.yaml"]


@pytest.mark.parametrize(
    "path",
    [
        "a/b/file.tf",
        "a/b/../file.tf",
        "a/./b//file.tf",
        "a/b/",
        "link/file.tf",
        "link/../file.tf",
        "a/to-file",
        "a/to-file/..",
        "loop/file.tf",
        "a/missing/../../x",
        "../outside",
        "..",
    ],
)
def test_links_are_followed_as_the_file_system_does(path: str, tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "a" / "b").mkdir(parents=True)
    (root / "a" / "b" / "file.tf").touch()
    (root / "link").symlink_to(root / "a" / "b")
    (root / "a" / "to-file").symlink_to("b/file.tf")
    (root / "loop").symlink_to("loop")
    files = Files(SourceSettings(root=root), Graph())
    asked = f"{root}/{path}"
    assert [files.resolved(asked) for _ in range(2)] == [os.path.realpath(asked)] * 2
