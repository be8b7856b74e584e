import filecmp
import importlib.util

import pytest

from .conftest import SEEDS, run_build, run_python


def test_the_committed_files_pass_their_own_check():
    done = run_build(SEEDS, "--check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "in order" in done.stdout


def test_building_again_changes_nothing(copy):
    pytest.importorskip("pycountry")
    if importlib.util.find_spec("hdx") is None:
        pytest.skip("hdx-python-country is not installed")
    done = run_build(copy)
    assert done.returncode == 0, done.stderr
    for name in ("states.csv", "state_names.csv", "posts.csv"):
        assert filecmp.cmp(copy / name, SEEDS / name, shallow=False), f"{name} is not what build.py makes"


def replaced(copy, name, old, new, count=1):
    path = copy / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is no longer in {name}: the test would damage nothing"
    path.write_text(text.replace(old, new, count), encoding="utf-8", newline="\n")


def without_line(copy, name, start):
    path = copy / name
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), encoding="utf-8", newline="\n")


@pytest.mark.parametrize(
    ("name", "start", "sentence"),
    [
        ("states.csv", "kenya,", "states.csv has 192 Member States, not 193."),
        ("state_names.csv", "kenya,fr,", "state_names.csv has no fr name for kenya."),
        (
            "posts.csv",
            "kenya,permanent-representative,geneva",
            "posts.csv has no permanent-representative of kenya at geneva.",
        ),
        ("posts.csv", "icann,", "posts.csv has no head with a title for icann."),
    ],
)
def test_a_lost_row_is_found(copy, name, start, sentence):
    without_line(copy, name, start)
    done = run_build(copy, "--check")
    assert done.returncode == 1
    assert sentence in done.stderr


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        (
            "state_names.csv",
            "turkiye,en,Türkiye,",
            "turkiye,en,Turkey,",
            "says 'Turkey', a name the United Nations does not use",
        ),
        ("states.csv", ",weog,", ",grulac,", "counts 28 in the group weog, not 29"),
        ("states.csv", "albania,member,AL,", "albania,member,DZ,", "gives the iso2 DZ 2 times"),
        ("states.csv", ",404,african,en,", ",404,african,sw,", "gives kenya the unknown language 'sw'"),
        (
            "states.csv",
            ",404,african,en,",
            ",404,african,fr,",
            "kenya, differs from hand/states.csv in language: build again",
        ),
        ("state_names.csv", ",d'Albanie,", ",de le Albanie,", "albania in fr, has 'de le Albanie', not \"d'Albanie\""),
        (
            "state_names.csv",
            ",de la República del Perú,",
            ",de la República de Perú,",
            "peru in es, has 'de la República de Perú'",
        ),
        ("state_names.csv", ",Республики Кения,", ",Республика Кения,", "kenya in ru, has the nominative"),
        ("state_names.csv", ",Кении,", ",Ганы,", "kenya in ru, has 'Ганы' in of_short, which is no form of 'Кения'"),
        (
            "state_names.csv",
            "kenya,zh,肯尼亚,",
            "kenya,zh,Kenya,",
            "kenya in zh, writes short 'Kenya' in letters of another script",
        ),
        (
            "state_names.csv",
            "el Reino de Bhután,",
            "el Reino de Bután,",
            "hand/corrections.csv says 'el Reino de Bhután'",
        ),
        ("state_names.csv", "bahamas,en,Bahamas,", "bahamas,en,Bahama,", "whose key would be bahama"),
        (
            "state_names.csv",
            "of Ukraine,of Ukraine,",
            "of the Ukraine,of Ukraine,",
            "has 'of the Ukraine', not 'of Ukraine'",
        ),
        ("organisations.csv", "icann,", "isoc,", "posts.csv has no head with a title for isoc"),
        ("organisations.csv", ",technical-community,", ",industry,", "the unknown group 'industry'"),
        (
            "organisations.csv",
            "icann.org",
            "chair@icann.org",
            "holds an @: no address of a person belongs in the seeds",
        ),
        ("organisations.csv", "gsma,GSMA,", "kenya,GSMA,", "uses the key kenya, which is that of a State"),
        ("posts.csv", "capital", "moscow", "the unknown seat 'moscow'"),
        ("posts.csv", "organisation,kind", "kind,organisation", "must begin with the columns"),
        ("themes.toml", 'parent = "wsis"', 'parent = "wsiss"', "puts wsis-c1 under wsiss, which is no theme"),
        ("themes.toml", '"wsis20-ai"', '"wsis20-gdc"', "gives the code wsis20-gdc 2 times"),
    ],
)
def test_a_damaged_row_is_named_in_a_clear_sentence(copy, name, old, new, sentence):
    replaced(copy, name, old, new)
    done = run_build(copy, "--check")
    assert done.returncode == 1
    assert sentence in done.stderr


def test_a_file_that_a_spreadsheet_saved_is_found(copy):
    path = copy / "states.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert "states.csv must be plain UTF-8 with LF line ends." in run_build(copy, "--check").stderr


def test_a_missing_file_is_named(copy):
    (copy / "themes.toml").unlink()
    assert "themes.toml is missing." in run_build(copy, "--check").stderr


def test_the_check_needs_no_building_library(copy):
    hidden = "import sys; sys.modules['pycountry'] = sys.modules['hdx'] = None"
    script = f"{hidden}; sys.path.insert(0, {str(copy)!r}); import build; sys.exit(build.main(['--check']))"
    done = run_python("-c", script)
    assert done.returncode == 0, done.stderr


def test_importing_the_builder_does_no_work():
    done = run_python("-c", f"import sys; sys.path.insert(0, {str(SEEDS)!r}); import build; print('quiet')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "quiet\n", "")
