"""Near duplicates: the whole directory searched, beside rapidfuzz over all pairs of a sample.

The directory is invented: family names as unevenly common as real ones, some in Cyrillic, a tenth of all persons entered twice
in another spelling. What each contestant finds of those pairs is printed too, since missing them would look like speed.
"""

import random
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

from bench.harness import Contestant, Figure, Work

DOUBLED = 10
_GIVEN = """
    Ivana Petr Maria Juan Amina Kwame Fatima Chen Priya Ahmed Sofia Lars Ngozi Tomás Yuki Elena Pierre Aisha Müge Björn
    Olga Samuel Grace David Leila Hugo Anna Joseph Zanele Mateo Thị Đức Siobhán Wanjiru Dmitry Svetlana Aleksandr Chiara
""".split()  # noqa: SIM905 - words read better than as a list
_STARTS = "Ab Al Bar Ber Bo Cas Da Del Dor Eb El Fer Gar Gri Ha Hol Ib Jan Ka Kor La Len Lo Mar Mel Mo Na Nik Ob Or Pa".split()  # noqa: SIM905
_MIDDLES = "a an ar e el en er i il in is o ol on or u ul un ur ya".split()  # noqa: SIM905
_ENDS = "berg dez ev feld ia ic ini ko lund mann nova ova ozi po ri sen ska son stein ta tis vic vili wala yan zadeh".split()  # noqa: SIM905
_CYRILLIC = dict(zip("abvgdeziklmnoprstuf", "абвгдезиклмнопрстуф", strict=True))


def _family_names(rng: random.Random) -> list[str]:
    every = {a + b + c for a in _STARTS for b in _MIDDLES for c in _ENDS}
    return rng.sample(sorted(every), len(every))


def people(count: int, seed: int = 7) -> tuple[list[tuple[str, int]], list[tuple[int, int]]]:
    """Names with the organisation of each, and the places of those that are one person."""
    rng = random.Random(seed)
    families = _family_names(rng)
    originals = count - count // DOUBLED
    made = []
    # Zipf's law: the commonest family name has hundreds of bearers, most have a few.
    common = list(accumulate(1 / (rank + 20) for rank in range(len(families))))
    for place, family in enumerate(rng.choices(families, cum_weights=common, k=originals)):
        middle = f" {rng.choice(_STARTS)}{rng.choice(_ENDS)}" if rng.random() < 0.3 else ""
        made.append((f"{rng.choice(_GIVEN)}{middle} {family}", place // 4))
    same = []
    for twice in rng.sample(range(originals), count // DOUBLED):
        name, home = made[twice]
        # One in three turns up at another organisation.
        same.append((twice, len(made)))
        made.append((_respelt(name, rng), home if rng.random() < 2 / 3 else rng.randrange(originals // 4)))
    return made, same


def _respelt(name: str, rng: random.Random) -> str:
    words = name.split()
    ways = [
        lambda: " ".join(reversed(words)),
        lambda: " ".join([f"{words[0][0]}.", *words[1:]]),
        lambda: name.upper(),
        lambda: _slipped(name, rng),
        lambda: "".join(_CYRILLIC.get(sign, sign) for sign in name.lower()).title() if name.isascii() else name,
        lambda: name.replace("ö", "oe").replace("ü", "ue").replace("ị", "i").replace("Đ", "D").replace("á", "a"),
    ]
    return rng.choice(ways)()


def _slipped(name: str, rng: random.Random) -> str:
    place = rng.randrange(1, len(name) - 2)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _world(folder: Path, size: int) -> None:
    from sqlalchemy import insert

    from outreach import schema
    from outreach.contacts.models import Holder, Organisation, Person, Post
    from outreach.database import Database, connect, office_url

    made, _same = people(size)
    engine = connect(office_url("sqlite:///office.db", folder))
    schema.upgrade(engine)
    homes = sorted({home for _, home in made})
    with Database(engine).transaction() as session:
        organisation = {"kind": "organisation", "group": "civil-society", "language": "en"}
        rows = [{"id": n + 1, "key": f"s-{n}", "name": f"Society Number {n}", "domain": f"s-{n}.example"} for n in homes]
        session.execute(insert(Organisation), [organisation | row for row in rows])
        places = range(1, len(made) + 1)
        posts = [{"id": n, "organisation_id": made[n - 1][1] + 1, "kind": "person", "seat": f"{n}"} for n in places]
        session.execute(insert(Post), posts)
        session.execute(insert(Person), [{"id": n, "full_name": made[n - 1][0]} for n in places])
        session.execute(insert(Holder), [{"id": n, "post_id": n, "person_id": n} for n in places])
    engine.dispose()


def outreach(world: Path, _own: Path, size: int) -> Work:
    """`outreach.contacts.duplicates.find`: read, paired, compared, with reasons."""
    from outreach.contacts import duplicates
    from outreach.database import Database, connect, office_url

    database = Database(connect(office_url("sqlite:///office.db", world)))
    _made, same = people(size)

    def work() -> int:
        with database.reading() as session:
            found = duplicates.find(session)
        _say("outreach", size, same, {(pair.first - 1, pair.second - 1) for pair in found if pair.kind == "person"})
        return size

    return work


def all_pairs(_world: Path, _own: Path, size: int) -> Work:
    """rapidfuzz's fastest way: every name with every other in C, names ready in memory, as many threads as there are."""
    import numpy as np
    from rapidfuzz import fuzz, process, utils

    made, same = people(size)
    names = [utils.default_process(name) for name, _ in made]

    def work() -> int:
        found: set[tuple[int, int]] = set()
        for start in range(0, size, 500):
            block = process.cdist(
                names[start : start + 500], names, scorer=fuzz.token_sort_ratio, score_cutoff=85, workers=-1, dtype=np.uint8
            )
            ones, others = np.nonzero(block)
            found.update((one + start, other) for one, other in zip(ones.tolist(), others.tolist(), strict=True))
        _say("all pairs", size, same, {(one, other) for one, other in found if one < other})
        return size

    return work


def _say(who: str, size: int, same: Sequence[tuple[int, int]], found: set[tuple[int, int]]) -> None:
    hits = sum(pair in found for pair in same)
    print(f"{who}, {size:,} names: {hits:,} of {len(same):,} doubled persons found, {len(found):,} pairs in all", flush=True)


FIGURES = (
    Figure(
        "Near duplicates looked for among persons",
        "names",
        _world,
        [
            Contestant("outreach", "ours", outreach, 100_000, 1_000),
            Contestant("outreach, a tenth of them", "ours", outreach, 10_000, 1_000),
            Contestant("rapidfuzz, all pairs", "peer", all_pairs, 10_000, 1_000),
        ],
    ),
)
