"""Reminders on the desk: the list names everybody, and the campaign is made only for the number that was seen."""

from collections.abc import Callable

from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
AT = "/campaigns/wsis20-input/chase"


def test_reminders_are_made_for_the_number_that_was_seen_and_no_other(visit_full: Visit) -> None:
    dana = visit_full("drafter")
    page = dana.get(AT).get_data(as_text=True)
    due = page.count(">yes</span>")
    assert "no: answered" in page + dana.get(f"{AT}?page=2").get_data(as_text=True) + dana.get(f"{AT}?page=3").get_data(
        as_text=True
    )
    wrong = dana.post(AT, {"name": "again", "day": "2099-03-03", "count": "1"})
    assert wrong.status_code == 422
    told = wrong.get_data(as_text=True)
    assert "are to be reminded now, not 1" in told
    assert 'value="again"' in told
    number = told.split(" are to be reminded now")[0].rpartition(">")[2].split()[-1]
    assert int(number) >= due > 0
    dana.post(AT, {"name": "again", "day": "2099-03-03", "count": number})
    assert f"Addressees ({number})" in dana.get("/campaigns/again").get_data(as_text=True)


def test_who_only_reads_sees_the_list_and_makes_nothing(visit_full: Visit) -> None:
    rene = visit_full("reader")
    assert "Make reminders" not in rene.get(AT).get_data(as_text=True)
