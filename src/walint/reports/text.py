"""The report for people at a terminal: a frame for each finding, then everything counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.findings.evaluation import SEVERITIES
from walint.reports.frame import Frames
from walint.reports.terminal import Paint, neutral, wrapped
from walint.reports.wording import (
    CFN_LINT,
    counted,
    first_sentence,
    place_of,
    remediation_of,
    since_words,
    subject_of,
    suppression_of,
    why_of,
    written,
)

if TYPE_CHECKING:
    from walint.findings.result import Incomplete, Location, Notice, Record, Result
    from walint.reports.context import ReportContext

_MOST_RELATED = 4
"""Further places shown under one finding; the rest are counted. (JSON and HTML have them all.)"""
_LABEL_WIDTH = 9
_GUTTER = 2


def render(result: Result, context: ReportContext) -> str:
    """The findings, then what was asked for besides, then what could not be read, then the summary."""
    page = _Page(result, context)
    page.findings()
    if context.show_unknown:
        page.listed("unknown", result.unknown, "what could not be decided, and why")
    if context.verbose:
        page.listed("suppressed", result.suppressed, "accepted, and why")
    if context.show_passed:
        page.listed("pass", result.passed or [], "what passed")
    page.differences()
    page.notices()
    page.incomplete()
    page.errors()
    page.hints()
    page.summary()
    return "\n".join(page.out) + "\n"


class _Page:
    """One text report while it is written. `out` holds its lines."""

    def __init__(self, result: Result, context: ReportContext) -> None:
        self.out: list[str] = []
        self._result = result
        self._context = context
        self._paint = Paint(color=context.color, hyperlinks=context.hyperlinks)
        self._frames = Frames(context, self._paint)
        self._explained: set[str] = set()
        self._texts: dict[tuple[str, str], str] = {}

    def findings(self) -> None:
        """A frame for each finding."""
        for record in self._result.findings:
            self._finding(record)
            self.out.append("")

    def listed(self, style: str, records: list[Record], title: str) -> None:
        """Records of another outcome, one or two lines each."""
        if not records:
            return
        self.out.append(self._paint("strong", f"{title}:"))
        for record in records:
            place, subject = place_of(record), subject_of(record)
            said = subject if subject.startswith(f"{place} ") else f"{place}: {subject}"
            self.out.append(f"  {self._paint(style, f'{style}[{neutral(record.rule_id)}]')} {neutral(said)}")
            said = _reason(record)
            if said:
                self.out.append(f"      {neutral(said)}")
        self.out.append("")

    def differences(self) -> None:
        """Where the code and the account do not agree."""
        code = self._result.code
        if code is None or not code.differences:
            return
        from walint.reports.code import difference_words  # the hot path has no accounts

        self.out.append(self._paint("strong", "declared and live do not agree:"))
        for one in code.differences:
            where = f"{neutral(written(one.location))}: " if one.location else ""
            tag = self._paint(one.severity, f"{one.severity}[{neutral(one.rule_id)}]")
            self.out.append(f"  {tag} {where}{neutral(one.resource.address)}")
            self.out.append(f"      {difference_words(one)}")
        self.out.append("")

    def notices(self) -> None:
        """Warnings and notes that are no findings."""
        for notice in self._result.notices:
            self._notice(notice)

    def incomplete(self) -> None:
        """What could not be read, each as an error with its place and what to do."""
        for problem in self._result.incomplete:
            self._problem(problem)

    def errors(self) -> None:
        """Evaluations that failed inside walint."""
        for record in self._result.errors:
            rule = neutral(record.rule_id)
            said = f"the rule could not be judged on {neutral(subject_of(record))}: {neutral(record.reason or '')}"
            self.out.append(f"{self._paint('error', f'error[{rule}]')}: {said}")
            if record.location:
                self.out.append(self._arrow(record.location))
            self.out.append(f"  {self._paint('strong', 'help')}: this is a bug in walint; the other verdicts stand")
            self.out.append("")

    def hints(self) -> None:
        """How to go on, said once."""
        help_ = self._paint("strong", "help")
        ours = [record for record in self._result.findings if not record.rule_id.startswith(CFN_LINT)]
        if ours:
            rule = neutral(ours[0].rule_id)
            self.out.append(f"{help_}: `walint explain {rule}` says more about a rule")
            if self._result.mode == "check":
                self.out.append(f"{help_}: to accept a finding, write `{_acceptance(ours)}")
            self.out.append("")

    def summary(self) -> None:
        """Everything counted, the things that were not judged too."""
        result, paint = self._result, self._paint
        scope = f"{counted(result.resources, 'resource')} in {counted(result.files, 'file')}"
        if result.mode == "audit":
            scope = counted(result.resources, "resource")
        if result.findings:
            by_severity = ", ".join(
                paint(severity, f"{result.severities.get(severity, 0):,} {severity}")
                for severity in SEVERITIES
                if result.severities.get(severity)
            )
            head = f"{paint('strong', counted(len(result.findings), 'finding'))}: {by_severity}"
        else:
            head = paint("pass" if result.complete else "strong", "no findings")
        self.out.append(f"{head} ({scope}, {counted(len(result.rules), 'rule')})")
        self.out.append(self._counts())
        if result.mode == "audit":
            self.out.append(_score(result))
        if result.code is not None and result.code.coverage:
            from walint.reports.code import by_hand_words, managed_words  # the hot path has no accounts

            self.out += filter(None, (managed_words(result.code), by_hand_words(result.code)))
        if result.since:
            self.out.append(neutral(since_words(result.since)))
        if result.incomplete:
            said = counted(len(result.incomplete), "input was", "inputs were")
            self.out.append(f"{paint('error', 'incomplete')}: {said} not judged; see the errors above")

    def _counts(self) -> str:
        outcomes = self._result.outcomes
        unknown = outcomes.get("unknown", 0)
        hint = " (list them with --show-unknown)" if unknown and not self._context.show_unknown else ""
        return ", ".join(
            [
                f"{outcomes.get('pass', 0):,} passed",
                f"{unknown:,} unknown{hint}",
                f"{outcomes.get('suppressed', 0):,} suppressed",
                f"{outcomes.get('not-applicable', 0):,} not applicable",
                counted(outcomes.get("error", 0), "error"),
                f"{len(self._result.incomplete):,} incomplete",
            ]
        )

    def _finding(self, record: Record) -> None:
        out, paint = self.out, self._paint
        rule = neutral(record.rule_id)
        texts = self._context.rule(record.rule_id) if self._context.hyperlinks else None
        tag = paint.link(rule, texts.help_url) if texts else rule
        out.append(f"{paint(record.severity, f'{record.severity}[{tag}]')}: {paint('strong', neutral(record.message))}")
        related = record.related[:_MOST_RELATED]
        gutter = max(
            _GUTTER,
            len(str(record.location.start_line)) if record.location else 0,
            max([len(str(place.location.start_line)) for place in related], default=0),
        )
        if record.location:
            out.extend(self._frames.draw(record.location, record.property or "", gutter))
        else:
            out.append(f"{' ' * gutter}{paint('line', '-->')} {neutral(place_of(record))}")
        for place in related:
            out.extend(self._frames.draw(place.location, place.message, gutter, primary=False))
        margin = " " * gutter
        out.append(f"{margin} {paint('line', '|')}")
        self._notes(record, margin)

    def _notes(self, record: Record, margin: str) -> None:
        self._note(margin, "resource", neutral(subject_of(record)))
        if record.property and record.location and not self._context.lines.of(record.location.path):
            self._note(margin, "property", neutral(record.property))
        if record.expected:
            self._note(margin, "expected", neutral(record.expected))
        if record.found:
            self._note(margin, "found", neutral(record.found))
        if len(record.related) > _MOST_RELATED:
            self._note(margin, "related", counted(len(record.related) - _MOST_RELATED, "more place"))
        if self._context.verbose or record.rule_id not in self._explained:
            self._explained.add(record.rule_id)
            self._note(margin, "why", self._short(why_of(record.rule_id, self._context), margin))
        self._note(margin, "fix", self._short(remediation_of(record, self._context), margin))
        if record.resource.source == "live" and record.location is None:
            self._commands(record, margin)

    def _commands(self, record: Record, margin: str) -> None:
        """What mends a live resource that no code declares, as it can be pasted into a shell."""
        from walint.reports.commands import commands_for  # the hot path has no accounts

        texts = self._context.rule(record.rule_id)
        said = commands_for(texts.commands, record.resource) if texts else ""
        if said:
            indent = " " * (len(margin) + _LABEL_WIDTH + 4)
            self._note(margin, "run", f"\n{indent}".join(neutral(line) for line in said.split("\n")))

    def _note(self, margin: str, label: str, text: str) -> None:
        if text:
            self.out.append(f"{margin} {self._paint('line', '=')} {self._paint('strong', label.rjust(8))}: {text}")

    def _short(self, text: str, margin: str) -> str:
        """The first sentence of a text (all of it with -v), harmless and wrapped; remembered, for it comes often."""
        key = (text, margin)
        short = self._texts.get(key)
        if short is None:
            said = " ".join(text.split()) if self._context.verbose else first_sentence(text)
            indent = " " * (len(margin) + _LABEL_WIDTH + 4)
            short = wrapped(neutral(said), max(self._context.width - len(indent), _LABEL_WIDTH * 4), indent)
            self._texts[key] = short
        return short

    def _notice(self, notice: Notice) -> None:
        self.out.append(f"{self._paint(notice.level, notice.level)}: {neutral(notice.message)}")
        if notice.location:
            self.out.append(self._arrow(notice.location))
        self.out.append("")

    def _problem(self, problem: Incomplete) -> None:
        paint = self._paint
        self.out.append(f"{paint('error', 'error')}: {neutral(problem.what)}: {neutral(problem.reason)}")
        if problem.location:
            drawn = self._frames.draw(problem.location, "", max(_GUTTER, len(str(problem.location.start_line))))
            self.out.extend(drawn)
        if problem.help:
            self.out.append(f"  {paint('strong', 'help')}: {neutral(problem.help)}")
        self.out.append("")

    def _arrow(self, location: Location) -> str:
        return f"  {self._paint('line', '-->')} {self._frames.place(location)}"


def _score(result: Result) -> str:
    """The score of the accounts and what it rests on."""
    from walint.reports.scores import coverage, overall, overall_counts, percent_of  # the hot path has no scores

    passed, failed, unknown = overall_counts(result)
    score, covered = percent_of(overall(result)), percent_of(coverage(passed, failed, unknown))
    said = "not assessed" if score is None else f"{score} of 100"
    rests = f"{passed + failed:,} of {counted(passed + failed + unknown, 'evaluation')} came to a verdict"
    return f"score: {said}, coverage {0 if covered is None else covered}% ({rests})"


def _acceptance(findings: list[Record]) -> str:
    """How to accept one of the findings, as a comment if one of them lies in a file that has comments."""
    words = [suppression_of(record) for record in findings[:100]]
    comment = next((one for one in words if one.startswith("#")), None)
    if comment:
        return f"{neutral(comment)}` on or above its line"
    return f"{neutral(words[0])}` in {'walint.toml' if words[0].startswith('suppress') else 'its resource'}"


def _reason(record: Record) -> str:
    """Why a record is what it is, if it is no finding."""
    if record.suppressed_by:
        until = f", until {record.suppressed_by.until}" if record.suppressed_by.until else ""
        return f"{record.suppressed_by.reason} ({record.suppressed_by.kind}{until})"
    return record.reason or ""
