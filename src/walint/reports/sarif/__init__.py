"""The SARIF 2.1.0 report, made for GitHub code scanning and clean under Microsoft's SARIF multitool.

What GitHub demands beyond the standard: a physical location with a relative, percent-encoded address in every result,
regions of one line, `level` in every result, at most 5,000 results, 10 tags and 1,024 characters a text, nothing that
is suppressed (it would be shown as open), and no `security-severity` (it would make a security alert of an operational
finding). One rule has one result on a line. Nothing in the report varies from run to run; `automationDetails` is left
to the uploader, which names the category, unless `--sarif-category` does.

`--sarif-profile full` is for other readers: every record is there, suppressed ones with their justification.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from walint.reports import ReportError
from walint.reports.sarif.log import log_of
from walint.reports.sarif.serialise import serialised

if TYPE_CHECKING:
    from walint.findings.result import Result
    from walint.reports.context import ReportContext

MOST_BYTES = 10_000_000
"""What GitHub takes of a compressed report."""


def render(result: Result, context: ReportContext) -> str:
    """The findings as a SARIF log of one run. Raises `ReportError` for one that GitHub would not take."""
    text = serialised(log_of(result, context))
    if context.sarif_profile == "github":
        refuse_what_is_too_large(text)
    return text


def refuse_what_is_too_large(text: str, most: int = MOST_BYTES) -> None:
    """Raises `ReportError` when the report is larger than GitHub takes, compressed."""
    data = text.encode(errors="replace")
    if len(data) > most and len(gzip.compress(data, compresslevel=9, mtime=0)) > most:
        raise ReportError(
            f"the SARIF report is larger than the {most // 1_000_000} MB (compressed) that GitHub takes",
            help="judge parts of the repository one by one, each with a --sarif-category of its own, or say "
            "--sarif-profile full if it is not meant for GitHub",
        )
