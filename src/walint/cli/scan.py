"""The whole flow of a scan: config and options -> sources -> engine -> findings."""

from __future__ import annotations

import gc
import os
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from walint import __version__
from walint.catalog import compiled
from walint.catalog.practices import practice
from walint.cli import choice
from walint.cli.page import RulePage, page_of
from walint.cli.parsing import UsageError, checked_choice, did_you_mean, words
from walint.cli.repository import repository_of
from walint.cli.terminal import complain, patience, with_progress
from walint.config import Config, find, load
from walint.config_schema import PROFILES, SEVERITIES
from walint.engine import Options, SelectedRule, evaluate, select
from walint.findings import baseline as baselines
from walint.findings.assemble import Assembly, Before, Run, assemble
from walint.findings.baseline import Baseline
from walint.findings.evaluation import Evaluation, Severity
from walint.findings.result import Incomplete, Result
from walint.findings.suppression import Suppression, Suppressions, collect
from walint.git.place import git_root
from walint.language.catalogue import Catalogue, load_rules
from walint.language.rule import Rule
from walint.model.graph import Graph
from walint.model.resource import Resource
from walint.records import NamedTuple, dataclass, replace
from walint.reports.context import ReportContext
from walint.sources import SourceSettings
from walint.sources import load as load_sources

if TYPE_CHECKING:
    from walint.findings.environments import Environments

_MOST_BYTES = 50_000_000


