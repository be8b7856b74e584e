"""The command line: a command fetches, calls one verb, echoes."""
