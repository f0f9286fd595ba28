"""What is left of the evaluations after suppression and baseline, and how a finding is recognised again."""
