"""Letter templates at the desk."""

import re

from outreach.letters import templates
from outreach.office import Office
from tests.web.world import Visit

WORDS = "# Our <thanks>\n\n{{ opening }} thank you for it.\n"


def seen(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="([0-9a-f]{64})"', page)
    assert found
    return found[1]


def test_the_list_says_whose_each_is_and_what_awaits_a_reader(visit: Visit) -> None:
    page = visit("reader").get("/templates/").text
    assert "Thanks for a contribution" in page
    assert "ar es ru zh" in page
    assert "shipped" in page
    assert "/templates/" in visit("reader").get("/campaigns/").text


def test_a_template_is_shown_with_its_values_its_words_and_how_it_stands(visit: Visit) -> None:
    page = visit("reader").get("/templates/thanks/ar").text
    assert "awaits a native reader&#39;s approval" in page
    assert 'dir="rtl"' in page
    assert "the day on which the contribution came" in page
    assert "two ambassadors jointly" in page
    assert "Change the wording" not in page


def test_its_page_is_set_for_one_of_the_cast(visit: Visit) -> None:
    page = visit("reader").get("/templates/thanks/fr/page", query_string={"addressee": "a post without a holder"})
    assert page.mimetype == "application/pdf"
    assert page.data.startswith(b"%PDF-")
    refused = visit("reader").get("/templates/thanks/fr/page", query_string={"addressee": "no gender recorded"})
    assert refused.status_code == 422
    assert "French has no neutral form here" in refused.text


def test_a_trial_lists_what_warns_and_what_is_refused(visit: Visit) -> None:
    page = visit("reader").get("/templates/thanks/fr/trial").text
    assert "a royal without a style" in page
    assert "refused" in page
    assert "fails</td>" not in page


def test_a_keeper_changes_a_wording_and_it_is_the_offices_own(visit: Visit, office: Office) -> None:
    visitor = visit("keeper")
    where = "/templates/thanks/en/edit"
    page = visitor.get(where).text
    said = visitor.post(where, {"source": WORDS, "version": seen(page)}).text
    assert "The wording is kept." in said
    assert "# Our &lt;thanks&gt;" in said
    assert templates.find("thanks", office.template_folders("letters")).folder.is_relative_to(office.folder)
    compared = visitor.get("/templates/thanks/difference").text
    assert "changed by the office" in compared
    assert "+# Our &lt;thanks&gt;" in compared


def test_words_that_a_template_may_not_hold_are_refused_and_stay_in_the_form(visit: Visit, office: Office) -> None:
    visitor = visit("keeper")
    where = "/templates/thanks/en/edit"
    words = "# Ours\n\n{{ opening }} {% for x in y %}{{ x }}{% endfor %}\n"
    page = visitor.post(where, {"source": words, "version": seen(visitor.get(where).text)})
    assert page.status_code == 422
    assert "line 3: a letter template may not use for" in page.text
    assert "{% for x in y %}" in page.text
    assert not (office.folder / "templates" / "letters" / "thanks").exists()


def test_two_keepers_are_told_and_neither_is_overwritten(visit: Visit) -> None:
    visitor = visit("keeper")
    where = "/templates/thanks/en/edit"
    version = seen(visitor.get(where).text)
    visitor.post(where, {"source": WORDS, "version": version})
    page = visitor.post(where, {"source": "# Mine\n\n{{ opening }} too.\n", "version": version})
    assert page.status_code == 409
    assert "was changed meanwhile by somebody else" in page.text
    assert "# Mine" in page.text
    assert "What stands now" in page.text
    assert "# Our &lt;thanks&gt;" in page.text


def test_what_is_not_there_is_not_found(visit: Visit) -> None:
    assert visit("reader").get("/templates/nothing/en").status_code == 404
    assert visit("reader").get("/templates/thanks/de").status_code == 404
    assert visit("reader").get("/templates/..%2fthanks/en").status_code == 404


def test_notes_are_shown_also_where_the_sender_may_issue_none_and_it_is_said(visit: Visit) -> None:
    for language in ("en", "ar"):
        page = visit("reader").get(f"/templates/note-verbale/{language}")
        assert page.status_code == 200
        assert "this sender may not issue them" in page.text
        assert visit("reader").get(f"/templates/note-verbale/{language}/page").data.startswith(b"%PDF-")
    assert "this sender may not issue them" not in visit("reader").get("/templates/thanks/en").text
    assert "this sender may not issue them" in visit("reader").get("/templates/note-verbale/fr/trial").text
