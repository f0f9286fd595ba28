"""The SARIF 2.1.0 report, made for GitHub code scanning and clean under Microsoft's SARIF multitool.

What GitHub demands beyond the standard: a physical location with a relative, percent-encoded address in every result,
regions of one line, `level` in every result, at most 5,000 results, 10 tags and 1,024 characters a text, nothing that
is suppressed (it would be shown as open), and no `security-severity` (it would make a security alert of an operational
finding). Nothing in the report varies from run to run; `automationDetails` is left to the uploader, which names the
category.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from walint.reports.sarif.log import log_of
from walint.reports.sarif.serialise import serialised

if TYPE_CHECKING:
    from walint.findings.result import Result
    from walint.reports.context import ReportContext


def render(result: Result, context: ReportContext) -> str:
    """The findings as a SARIF log of one run."""
    return serialised(log_of(result, context))
