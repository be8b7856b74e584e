"""Form letters are shown as one: passages nearly word for word the same make one group, and nothing else does."""

from hypothesis import given
from hypothesis import strategies as st

from outreach.inputs import likeness

FORM = (
    "We call on all Member States to renew the mandate of the Forum without a limit in time, to fund its Secretariat from the "
    "regular budget, and to let the National and Regional Initiatives take part in its work on an equal footing with others."
)


def test_the_same_words_with_a_name_changed_are_one_group_and_others_stay_apart() -> None:
    texts = {
        1: FORM,
        2: FORM.replace("We call", "The Birch Society calls"),
        3: FORM.upper() + "!",
        4: "The Forum should be funded from the regular budget of the United Nations.",
    }
    assert likeness.groups(texts) == [(1, 2, 3), (4,)]
    assert likeness.repeated(likeness.groups(texts)) == [(1, 2, 3)]


def test_chinese_which_writes_no_spaces_is_compared_sign_by_sign() -> None:
    form = "我们呼吁所有会员国无限期延长论坛的任务授权，并由经常预算为其秘书处供资，使国家和区域举措平等参与其工作。"
    assert likeness.groups({1: form, 2: form.replace("我们", "本会"), 3: "论坛应当常设。"}) == [(1, 2), (3,)]


@given(st.lists(st.text("ab ", max_size=24), max_size=14))
def test_no_pair_that_is_alike_is_missed_and_none_is_made_up(texts: list[str]) -> None:
    runs = [likeness._runs(text) for text in texts]
    group = list(range(len(texts)))
    for one in range(len(texts)):
        for other in range(one):
            shared = len(runs[one] & runs[other]) / len(runs[one] | runs[other])
            if shared >= likeness.ALIKE:
                old, new = group[one], group[other]
                group = [new if each == old else each for each in group]
    expected = {frozenset(n for n, each in enumerate(group) if each == head) for head in group}
    assert {frozenset(each) for each in likeness.groups(dict(enumerate(texts)))} == expected
