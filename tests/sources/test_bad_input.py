"""Hostile and broken input: one clear problem with its place, or silence; never a traceback or a hang."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.timing import within
from walint.model.graph import Graph
from walint.model.value import Known

GOOD = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n"
DEEP = 10_000


def _bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "Metadata:\n  " + "\n  ".join(lines) + "\n" + GOOD


def _deep_aliases() -> str:
    deep = lambda inner: "{a: " * 150 + inner + "}" * 150  # noqa: E731
    return f"Metadata:\n  a: &a {deep('x')}\n  b: {deep('*a')}\n" + GOOD


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        pytest.param("Resources:\n  Q: [AWS::SQS::Queue\n", "not valid YAML: did not find expected", 3, id="unclosed"),
        pytest.param(
            '{"Resources": {"Q": {"Type": "AWS::SQS::Queue" "x"}}',
            "not valid JSON: did not find expected",
            1,
            id="json",
        ),
        pytest.param(GOOD + "\tX: y\n", "not valid YAML: found a tab character", 4, id="tab"),
        pytest.param(
            GOOD + "{% if cookiecutter.x %}\n  R: {Type: AWS::SNS::Topic}\n{% endif %}\n",
            "not valid YAML: ",
            4,
            id="cookiecutter",
        ),
        pytest.param(_bomb(), "its aliases expand to more than 1,000,000 values", None, id="bomb"),
        pytest.param(_deep_aliases(), "its aliases nest more than 200 levels deep", None, id="deep-aliases"),
        pytest.param(GOOD + "    Metadata: &m {a: *m}\n", "an alias contains itself", 4, id="cyclic-alias"),
        pytest.param(GOOD + "    Metadata: *nope\n", "not valid YAML: found undefined alias", 4, id="undefined-alias"),
        pytest.param(GOOD + "X: " + "[" * DEEP, "nested more than 200 levels deep", 4, id="deep-flow"),
        pytest.param(GOOD + "X: " + "{a: " * DEEP, "nested more than 200 levels deep", 4, id="deep-map"),
        pytest.param(
            GOOD + "".join(" " * n + "a:\n" for n in range(1000)),
            "nested more than 200 levels deep",
            None,
            id="deep-block",
        ),
        pytest.param(GOOD + "X:\n  " + "- " * DEEP + "a\n", "nested more than 200 levels deep", 5, id="deep-list"),
        pytest.param(
            '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}, "X": ' + "[" * 300_000,
            "nested more than 200",
            1,
            id="segfault",
        ),
        pytest.param(GOOD + "X: [" + "[]," * 600_000 + "]\n", "holds more than 500,000 values", 4, id="many-values"),
        pytest.param(GOOD + "X: [" + "{{" * 500_000, "nested more than 200", 4, id="braces"),
        pytest.param(GOOD.encode() + b"# caf\xe9\n", "not valid UTF-8: invalid continuation byte", 4, id="latin-1"),
        pytest.param(GOOD.encode() + b"X: \0\n", "holds the control character U+0000", 4, id="nul"),
        pytest.param(GOOD.encode() + b"X: \x1b[31m\n", "holds the control character U+001B", 4, id="escape"),
        pytest.param(b"\xff\xfe" + GOOD.encode("utf-16-le") + b"\0", "not valid UTF-16", None, id="utf-16"),
        pytest.param(
            GOOD + "---\n" + GOOD, "holds several YAML documents; only the first one is judged", None, id="documents"
        ),
        pytest.param(
            GOOD + "  Q:\n    Type: AWS::SNS::Topic\n",
            "Q is written twice (first on line 2); the last one is judged",
            4,
            id="duplicate",
        ),
        pytest.param(
            "Resources:\n  Q:\n    Type: {Ref: X}\nAWSTemplateFormatVersion: x\n",
            "the Type of the resource Q is not a text",
            3,
            id="type-mapping",
        ),
        pytest.param(
            "Resources:\n  Q: {}\nAWSTemplateFormatVersion: x\n", "the resource Q has no Type", 2, id="no-type"
        ),
        pytest.param(
            "Resources:\n  Q: text\nAWSTemplateFormatVersion: x\n",
            "the resource Q is not a mapping",
            2,
            id="resource-text",
        ),
        pytest.param(
            "Resources:\n  - Type: AWS::SQS::Queue\nAWSTemplateFormatVersion: x\n",
            "Resources is not a mapping",
            1,
            id="resource-list",
        ),
        pytest.param(
            "Resources:\nAWSTemplateFormatVersion: '2010-09-09'\n", "declares no resources", 1, id="resources-null"
        ),
        pytest.param(GOOD + "    Properties: [a]\n", "the Properties of Q are not a mapping", 4, id="properties-list"),
    ],
)
def test_one_clear_error(scan: Callable[..., Graph], content: str | bytes, message: str, line: int | None) -> None:
    with within(5):
        graph = scan({"bad.yaml": content, "good.yaml": GOOD})
    assert [problem.level for problem in graph.problems] == ["error"]
    problem = graph.problems[0]
    assert problem.path == "bad.yaml"
    assert problem.message.startswith(message)
    if line is not None:
        assert problem.span is not None
        assert problem.span.start_line == line
    assert graph.get("good.yaml#Q") is not None


def test_a_key_that_is_written_twice_is_a_note(scan: Callable[..., Graph]) -> None:
    """CloudFormation takes the last one, and real templates live with it: the scan is complete."""
    graph = scan({"t.yaml": GOOD + "    Properties: {DelaySeconds: 1, DelaySeconds: 2}\n"})
    assert [(problem.level, problem.message) for problem in graph.problems] == [
        ("note", "DelaySeconds is written twice (first on line 4); the last one is judged")
    ]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(GOOD.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(b"\xef\xbb\xbf" + GOOD.encode(), id="bom"),
        pytest.param(GOOD.encode("utf-16"), id="utf-16"),
        pytest.param(b'{\n\t"Resources": {\n\t\t"Q": {"Type":\t"AWS::SQS::Queue"}\n\t}\n}', id="json-tabs"),
        pytest.param(
            b'{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"x"}}}}', id="json-one-line"
        ),
        pytest.param(
            b'{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Metadata": {"a": "\\ud83d\\ude00 \\/"}}}}',
            id="json-surrogates",
        ),
        pytest.param(b"? [a, b]\n: c\n" + GOOD.encode(), id="complex-key"),
        pytest.param((GOOD + "    Properties: !If [A, {}, {}]\n").encode(), id="properties-intrinsic"),
        pytest.param((GOOD + "    Properties:\n").encode(), id="properties-null"),
        pytest.param((GOOD + "    Properties: {QueueName: {{ cookiecutter.name }}}\n").encode(), id="placeholder"),
        pytest.param(
            (GOOD + "    DependsOn: Nowhere\n    Properties: {QueueName: !Ref Nowhere}\n").encode(), id="ref-to-nothing"
        ),
        pytest.param((GOOD + "    Properties: {DelaySeconds: " + "9" * 10_000 + "}\n").encode(), id="huge-number"),
        pytest.param(
            (
                b"AWSTemplateFormatVersion: x\nMetadata:\n  a: &a {Type: AWS::SQS::Queue}\n"
                b"Resources:\n  Q:\n    <<: *a\n"
            ),
            id="merge-key",
        ),
    ],
)
def test_simply_right(scan: Callable[..., Graph], content: bytes) -> None:
    graph = scan({"t.yaml": content})
    assert graph.problems == []
    assert [(resource.name, resource.type) for resource in graph.resources] == [("Q", "AWS::SQS::Queue")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("appspec.yml", "version: 0.0\nResources:\n  - MyFunction:\n      Type: AWS::Lambda::Function\n"),
        (
            "serverless.yml",
            "service: x\nprovider: {name: aws}\nresources:\n  Resources:\n    Q: {Type: AWS::SQS::Queue}\n",
        ),
        ("package.json", '{"name": "x", "Transform": "AWS::Serverless", "dependencies": {}}'),
        ("service-2.json", '{"shapes": {"Resources": {"type": "list", "doc": "AWS::S3::Bucket"}}}'),
        ("deployment.yaml", "apiVersion: v1\nkind: Pod\nspec: {containers: [{resources: {}}]}\n---\nkind: Service\n"),
        ("ci.yml", "on: push\njobs: {a: {steps: [{run: 'echo AWS::S3::Bucket'}]}}\n"),
        ("broken.yaml", "a: [1\n"),
        ("macro.yaml", "Resources: {a: b}\nnote: AWS::S3\n"),
        ("data.json", "[1, 2, 3]"),
    ],
)
def test_look_alikes_are_none_of_ours(scan: Callable[..., Graph], name: str, content: str) -> None:
    graph = scan({name: content})
    assert (graph.problems, graph.resources, graph.files) == ([], [], [])


@pytest.mark.parametrize(("name", "content"), [("README.md", "# hi: [\n"), ("a.yaml", "a: b\n"), ("b.bin", b"\0\1\2")])
def test_a_named_file_that_is_not_ours_is_told(scan: Callable[..., Graph], name: str, content: str | bytes) -> None:
    graph = scan({name: content}, [name])
    assert [(problem.level, problem.path) for problem in graph.problems] == [("note", name)]


def test_a_large_file_is_not_read(scan: Callable[..., Graph]) -> None:
    graph = scan({"big.yaml": GOOD + "# " + "x" * 50_000_000, "other.json": "x" * 11_000_000, "good.yaml": GOOD})
    assert [(problem.level, problem.path) for problem in graph.problems] == [("error", "big.yaml")]
    assert "walint reads files of at most" in graph.problems[0].message
    assert len(graph.resources) == 1


def test_the_limit_can_be_set(scan: Callable[..., Graph]) -> None:
    assert [problem.level for problem in scan(GOOD, max_file_bytes=10).problems] == ["error"]
    assert scan(GOOD, max_file_bytes=len(GOOD)).problems == []


def test_a_pipe_is_not_waited_for(scan: Callable[..., Graph], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    graph = scan({"good.yaml": GOOD})
    assert [(problem.level, problem.message) for problem in graph.problems] == [("error", "is not a regular file")]
    assert len(graph.resources) == 1


def test_an_unreadable_file_is_an_error(scan: Callable[..., Graph], monkeypatch: pytest.MonkeyPatch) -> None:
    opened = os.open

    def denied(path: os.PathLike[str], flags: int) -> int:
        if str(path).endswith("closed.yaml"):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags)

    monkeypatch.setattr(os, "open", denied)
    graph = scan({"good.yaml": GOOD, "closed.yaml": GOOD})
    assert [(problem.level, problem.path, problem.message) for problem in graph.problems] == [
        ("error", "closed.yaml", "cannot be read: Permission denied")
    ]
    assert len(graph.resources) == 1


def test_a_path_that_does_not_exist_is_an_error(scan: Callable[..., Graph]) -> None:
    graph = scan({"good.yaml": GOOD}, ["nope.yaml", "good.yaml"])
    assert [(problem.level, problem.path, problem.message) for problem in graph.problems] == [
        ("error", "nope.yaml", "does not exist")
    ]
    assert len(graph.resources) == 1


def test_loops_cannot_be_used_as_a_bomb(scan: Callable[..., Graph]) -> None:
    body = "'Q${V0}': {Type: AWS::SQS::Queue}"
    items = ", ".join(str(number) for number in range(40))
    for level in range(8):
        body = f"'Fn::ForEach::L{level}': [V{level}, [{items}], {{{body}}}]"
    with within(5):
        graph = scan(f"Transform: AWS::LanguageExtensions\nResources: {{{body}}}\n")
    assert "Fn::ForEach makes more than 10,000 entries" in [unseen.reason for unseen in graph.unseen]


def _timed_load(scan: Callable[..., Graph], files: dict[str, str]) -> Graph:
    with within(5):
        graph = scan(files)
        for resource in graph.resources:
            if isinstance(resource.properties, Known) and isinstance(resource.properties.data, Mapping):
                list(resource.properties.data.values())
    return graph


def test_stacks_that_multiply_are_cut(scan: Callable[..., Graph]) -> None:
    nested = "".join(
        f"  N{index}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: NEXT}}}}\n" for index in range(30)
    )
    files = {f"{level}.yaml": "Resources:\n" + nested.replace("NEXT", f"{level + 1}.yaml") for level in range(6)}
    graph = _timed_load(scan, files | {"6.yaml": GOOD})
    assert {problem.level for problem in graph.problems} == {"error"}
    assert graph.unseen != []


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param("{X: !Join ['', [" + "!If [C, a, b], " * 20_000 + "]]}", id="many-ifs"),
        pytest.param("{X: !Join ['', !Split ['a', '" + "a" * 500_000 + "']]}", id="many-parts"),
        pytest.param("{X: !Sub '" + "${A}" * 200_000 + "'}", id="many-placeholders"),
        pytest.param("{X: !Sub '" + "${" * 500_000 + "'}", id="open-placeholders"),
        pytest.param("{X: '{{resolve:" + "{{resolve:" * 100_000 + "'}", id="open-references"),
        pytest.param("{X: !FindInMap [" + "!If [C, a, b], " * 3 + "]}", id="odd-arguments"),
    ],
)
def test_no_expression_takes_long(scan: Callable[..., Graph], properties: str) -> None:
    conditions = "Parameters: {P: {Type: String}}\nConditions: {C: !Equals [!Ref P, a]}\n"
    graph = _timed_load(scan, {"t.yaml": conditions + GOOD + f"    Properties: {properties}\n"})
    assert len(graph.resources) == 1


def test_a_hostile_samconfig_takes_no_time(scan: Callable[..., Graph]) -> None:
    config = '[default.deploy.parameters]\nparameter_overrides = "' + "a" * 900_000 + '"\n'
    assert _timed_load(scan, {"template.yaml": GOOD, "samconfig.toml": config}).problems == []
    graph = _timed_load(scan, {"template.yaml": GOOD, "samconfig.toml": "a = " + "[" * 100_000})
    assert [(problem.level, problem.path) for problem in graph.problems] == [("error", "samconfig.toml")]
