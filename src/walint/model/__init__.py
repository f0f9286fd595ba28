"""The pure data that every other layer shares: spans, values, resources and the graph of one scan."""
