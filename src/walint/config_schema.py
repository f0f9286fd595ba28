"""The shape of walint's configuration, as a JSON Schema. `config.py` checks files against this very object."""

from __future__ import annotations

from typing import Any

SEVERITIES = ["high", "medium", "low", "info"]
PROFILES = ["default", "strict", "minimal"]

_TEXTS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
_PARAMETERS: dict[str, Any] = {
    "type": "object",
    "description": "Values of template parameters, by name.",
    "additionalProperties": {"type": ["string", "integer", "number", "boolean"]},
}
_PARAMETER_FILES: dict[str, Any] = {
    **_TEXTS,
    "description": "Files with values of template parameters, in CloudFormation's or the CDK's shape.",
}
_VARIABLES: dict[str, Any] = {
    "type": "object",
    "description": "Values of Terraform's input variables, by name, as --var takes them.",
    "additionalProperties": {"type": ["string", "integer", "number", "boolean"]},
}
_VAR_FILES: dict[str, Any] = {**_TEXTS, "description": "Files with values of Terraform's input variables (.tfvars)."}
_MATCH: dict[str, Any] = {
    "type": "object",
    "description": "What belongs to the environment: globs, any of which is enough.",
    "minProperties": 1,
    "properties": {
        "stack": {
            **_TEXTS,
            "description": "Names of stacks: of a template's file, of a live stack, of a root module's folder.",
        },
        "path": {**_TEXTS, "description": "Paths of files and folders, relative to this file."},
        "workspace": {**_TEXTS, "description": "Terraform's workspaces, as told by --workspace or `workspace`."},
        "account": {**_TEXTS, "description": "Account ids."},
        "tag": {
            "type": "object",
            "description": "Tags of the resource itself: the key, and globs of its value.",
            "minProperties": 1,
            "additionalProperties": _TEXTS,
        },
    },
    "additionalProperties": False,
}
_WORKSPACE: dict[str, Any] = {"type": "string", "description": "The value of terraform.workspace."}

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "walint configuration",
    "description": "walint.toml, .walint.toml, or the table [tool.walint] of pyproject.toml.",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "profile": {
            "enum": PROFILES,
            "default": "default",
            "description": "Which rules run: default is quiet enough to keep on, strict runs all, minimal the gravest.",
        },
        "select": {
            **_TEXTS,
            "description": "Run only these: rule ids, families, practices (OPS08-BP02), questions (OPS08).",
        },
        "ignore": {**_TEXTS, "description": "Never run these; the same words as in select."},
        "min_severity": {"enum": SEVERITIES, "default": "info", "description": "Milder findings are not reported."},
        "fail_on": {
            "enum": [*SEVERITIES, "never"],
            "default": "medium",
            "description": "The mildest severity of a finding that makes the exit status 1.",
        },
        "fail_on_unknown": {
            "type": "boolean",
            "default": False,
            "description": "Whether what could not be decided counts like a finding for the exit status.",
        },
        "exclude": {**_TEXTS, "description": "Globs of paths, relative to this file, that are not scanned."},
        "parameters": _PARAMETERS,
        "parameter_files": _PARAMETER_FILES,
        "variables": _VARIABLES,
        "var_files": _VAR_FILES,
        "workspace": _WORKSPACE,
        "region": {"type": "string", "description": "The value of AWS::Region."},
        "account": {"type": "string", "description": "The value of AWS::AccountId."},
        "rules_dirs": {**_TEXTS, "description": "Folders with rules of your own."},
        "rule_pages": {
            "type": "string",
            "description": "Where the site of `make docs` can be read (https://...): reports link rules to its pages.",
        },
        "baseline": {
            "type": "string",
            "description": "The baseline file. Without it, .walint-baseline.json if it exists.",
        },
        "rules": {
            "type": "object",
            "description": "Settings of single rules, by id.",
            "additionalProperties": {
                "type": "object",
                "description": "The rule's own parameters, and:",
                "properties": {
                    "enabled": {"type": "boolean", "description": "Whether the rule runs, whatever the profile says."},
                    "severity": {"enum": SEVERITIES, "description": "Instead of the rule's own."},
                    "only_in": {
                        "enum": ["production", "any"],
                        "description": "Where the rule matters: outside of production, its findings are info.",
                    },
                },
                "additionalProperties": True,
            },
        },
        "environments": {
            "type": "object",
            "description": "What holds in an environment (chosen with --env), and what belongs to it.",
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "parameters": _PARAMETERS,
                    "parameter_files": _PARAMETER_FILES,
                    "variables": _VARIABLES,
                    "var_files": _VAR_FILES,
                    "workspace": _WORKSPACE,
                    "region": {"type": "string"},
                    "account": {"type": "string"},
                    "sam_config_env": {
                        "type": "string",
                        "description": "The environment of samconfig.toml; without it, the name of this one.",
                    },
                    "match": _MATCH,
                    "production": {
                        "type": "boolean",
                        "description": "Whether it is one of production; without it, its name tells (prod, live, ...).",
                    },
                },
                "additionalProperties": False,
            },
        },
        "suppress": {
            "type": "array",
            "description": "Findings that are accepted.",
            "items": {
                "type": "object",
                "required": ["rule"],
                "properties": {
                    "rule": {"type": "string", "description": "A rule's id or a glob of ids."},
                    "path": {"type": "string", "description": "A glob of paths, or a folder."},
                    "resource": {"type": "string", "description": "A glob of addresses."},
                    "account": {"type": "string", "description": "A glob of account ids."},
                    "region": {"type": "string", "description": "A glob of regions."},
                    "reason": {"type": "string", "description": "Why. Without a reason the finding stays."},
                    "until": {
                        "type": "string",
                        "format": "date",
                        "description": "The last day on which the finding is accepted.",
                    },
                },
                "additionalProperties": False,
            },
        },
    },
}
