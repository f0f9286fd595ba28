"""The rule language: rule files in, compiled conditions that answer yes, no or unknown out."""
