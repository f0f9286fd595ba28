"""`walint audit`: judges live accounts and prints what was found. It only reads."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from walint import __version__
from walint.cli import INTERRUPTED
from walint.cli.code import ENTRY, add_code_options, code_of, states_of, trace
from walint.cli.details import add_details
from walint.cli.output import add_report_options, add_verdict_options, checked_output, exit_status
from walint.cli.parsing import (
    Parser,
    UsageError,
    add_day_option,
    add_rule_options,
    add_service_option,
    add_setting_options,
    add_talk_options,
    count,
    did_you_mean,
    positive,
    words,
)
from walint.cli.scan import Prepared, judged, locate, now, prepared
from walint.cli.terminal import say, told_progress
from walint.findings.assemble import Run
from walint.findings.result import Incomplete
from walint.language.needs import needs_of
from walint.sources.live.plan import Plan, plan, services, tags_of

if TYPE_CHECKING:
    from walint.sources.live.auditing import Audited
    from walint.sources.live.snapshot import Snapshot

_LIVE: Final = (
    "aws_profile", "role_arn", "external_id", "accounts", "org", "org_unit", "role_name", "regions", "max_rps",
    "record",
)  # fmt: skip
"""Options that make no sense when nothing is asked of AWS."""


def parser() -> Parser:
    """The command's options."""
    made = Parser("audit", "Judges live AWS accounts by the Well-Architected rules. Every call only reads.")
    group = made.add_argument_group("which accounts")
    group.add_argument("--aws-profile", metavar="NAME", help="instead of the default credentials")
    group.add_argument("--role-arn", metavar="ARN", help="the role to assume")
    group.add_argument("--external-id", metavar="ID", help="what the role asks for")
    group.add_argument("--accounts", type=Path, metavar="FILE", help="several accounts: numbers, role ARNs or maps")
    group.add_argument("--org", action="store_true", help="all active accounts of the organization")
    group.add_argument("--org-unit", action="append", metavar="ID", help="only those below this unit (repeatable)")
    group.add_argument("--role-name", metavar="NAME", help="the role that each account of the organization has")
    group = made.add_argument_group("what is looked at")
    group.add_argument(
        "--regions",
        "--region",
        action="append",
        metavar="NAMES",
        help="only these (default: all that are enabled)",
    )
    add_service_option(made)
    group = made.add_argument_group("how AWS is asked")
    group.add_argument("--max-rps", type=positive, metavar="N", help="calls a second for each account, region and API")
    group.add_argument("--timeout", type=positive, metavar="SECONDS", help="how long an answer may take (default: 20)")
    group.add_argument("--jobs", type=count, metavar="N", help="processes, at most")
    group.add_argument("--print-calls", action="store_true", help="print the calls that would be made, and make none")
    group = made.add_argument_group("snapshots")
    group.add_argument("--record", type=Path, metavar="DIR", help="keep what was found, without secrets")
    group.add_argument("--resume", action="store_true", help="go on with what --record has kept of an earlier run")
    group.add_argument("--replay", type=Path, metavar="DIR", help="judge what was kept; asks nothing of AWS")
    add_code_options(made)
    add_rule_options(made)
    add_day_option(made)
    made.add_argument("--env", metavar="NAME", help="the environment of what no [environments.X.match] claims")
    add_setting_options(made)
    add_verdict_options(made)
    add_report_options(made)
    add_talk_options(made)
    return made


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status."""
    options, _ = parser().parse(arguments, most=0)
    output = checked_output(options)
    _check(options)
    started = now()
    ready = ready_for_audit(options)
    wanted = planned(options, ready)
    if options.print_calls:
        say(_calls(wanted))
        return 0
    states, code = states_of(options), code_of(options, ready)
    snapshot, interrupted = _snapshot(options, wanted)

    from walint.sources.live.graphs import graph_of
    from walint.sources.live.managed import Managers

    managers = Managers(snapshot, states)
    graph = graph_of(snapshot, wanted, managers)
    assembly = ready.assembly(options, graph, whole=False)
    how = Run(__version__, started, now, ready.today.isoformat(), "audit")
    done = judged(options, ready, graph, assembly, how, code.noted if code is not None else None)
    if ENTRY in wanted.types():
        trace(done.result, graph, managers.found, code)
    if not snapshot.parts and done.result.complete:
        done.result.incomplete.append(Incomplete("nothing was audited", "none of the regions is enabled", None, None))
    add_details(done, output.formats)
    output.write(done.result, done.context())
    status = exit_status(
        done.result,
        options.fail_on or done.config.fail_on,
        fail_on_unknown=options.fail_on_unknown or done.config.fail_on_unknown,
        allow_incomplete=options.allow_incomplete,
    )
    return INTERRUPTED if interrupted else status


def ready_for_audit(options: Namespace) -> Prepared:
    """Config and rules; of these, the ones that can judge live resources."""
    ready = prepared(options, locate([path.as_posix() for path in getattr(options, "code", None) or ()]))
    ready.selected = [one for one in ready.selected if "live" in one.rule.sources]
    if not ready.selected:
        raise UsageError("none of the selected rules can judge live accounts", help="see `walint rules list`")
    return ready


def planned(options: Namespace, ready: Prepared) -> Plan:
    """The calls that the selected rules need. Raises `UsageError` for a service that walint does not know."""
    chosen = words(options.services)
    for name in chosen:
        if name not in services():
            hint = did_you_mean(name, services()) or f"it knows {', '.join(sorted(services()))}"
            raise UsageError(f"walint does not read the service {name!r}", where="--services", help=hint)
    needs = dict(needs_of(one.rule for one in ready.selected))
    if ready.environments is not None and ready.environments.by_tags:
        for type_name, path in tags_of({name for one in ready.selected for name in one.rule.types}):
            needs[type_name] = needs[type_name] | {path}
    if getattr(options, "code", None) or getattr(options, "tfstate", None):
        needs[ENTRY] = frozenset({"Key"})
    found = plan(needs, chosen or None)
    if not found.planned:
        raise UsageError("the selected rules need nothing of these services", where="--services")
    return found


def _check(options: Namespace) -> None:
    """Raises `UsageError` for options that do not go together."""
    if options.replay is not None:
        given = [name for name in (*_LIVE, "resume") if getattr(options, name)]
        if given:
            raise UsageError(f"--replay asks nothing of AWS, so --{given[0].replace('_', '-')} means nothing")
    if options.org and options.accounts is not None:
        raise UsageError("--org and --accounts exclude each other")
    if options.org and options.role_name is None:
        raise UsageError("--org needs --role-name", help="the role that walint assumes in each account")
    if not options.org and (options.org_unit or options.role_name):
        raise UsageError(f"{'--org-unit' if options.org_unit else '--role-name'} goes with --org")
    if options.resume and options.record is None:
        raise UsageError("--resume goes with --record", help="name the folder that holds the interrupted run")


def _snapshot(options: Namespace, wanted: Plan) -> tuple[Snapshot, bool]:
    """What is judged: collected now, or recorded before; and whether collecting was interrupted."""
    from walint.sources.live import snapshot

    if options.replay is not None:
        return snapshot.read(options.replay), False
    earlier = None
    if options.record is not None and snapshot.prepare(options.record):
        if not options.resume:
            hint = "add --resume to go on with it, or name a new folder"
            raise UsageError("the folder holds a snapshot already", where=str(options.record), help=hint)
        earlier = snapshot.read(options.record)
    done = _collected(options, wanted, earlier)
    return done.snapshot, done.interrupted


def _collected(options: Namespace, wanted: Plan, earlier: Snapshot | None) -> Audited:
    from walint.sources.live.accounts import access, read_accounts

    one = access(options.aws_profile, options.role_arn, None if options.org else options.external_id)
    accesses = [one] if options.accounts is None else read_accounts(options.accounts, one)
    try:
        from walint.sources.live.auditing import Scope, audit
        from walint.sources.live.organization import members
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in {"boto3", "botocore", "jmespath"}:
            raise
        raise UsageError("auditing needs boto3", help="pip install 'walint[live]'") from missing
    if options.org:
        accesses = members(one, options.role_name, options.org_unit or (), options.external_id, options.timeout)
    scope = Scope(
        accesses,
        wanted,
        words(options.regions),
        options.max_rps,
        **({} if options.timeout is None else {"timeout": options.timeout}),
        processes=options.jobs,
        record=options.record,
        earlier=earlier,
    )
    with told_progress("regions", quiet=options.quiet) as told:
        return audit(scope, told)


def _calls(wanted: Plan) -> str:
    """Every call of a plan, its IAM action, and how often it is made."""
    rows = wanted.calls()
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))
    return "".join(f"{row[0]:{first}}  {row[1]:{second}}  {row[2]}\n" for row in rows)
