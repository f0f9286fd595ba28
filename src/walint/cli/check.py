"""`walint check`: judges templates and prints what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from walint.cli.details import add_details
from walint.cli.output import add_report_options, add_verdict_options, checked_output, exit_status
from walint.cli.parsing import Parser, UsageError, add_scan_options, add_talk_options
from walint.cli.terminal import say

if TYPE_CHECKING:
    from walint.cli.compared import Compared


def parser() -> Parser:
    """The command's options."""
    made = Parser("check", "Judges SAM, CloudFormation and CDK templates by their Well-Architected rules.", "[PATH...]")
    add_scan_options(made)
    add_verdict_options(made)
    add_change_options(made)
    made.add_argument("--with-cfn-lint", action="store_true", help="what cfn-lint finds, too (extra `cfn-lint`)")
    add_report_options(made)
    add_talk_options(made)
    return made


def add_change_options(made: Parser) -> None:
    """The options that limit what is reported to what is new."""
    group = made.add_argument_group("what is new")
    group.add_argument("--since", metavar="REF", help="only findings that this commit, branch or tag has not")
    group.add_argument(
        "--changed", action="store_const", const="new", help="for hooks: only what a commit or push adds"
    )
    group.add_argument(
        "--changed=all-findings",
        dest="changed",
        action="store_const",
        const="all-findings",
        help="also all that is found in the stacks that it changes",
    )


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status."""
    options, operands = parser().parse(arguments)
    output = checked_output(options)
    if options.with_cfn_lint and (options.since is not None or options.changed is not None):
        raise UsageError("--with-cfn-lint cannot tell what is new", help="leave out --since and --changed")
    compared: Compared | None = None
    if options.since is not None or options.changed is not None:
        from walint.cli.compared import compared_with

        compared = compared_with(options, operands, plain=output.plain)
        if compared is None:
            if output.format == "text" and not options.quiet:
                say("nothing that walint reads has changed\n")
            return 0
    from walint.cli.scan import scan  # all of walint; a hook that has nothing to do stops above

    if compared is None:
        done = scan(options, operands)
    else:
        done = scan(options, compared.operands, before=compared.before(), may_be_empty=compared.may_be_empty)
    if options.with_cfn_lint:
        from walint.integrations.cfn_lint_findings import merge

        merge(done.result, done.graph, done.root, options.min_severity or done.config.min_severity)
    add_details(done, output.formats)
    output.write(done.result, done.context())
    return exit_status(
        done.result,
        options.fail_on or done.config.fail_on,
        fail_on_unknown=options.fail_on_unknown or done.config.fail_on_unknown,
        allow_incomplete=options.allow_incomplete,
    )
