"""Where something lives: a partition, an account and a region."""

from __future__ import annotations

from typing import Final, NamedTuple

GLOBAL: Final = "global"
"""The region of what belongs to none: distributions, health checks."""


class Place(NamedTuple):
    """One region of one account: the unit of a live scan. The region is "global" for services that have none."""

    partition: str
    account: str
    region: str

    @property
    def unit(self) -> str:
        """The name of the unit in graphs and reports: "aws/123456789012/eu-west-1"."""
        return "/".join(self)

    @property
    def words(self) -> str:
        """The place in a sentence: "account 123456789012 in eu-west-1"; without a region, the whole account."""
        return f"account {self.account}" if self.region == GLOBAL else f"account {self.account} in {self.region}"

    @property
    def endpoint_region(self) -> str:
        """The region whose endpoints answer."""
        return HOME_REGIONS.get(self.partition, self.region) if self.region == GLOBAL else self.region


HOME_REGIONS = {
    "aws": "us-east-1",
    "aws-cn": "cn-northwest-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
}
"""The region whose endpoint answers for the global services of a partition (botocore, data/partitions.json and
endpoints.json, `implicitGlobalRegion` and `partitionEndpoint`)."""
