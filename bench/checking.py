"""Checking: what `outreach letters check` does with the drafts of a campaign; a letter costs the same in a large one."""

from pathlib import Path

from bench.harness import Contestant, Figure, Work


def _world(folder: Path, size: int) -> None:
    from bench.world import CAMPAIGN, WARMING_UP, draft, office_with_posts, opened

    office_with_posts(folder, size)
    office = opened(folder / "office")
    draft(office, WARMING_UP)
    draft(office, CAMPAIGN)
    office.close()


def outreach(world: Path, _own: Path, _size: int) -> Work:
    """`outreach.letters.checking.check`, from the numbers of the drafts to what is found in each."""
    from bench.world import CAMPAIGN, WARMING_UP, opened
    from outreach.campaigns import planning
    from outreach.letters import register
    from outreach.letters.checking import check
    from outreach.letters.models import LetterState

    office = opened(world / "office")

    def work(campaign: str = CAMPAIGN) -> int:
        with office.reading() as session:
            drafts = register.numbers(session, planning.find(session, campaign), LetterState.DRAFT)
            return sum(checked.apart >= 0 for checked in check(session, drafts, office.checks))

    work(WARMING_UP)  # reads the forms of address, and sets the first page
    return work


FIGURES = (
    Figure(
        "Letters checked; the cost of a letter does not grow with the campaign",
        "letters",
        _world,
        [
            Contestant("outreach, a large campaign", "ours", outreach, 10_000, 300),
            Contestant("outreach, a middling one", "limit", outreach, 1_000, 100, aim=1 / 1.2),
            Contestant("outreach, a small one", "limit", outreach, 100, 50, aim=1 / 1.2),
        ],
    ),
)
