"""A caller that answers from a script instead of AWS: for the live examples of rules, and for tests.

A script maps "service:Operation" to the answer, in the words of the API. Where the answer depends on what is asked
for, it is a list of {with: parameters, answer: ...}; {error: AccessDeniedException} stands for a failed call. A call
that the script does not mention answers nothing: no resources, no settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from walint.errors import WalintError
from walint.sources.live.failures import CallFailedError, classify
from walint.sources.live.sweep import Page, Request


class ScriptError(WalintError):
    """A script that is not understood."""


class ScriptedCaller:
    """Answers the calls of a sweep from a script."""

    def __init__(self, script: Mapping[str, Any]) -> None:
        """Raises `ScriptError` for a script that is no map of calls."""
        if not isinstance(script, Mapping):
            raise ScriptError("a live account is a map of calls, such as lambda:ListFunctions")
        self._script = {name: _variants(name, given) for name, given in script.items()}
        self.made: list[str] = []
        """The calls that were made, "service:Operation", in order."""

    def page(self, request: Request, following: Mapping[str, Any] | None) -> Page:
        """The scripted answer. Raises `CallFailedError` where an error stands instead."""
        name = f"{request.call.service}:{request.call.operation}"
        self.made.append(name)
        answer = self._answer(name, {**request.parameters, **(following or {})})
        if set(answer) == {"error"}:
            raise CallFailedError(classify(str(answer["error"]), 400, ""))
        more = answer.get("$next")
        return Page({key: value for key, value in answer.items() if key != "$next"}, more)

    def _answer(self, name: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        for wanted, answer in self._script.get(name, ()):
            if all(parameters.get(key) == value for key, value in wanted.items()):
                return answer
        return {}


def _variants(name: str, given: Any) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """The answers to one operation, each with the parameters that it is for."""
    if isinstance(given, Mapping):
        return [({}, given)]
    if isinstance(given, list):
        found = []
        for each in given:
            if not isinstance(each, Mapping) or not isinstance(each.get("answer", {}), Mapping):
                break
            answer = {"error": each["error"]} if "error" in each else each.get("answer", {})
            found.append((each.get("with", {}), answer))
        else:
            return found
    message = f"{name}: an answer is a map, or a list of {{with: parameters, answer: map}}"
    raise ScriptError(message, where=name)
