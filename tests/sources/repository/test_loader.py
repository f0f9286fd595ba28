"""What a repository becomes as a whole."""

from __future__ import annotations

from pathlib import Path

from tests.sources.repository.conftest import Load, facts

TEMPLATE = "Resources:\n  A:\n    Type: AWS::SQS::Queue\n"


def test_a_repository(loaded: Load) -> None:
    samconfig = '[staging.deploy.parameters]\n[default.deploy.parameters]\nparameter_overrides = "Environment=prod"\n'
    steps = "steps: [{run: pytest}, {run: sam deploy}]"
    graph = loaded(
        {
            "README.md": "# Orders\n",
            "template.yaml": TEMPLATE,
            "samconfig.toml": samconfig,
            "envs/qa/main.tf": "",
            ".github/workflows/a.yml": f"on: push\njobs: {{a: {{environment: dev, {steps}}}}}\n",
            "package.json": '{"dependencies": {"pino": "9"}}',
        },
        work_tree=True,
        tags=("v1",),
    )
    found = facts(graph, "Walint::Repository")
    assert (found["Git"], found["Tags"], found["Infrastructure"]) == (
        True,
        ["v1"],
        ["envs/qa/main.tf", "template.yaml"],
    )
    assert found["Environments"] == ["development", "production", "staging", "test"]
    assert found["Dependencies"] == ["pino"]
    assert found["Stages"] == ["deploy-nonprod", "test"]
    assert [one["Path"] for one in found["Pipelines"]] == [".github/workflows/a.yml"]
    assert [one["Title"] for one in found["Documents"]] == ["Orders"]
    resource = graph.of_type("Walint::Repository")[0]
    assert resource.span is not None
    assert resource.span.path == "README.md"


def test_paths_are_those_of_the_folder_and_places_those_of_the_root(loaded: Load) -> None:
    graph = loaded(
        {"orders/docs/a.md": "# A\n", "orders/template.yaml": TEMPLATE, "other/b.md": "# B\n"}, folder="orders"
    )
    documents = graph.of_type("Walint::Document")
    assert [(one.address, one.span.path if one.span else "") for one in documents] == [
        ("docs/a.md", "orders/docs/a.md")
    ]
    assert graph.repository_files == ["orders/docs/a.md"]
    assert graph.files == ["orders/template.yaml"]


def test_nothing_is_a_repository_of_nothing(loaded: Load) -> None:
    assert list(loaded({"a.txt": "x"}).of_type("Walint::Repository")) == []


def test_documents_are_not_read_until_a_rule_asks(loaded: Load) -> None:
    graph = loaded({"a.md": b"\xff\xfe\x00# x", "b.md": "# B\n", "template.yaml": TEMPLATE}, work_tree=True)
    paths = [one.address for one in graph.of_type("Walint::Document")]
    assert paths == ["a.md", "b.md"]
    assert graph.problems == []
    assert facts(graph, "Walint::Document", "b.md")["Headings"] == [{"Text": "B", "Level": 1}]


def test_a_link_out_of_the_tree_is_no_document(loaded: Load, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}.md"
    outside.write_text("# Secret\n", encoding="utf-8")
    (tmp_path / "link.md").symlink_to(outside)
    graph = loaded({"template.yaml": TEMPLATE, "docs/a.md": "# A\n"})
    assert [one.address for one in graph.of_type("Walint::Document")] == ["docs/a.md"]
