from __future__ import annotations

import hashlib
import sys

import pytest

from walint import digests

TEXTS = [b"", b"lambda-tracing\0app.yaml\0Ship", "für".encode(), b"x" * 5000]


@pytest.mark.parametrize("text", TEXTS)
def test_the_hashes_are_the_well_known_ones(text: bytes) -> None:
    assert digests.sha1(text) == hashlib.sha1(text, usedforsecurity=False).hexdigest()
    assert digests.sha256(text) == hashlib.sha256(text).hexdigest()


@pytest.mark.parametrize("text", TEXTS)
def test_a_python_without_its_own_modules_has_them_too(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("_sha1", "_sha2", "_sha256"):
        monkeypatch.setitem(sys.modules, module, None)
    digests._function.cache_clear()
    assert digests.sha1(text) == hashlib.sha1(text, usedforsecurity=False).hexdigest()
    assert digests.sha256(text) == hashlib.sha256(text).hexdigest()
    digests._function.cache_clear()
