"""Base64, URLs and character sets."""

from __future__ import annotations

from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Callable
from typing import Final

from walint.model.value import Unknown
from walint.sources.terraform.values import EvaluationError, TerraformValue


def base64_text(data: bytes) -> str:
    """Bytes in Base64, on one line."""
    return b2a_base64(data, newline=False).decode("ascii")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _base64decode(text: str) -> TerraformValue:
    try:
        return _decoded(text).decode("utf-8")
    except UnicodeDecodeError:
        raise EvaluationError("what is decoded is not valid UTF-8") from None


def _decoded(text: str) -> bytes:
    try:
        return a2b_base64(text.replace("\n", "").replace("\r", "").encode("ascii"), strict_mode=True)
    except (Error, UnicodeEncodeError):
        raise EvaluationError("this is not valid Base64") from None


_SETS: Final = {"UTF-8": "utf-8", "UTF-16LE": "utf-16-le", "UTF-16BE": "utf-16-be"}


def _codec(name: str) -> str:
    """The codec of a character set by its IANA name."""
    import codecs

    codec = _SETS.get(name.upper()) or name
    if name.upper() == "UTF-16":
        codec = "utf-16"
    try:
        if not codecs.lookup(codec)._is_text_encoding:  # noqa: SLF001 - nothing public tells
            raise EvaluationError(f"there is no character set {name}")
    except LookupError:
        raise EvaluationError(f"there is no character set {name}") from None
    return codec


def _textencodebase64(text: str, name: str) -> TerraformValue:
    try:
        return base64_text(text.encode(_codec(name)))
    except UnicodeError:
        raise EvaluationError(f"the text does not fit into {name}") from None


def _textdecodebase64(text: str, name: str) -> TerraformValue:
    try:
        return _decoded(text).decode(_codec(name))
    except UnicodeError:
        raise EvaluationError(f"this is not text in {name}") from None


def _urlencode(text: str) -> str:
    """As in the query of a URL: a space is a plus sign."""
    written = (
        chr(byte) if byte in _PLAIN else "+" if byte == 0x20 else f"%{byte:02X}"  # noqa: PLR2004 - a space
        for byte in _bytes(text)
    )
    return "".join(written)


_PLAIN: Final = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~")


def _base64gzip(text: str) -> TerraformValue:
    why = f"base64gzip() of {len(text)} characters is not computed: compression differs between programs"
    return Unknown(why, surely_set=True)


FUNCTIONS: Final[dict[str, Callable[..., TerraformValue]]] = {
    "base64encode": lambda text: base64_text(_bytes(text)),
    "base64decode": _base64decode,
    "base64gzip": _base64gzip,
    "textencodebase64": _textencodebase64,
    "textdecodebase64": _textdecodebase64,
    "urlencode": _urlencode,
}