@dataclass(slots=True)
class Scan:
    """A scan that is done: its result, and what a report or a baseline needs besides."""

    result: Result
    root: Path
    config: Config
    catalogue: Catalogue
    graph: Graph
    assembly: Assembly
    baseline_file: Path
    today: date
    parameters: Mapping[str, Mapping[str, Any]]

    def context(self) -> ReportContext:
        """How reports find sources and the texts of rules."""
        return ReportContext(self.root, self.texts)

    def texts(self, rule_id: str) -> RulePage | None:
        """The texts of a rule, with its parameters as they are in this run."""
        return page_of(self.catalogue, rule_id, self.parameters.get(rule_id, {}), self.config.rule_pages)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a scan happens: the paths, the folder they share, and the root that results are relative to."""

    paths: tuple[Path, ...]
    folder: Path
    root: Path


class Judging(NamedTuple):
    """How a scan judges, so that an earlier tree can be judged in the same way."""

    place: Place
    settings: SourceSettings
    selected: Sequence[SelectedRule]
    assembly: Assembly
    suppress: Sequence[Suppression]
    today: date
    unknown_counts: bool
    environments: Environments | None = None


def scan(
    options: Namespace,
    operands: Sequence[str],
    *,
    honour_baseline: bool = True,
    before: Callable[[Judging], Before] | None = None,
    may_be_empty: bool = False,
) -> Scan:
    """Judges the paths as the options and the config say. Raises `WalintError` for whatever the user got wrong.

    `before` makes an earlier commit's word on the findings; `may_be_empty` takes a scan of nothing for a clean one.
    """
    started = now()
    ready = prepared(options, locate(operands), honour_baseline=honour_baseline)
    place, config = ready.place, ready.config
    repository = repository_of(place.paths, place.root, (one.rule for one in ready.selected))
    settings = replace(_settings(options, config, place), repository=repository)
    with uncollected(), patience("reading templates", quiet=options.quiet):
        graph = load_sources(place.paths, settings)
    assembly = ready.assembly(options, graph, whole=_is_whole(place, config))
    if before is not None:
        counts = options.fail_on_unknown or config.fail_on_unknown
        judging = Judging(
            place, settings, ready.selected, assembly, config.suppress, ready.today, counts, ready.environments
        )
        assembly = replace(assembly, before=before(judging))
    done = judged(options, ready, graph, assembly, Run(__version__, started, now, ready.today.isoformat()))
    if not may_be_empty:
        _complain_of_nothing(done.result, graph, operands)
    return done


@dataclass(slots=True)
class Prepared:
    """What a run is told before it looks at anything: by the command line, the config and the catalogue."""

    place: Place
    config: Config
    catalogue: Catalogue
    selected: Sequence[SelectedRule]
    baseline_file: Path | None
    baseline: Baseline
    today: date
    environments: Environments | None = None

    def assembly(self, options: Namespace, graph: Graph, *, whole: bool) -> Assembly:
        """How what is found in a graph becomes a result. `whole`: everything that the config speaks of was scanned."""
        root, catalogue = self.place.root, self.catalogue
        paths = [entry.path for entry in self.baseline.entries.values()] if graph.files else []
        return Assembly(
            rules=choice.rule_infos((one.rule, one.severity) for one in self.selected),
            known_rules=choice.known_names(catalogue),
            suppressions=suppressions_of(graph, self.config.suppress, root, self.today),
            baseline=self.baseline,
            whole=whole,
            missing_files=[path for path in paths if not os.path.lexists(root / path)],
            show_passed=getattr(options, "show_passed", False),
            min_severity=_min_severity(options, self.config),
            practice_title=_practice_title,
            remediation=lambda rule_id: catalogue.texts(rule_id).remediation,
        )


def prepared(options: Namespace, place: Place, *, honour_baseline: bool = True) -> Prepared:
    """Reads the config, the rules and the baseline. Raises `WalintError` for whatever the user got wrong."""
    config = configured(options, place)
    if options.no_cache:
        compiled.use_cache(on=False)
    today: date = options.today or datetime.now(UTC).date()
    catalogue = load_rules(_rule_folders(options, config))
    selected = _selected(options, config, catalogue)
    file = baseline_file(options, config, place)
    known = baselines.load(file, shown_path(file, place.root)) if honour_baseline and file is not None else Baseline()
    return Prepared(place, config, catalogue, selected, file, known, today, _environments(options, config))


def _environments(options: Namespace, config: Config) -> Environments | None:
    """The environments of the config and of --env; None when nobody speaks of any. Raises `ConfigError`."""
    chosen: str | None = getattr(options, "env", None)  # iam-policy has neither this nor a workspace
    if chosen is None and all(entry.match is None for entry in config.environments.values()):
        return None
    from walint.findings.environments import Environments, Told, is_production

    layers = config.layers(chosen)
    told = [
        Told(name, is_production(name) if entry.production is None else entry.production, entry.match)
        for name, entry in config.environments.items()
    ]
    workspace = next((layer.workspace for layer in reversed(layers) if layer.workspace), None)
    account = next((layer.account for layer in reversed(layers) if layer.account), None)
    return Environments(told, chosen, getattr(options, "workspace", None) or workspace, account)


def judged(
    options: Namespace,
    ready: Prepared,
    graph: Graph,
    assembly: Assembly,
    run: Run,
    noted: Callable[[Iterator[Evaluation]], Iterator[Evaluation]] | None = None,
) -> Scan:
    """Asks the rules about a graph. `noted` sees every evaluation as it is made, and hands it on."""
    on_error = _print_traceback if options.verbose else None
    asked = Options(today=ready.today, on_error=on_error, environments=ready.environments)
    evaluations = evaluate(graph, ready.selected, asked)
    if noted is not None:
        evaluations = noted(evaluations)
    with uncollected():
        result = assemble(with_progress(evaluations, "evaluations", quiet=options.quiet), graph, assembly, run)
    root = ready.place.root
    where = ready.baseline_file or root / baselines.DEFAULT_NAME
    parameters = {one.rule.id: one.parameters for one in ready.selected}
    return Scan(result, root, ready.config, ready.catalogue, graph, assembly, where, ready.today, parameters)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keeps the garbage collector off. A scan builds a large graph and makes hardly any garbage in cycles.

    Collecting took 30 % of a scan of 8 MB of templates, and saved no memory.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def locate(operands: Sequence[str]) -> Place:
    """The paths to scan and their root: the git work tree, else the current folder, else their own folder.

    Raises `UsageError` for a path that does not exist.
    """
    from walint.cli import COMMANDS

    for name in operands:
        if not os.path.lexists(name):
            hint = did_you_mean(name, COMMANDS) if "/" not in name and "." not in name else None
            raise UsageError(f"no such file or folder: {name}", help=hint)
    paths = tuple(Path(name) for name in operands or ["."])
    wholes = [Path(os.path.realpath(path)) for path in paths]
    folder = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in wholes]))
    here = Path(os.path.realpath("."))
    root = git_root(folder) or (here if here == folder or here in folder.parents else folder)
    return Place(paths, folder, root)


def configured(options: Namespace, place: Place) -> Config:
    """The config that holds for a place. Raises `ConfigError`."""
    if options.config is not None:
        if options.isolated:
            raise UsageError("--config and --isolated exclude each other")
        return load(options.config, place.root)
    file = None if options.isolated else find(place.folder, place.root)
    return load(file, place.root) if file else Config()


def config_here() -> Config:
    """The config that holds for the current folder, for commands that scan nothing."""
    place = locate(())
    file = find(place.folder, place.root)
    return load(file, place.root) if file else Config()


def baseline_file(options: Namespace, config: Config, place: Place) -> Path | None:
    """The baseline in use: that of the command line, of the config, or the usual one if it exists."""
    given: Path | None = options.baseline
    if given is not None:
        return given
    if options.isolated:
        return None
    if config.baseline is not None:
        return config.baseline
    folders = [config.file.parent] if config.file else []
    usual = [folder / baselines.DEFAULT_NAME for folder in (*folders, place.root)]
    return next((file for file in usual if file.is_file()), None)


def shown_path(path: Path, root: Path) -> str:
    """A path for people: relative to the root where it lies inside."""
    try:
        return Path(os.path.realpath(path)).relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


def now() -> str:
    """The time as reports show it. SOURCE_DATE_EPOCH fixes it, for reports that must be reproducible."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch.isdigit() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _rule_folders(options: Namespace, config: Config) -> list[Path]:
    folders = [*config.rules_dirs, *(options.rules or ())]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(f"the folder of rules {folder} does not exist", where=config.shown_as or None)
    return folders


