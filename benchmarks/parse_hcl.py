"""Parses files of HCL and prints the processor time in seconds: `parse_hcl.py walint|python-hcl2|pygohcl < names`.

One program, so that every parser is measured in an interpreter of its own; what it imports is not counted.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def parser_named(name: str) -> Callable[[str], Any]:
    """A function that parses the text of one file."""
    if name == "walint":
        from walint.sources.terraform.hcl.parser import parse

        return lambda text: parse(text, "main.tf")
    if name == "python-hcl2":
        import hcl2

        return hcl2.parses_to_tree
    import pygohcl

    return pygohcl.loads


def main() -> None:
    """Reads the names of the files from the standard input."""
    from walint.sources.terraform.hcl.decoding import decode

    texts = [decode(Path(name).read_bytes()) for name in sys.stdin.read().splitlines()]
    parse = parser_named(sys.argv[1])
    parse('a = "${b}"\n')  # python-hcl2 builds its grammar at the first file
    gc.disable()
    start, refused = time.process_time(), 0
    for text in texts:
        try:
            parse(text)
        except Exception as error:  # noqa: BLE001 - the parsers share no class of errors; counted, never hidden
            refused += 1
            last = f"{type(error).__name__}: {error}"[:100]
    print(time.process_time() - start)
    if refused:
        print(f"{refused} files refused, the last one: {last}", file=sys.stderr)


if __name__ == "__main__":
    main()
