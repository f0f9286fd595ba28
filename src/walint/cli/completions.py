"""`walint completions`: scripts that complete commands, options and rule ids in bash, zsh and fish.

The scripts are made from the parsers themselves, so they know every option. Rule ids, families and practices are asked
of walint when they are needed (`walint completions words`).
"""

from __future__ import annotations

from argparse import Action
from collections.abc import Iterator, Mapping, Sequence

from walint import reports
from walint.cli import COMMANDS, audit, baseline, check, diff, explain, iam_policy, init, report, rules, schema
from walint.cli.choice import words_for
from walint.cli.parsing import Parser, UsageError, did_you_mean
from walint.cli.scan import config_here
from walint.cli.terminal import say
from walint.config_schema import PROFILES, SEVERITIES
from walint.language.catalogue import load_rules

SHELLS = ("bash", "zsh", "fish")

_ZSH = """\
autoload -Uz compinit bashcompinit
(( $+functions[compdef] )) || compinit
bashcompinit
"""
"""zsh runs the script for bash."""

_VALUES: Mapping[str, Sequence[str]] = {
    "--profile": PROFILES,
    "--min-severity": SEVERITIES,
    "--fail-on": [*SEVERITIES, "never"],
    "--color": ["auto", "always", "never"],
}
_WORDS = ("--select", "--ignore")
_OPERANDS: Mapping[str, Sequence[str]] = {
    "rules": rules.ACTIONS,
    "baseline": baseline.ACTIONS,
    "schema": schema.KINDS,
    "completions": SHELLS,
}


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status."""
    about = "Prints a script that completes walint's commands. For bash: `walint completions bash >> ~/.bashrc`."
    _, operands = Parser("completions", about, "bash|zsh|fish").parse(arguments, most=1)
    match operands:
        case ["bash"]:
            say(_bash())
        case ["zsh"]:
            say(_ZSH + _bash())
        case ["fish"]:
            say("".join(f"{line}\n" for line in _fish()))
        case ["words"]:
            known = {word for rule in load_rules(config_here().rules_dirs).rules.values() for word in words_for(rule)}
            say("".join(f"{word}\n" for word in sorted(known)))
        case _:
            hint = did_you_mean(operands[0], SHELLS) if operands else None
            raise UsageError("which shell: bash, zsh or fish?", help=hint)
    return 0


def _parsers() -> dict[str, Parser]:
    """The parser of every command that has options."""
    return {
        "check": check.parser(),
        "audit": audit.parser(),
        "explain": explain.parser(),
        "rules": rules.list_parser(),
        "baseline": baseline.parser("update"),
        "report": report.parser(),
        "diff": diff.parser(),
        "iam-policy": iam_policy.parser(),
        "init": init.parser(),
    }


def _values(option: str, command: str) -> Sequence[str]:
    """The words that an option's value may be, if they are known."""
    if option == "--format":
        return {"rules": ("text", "json"), "diff": diff.FORMATS}.get(command) or reports.formats()
    return _VALUES.get(option, ())


def _bash() -> str:
    options = "".join(
        f"    {name}) options={_quoted(' '.join(_option_strings(parser)))} ;;\n" for name, parser in _parsers().items()
    )
    operands = "".join(f"    {name}) operands={_quoted(' '.join(words))} ;;\n" for name, words in _OPERANDS.items())
    values = "".join(f"    {option}) words={_quoted(' '.join(words))} ;;\n" for option, words in _VALUES.items())
    return f"""\
_walint() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local command="" word words="" options="" operands=""
  for word in "${{COMP_WORDS[@]:1:$((COMP_CWORD - 1))}}"; do
    case $word in {"|".join(COMMANDS)}) command=$word; break ;; esac
  done
  case $previous in
{values}    --format) words={_quoted(" ".join(reports.formats()))} ;;
    {"|".join(_WORDS)}) words=$(walint completions words 2>/dev/null) ;;
    explain) words=$(walint completions words 2>/dev/null) ;;
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case ${{command:-check}} in
{options}  esac
  case $command in
{operands}    "") operands={_quoted(" ".join([*COMMANDS, "--version"]))} ;;
  esac
  case $current in
    -*) COMPREPLY=($(compgen -W "$options --help" -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$operands" -- "$current")) ;;
  esac
}}
complete -o default -o bashdefault -F _walint walint
"""


def _fish() -> Iterator[str]:
    none = f"not __fish_seen_subcommand_from {' '.join(COMMANDS)}"
    for name, summary in COMMANDS.items():
        yield f"complete -c walint -n {_quoted(none)} -a {name} -d {_quoted(summary)}"
    for name, words in _OPERANDS.items():
        within = f"__fish_seen_subcommand_from {name}"
        yield f"complete -c walint -f -n {_quoted(within)} -a {_quoted(' '.join(words))}"
    yield "complete -c walint -f -n '__fish_seen_subcommand_from explain' -a '(walint completions words 2>/dev/null)'"
    for name, parser in _parsers().items():
        within = f"__fish_seen_subcommand_from {name}" + (f"; or {none}" if name == "check" else "")
        for action in parser._actions:  # noqa: SLF001 - argparse has no public way to list options
            yield from _fish_option(name, within, action)


def _fish_option(command: str, within: str, action: Action) -> Iterator[str]:
    longs = [name for name in action.option_strings if name.startswith("--")]
    shorts = "".join(f" -s {name[1:]}" for name in action.option_strings if not name.startswith("--"))
    for option in longs:
        value = ""
        if action.nargs != 0:
            words = " ".join(_values(option, command))
            value = f" -x -a {_quoted(words)}" if words else " -r"
            if option in _WORDS:
                value = " -x -a '(walint completions words 2>/dev/null)'"
        about = _quoted((action.help or "").replace("%%", "%"))
        yield f"complete -c walint -n {_quoted(within)} -l {option[2:]}{shorts}{value} -d {about}"


def _option_strings(parser: Parser) -> list[str]:
    return [name for action in parser._actions for name in action.option_strings]  # noqa: SLF001 - as above


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