def _selected(options: Namespace, config: Config, catalogue: Catalogue) -> list[SelectedRule]:
    profile = checked_choice(options.profile, PROFILES, "--profile") or config.profile
    if options.select:  # what the command line names by its id runs even if the config leaves it out
        by_command = choice.wanted(words(options.select), words(options.ignore), catalogue)
        by_config = choice.wanted((), config.ignore, catalogue, config.shown_as)
        asked = choice.combined(by_command, by_config)
    else:
        ignored = (*config.ignore, *words(options.ignore))
        asked = choice.wanted(config.select, ignored, catalogue, config.shown_as if config.select else "")
    return select(catalogue.rules.values(), profile, asked, choice.overrides(config, catalogue))


def _min_severity(options: Namespace, config: Config) -> Severity:
    given = checked_choice(options.min_severity, SEVERITIES, "--min-severity")
    return given or config.min_severity  # type: ignore[return-value]


def code_settings(config: Config, place: Place) -> SourceSettings:
    """What the sources are told where the config alone says it."""
    given = ("env", "parameters", "variables", "workspace", "root")
    return _settings(Namespace(**dict.fromkeys(given)), config, place)


def _settings(options: Namespace, config: Config, place: Place) -> SourceSettings:
    """What the sources are told. Later ones win: the config, its environment, the command line."""
    settings = SourceSettings(root=place.root, exclude=config.exclude)
    values: dict[str, str] = {}
    variables: list[Path | tuple[str, str]] = []
    for layer in config.layers(options.env):
        for file in layer.parameter_files:
            values.update(_parameters(file))
        values.update(layer.parameters)
        variables += [*layer.var_files, *layer.variables.items()]
        settings = replace(
            settings,
            region=layer.region or settings.region,
            account=layer.account or settings.account,
            sam_config_env=layer.sam_config_env or settings.sam_config_env,
            workspace=layer.workspace or settings.workspace,
        )
    for file in options.parameters or ():
        values.update(_parameters(file))
    return replace(
        settings,
        parameters=values,
        variables=(*variables, *(options.variables or ())),
        workspace=options.workspace or settings.workspace,
        terraform_root=_terraform_root(options),
    )


def _parameters(file: Path) -> Mapping[str, str]:
    from walint.sources.cloudformation.parameter_files import read_parameters  # needs the YAML parser

    return read_parameters(file)


def _terraform_root(options: Namespace) -> Path | None:
    """The folder of --root. Raises `UsageError` where it is none."""
    given: Path | None = options.root
    if given is not None and not given.is_dir():
        raise UsageError(f"there is no folder {given}", where="--root", help="name the folder with the .tf files")
    return given


def suppressions_of(graph: Graph, config: Iterable[Suppression], root: Path, today: date) -> Suppressions:
    """What was accepted in the files of a graph, whose paths are relative to the root, and in the config."""
    return collect(graph, lambda path: _text(root / path), config, today)


def _text(file: Path) -> str | None:
    """The text of a file that may hold a word for walint, None for all others."""
    try:
        with file.open("rb") as stream:
            data = stream.read(_MOST_BYTES)
    except OSError:
        return None
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace") if b"walint:" in data else None


def _is_whole(place: Place, config: Config) -> bool:
    """Whether a folder is scanned that holds everything the config may speak of."""
    tops = {place.root, *([config.file.parent] if config.file else [])}
    return any(Path(os.path.realpath(path)) in tops for path in place.paths)


def _practice_title(practice_id: str) -> str:
    found = practice(practice_id)
    return found.title if found else practice_id


def _print_traceback(rule: Rule, resource: Resource, bug: Exception) -> None:
    import traceback

    complain(f"internal error: {rule.id} on {resource.address}")
    traceback.print_exception(bug)


def _complain_of_nothing(result: Result, graph: Graph, operands: Sequence[str]) -> None:
    """Nothing to judge is not a clean result: the path may be wrong."""
    if not graph.files and not any(problem.level == "error" for problem in graph.problems):
        what = ", ".join(operands) or "the current folder"
        result.incomplete.append(
            Incomplete(what, "nothing to judge was found here", None, "name a template, or a folder that holds some")
        )
