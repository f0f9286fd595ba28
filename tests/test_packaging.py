"""The wheel, built from the source distribution and installed beside nothing but what it declares."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = """\
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      RetentionInDays: 3
"""


def build(source: Path, target: Path, kind: str) -> Path:
    """Builds an sdist or a wheel from the folder `source` into `target`, with the hatchling that is installed here."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", kind, "--directory", str(target)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    (artifact,) = target.glob("*.tar.gz" if kind == "sdist" else "*.whl")
    return artifact


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, tmp_path_factory.mktemp("sdist"), "sdist")


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel is built from the sdist, so the sdist must hold all that it takes."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (source,) = unpacked.iterdir()
    return build(source, tmp_path_factory.mktemp("wheel"), "wheel")


@pytest.fixture(scope="module")
def walint(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed program, in an environment that holds the wheel and the packages that it asks for, no others."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*command, "--quiet", "--disable-pip-version-check"], check=True, stdin=subprocess.DEVNULL)
    packages = Path(
        sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}, scheme="posix_prefix")
    )
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [one for one in archive.namelist() if one.endswith(".dist-info/METADATA")]
        requirements = re.findall(r"^Requires-Dist: (.*)$", archive.read(name).decode(), re.MULTILINE)
    for distribution in closure(requirements):
        for entry in {file.parts[0] for file in distribution.files or ()} - {".."}:
            link = packages / entry
            if not link.exists() and entry != "__pycache__":
                link.symlink_to(Path(str(distribution.locate_file(entry))))
    return home / "bin" / "walint"


def closure(requirements: list[str]) -> Iterator[metadata.Distribution]:
    """The installed distributions that the requirements without extras name, and theirs in turn."""
    waiting, seen = list(requirements), set()
    while waiting:
        requirement = waiting.pop()
        match = re.match(r"[A-Za-z0-9._-]+", requirement)
        if match is None or "extra ==" in requirement or match[0].lower() in seen:
            continue
        seen.add(match[0].lower())
        try:
            distribution = metadata.distribution(match[0])
        except metadata.PackageNotFoundError:
            continue  # for another platform or Python
        yield distribution
        waiting += distribution.requires or []


def run(walint: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(walint), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder / "home"), "NO_COLOR": "1"},
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path


def test_sdist_holds_the_repository_without_what_builds_leave(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"LICENSE", "README.md", "Makefile", "hatch_build.py", "docs/writing-rules.md"} <= names
    assert not [
        name for name in names if "__pycache__" in name or name.startswith(("build/", ".venv/", ".bench-venv/"))
    ]


def test_wheel_holds_rules_templates_and_compiled_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    rules = {f"walint/_data/{path.relative_to(ROOT).as_posix()}" for path in ROOT.glob("rules/*/*.yaml")}
    assert rules
    assert rules <= names
    assert any(name.startswith("walint/_data/reports/templates/") for name in names)
    assert any(name.startswith("walint/_data/compiled/") for name in names)
    assert {"walint/_data/examples/bad/template.yaml", "walint/_data/examples/good/template.yaml"} <= names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert "walint/py.typed" in names


def test_wheel_does_not_name_the_machine_that_built_it(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    places = [str(ROOT).encode(), str(tmp_path_factory.getbasetemp()).encode()]
    with zipfile.ZipFile(wheel) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert [name for name, content in contents.items() if any(place in content for place in places)] == []


def test_installed_walint_checks_a_template_outside_the_checkout(walint: Path, project: Path) -> None:
    done = run(walint, project, "check", "template.yaml")
    assert (done.returncode, done.stderr) == (1, "")
    assert "log-group-retention-min" in done.stdout
    assert "template.yaml:5" in done.stdout


def test_installed_walint_lists_every_rule(walint: Path, project: Path) -> None:
    done = run(walint, project, "rules", "list", "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    listed = {rule["id"] for rule in json.loads(done.stdout)["rules"]}
    assert listed == {path.stem for path in ROOT.glob("rules/*/*.yaml")}


def test_installed_walint_writes_every_report(walint: Path, project: Path) -> None:
    options = ["--report", "json=out/r.json", "--report", "sarif=out/r.sarif", "--report", "html=out/r.html"]
    (project / "out").mkdir()
    done = run(walint, project, "check", "template.yaml", *options)
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads((project / "out/r.json").read_text())["schema_version"] == "1.0"
    assert json.loads((project / "out/r.sarif").read_text())["version"] == "2.1.0"
    assert "log-group-retention-min" in (project / "out/r.html").read_text()


def test_installed_walint_explains_a_rule(walint: Path, project: Path) -> None:
    done = run(walint, project, "explain", "log-group-retention-min")
    assert (done.returncode, done.stderr) == (0, "")
    assert "log-group-retention-min" in done.stdout
