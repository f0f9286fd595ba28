"""walint: a Well-Architected compliance scanner and linter for AWS."""

__version__ = "0.1.0"
