"""Pipelines: what runs, in which order, and what stands between a change and production."""
