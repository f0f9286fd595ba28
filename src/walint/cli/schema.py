"""`walint schema`: the JSON Schema of the config, of the JSON report or of a rule file, for editors and other tools."""

from __future__ import annotations

from collections.abc import Sequence

from walint.cli.parsing import Parser, UsageError, did_you_mean
from walint.cli.terminal import say

KINDS = ("config", "report", "rule")


def run(arguments: Sequence[str]) -> int:
    """The command. Returns the exit status."""
    _, operands = Parser("schema", "Prints a JSON Schema.", "config|report|rule").parse(arguments, most=1)
    kind = operands[0] if operands else ""
    say(schema_text(kind))
    return 0


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of file. Raises `UsageError` when there is no such kind."""
    import json

    match kind:
        case "config":
            from walint.config_schema import SCHEMA

            return json.dumps(SCHEMA, indent=2) + "\n"
        case "report":
            from walint.reports.json import schema

            return schema().rstrip("\n") + "\n"
        case "rule":
            from walint.language.schema import RuleModel

            return json.dumps(RuleModel.model_json_schema(), indent=2) + "\n"
        case _:
            hint = did_you_mean(kind, KINDS) if kind else None
            raise UsageError("which schema: config, report or rule?", help=hint)
