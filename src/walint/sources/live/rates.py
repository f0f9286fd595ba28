"""How fast walint calls: a token bucket for every account, region and family of operations.

Four fifths of the documented limit are used, so that deployments that share the quota still get through. Where no
limit is documented, a polite rate; the first throttled answer lowers it.
"""

from __future__ import annotations

from typing import NamedTuple

from walint.catalog.live import rate_of

_SHARE = 0.8
_UNDOCUMENTED = 25.0
_BURST_SECONDS = 2.0
_SLOWER = 0.7
_SLOWEST = 0.5
_PATIENCE = 1.0
"""Seconds in which several throttled answers count as one: they were all under way when the first came."""


class Family(NamedTuple):
    """The operations that share one limit."""

    account: str
    region: str
    service: str
    name: str


class Bucket:
    """A token bucket. `rate` is in calls a second; times are in seconds of a monotonic clock."""

    def __init__(self, rate: float, now: float) -> None:
        self.rate = rate
        self._capacity = max(1.0, rate * _BURST_SECONDS)
        self._tokens = self._capacity
        self._at = now
        self._slowed = now - _PATIENCE

    def take(self, now: float) -> bool:
        """Takes a token if there is one."""
        self._fill(now)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def wait(self, now: float) -> float:
        """Seconds until there is a token."""
        self._fill(now)
        return max(0.0, (1 - self._tokens) / self.rate)

    def slow_down(self, now: float) -> None:
        """AWS throttled a call although there was a token: lowers the rate and empties the bucket."""
        if now - self._slowed < _PATIENCE:
            return
        self._slowed = now
        self._fill(now)
        self.rate = max(_SLOWEST, self.rate * _SLOWER)
        self._capacity = max(1.0, min(self._capacity, self.rate))
        self._tokens = min(self._tokens, 0.0)

    def _fill(self, now: float) -> None:
        self._tokens = min(self._capacity, self._tokens + (now - self._at) * self.rate)
        self._at = now


class Rates:
    """The buckets of one run. `most` caps every bucket (`--max-rps`)."""

    def __init__(self, most: float | None = None) -> None:
        self._most = most
        self._buckets: dict[Family, Bucket] = {}

    def family(self, account: str, region: str, service: str, operation: str) -> Family:
        """The family that an operation belongs to."""
        documented = rate_of(service, operation)
        return Family(account, region, service, documented[1] if documented else "")

    def bucket(self, family: Family, now: float) -> Bucket:
        """The bucket of a family, made when it is first asked for."""
        bucket = self._buckets.get(family)
        if bucket is None:
            documented = rate_of(family.service, family.name) if family.name else None
            rate = documented[0] * _SHARE if documented else _UNDOCUMENTED
            bucket = self._buckets[family] = Bucket(min(rate, self._most or rate), now)
        return bucket
