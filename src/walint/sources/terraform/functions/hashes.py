"""Hashes of texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from walint.sources.terraform.functions.encoding import base64_text
from walint.sources.terraform.values import EvaluationError, TerraformValue


def digest(name: str, data: bytes) -> bytes:
    """The hash of some bytes. None of them protects anything here: Terraform's results are reproduced."""
    import hashlib

    return hashlib.new(name, data, usedforsecurity=False).digest()


def in_hex(name: str) -> Callable[[str], TerraformValue]:
    """A function that gives a hash in hexadecimal."""
    return lambda text: digest(name, text.encode("utf-8", "surrogatepass")).hex()


def in_base64(name: str) -> Callable[[str], TerraformValue]:
    """A function that gives a hash in Base64."""
    return lambda text: base64_text(digest(name, text.encode("utf-8", "surrogatepass")))


def _uuidv5(namespace: str, name: str) -> TerraformValue:
    import uuid

    known = {
        "dns": uuid.NAMESPACE_DNS,
        "url": uuid.NAMESPACE_URL,
        "oid": uuid.NAMESPACE_OID,
        "x500": uuid.NAMESPACE_X500,
    }
    try:
        return str(uuid.uuid5(known.get(namespace) or uuid.UUID(namespace), name))
    except ValueError:
        raise EvaluationError(f"{namespace} is no namespace of UUIDs") from None


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "md5": in_hex("md5"),
    "sha1": in_hex("sha1"),
    "sha256": in_hex("sha256"),
    "sha512": in_hex("sha512"),
    "base64sha256": in_base64("sha256"),
    "base64sha512": in_base64("sha512"),
    "uuidv5": _uuidv5,
}
