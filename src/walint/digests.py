"""Hashes that name things (never secrets), without what `hashlib` loads first.

`hashlib` loads OpenSSL, which costs more than all the hashes of a run. Python carries the same functions itself, in
modules whose names differ between versions; where they are missing, `hashlib` has them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


def sha1(data: bytes) -> str:
    """The SHA-1 of some bytes, in hexadecimal."""
    return str(_function("sha1", ("_sha1",))(data, usedforsecurity=False).hexdigest())


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return str(_function("sha256", ("_sha2", "_sha256"))(data, usedforsecurity=False).hexdigest())


@cache
def _function(name: str, modules: tuple[str, ...]) -> Callable[..., Any]:
    for module in modules:
        try:
            found: Callable[..., Any] = getattr(import_module(module), name)
        except ImportError:
            continue
        return found
    import hashlib

    plain: Callable[..., Any] = getattr(hashlib, name)
    return plain
