"""What samconfig.toml says about how a template is deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from walint.records import dataclass, field

_MAX_BYTES = 1 << 20
_COMMANDS = ("global", "validate", "build", "sync", "deploy")
"""The commands whose options are read; a later one wins."""

_DEFAULT_TEMPLATES = frozenset(("template.yaml", "template.yml", "template.json"))

_OVERRIDE = re.compile(
    r"""(?<![A-Za-z0-9])(?:ParameterKey=)?(?P<name>[A-Za-z0-9]+)(?:,ParameterValue)?=(?P<value>"(?:\\.|[^"\\])*"|'[^']*'|\S*)"""
)
"""`A=b`, `A="b c"` or `ParameterKey=A,ParameterValue=b` (sam deploy --help)."""


@dataclass(frozen=True, slots=True)
class SamConfig:
    """The options of one environment that bear on values."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    stack_name: str | None = None
    region: str | None = None


def read_samconfig(data: bytes, template_name: str, environment: str) -> SamConfig:
    """The options for a template beside the file. Raises ValueError when it is not TOML."""
    import tomllib

    if len(data) > _MAX_BYTES:
        raise ValueError(f"longer than {_MAX_BYTES:,} bytes")
    document = tomllib.loads(data.decode("utf-8"))
    section = document.get(environment)
    if not isinstance(section, dict):
        return SamConfig()
    options: dict[str, object] = {}
    for command in _COMMANDS:
        table = section.get(command)
        parameters = table.get("parameters") if isinstance(table, dict) else None
        if isinstance(parameters, dict):
            options.update(parameters)
    template = options.get("template_file", options.get("template"))
    if isinstance(template, str):
        name = template.replace("\\", "/").rpartition("/")[2]
        if name != template_name and ".aws-sam" not in template:
            return SamConfig()
    elif template_name not in _DEFAULT_TEMPLATES:
        return SamConfig()
    stack_name, region = options.get("stack_name"), options.get("region")
    return SamConfig(
        parameters=dict(_overrides(options.get("parameter_overrides"))),
        stack_name=stack_name if isinstance(stack_name, str) else None,
        region=region if isinstance(region, str) else None,
    )


def _overrides(written: object) -> Iterator[tuple[str, str]]:
    """The parameters in `parameter_overrides`: a text, a list of texts, or a table."""
    if isinstance(written, dict):
        for name, value in written.items():
            yield str(name), ",".join(map(str, value)) if isinstance(value, list) else _shown(value)
    elif isinstance(written, list):
        for item in written:
            yield from _item(item)
    elif isinstance(written, str):
        for found in _OVERRIDE.finditer(written):
            yield found["name"], _unquoted(found["value"])


def _item(item: object) -> Iterator[tuple[str, str]]:
    """One item of a list: a whole assignment, whose value needs no quotes, or something that holds several."""
    name, equals, value = item.partition("=") if isinstance(item, str) else ("", "", "")
    if equals and name != "ParameterKey":
        yield name, _unquoted(value)
    else:
        yield from _overrides(item)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text
