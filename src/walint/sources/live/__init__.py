"""Live AWS accounts as an input: collect what the selected rules need, keep it as a snapshot, build a graph of it.

needs of the rules -> plan -> sweep of calls -> folding -> snapshot -> graph
"""
