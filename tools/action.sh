#!/usr/bin/env bash
# The steps of action.yml. Everything that a caller says comes in by the environment, and goes out as an argument of its
# own: nothing is put together to a command line.
set -euo pipefail

install() {
    # An environment of its own: neither the caller's packages nor the caller's folder have a say.
    "$PYTHON" -m venv "$RUNNER_TEMP/walint"
    local bin="$RUNNER_TEMP/walint/bin"
    [ -d "$bin" ] || bin="$RUNNER_TEMP/walint/Scripts"
    "$bin/python" -I -m pip install --quiet --disable-pip-version-check "$GITHUB_ACTION_PATH"
    echo "walint=$bin/walint" >> "$GITHUB_OUTPUT"
}

# The lines of a text, without empty ones, into the array `lines`.
split() {
    lines=()
    local line
    while IFS= read -r line || [ -n "$line" ]; do
        line="${line%$'\r'}"
        if [ -n "${line//[[:space:]]/}" ]; then lines+=("$line"); fi
    done <<< "$1"
}

check() {
    local reports="$RUNNER_TEMP/walint-reports" status=0 token
    mkdir -p "$reports"
    rm -f "$reports"/*
    local arguments=(--report "sarif=$INPUT_SARIF")
    if [ "$INPUT_ANNOTATIONS" = true ]; then arguments+=(--report "github=$reports/annotations"); fi
    if [ "$INPUT_SUMMARY" = true ]; then arguments+=(--report "github-summary=$reports/summary"); fi
    arguments+=(--report "json=$reports/walint.json") # the last one: where it is, the others are
    if [ -n "$INPUT_FAIL_ON" ]; then arguments+=("--fail-on=$INPUT_FAIL_ON"); fi
    split "$INPUT_ARGUMENTS"
    arguments+=(${lines[@]+"${lines[@]}"} --)
    split "$INPUT_PATHS"
    arguments+=(${lines[@]+"${lines[@]}"})

    # What is printed about templates is no command for the runner.
    token="$("$PYTHON" -I -c 'import secrets; print(secrets.token_hex(16))')"
    echo "::stop-commands::$token"
    "$WALINT" check "${arguments[@]}" || status=$?
    echo "::$token::"

    if [ -f "$reports/annotations" ]; then cat "$reports/annotations"; fi
    if [ -f "$reports/summary" ]; then cat "$reports/summary" >> "$GITHUB_STEP_SUMMARY"; fi
    echo "exit-status=$status" >> "$GITHUB_OUTPUT"
    # With status 2 or 4 nothing was judged, and a report that lies about would be an old one.
    if [ -f "$reports/walint.json" ]; then
        "$PYTHON" -I - "$reports/walint.json" "$INPUT_SARIF" >> "$GITHUB_OUTPUT" <<'PYTHON'
import json, sys

report, sarif = sys.argv[1:]
with open(report, encoding="utf-8") as file:
    severities = json.load(file)["summary"]["severities"]
print(f"json={report}")
print(f"sarif={' '.join(sarif.split())}")
print(f"findings={sum(severities.values())}")
for name in ("high", "medium", "low"):
    print(f"{name}={severities[name]}")
PYTHON
    fi
}

"$1"
