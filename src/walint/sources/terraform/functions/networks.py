"""IP networks: `cidrsubnet` and its like."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from walint.sources.terraform.values import EvaluationError, ListOf, TerraformValue

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network


def _network(prefix: str) -> IPv4Network | IPv6Network:
    """The network that a prefix is in. Terraform reads numbers with leading zeros as decimal ones."""
    from ipaddress import ip_network

    address, slash, length = prefix.partition("/")
    if not slash or not length.isascii() or not length.isdigit():
        raise EvaluationError(f"{prefix} is not a network such as 10.0.0.0/16")
    if ":" not in address:
        address = ".".join(part.lstrip("0") or "0" if part.isdigit() else part for part in address.split("."))
    try:
        return ip_network(f"{address}/{int(length)}", strict=False)
    except ValueError:
        raise EvaluationError(f"{prefix} is not a network such as 10.0.0.0/16") from None


def _address(network: IPv4Network | IPv6Network, number: int) -> str:
    from ipaddress import ip_address

    return str(ip_address(number) if network.version == 4 else ip_address(number.to_bytes(16, "big")))  # noqa: PLR2004


def _cidrhost(prefix: str, number: float) -> TerraformValue:
    network = _network(prefix)
    if not isinstance(number, int):
        raise EvaluationError("the number of a host must be a whole number")
    if not -network.num_addresses <= number < network.num_addresses:
        raise EvaluationError(f"{prefix} has no host number {number}")
    return _address(network, int(network.network_address) + number % network.num_addresses)


def _cidrnetmask(prefix: str) -> TerraformValue:
    network = _network(prefix)
    if network.version != 4:  # noqa: PLR2004 - of IP
        raise EvaluationError("only IPv4 networks have a netmask")
    return str(network.netmask)


def _subnet(network: IPv4Network | IPv6Network, bits: float, number: int, prefix: str) -> str:
    if not isinstance(bits, int) or bits < 0:
        raise EvaluationError("a prefix is extended by a whole number of bits")
    length = network.prefixlen + bits
    if length > network.max_prefixlen:
        raise EvaluationError(f"{prefix} cannot be extended by {bits} bits")
    if not 0 <= number < 1 << bits:
        raise EvaluationError(f"{bits} bits cannot hold the number {number}")
    start = int(network.network_address) + (number << (network.max_prefixlen - length))
    return f"{_address(network, start)}/{length}"


def _cidrsubnet(prefix: str, bits: float, number: float) -> TerraformValue:
    if not isinstance(number, int):
        raise EvaluationError("the number of a network must be a whole number")
    return _subnet(_network(prefix), bits, number, prefix)


def _cidrsubnets(prefix: str, *sizes: float) -> TerraformValue:
    """Networks of the given sizes, one after the other, each at a place where its size allows it to begin."""
    network = _network(prefix)
    found: list[str] = []
    start = int(network.network_address)
    end = start + network.num_addresses
    for bits in sizes:
        if not isinstance(bits, int) or bits < 1:
            raise EvaluationError("a prefix is extended by at least one bit")
        length = network.prefixlen + bits
        if length > network.max_prefixlen:
            raise EvaluationError(f"{prefix} cannot be extended by {bits} bits")
        size = 1 << (network.max_prefixlen - length)
        start = (start + size - 1) // size * size
        if start + size > end:
            raise EvaluationError(f"{prefix} has no room for another network")
        found.append(f"{_address(network, start)}/{length}")
        start += size
    return ListOf(found)


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "cidrhost": _cidrhost,
    "cidrnetmask": _cidrnetmask,
    "cidrsubnet": _cidrsubnet,
    "cidrsubnets": _cidrsubnets,
}
