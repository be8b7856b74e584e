"""`outreach jobs`: what waits in the background, what runs, what failed."""

from typing import Any

import rich_click as click

from outreach import jobs as work
from outreach.cli.showing import NUMBER, echo_rows, json_option, pass_office
from outreach.jobs import Job, Pulse, State
from outreach.office import Office

_MOST = 200


@click.group()
def jobs() -> None:
    """See what workers do in the background, and let what failed be done again.

    Example: outreach jobs list --state failed
    """


@jobs.command(name="list")
@click.option("--state", type=click.Choice([one.value for one in State]), help="Only these.")
@json_option
@pass_office
def list_(office: Office, state: str | None, as_json: bool) -> None:
    """List jobs: failed ones first, then what runs, waits and is done.

    One that is `stalled` was begun by a worker that gives no sign of life; another takes it up by itself.

    Example: outreach jobs list
    """
    with office.reading() as session:
        stalled = work.stalled(session, Pulse().dead_after)
        rows = [
            _row(job, job.id in stalled) for job in work.listed(session, state=State(state) if state else None, limit=_MOST)
        ]
    echo_rows(rows, ["job", "name", "about", "state", "asked_by", "starts", "said"], as_json, "No jobs.")


def _row(job: Job, stalled: bool) -> dict[str, Any]:
    return {
        "job": job.id,
        "name": job.name,
        "about": job.about,
        "state": "stalled" if stalled else job.state.value,
        "asked_by": job.asked_by,
        "asked_at": job.asked_at,
        "not_before": job.not_before,
        "started_at": job.started_at,
        "starts": job.starts,
        "ended_at": job.ended_at,
        "said": job.said,
    }


@jobs.command()
@click.argument("number", type=NUMBER)
@pass_office
def retry(office: Office, number: int) -> None:
    """Let a worker do the failed job NUMBER again.

    Example: outreach jobs retry --help
    """
    with office.transaction() as session:
        work.retry(session, work.find(session, number), by=office.actor, at=office.now())
    click.echo(f"Job {number} waits for a worker again.")
