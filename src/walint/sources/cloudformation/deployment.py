"""What is known of the deployment of one template: parameter values, region, account, stack name."""

from __future__ import annotations

from collections.abc import Mapping

from walint.model.value import Value
from walint.records import NamedTuple
from walint.sources.settings import SourceSettings


class Deployment(NamedTuple):
    """The circumstances of a stack. A nested stack gets its parameters as values from its parent."""

    parameters: Mapping[str, str | Value]
    region: str | None = None
    account: str | None = None
    partition: str | None = None
    stack_name: str | None = None

    def pseudo(self, name: str) -> str | None:
        """The value of a pseudo-parameter, where it is known."""
        match name:
            case "AWS::Region":
                return self.region
            case "AWS::AccountId":
                return self.account
            case "AWS::StackName":
                return self.stack_name
            case "AWS::Partition":
                return self.partition or _partition(self.region)
            case "AWS::URLSuffix":
                suffixes = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}
                return suffixes.get(self.partition or _partition(self.region) or "")
            case _:
                return None

    def nested(self, parameters: Mapping[str, Value]) -> Deployment:
        """The deployment of a nested stack: same place, its own parameters, a generated name."""
        return self._replace(parameters=parameters, stack_name=None)


def deployed(
    settings: SourceSettings,
    given: Mapping[str, str],
    local: Mapping[str, str],
    *,
    stack_name: str | None = None,
    region: str | None = None,
    account: str | None = None,
) -> Deployment:
    """The deployment of a template: what the user says now wins over what lies beside the template (`local`).

    A given parameter may be addressed to one stack: "StackName:Parameter".
    """
    parameters: dict[str, str | Value] = dict(local)
    for name, value in given.items():
        stack, colon, parameter = name.partition(":")
        if not colon:
            parameters[name] = value
        elif stack == stack_name:
            parameters[parameter] = value
    return Deployment(
        parameters=parameters,
        region=settings.region or region,
        account=settings.account or account,
        partition=settings.partition,
        stack_name=stack_name,
    )


def _partition(region: str | None) -> str | None:
    """The partition of a region, by the prefixes that AWS documents (China, GovCloud, the rest but isolated ones)."""
    if region is None or "-iso" in region:
        return None
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
