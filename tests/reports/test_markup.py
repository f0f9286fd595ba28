from __future__ import annotations

import pytest

from walint.findings.result import Result
from walint.reports.markup import code, place, prose, remedy, within


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("plain words, 100% of them: yes; no.", "plain words, 100% of them: yes; no."),
        ("a|b", "a&#124;b"),
        ("<img src=x>", "&#60;img src=x&#62;"),
        ("[a](b)", "&#91;a&#93;&#40;b&#41;"),
        ("@team", "@<!-- -->team"),
        ("#12", "#<!-- -->12"),
        ("https://a.example www.b.example", "https:/<!-- -->/a.example www<!-- -->.b.example"),
        ("two\nlines\x1b[1m", "two lines␛&#91;1m"),
        ("&lt;", "&#38;lt;"),
    ],
)
def test_prose_shows_just_the_text(text: str, markdown: str) -> None:
    assert prose(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("a|b", "`a\\|b`"), ("", ""), ("@x", "`@x`")],
)
def test_code_shows_just_the_name(text: str, markdown: str) -> None:
    assert code(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [("Set `A: b` on <it>.", "Set `A: b` on &#60;it&#62;."), ("one ` alone", "one &#96; alone")],
)
def test_a_remedy_shows_code_as_code(text: str, markdown: str) -> None:
    assert remedy(text) == markdown


def test_a_place_is_a_link_within_github_actions(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://github.example")
    monkeypatch.setenv("GITHUB_REPOSITORY", "team/shop")
    monkeypatch.setenv("GITHUB_SHA", "0" * 40)
    address = (
        f"https://github.example/team/shop/blob/{'0' * 40}/a%3Ab/gro%C3%9Fe%20Stacks%20100%25%231/%5Bid%5D%3F.yaml"
    )
    assert place(result.findings[1]) == f"[`a:b/große Stacks 100%#1/[id]?.yaml:2`]({address}#L2)"


def test_a_budget_counts_bytes_and_what_it_leaves_out() -> None:
    assert within(7, ["ab", "日", "x", "y"]) == (["ab", "日"], 0, 2)
