"""Broken and hostile input through the whole program: one clear error with its place, or silence, never a traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.timing import within
from walint.cli import main

GOOD = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n"
INCOMPLETE = 3
MOST_SECONDS = 10
"""Generous, for a busy machine: each of these takes well under a second."""


def _bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "Metadata:\n  " + "\n  ".join(lines) + "\n" + GOOD


class Done:
    """What a run left behind."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    def problems(self) -> list[tuple[str | None, int | None, str]]:
        """What could not be read: path, line and message."""
        found = []
        for one in json.loads(self.out)["run"]["incomplete"]:
            place = one.get("location") or {}
            found.append((place.get("path", one["what"]), place.get("start_line"), one["reason"]))
        return found


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Writes files and runs `walint check` on them, in a folder of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def checked(files: dict[str, str | bytes], *arguments: str) -> Done:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        capsys.readouterr()
        with within(MOST_SECONDS):
            status = main(["check", *(arguments or ["."]), "--fail-on", "never", "--format", "json"])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Done(status, out, err)

    return checked


BROKEN: dict[str, tuple[str | bytes, str, int | None]] = {
    "unparsable YAML": ("Resources:\n  Q: [AWS::SQS::Queue\n", "not valid YAML", 3),
    "unparsable JSON": ('{"Resources": {"Q": {"Type": "AWS::SQS::Queue" "x"}}', "not valid JSON", 1),
    "tabs": (GOOD + "\tX: y\n", "not valid YAML", 4),
    "cookiecutter template": (GOOD + "{% if cookiecutter.x %}\n  R: {Type: AWS::SNS::Topic}\n", "not valid YAML", 4),
    "alias bomb": (_bomb(), "its aliases expand to more than", None),
    "alias that contains itself": (GOOD + "    Metadata: &m {a: *m}\n", "an alias contains itself", 4),
    "deep nesting, flow": (GOOD + "X: " + "[" * 10_000, "nested more than", 4),
    "deep nesting, maps": (GOOD + "X: " + "{a: " * 10_000, "nested more than", 4),
    "deep nesting, lists": (GOOD + "X:\n  " + "- " * 10_000 + "a\n", "nested more than", 5),
    "deep nesting, JSON": ('{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}, "X": ' + "[" * 10_000, "nested more", 1),
    "invalid UTF-8": (GOOD.encode() + b"# caf\xe9\n", "not valid UTF-8", 4),
    "invalid UTF-16": (b"\xff\xfe" + GOOD.encode("utf-16-le") + b"\0", "not valid UTF-16", None),
    "NUL": (GOOD.encode() + b"X: \0\n", "holds the control character U+0000", 4),
    "Type that is a mapping": (
        "AWSTemplateFormatVersion: x\nResources:\n  Q:\n    Type: {Ref: X}\n",
        "the Type of the resource Q is not a text",
        4,
    ),
    "no Type": ("AWSTemplateFormatVersion: x\nResources:\n  Q: {}\n", "the resource Q has no Type", 3),
    "resource that is a text": ("AWSTemplateFormatVersion: x\nResources:\n  Q: a\n", "the resource Q is not a map", 3),
    "Resources that is a list": ("AWSTemplateFormatVersion: x\nResources: [a]\n", "Resources is not a mapping", 2),
    "Resources: null": ("AWSTemplateFormatVersion: '2010-09-09'\nResources:\n", "declares no resources", 1),
    "Properties that are a list": (GOOD + "    Properties: [a]\n", "the Properties of Q are not a mapping", 4),
    "repeated resource": (GOOD + "  Q:\n    Type: AWS::SNS::Topic\n", "Q is written twice (first on line 2)", 4),
    "condition cycle": (
        "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n" + GOOD + "    Condition: A\n",
        "the condition A depends on itself",
        2,
    ),
    "a condition that is not declared": (GOOD + "    Condition: Nowhere\n", "the condition Nowhere", None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_clear_error_and_the_rest_is_judged(check: Callable[..., Done], name: str) -> None:
    content, message, line = BROKEN[name]
    done = check({"bad.yaml": content, "good.yaml": GOOD})
    ((path, at, told),) = done.problems()
    assert (done.status, path) == (INCOMPLETE, "bad.yaml")
    assert told.startswith(message), told
    assert line is None or line == at
    assert json.loads(done.out)["summary"]["resources"] >= 1
    assert "bad.yaml" in done.err


RIGHT: dict[str, str | bytes] = {
    "CRLF": GOOD.replace("\n", "\r\n"),
    "BOM": b"\xef\xbb\xbf" + GOOD.encode(),
    "UTF-16": GOOD.encode("utf-16"),
    "Properties that are an intrinsic": GOOD + "    Properties: !If [A, {QueueName: x}, {}]\n",
    "Properties: null": GOOD + "    Properties:\n",
    "a Ref to nothing": GOOD + "    Properties: {QueueName: !Ref Nowhere}\n",
    "a GetAtt of nothing": GOOD + "    Properties: {QueueName: !GetAtt Nowhere.Arn}\n",
    "a DependsOn to nothing": GOOD + "    DependsOn: [Nowhere]\n",
    "placeholders": GOOD + "    Properties: {QueueName: {{ cookiecutter.name }}}\n",
    "a repeated key": GOOD + "    Properties: {QueueName: a, QueueName: b}\n",
    "an unknown intrinsic": GOOD + "    Properties: {QueueName: !Frobnicate x}\n",
    "an intrinsic of the wrong shape": GOOD
    + "    Properties: {QueueName: !Sub [a, b, c], DelaySeconds: !Select [x]}\n",
    "a mapping that is not there": GOOD + "    Properties: {QueueName: !FindInMap [A, B, C]}\n",
    "a resource that refers to itself": GOOD + "    Properties: {QueueName: !Ref Q, Tags: !GetAtt Q.Arn}\n",
    "JSON with tabs": b'{\n\t"Resources": {\n\t\t"Q": {"Type":\t"AWS::SQS::Queue"}\n\t}\n}',
    "names for a terminal": GOOD + '    Properties: {QueueName: "\\e[31m</script>\\0"}\n',
}


@pytest.mark.parametrize("name", RIGHT)
def test_simply_right(check: Callable[..., Done], name: str) -> None:
    done = check({"template.yaml": RIGHT[name]})
    assert (done.status, done.problems()) == (0, [])
    assert json.loads(done.out)["summary"]["resources"] == 1


NOT_OURS: dict[str, str] = {
    "appspec.yml": "version: 0.0\nResources:\n  - MyFunction:\n      Type: AWS::Lambda::Function\n",
    "serverless.yml": ("service: x\nprovider: {name: aws}\nresources:\n  Resources:\n    Q: {Type: AWS::SQS::Queue}\n"),
    "package.json": '{"name": "x", "Transform": "AWS::Serverless", "dependencies": {}}',
    "docker-compose.yml": "services: {web: {image: nginx, deploy: {resources: {}}}}\n",
    "deployment.yaml": "apiVersion: v1\nkind: Pod\nspec: {containers: [{resources: {}}]}\n---\nkind: Service\n",
    "ci.yml": "on: push\njobs: {a: {steps: [{run: 'echo AWS::S3::Bucket'}]}}\n",
    "rain.yaml": "Rain:\n  Modules: {}\n",
    "list.yaml": "- AWS::SQS::Queue\n",
    "text.yaml": "just a sentence\n",
    "empty.yaml": "",
    "broken.yaml": "a: [1\n",
    "data.json": "[1, 2, 3]",
}


@pytest.mark.parametrize("name", NOT_OURS)
def test_look_alikes_are_silently_not_ours(check: Callable[..., Done], name: str) -> None:
    done = check({name: NOT_OURS[name], "good.yaml": GOOD})
    assert (done.status, done.problems(), done.err) == (0, [], "")
    assert json.loads(done.out)["summary"]["resources"] == 1


def test_a_large_file_is_told_and_not_read(check: Callable[..., Done]) -> None:
    done = check({"big.yaml": GOOD + "# " + "x" * 50_000_000, "good.yaml": GOOD})
    ((path, _, message),) = done.problems()
    assert (done.status, path, "walint reads files of at most" in message) == (INCOMPLETE, "big.yaml", True)


NESTED = "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: %s}\n"


@pytest.mark.parametrize(
    "files",
    [
        {"a.yaml": NESTED % "./a.yaml"},
        {"a.yaml": NESTED % "./b.yaml", "b.yaml": NESTED % "./a.yaml"},
        {"a.yaml": NESTED % "./b.yaml", "b.yaml": NESTED % "./c.yaml", "c.yaml": NESTED % "./a.yaml"},
    ],
)
def test_a_nested_stack_cycle_ends(check: Callable[..., Done], files: dict[str, str]) -> None:
    done = check({**files, "good.yaml": GOOD})
    told = done.problems()
    assert done.status in (0, INCOMPLETE)
    assert json.loads(done.out)["summary"]["resources"] < 50
    assert all("cycle" in message or "itself" in message for _, _, message in told), told


def test_nested_stacks_cannot_be_used_as_a_bomb(check: Callable[..., Done]) -> None:
    """Each of eight levels nests the next one ten times."""
    files = {}
    for level in range(8):
        children = "".join(
            f"  C{n}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: ./l{level + 1}.yaml}}}}\n"
            for n in range(10)
        )
        files[f"l{level}.yaml"] = f"Resources:\n{children}"
    files["l8.yaml"] = GOOD
    assert check(files).status in (0, INCOMPLETE)


@pytest.mark.parametrize("url", ["../outside.yaml", "/etc/passwd", "file:///etc/passwd", "https://example.com/x.yaml"])
def test_nothing_out_of_the_tree_is_read(check: Callable[..., Done], tmp_path: Path, url: str) -> None:
    (tmp_path / "outside.yaml").write_text(GOOD, encoding="utf-8")
    done = check({"a.yaml": NESTED % url})
    assert json.loads(done.out)["summary"]["resources"] == 1


@pytest.mark.parametrize("to_folder", [False, True])
def test_a_link_out_of_the_tree_is_not_followed(check: Callable[..., Done], tmp_path: Path, *, to_folder: bool) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "t.yaml").write_text(GOOD.replace("  Q:", "  FromOutside:"), encoding="utf-8")
    Path("link.yaml" if not to_folder else "folder").symlink_to(outside if to_folder else outside / "t.yaml")
    done = check({"good.yaml": GOOD})
    assert "FromOutside" not in done.out
    assert json.loads(done.out)["summary"]["resources"] == 1


def test_a_link_to_itself_is_not_followed(check: Callable[..., Done]) -> None:
    Path("loop.yaml").symlink_to("loop.yaml")
    Path("folder").symlink_to(".")
    assert json.loads(check({"good.yaml": GOOD}).out)["summary"]["resources"] == 1


def test_an_unreadable_file(check: Callable[..., Done], monkeypatch: pytest.MonkeyPatch) -> None:
    """The permission is denied by a fake, for the tests may run as root."""
    real = os.open

    def denied(path: Any, *arguments: Any, **options: Any) -> int:
        if str(path).endswith("closed.yaml"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", denied)
    done = check({"closed.yaml": GOOD, "good.yaml": GOOD})
    assert (done.status, done.problems()) == (
        INCOMPLETE,
        [("closed.yaml", None, "cannot be read: Permission denied")],
    )


def test_a_pipe_is_not_waited_for(check: Callable[..., Done]) -> None:
    os.mkfifo("pipe.yaml")
    done = check({"good.yaml": GOOD})
    assert json.loads(done.out)["summary"]["resources"] == 1


def test_nothing_at_all_is_incomplete(check: Callable[..., Done]) -> None:
    done = check({"README.md": "# nothing\n"})
    assert (done.status, [message for *_, message in done.problems()]) == (
        INCOMPLETE,
        ["nothing to judge was found here"],
    )


def test_incompleteness_can_be_allowed(check: Callable[..., Done]) -> None:
    assert check({"bad.yaml": "Resources: [AWS::X::Y\n"}, ".", "--allow-incomplete").status == 0


@pytest.mark.parametrize("format_name", ["text", "concise", "sarif", "html"])
def test_every_report_says_that_something_could_not_be_read(
    check: Callable[..., Done], format_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    check({"bad.yaml": BROKEN["unparsable YAML"][0], "good.yaml": GOOD})
    assert main(["check", ".", "--fail-on", "never", "--format", format_name]) == INCOMPLETE
    out, err = capsys.readouterr()
    assert "not valid YAML" in out + err
    assert "Traceback" not in out + err


def test_a_terminal_is_not_spoken_to_by_a_template(
    check: Callable[..., Done], capsys: pytest.CaptureFixture[str]
) -> None:
    name = '"Q\\e[31m\\x07"'
    check({"t.yaml": f"Resources:\n  {name}:\n    Type: AWS::DynamoDB::Table\n    Properties: {{TableName: {name}}}\n"})
    main(["check", ".", "--profile", "strict"])
    out, err = capsys.readouterr()
    assert "\x1b[31m" not in out + err
    assert "\x07" not in out + err
