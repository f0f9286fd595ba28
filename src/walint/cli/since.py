"""What was found at an earlier commit, so that only what is new is reported.

The commit's tree is put into a folder of its own and judged by the rules, the config and the parameters of now. A
finding that it has, too, is accepted as if a baseline had recorded it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from walint.cli.changed import Change
from walint.cli.earlier import EarlierTree
from walint.cli.scan import Judging, suppressions_of, uncollected
from walint.engine import Options, evaluate
from walint.findings import fingerprint
from walint.findings.assemble import Run, assemble
from walint.findings.baseline import Baseline
from walint.findings.comparison import recognised, subjects
from walint.findings.result import Notice, Record, Result, Since, SuppressedBy
from walint.git.changes import Commit
from walint.git.command import Git, GitError
from walint.model.graph import Graph
from walint.records import NamedTuple, replace
from walint.sources import load
from walint.sources.units import files_with

_CONFIGS = frozenset(("walint.toml", ".walint.toml", "pyproject.toml", ".gitignore", ".walint-baseline.json"))
"""Files whose change bears on every file."""

_Identity = tuple[str, str, str]


class Asked(NamedTuple):
    """What is compared.

    change        the commits, and what changed
    all_findings  what is found in the changed units counts, new or not
    untracked     files that git does not track are part of what changed
    lazy          do not look at the commits when nothing is found now
    """

    change: Change
    all_findings: bool = False
    untracked: bool = True
    lazy: bool = False


class _Declared:
    """Which resources a graph holds, and where."""

    def __init__(self, graph: Graph) -> None:
        self.identities: set[_Identity] = set()
        self._by_address: dict[tuple[str, str], set[_Identity]] = {}
        for resource in graph.resources:
            identity = fingerprint.identity(resource)
            self.identities.add(identity)
            self._by_address.setdefault((resource.type, resource.address), set()).add(identity)

    def of(self, record: Record) -> Collection[_Identity]:
        """The resources that a record may speak of."""
        return self._by_address.get((record.resource.type, record.resource.address), ())


class _Past(NamedTuple):
    """A commit that has been judged: the files that were read, and those of them that the change touches."""

    commit: Commit
    result: Result
    declared: _Declared
    read: Collection[str]
    touched: Collection[str]


class Earlier:
    """The word of earlier commits on what is found now (a `walint.findings.assemble.Before`)."""

    def __init__(self, judging: Judging, asked: Asked) -> None:
        """`judging` is how the present tree is judged."""
        self._judging = judging
        self._asked = asked
        self._pasts: list[_Past] = []
        self._known: list[Record] = []
        self._new = 0
        self._notes: list[str] = []

    def accept(self, found: Sequence[Record], graph: Graph) -> Sequence[SuppressedBy | None]:
        """For each finding, what says that it was there before; None for one to report."""
        if found or not self._asked.lazy or self._judging.unknown_counts:
            self._pasts = self._judged(graph)
        now = _Declared(graph)
        words: dict[int, SuppressedBy] = {}
        for past in self._pasts:
            words.update(self._words(past, found, now, [i for i in range(len(found)) if i not in words]))
        self._new = len(found) - len(words)
        if self._asked.all_findings:
            return self._touched(found, words, graph)
        return [words.get(index) for index in range(len(found))]

    def compared(self, result: Result, graph: Graph) -> Since | None:
        """The comparison in numbers."""
        result.notices += [Notice("note", note) for note in self._notes]
        if not self._pasts:
            return None
        first = self._pasts[0]
        lost = {problem.path for problem in graph.problems if problem.level == "error"}.difference(graph.files)
        known = {record.fingerprint for record in (*result.suppressed, *self._known)}
        undecided = {subject for record in result.unknown for subject in subjects(record)}
        fixed = [
            record
            for record in first.result.findings
            if record.fingerprint not in known
            and undecided.isdisjoint(subjects(record))
            and not (record.location and record.location.path in lost)
        ]
        unknown = frozenset(record.fingerprint for past in self._pasts for record in past.result.unknown)
        return Since(first.commit.name, first.commit.id, self._new, len(self._known), len(fixed), unknown)

    def _words(
        self, past: _Past, found: Sequence[Record], now: _Declared, open_: Sequence[int]
    ) -> Iterator[tuple[int, SuppressedBy]]:
        """What a commit says of the findings that nobody has spoken of yet."""
        then = past.declared
        same = recognised(
            past.result.findings,
            [found[index] for index in open_],
            gone=lambda record: now.identities.isdisjoint(then.of(record)),
            fresh=lambda record: then.identities.isdisjoint(now.of(record)),
        )
        for position, old in same.items():
            index = open_[position]
            self._known.append(old)
            moved = old.location and old.fingerprint != found[index].fingerprint
            where = f", in {old.location.path}" if moved and old.location else ""
            yield index, SuppressedBy("baseline", f"was there at {past.commit.shown}{where}", None, None)

    def _touched(
        self, found: Sequence[Record], words: dict[int, SuppressedBy], graph: Graph
    ) -> Sequence[SuppressedBy | None]:
        """The same, but what lies in the changed units is reported, new or not."""
        paths = self._asked.change.paths
        if paths is None or any(path.rpartition("/")[2] in _CONFIGS for path in paths):
            return [None] * len(found)
        files = files_with(graph, self._judging.place.root, paths) | {
            path for past in self._pasts for path in past.touched
        }
        outside = SuppressedBy("baseline", "lies outside of what changed", None, None)
        spoken = words if self._pasts else dict.fromkeys(range(len(found)), outside)
        return [
            None if record.location is None or record.location.path in files else spoken.get(index)
            for index, record in enumerate(found)
        ]

    def _judged(self, graph: Graph) -> list[_Past]:
        """The commits, judged."""
        commits = self._asked.change.commits
        if not commits:
            return []
        settings = self._judging.settings
        git = Git(self._judging.place.root)
        read = dict.fromkeys(
            [
                *graph.files,
                *sorted(path for used in graph.unit_files.values() for path in used),
                *graph.repository_files,
            ]
        )
        whole = settings.repository is not None
        tree = EarlierTree(git, [*read], settings.max_file_bytes, untracked=self._asked.untracked, whole=whole)
        pasts = []
        for commit in commits:
            with _folder() as folder:
                tree.write(commit, folder)
                pasts.append(self._judge(commit, folder))
        self._notes += dict.fromkeys(tree.notes)
        for past in pasts:
            lost = sorted({problem.what for problem in past.result.incomplete}.difference(past.read))
            if not {*lost}.isdisjoint(graph.files):
                self._notes.append(
                    f"{lost[0]} could not be read at {past.commit.shown}: what is found there now counts as new"
                )
        return pasts

    def _judge(self, commit: Commit, folder: Path) -> _Past:
        """Judges a tree as the present one is judged, but for the baseline."""
        how = self._judging
        with uncollected():
            paths = [path for path in self._paths(folder) if os.path.lexists(path)]
            graph = load(paths, replace(how.settings, root=folder)) if paths else Graph()
            mine = [replace(entry, used=set()) for entry in how.suppress]
            assembly = replace(
                how.assembly,
                suppressions=suppressions_of(graph, mine, folder, how.today),
                baseline=Baseline(),
                missing_files=(),
                show_passed=False,
                remediation=lambda _rule: "",
            )
            evaluations = evaluate(graph, how.selected, Options(today=how.today, environments=how.environments))
            result = assemble(evaluations, graph, assembly, Run("", "", str, how.today.isoformat()))
        changed = self._asked.change.paths
        touched = files_with(graph, folder, changed) if self._asked.all_findings and changed is not None else ()
        return _Past(commit, result, _Declared(graph), graph.files, touched)

    def _paths(self, folder: Path) -> Iterator[Path]:
        """The paths of the scan, in another root."""
        root = self._judging.place.root
        for path in self._judging.place.paths:
            whole = Path(os.path.abspath(path))  # noqa: PTH100 - links are part of the tree
            yield folder / (whole if whole.is_relative_to(root) else Path(os.path.realpath(path))).relative_to(root)


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for the files of a commit, for a while."""
    try:
        made = TemporaryDirectory(prefix="walint-", ignore_cleanup_errors=True)
    except OSError as error:
        raise GitError(f"no room for the files of a commit: {error.strerror}") from error
    with made as name:
        yield Path(os.path.realpath(name))


def earlier(asked: Asked) -> Callable[[Judging], Earlier]:
    """What `walint.cli.scan.scan` takes."""
    return lambda judging: Earlier(judging, asked)
