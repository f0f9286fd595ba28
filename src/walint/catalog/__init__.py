"""Facts about AWS, as data, each checked against an authority by a test; no opinions."""
