"""What `file`, `fileset` and `templatefile` may read: nothing outside the folder that is checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sources.terraform.conftest import Judged

USE = 'resource "x_y" "z" {\n  v = %s\n}\n'


@pytest.fixture
def tree(write: Callable[..., Path], tmp_path: Path) -> Path:
    """A root module in a folder, beside a secret that lies above it."""
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    root = write({"root/app/a.txt": "text", "root/app/bin": b"\xff\xfe\x00", "root/up.txt": "up"}) / "root"
    (root / "app" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "app" / "in.txt").symlink_to(root / "up.txt")
    (root / "app" / "folder").symlink_to(tmp_path)
    return root


OUTSIDE = "<unknown: the file {} lies outside the folder that is checked>"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('file("a.txt")', "text"),
        ('file("../up.txt")', "up"),
        ('file("in.txt")', "up"),
        ('file("../../secret.txt")', OUTSIDE.format("../../secret.txt")),
        ('file("out.txt")', OUTSIDE.format("out.txt")),
        ('file("folder/secret.txt")', OUTSIDE.format("folder/secret.txt")),
        ('file("/etc/passwd")', OUTSIDE.format("/etc/passwd")),
        ('file("~/.aws/credentials")', OUTSIDE.format("~/.aws/credentials")),
        ('file("/dev/zero")', OUTSIDE.format("/dev/zero")),
        ('file(".")', "<unknown: . is not a file>"),
        ('file("none.txt")', "<unknown: there is no file none.txt>"),
        ('try(file("none.txt"), "fallback")', "fallback"),
        ('fileexists("a.txt")', True),
        ('fileexists("none.txt")', False),
        ('fileexists("out.txt")', OUTSIDE.format("out.txt")),
        ('fileset("/etc", "*")', OUTSIDE.format("/etc")),
        ('templatefile("/etc/hostname", {})', OUTSIDE.format("/etc/hostname")),
        ('tolist(fileset(".", "*.txt"))', ["a.txt"]),
        ('tolist(fileset(".", "**"))', ["a.txt", "bin", "main.tf"]),
        ('tolist(fileset("..", "*/{a,b}.t?t"))', ["app/a.txt"]),
        ('tolist(fileset("..", "**/a.txt"))', ["app/a.txt"]),
        ('tolist(fileset(".", "[!a]*n"))', ["bin"]),
    ],
)
def test_reading(expression: str, expected: object, tree: Path, judge: Callable[..., Judged]) -> None:
    (tree / "app" / "main.tf").write_text(USE % expression, encoding="utf-8")
    assert judge(tree, "app")["x_y.z"] == {"v": expected}


def test_a_large_file_is_not_read(tree: Path, judge: Callable[..., Judged]) -> None:
    (tree / "app" / "large.txt").write_bytes(b"x" * ((1 << 20) + 1))
    (tree / "app" / "main.tf").write_text(USE % 'file("large.txt")', encoding="utf-8")
    assert judge(tree, "app")["x_y.z"] == {"v": "<unknown: the file large.txt is longer than 1,048,576 bytes>"}


def test_files_that_were_read_belong_to_the_root(tree: Path, judge: Callable[..., Judged]) -> None:
    (tree / "app" / "main.tf").write_text(USE % '[file("a.txt"), file("../up.txt")]', encoding="utf-8")
    (tree / "app" / "terraform.tfvars").write_text("", encoding="utf-8")
    assert judge(tree, "app").result.files == {"app/main.tf", "app/a.txt", "up.txt", "app/terraform.tfvars"}


def test_missing_files_are_not_told(tree: Path, judge: Callable[..., Judged]) -> None:
    """They are as a rule archives that a build makes."""
    (tree / "app" / "main.tf").write_text(USE % 'filebase64sha256("build/f.zip")', encoding="utf-8")
    assert judge(tree, "app").messages == []
