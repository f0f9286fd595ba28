"""Loading rules: shipped ones, a user's folders, the cache, and what the wheel carries."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from walint.catalog import compiled as compiled_module
from walint.installation import data_directory
from walint.language import catalogue
from walint.language.catalogue import Catalogue, RulesError, load_rules, register_shipped, rule_files

RULE = """\
id: {id}
title: {title}
passing: Queue is right
severity: low
practices: [OPS01-BP01]
since: 0.1.0
sources: [cloudformation]
resource: AWS::SQS::Queue
expect: {{QueueName: present}}
rationale: Because this is how it has to be.
remediation: Write it in another way.
references: [https://example.com/]
aliases: [{id}-before]
examples:
  - {{name: nameless, cloudformation: "Resources: {{Q: {{Type: 'AWS::SQS::Queue'}}}}  # finding"}}
"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(compiled_module, "_cache_in_use", True)


def _write(folder: Path, rule_id: str, title: str = "Queue is wrong", family: str = "own") -> Path:
    path = folder / family / f"{rule_id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RULE.format(id=rule_id, title=title), encoding="utf-8")
    return path


def test_the_shipped_rules_are_those_of_the_folder() -> None:
    files = rule_files(data_directory("rules"))
    assert sorted(path.stem for path in files) == sorted(load_rules().rules)
    assert len(files) > 30


def test_a_folder_of_ones_own_comes_beside_the_shipped_rules(tmp_path: Path) -> None:
    _write(tmp_path / "mine", "queue-has-name")
    both = load_rules([tmp_path / "mine"])
    assert set(both.rules) == set(load_rules().rules) | {"queue-has-name"}
    assert set(load_rules([tmp_path / "mine"], include_shipped=False).rules) == {"queue-has-name"}


def test_a_rule_as_it_is_loaded(tmp_path: Path) -> None:
    path = _write(tmp_path, "queue-has-name")
    loaded = Catalogue([tmp_path])
    rule = loaded.rules["queue-has-name"]
    assert (rule.id, rule.family, rule.severity, rule.types) == ("queue-has-name", "own", "low", ("AWS::SQS::Queue",))
    assert (rule.practices, rule.sources, rule.path) == (("OPS01-BP01",), ("cloudformation",), str(path))
    texts = loaded.texts("queue-has-name")
    assert (texts.rationale, texts.references) == ("Because this is how it has to be.", ("https://example.com/",))
    assert [example["name"] for example in texts.examples] == ["nameless"]


def test_a_rule_is_found_by_its_former_name(tmp_path: Path) -> None:
    _write(tmp_path, "queue-has-name")
    loaded = Catalogue([tmp_path])
    named = [loaded.named(name) for name in ("queue-has-name", "queue-has-name-before", "nobody")]
    assert [rule.id if rule else None for rule in named] == ["queue-has-name", "queue-has-name", None]
    with pytest.raises(KeyError):
        loaded.texts("nobody")


def test_files_that_come_and_go_after_the_rules_were_loaded(tmp_path: Path) -> None:
    gone = _write(tmp_path, "queue-has-name")
    Catalogue([tmp_path])
    loaded = Catalogue([tmp_path])  # from the cache, which keeps the texts by themselves
    gone.unlink()
    _write(tmp_path, "queue-has-other-name")
    texts = loaded.texts("queue-has-name")
    assert (texts.title, texts.remediation) == ("Queue is wrong", "")
    with pytest.raises(KeyError):
        loaded.texts("queue-has-other-name")


def test_rules_are_validated_anew_by_changed_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = tmp_path / "checks.py"
    checks.touch()
    monkeypatch.setattr(catalogue, "_VALIDATORS", (checks,))
    _write(tmp_path / "mine", "queue-has-name")
    Catalogue([tmp_path / "mine"])
    asked = []
    monkeypatch.setattr(catalogue, "validate_files", lambda files: asked.append(files) or [])
    Catalogue([tmp_path / "mine"])
    assert asked == []
    os.utime(checks, ns=(1, 1))
    Catalogue([tmp_path / "mine"])
    assert len(asked) == 1


def test_an_id_is_used_once(tmp_path: Path) -> None:
    one, two = _write(tmp_path / "a", "queue-has-name"), _write(tmp_path / "b", "queue-has-name")
    with pytest.raises(RulesError) as caught:
        Catalogue([tmp_path / "a", tmp_path / "b"])
    assert caught.value.message == f"the rule queue-has-name is defined twice: {one} and {two}"


def test_mistakes_of_all_files_are_told(tmp_path: Path) -> None:
    for name in ("one", "two"):
        path = _write(tmp_path, f"queue-{name}")
        path.write_text(path.read_text(encoding="utf-8").replace("severity: low", "severity: dire"), encoding="utf-8")
    (tmp_path / "own" / "three.yml").write_text("id: [\n", encoding="utf-8")
    with pytest.raises(RulesError) as caught:
        Catalogue([tmp_path])
    assert [Path(str(error.where.path)).name for error in caught.value.errors if not isinstance(error.where, str)] == [
        "queue-one.yaml",
        "queue-two.yaml",
        "three.yml",
    ]


@pytest.mark.parametrize("name", ["README.md", ".hidden.yaml", "notes.txt"])
def test_other_files_are_no_rules(tmp_path: Path, name: str) -> None:
    _write(tmp_path, "queue-has-name")
    (tmp_path / name).write_text("[", encoding="utf-8")
    assert list(Catalogue([tmp_path]).rules) == ["queue-has-name"]


def _count(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    built: list[int] = []
    real = catalogue.validate_files

    def counted(files: object) -> object:
        built.append(1)
        return real(files)  # type: ignore[arg-type]

    monkeypatch.setattr(catalogue, "validate_files", counted)
    return built


def test_rules_are_read_from_yaml_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path / "mine", "queue-has-name")
    built = _count(monkeypatch)
    first, second = Catalogue([tmp_path / "mine"]), Catalogue([tmp_path / "mine"])
    assert (len(built), first.rules) == (1, second.rules)


@pytest.mark.parametrize("change", ["edit", "add", "remove"])
def test_what_is_kept_is_refreshed_when_a_file_changes(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "mine"
    first, second = _write(folder, "queue-one"), _write(folder, "queue-two")
    assert sorted(Catalogue([folder]).rules) == ["queue-one", "queue-two"]
    if change == "edit":
        _write(folder, "queue-one", title="Queue is quite wrong")
        os.utime(first, ns=(1, 1))
    elif change == "add":
        _write(folder, "queue-three")
    else:
        second.unlink()
    titles = {rule.id: rule.title for rule in Catalogue([folder]).rules.values()}
    assert (
        titles
        == {
            "edit": {"queue-one": "Queue is quite wrong", "queue-two": "Queue is wrong"},
            "add": {"queue-one": "Queue is wrong", "queue-two": "Queue is wrong", "queue-three": "Queue is wrong"},
            "remove": {"queue-one": "Queue is wrong"},
        }[change]
    )
    assert Catalogue([folder]).texts("queue-one").title == titles["queue-one"]


def test_a_mistake_is_told_again_until_it_is_mended(tmp_path: Path) -> None:
    path = _write(tmp_path / "mine", "queue-one")
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("severity: low", "severity: dire"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RulesError):
            Catalogue([tmp_path / "mine"])
    path.write_text(good, encoding="utf-8")
    assert list(Catalogue([tmp_path / "mine"]).rules) == ["queue-one"]


def test_a_damaged_cache_does_no_harm(tmp_path: Path) -> None:
    _write(tmp_path / "mine", "queue-one")
    Catalogue([tmp_path / "mine"])
    for kept in (tmp_path / "cache").rglob("*.json"):
        kept.write_text("{", encoding="utf-8")
    assert list(Catalogue([tmp_path / "mine"]).rules) == ["queue-one"]


def test_two_folders_of_the_same_name_are_kept_apart(tmp_path: Path) -> None:
    _write(tmp_path / "a" / "mine", "queue-one")
    _write(tmp_path / "b" / "mine", "queue-two")
    found = [list(Catalogue([tmp_path / name / "mine"]).rules) for name in ("a", "b", "a")]
    assert found == [["queue-one"], ["queue-two"], ["queue-one"]]


def test_the_wheel_carries_the_same_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = load_rules()
    compiled_module.compile_all(tmp_path / "catalogue")  # what registers at its first import has done so
    monkeypatch.setattr(compiled_module, "_registered", {})
    register_shipped()
    written = compiled_module.compile_all(tmp_path / "prebuilt")
    assert {"rules.json", "rule_texts.json"} <= {path.name for path in written}
    monkeypatch.setattr(compiled_module, "_PREBUILT", tmp_path / "prebuilt")
    monkeypatch.setattr(catalogue, "validate_files", lambda _files: pytest.fail("YAML was read"))
    loaded = load_rules()
    assert loaded.rules == expected.rules
    assert [loaded.texts(name) for name in loaded.rules] == [expected.texts(name) for name in expected.rules]
    for path in written:
        assert str(Path.home()) not in json.dumps(json.loads(path.read_text(encoding="utf-8")))
