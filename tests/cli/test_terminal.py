from __future__ import annotations

import io
import time
from types import SimpleNamespace

import pytest

from walint.cli import terminal


class Screen(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    made = Screen()
    monkeypatch.setattr(terminal, "sys", SimpleNamespace(stderr=made))  # pytest itself replaces sys.stderr
    monkeypatch.setattr(terminal, "_PATIENCE", 0.01)
    monkeypatch.setattr(terminal, "_INTERVAL", 0.0)
    return made


def test_progress_is_shown_to_people_who_wait(screen: Screen) -> None:
    def slow() -> object:
        for number in range(3000):
            if number == 1000:
                time.sleep(0.02)
            yield number

    assert list(terminal.with_progress(slow(), "evaluations", quiet=False)) == list(range(3000))  # type: ignore[call-overload]
    assert "1,024 evaluations" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")


def test_a_long_read_is_announced(screen: Screen) -> None:
    with terminal.patience("reading templates", quiet=False):
        time.sleep(0.1)
    assert screen.getvalue() == "\r\x1b[Kreading templates ...\r\x1b[K"


def test_quiet_and_pipes_see_no_progress(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal.patience("reading", quiet=True):
        time.sleep(0.05)
    list(terminal.with_progress(range(5000), "evaluations", quiet=True))
    assert screen.getvalue() == ""
    pipe = io.StringIO()
    monkeypatch.setattr(terminal, "sys", SimpleNamespace(stderr=pipe))
    with terminal.patience("reading", quiet=False):
        time.sleep(0.05)
    list(terminal.with_progress(range(5000), "evaluations", quiet=False))
    assert pipe.getvalue() == ""


@pytest.mark.parametrize(
    ("choice", "environment", "tty", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_color(
    monkeypatch: pytest.MonkeyPatch, choice: str, environment: dict[str, str], *, tty: bool, expected: bool
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal.wants_color(choice, Screen() if tty else io.StringIO()) == expected


def test_errors_cannot_act_on_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.complain("no such file: \x1b[31m\r\n")
    assert capsys.readouterr().err == "no such file: ␛[31m␍␊\n"
