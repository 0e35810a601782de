"""The command line of MergeOps; `python -m mergeops` and `mergeops` start it."""
