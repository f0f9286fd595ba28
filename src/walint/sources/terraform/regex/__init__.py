"""Regular expressions in the syntax of RE2 (Go's `regexp`), matched in time that grows only linearly with the text.

Python's own engine tries one way after the other, so a small expression can keep it busy for years. Here a program of
simple instructions runs all ways side by side (Thompson's construction, with captures), as RE2 does it. Why that is no
library's work is told in docs/adr/0012-own-regular-expressions.md.
"""
