"""Edits to source text that mend findings. Nothing yet."""
