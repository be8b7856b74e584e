"""`python -m outreach` is the command `outreach`."""

from outreach.cli.main import main

main(prog_name="outreach")
