"""Keeps secrets out of every text that walint shows.

Two nets, one behind the other: a value that belongs to a key whose name promises a secret, and a text that looks like
a credential wherever it stands. What is hidden is replaced by `HIDDEN`; ordinary values are left as they are.
"""

from __future__ import annotations

import re
from itertools import pairwise

from walint.patterns import lazy

HIDDEN = "(hidden)"

_SECRET_WORDS = lazy(
    r"pass(?:word|wd|phrase)|passwd|pwd$|secret|token|credential|api_?-?key|access_?-?key|private_?-?key|auth_?-?key"
    r"|signing_?-?key|connection_?-?string",
    re.IGNORECASE,
)
_ABOUT_A_SECRET = lazy(
    r"(?:arns?|ids?|names?|type|types|policy|policies|rotation\w*|enabled|expiration|expiry|validity\w*|units?|duration|"
    r"length|ttl|version|versions|endpoint|ur[il]|source|sources|header|location|status|count|path|attribute\w*|"
    r"required|minimum\w*|manage\w*|field|fields|file|template|targets?|caching|scopes?|claims?)$",
    re.IGNORECASE,
)
_NOT_SECRET_PREFIX = lazy(r"^(?:manage|enable|use|has|require|disable|generate|allow|is_)", re.IGNORECASE)
_HARMLESS = frozenset(("servicetoken", "nexttoken", "resulttoken", "result_token", "http_tokens", "nopasswd"))
"""Names that look secret and are not: an ARN, a page, a switch."""

_CREDENTIALS = lazy(
    r"""
      \b(?:AKIA|ASIA)[0-9A-Z]{16}\b                                     # AWS access key id
    | -----BEGIN[ A-Z]*PRIVATE[ ]KEY-----[^-]*(?:-----END[ A-Z]*-----)? # PEM private key
    | \b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{30,}                        # GitHub tokens
    | \bgithub_pat_[A-Za-z0-9_]{30,}
    | \bglpat-[A-Za-z0-9_-]{20,}                                        # GitLab token
    | \bxox[abprs]-[A-Za-z0-9-]{10,}                                    # Slack token
    | hooks\.slack\.com/services/[A-Za-z0-9/_-]+                        # Slack web hook
    | \bsk_(?:live|test)_[A-Za-z0-9]{16,}                               # Stripe key
    | \bAIza[A-Za-z0-9_-]{35}                                           # Google API key
    | \beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*      # JSON web token
    | (?<=://)[^\s/:@'"]{1,200}:[^\s/@'"]{1,200}(?=@)                   # user:password in a URL
    """,
    re.VERBOSE,
)
_CHANGES = 14
"""Of 39 places; random texts have about 25, the example key of AWS's documentation has 16, names have a dozen."""
_SECRET_KEY = lazy(r"(?<![A-Za-z0-9/+=._-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=._-])")
_KEY = r"""(?P<key>[A-Za-z_][A-Za-z0-9_.-]{0,80})(?P<between>["']?\s*=\s*|["']\s*:\s*|\s*:\s+)"""
"""A name and what stands between it and its value: `=`, or a colon as YAML and JSON write it (not that of an ARN)."""
_PAIR = lazy(_KEY + r"""(?P<value>"[^"]*"|'[^']*'|[^\s"',;{}\[\])(]+)(?P<next>[(\[]?)""")
_LIST = lazy(_KEY + r"""\[(?P<items>[^\[\]{}]+)\]""")
_EXPRESSION = lazy(r"[A-Za-z_]\w*(?:\.[\w*-]+)+")
"""A reference in HCL or in code: `data.x.y`, `event.token`."""
_MADE_BY_CDK = lazy(r"[0-9A-F]{8}$")
_SETTLED = frozenset(
    "true false required optional null yes no on off none nothing absent present not_set {} []".split()  # noqa: SIM905
)
_SHOWN = lazy(r"^(?:\d{1,5}(?:\.\d+)?|[!$&*|>{\[].*)$", re.DOTALL)
"""Short numbers, and what is no plain text in a template: tags, expressions, anchors, block marks, brackets."""


def is_secret_key(path: str) -> bool:
    """Whether the last name of a property path promises a secret (`MasterUserPassword`, not `SecretArn`)."""
    name = path.rstrip("].").rpartition(".")[2].rpartition("[")[2]
    return (
        _SECRET_WORDS.search(name) is not None
        and name.lower() not in _HARMLESS
        and _ABOUT_A_SECRET.search(name) is None
        and _NOT_SECRET_PREFIX.search(name) is None
    )


_ORIGIN = lazy(r" \((?:AWS default|provider default|inherited)\)$")
"""What is said of whom a value is by, where it is not written in its place."""


def mask(text: str) -> str:
    """The text with everything that looks like a credential, or stands after a name that promises one, hidden."""
    if not text:
        return text
    masked = _CREDENTIALS.sub(HIDDEN, text)
    masked = _SECRET_KEY.sub(_hide_if_random, masked)
    if _SECRET_WORDS.search(masked):
        masked = _PAIR.sub(_hide_value, _LIST.sub(_hide_items, masked))
    return masked


def mask_value(path: str, value: str) -> str:
    """A found value in words, hidden when the property at `path` promises a secret."""
    if is_secret_key(path) and _is_plain(_ORIGIN.sub("", value)):
        return HIDDEN
    return mask(value)


def mask_line(line: str) -> str:
    """A line of a template, for a code frame: like `mask`, the keys of the line taken into account."""
    return mask(line)


def _is_plain(value: str) -> bool:
    """Whether a value is a text of its own rather than a reference, a switch, a number or its absence."""
    return not (
        value.lower() in _SETTLED or _SHOWN.match(value) or value.startswith(("a reference to ", "unknown: ", "a map "))
    )


def _hide_value(match: re.Match[str]) -> str:
    key, between, value, following = match.group("key", "between", "value", "next")
    if not is_secret_key(key):
        return match.group()
    bare = value.strip("\"'")
    expression = bare == value and (following or ("=" in between and _EXPRESSION.fullmatch(bare)))
    if expression or not bare or bare == HIDDEN or not _is_plain(bare) or bare.startswith(("arn:", "{{resolve:")):
        return match.group()
    quote = value[0] if value[0] in "\"'" else ""
    return f"{key}{between}{quote}{HIDDEN}{quote}{following}"


def _hide_items(match: re.Match[str]) -> str:
    key, between, items = match.group("key", "between", "items")
    if is_secret_key(key) and all(_is_plain(item.strip().strip("\"'")) for item in items.split(",")):
        return f"{key}{between}[{HIDDEN}]"
    return match.group()


def _hide_if_random(match: re.Match[str]) -> str:
    """Hides a text of 40 characters that changes between cases, digits and signs as AWS's secret access keys do.

    Paths, and the logical ids that the CDK makes (words and 8 hexadecimal digits), are left alone.
    """
    text = match.group()
    if _MADE_BY_CDK.search(text):
        return text
    kinds = ["A" if c.isupper() else "a" if c.islower() else "0" if c.isdigit() else "/" for c in text]
    changes = sum(1 for one, other in pairwise(kinds) if one != other)
    return HIDDEN if changes >= _CHANGES and {"A", "a", "0"} <= set(kinds) else text
