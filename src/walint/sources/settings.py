"""What a scan may be told about its inputs: root, parameter values, region, limits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from walint.records import dataclass, field

DEFAULT_MAX_FILE_BYTES = 10 * 1024 * 1024
"""Larger files are not read: CloudFormation itself takes at most 1 MB."""

DEFAULT_MAX_PLAN_BYTES = 100 * 1024 * 1024
"""Terraform plans may be larger: a program writes them, with all that was and will be, and no service takes them."""


@dataclass(frozen=True, slots=True)
class RepositorySettings:
    """The repository as a whole, when a scan judges it.

    folder     where it lies, relative to the root of the scan; "" for the root itself
    work_tree  whether it is the work tree of a git repository
    tags       the names of git's tags
    """

    folder: str = ""
    work_tree: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """How inputs are read.

    root             nothing outside it is read unless it is named explicitly; spans are relative to it
    parameters       values of template parameters, for every template that declares them
    parameter_files  files with parameter values; `parameters` wins over them, a later file over an earlier one
    region, account, partition   values of AWS::Region, AWS::AccountId and AWS::Partition, where known
    sam_config_env   the environment of samconfig.toml that is read
    variables        values of Terraform's input variables, for every root module that declares them; later ones win:
                     files (.tfvars), and names with a value as on Terraform's command line
    workspace        the value of terraform.workspace
    terraform_root   the root module that Terraform plans were made from, where it does not lie beside them
    max_file_bytes   files above it are an error
    max_plan_bytes   the same for Terraform plans
    exclude          globs of paths, relative to the root, that are not scanned unless named explicitly
    repository       the repository whose documents, pipelines and the like are judged, too; None for none
    """

    root: Path = field(default_factory=Path.cwd)
    parameters: Mapping[str, str] = field(default_factory=dict)
    parameter_files: tuple[Path, ...] = ()
    region: str | None = None
    account: str | None = None
    partition: str | None = None
    sam_config_env: str = "default"
    variables: tuple[Path | tuple[str, str], ...] = ()
    workspace: str = "default"
    terraform_root: Path | None = None
    max_file_bytes: int = DEFAULT_MAX_FILE_BYTES
    max_plan_bytes: int = DEFAULT_MAX_PLAN_BYTES
    exclude: tuple[str, ...] = ()
    repository: RepositorySettings | None = None
