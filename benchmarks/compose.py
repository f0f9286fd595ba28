"""The bare parser: composes the files named on standard input with libyaml and prints the seconds that this took.

Reading the files is not counted, nor is the start of the interpreter: the hardest baseline there is.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import yaml

contents = [Path(line).read_bytes() for line in sys.stdin.read().splitlines()]
gc.disable()
start = time.perf_counter()
for content in contents:
    yaml.compose(content, Loader=yaml.CSafeLoader)
print(time.perf_counter() - start)
