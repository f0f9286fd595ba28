"""Where SARIF says that a finding is: relative, encoded addresses, one-line regions, columns in UTF-16 code units."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import quote

import sarif_om as om

from walint.reports.sarif.line_hash import line_hashes
from walint.reports.wording import segments_of

if TYPE_CHECKING:
    from walint.findings.result import Location, Record
    from walint.reports.lines import Lines


class Places:
    """Makes SARIF locations for one report."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._hashes: dict[str, list[str]] = {}

    def physical(self, location: Location) -> om.PhysicalLocation:
        """The place in a file. A longer range ends where its first line ends: GitHub wants to show one line."""
        return om.PhysicalLocation(
            artifact_location=om.ArtifactLocation(uri=uri_of(location.path)), region=self._region(location)
        )

    def of_record(self, record: Record) -> om.PhysicalLocation:
        """The place of a record; one that lies in no file gets a path made of what it is, for SARIF demands a file."""
        if record.location:
            return self.physical(record.location)
        region = om.Region(start_line=1, start_column=1, end_line=1, end_column=2)
        return om.PhysicalLocation(artifact_location=om.ArtifactLocation(uri=pseudo_uri(record)), region=region)

    def line_hash(self, record: Record) -> str | None:
        """GitHub's hash of the blamed line, None for an unreadable file; one of our own where there is no line."""
        location = record.location
        if location is None:
            identity = f"{record.rule_id}\0{record.resource.arn or record.resource.address}"
            return f"{hashlib.sha256(identity.encode(errors='replace')).hexdigest()[:16]}:1"
        if location.path not in self._hashes:
            text = self._lines.text(location.path)
            self._hashes[location.path] = [] if text is None else line_hashes(text)
        hashes = self._hashes[location.path]
        if not hashes and record.resource.source == "terraform-plan":  # a plan's lines are never looked at
            return f"{record.fingerprint[:16]}:1"
        return hashes[location.start_line - 1] if location.start_line <= len(hashes) else None

    def _region(self, location: Location) -> om.Region:
        line = self._lines.raw(location.path, location.start_line)
        start, end = location.start_column, location.end_column
        if location.end_line != location.start_line:
            end = start + 1 if line is None else len(line.rstrip()) + 1
        end = max(end, start + 1)
        if line is not None:
            start, end = _utf16(line, start), _utf16(line, end)
        return om.Region(
            start_line=location.start_line, start_column=start, end_line=location.start_line, end_column=end
        )


def uri_of(path: str) -> str:
    """A path relative to the root as a relative URI reference: each segment encoded, no colon in it, never empty."""
    return quote(path.lstrip("/").removeprefix("./"), safe="/", errors="surrogateescape") or "unknown"


def pseudo_uri(record: Record) -> str:
    """`aws/<account>/<region>/<service>/<type>/<name>` of a live resource; else the source instead."""
    return "/".join(quote(step, safe="") for step in segments_of(record))


def _utf16(line: str, column: int) -> int:
    """A 1-based column in characters, told in UTF-16 code units (a character beyond the first plane is two)."""
    before = line[: column - 1]
    if before.isascii():
        return column
    return column + sum(ord(character) > 0xFFFF for character in before)  # noqa: PLR2004
