"""Data reach the program the same whichever way they come: pre-built, from the cache, or from YAML."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from walint.catalog import compiled as module
from walint.catalog.compiled import compile_all, compiled, use_cache


class Counter:
    """A builder that says how often it was asked."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.calls = 0

    def build(self) -> dict[str, Any]:
        self.calls += 1
        return {"text": self.source.read_text(encoding="utf-8"), "calls": self.calls}


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "_cache_in_use", True)
    source = tmp_path / "facts.yaml"
    source.write_text("one", encoding="utf-8")
    return Counter(source)


def cache_files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").rglob("*.json"))


def test_the_second_load_comes_from_the_cache(counter: Counter) -> None:
    first = compiled("facts", [counter.source], counter.build)
    second = compiled("facts", [counter.source], counter.build)
    assert (first, second, counter.calls) == ({"text": "one", "calls": 1}, {"text": "one", "calls": 1}, 1)


def test_a_changed_source_is_built_anew(counter: Counter) -> None:
    compiled("facts", [counter.source], counter.build)
    counter.source.write_text("two", encoding="utf-8")
    os.utime(counter.source, ns=(1, 1))
    assert compiled("facts", [counter.source], counter.build)["text"] == "two"


def test_changed_code_builds_anew(counter: Counter, tmp_path: Path) -> None:
    code = tmp_path / "checks.py"
    code.write_text("", encoding="utf-8")
    for _ in range(2):
        compiled("facts", [counter.source], counter.build, [code])
    assert counter.calls == 1
    os.utime(code, ns=(1, 1))
    compiled("facts", [counter.source], counter.build, [code])
    assert counter.calls == 2


def test_a_source_more_or_less_is_built_anew(counter: Counter, tmp_path: Path) -> None:
    other = tmp_path / "more.yaml"
    other.write_text("", encoding="utf-8")
    compiled("facts", [counter.source], counter.build)
    compiled("facts", [counter.source, other], counter.build)
    compiled("facts", [counter.source], counter.build)
    assert counter.calls == 3


def test_another_version_of_walint_does_not_read_the_cache(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled("facts", [counter.source], counter.build)
    monkeypatch.setattr(module, "__version__", "99.0")
    compiled("facts", [counter.source], counter.build)
    assert counter.calls == 2


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"key": "other", "data": 1}', b"[" * 100_000])
def test_a_damaged_cache_is_ignored_and_mended(counter: Counter, tmp_path: Path, damage: bytes) -> None:
    compiled("facts", [counter.source], counter.build)
    (cache,) = cache_files(tmp_path)
    cache.write_bytes(damage)
    assert compiled("facts", [counter.source], counter.build) == {"text": "one", "calls": 2}
    assert compiled("facts", [counter.source], counter.build) == {"text": "one", "calls": 2}


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    obstacle = tmp_path / "a-file"
    obstacle.write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(obstacle))
    assert compiled("facts", [counter.source], counter.build)["text"] == "one"


def test_without_a_home_there_is_no_cache(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/path")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    compiled("facts", [counter.source], counter.build)
    compiled("facts", [counter.source], counter.build)
    assert counter.calls == 2


def test_no_cache_neither_reads_nor_writes(counter: Counter, tmp_path: Path) -> None:
    use_cache(on=False)
    try:
        compiled("facts", [counter.source], counter.build)
        compiled("facts", [counter.source], counter.build)
    finally:
        use_cache(on=True)
    assert (counter.calls, cache_files(tmp_path)) == (2, [])


def test_two_checkouts_do_not_share_a_cache_file(counter: Counter, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "facts.yaml"
    other.parent.mkdir()
    other.write_text("other", encoding="utf-8")
    compiled("facts", [counter.source], counter.build)
    compiled("facts", [other], Counter(other).build)
    assert len(cache_files(tmp_path)) == 2


def test_errors_of_the_builder_pass_through(counter: Counter) -> None:
    counter.source.unlink()
    with pytest.raises(FileNotFoundError):
        compiled("facts", [counter.source], counter.build)


def test_what_the_wheel_carries_is_used_first(
    counter: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_PREBUILT", tmp_path)
    (tmp_path / "facts.json").write_text('{"text": "pre-built"}', encoding="utf-8")
    assert compiled("facts", [counter.source], counter.build) == {"text": "pre-built"}


def test_pre_built_data_are_the_data(tmp_path: Path) -> None:
    written = compile_all(tmp_path)
    built = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in written}
    registered = {item.name: item.build() for item in module._registered.values()}
    assert {"alarm_metrics", "defaults", "identity", "practices", "relations"} <= built.keys()
    assert json.loads(json.dumps(registered)) == built
