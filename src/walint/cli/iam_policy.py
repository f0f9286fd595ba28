"""`walint iam-policy`: prints the policy that the selected rules need to audit an account, and nothing beyond."""

from __future__ import annotations

from collections.abc import Sequence

from walint.cli.audit import planned, ready_for_audit
from walint.cli.parsing import (
    Parser,
    add_day_option,
    add_rule_options,
    add_service_option,
    add_setting_options,
    add_talk_options,
)
from walint.cli.terminal import complain, say


def parser() -> Parser:
    """The command's options."""
    about = "Prints the IAM policy that `walint audit` needs for the selected rules: reading calls, each by its name."
    made = Parser("iam-policy", about)
    add_service_option(made)
    add_rule_options(made)
    add_day_option(made)
    add_setting_options(made)
    add_talk_options(made)
    return made


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status. One policy is printed as it is; several, as a JSON list."""
    import json

    from walint.sources.live.policy import MOST_CHARACTERS, policies

    options, _ = parser().parse(arguments, most=0)
    found = policies(planned(options, ready_for_audit(options)).actions())
    say(json.dumps(found[0] if len(found) == 1 else found, indent=2) + "\n")
    if len(found) > 1 and not options.quiet:
        complain(f"note: AWS takes {MOST_CHARACTERS:,} characters a policy; attach all {len(found)} of the list")
    return 0
