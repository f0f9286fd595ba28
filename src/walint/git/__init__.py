"""Asks git what changed and what a tree held, without a shell, without touching the repository or the network."""
