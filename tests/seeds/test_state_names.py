import pytest


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("turkiye", "Türkiye"),
        ("cote-divoire", "Côte d'Ivoire"),
        ("viet-nam", "Viet Nam"),
        ("republic-of-korea", "Republic of Korea"),
        ("netherlands", "Netherlands (Kingdom of the)"),
        ("bolivia", "Bolivia (Plurinational State of)"),
        ("venezuela", "Venezuela (Bolivarian Republic of)"),
        ("iran", "Iran (Islamic Republic of)"),
        ("micronesia", "Micronesia (Federated States of)"),
        ("czechia", "Czechia"),
        ("eswatini", "Eswatini"),
        ("cabo-verde", "Cabo Verde"),
        ("timor-leste", "Timor-Leste"),
        ("north-macedonia", "North Macedonia"),
        ("republic-of-moldova", "Republic of Moldova"),
        ("brunei-darussalam", "Brunei Darussalam"),
        ("gambia", "Gambia"),
        ("nauru", "Nauru"),
    ],
)
def test_lists_use_the_name_of_the_united_nations(names, key, name):
    assert names[key, "en"]["list_name"] == name


@pytest.mark.parametrize(
    ("key", "running"),
    [
        ("bahamas", "the Bahamas"),
        ("gambia", "the Gambia"),
        ("bolivia", "the Plurinational State of Bolivia"),
        ("ukraine", "Ukraine"),
        ("republic-of-korea", "the Republic of Korea"),
        ("solomon-islands", "Solomon Islands"),
        ("netherlands", "the Kingdom of the Netherlands"),
    ],
)
def test_english_running_text_takes_the_article_that_belongs(names, key, running):
    assert names[key, "en"]["running"] == running


@pytest.mark.parametrize(
    ("key", "short", "formal"),
    [
        ("kenya", "of Kenya", "of the Republic of Kenya"),
        ("ukraine", "of Ukraine", "of Ukraine"),
        ("bahamas", "of the Bahamas", "of the Commonwealth of the Bahamas"),
        ("netherlands", "of the Netherlands", "of the Kingdom of the Netherlands"),
        ("gambia", "of the Gambia", "of the Republic of the Gambia"),
        ("iran", "of the Islamic Republic of Iran", "of the Islamic Republic of Iran"),
        ("czechia", "of Czechia", "of the Czech Republic"),
        ("holy-see", "of the Holy See", "of the Holy See"),
    ],
)
def test_english_of(names, key, short, formal):
    assert (names[key, "en"]["of_short"], names[key, "en"]["of_formal"]) == (short, formal)


@pytest.mark.parametrize(
    ("key", "short", "formal"),
    [
        ("kenya", "du Kenya", "de la République du Kenya"),
        ("albania", "d'Albanie", "de la République d'Albanie"),
        ("bahamas", "des Bahamas", "du Commonwealth des Bahamas"),
        ("cuba", "de Cuba", "de la République de Cuba"),
        ("haiti", "d'Haïti", "de la République d'Haïti"),
        ("honduras", "du Honduras", "de la République du Honduras"),
        ("hungary", "de Hongrie", "de la Hongrie"),
        ("israel", "d'Israël", "de l'État d'Israël"),
        ("barbados", "de la Barbade", "de la Barbade"),
        ("india", "de l'Inde", "de la République de l'Inde"),
        ("iraq", "d'Iraq", "de la République d'Iraq"),
        ("yemen", "du Yémen", "de la République du Yémen"),
        ("united-states-of-america", "des États-Unis d'Amérique", "des États-Unis d'Amérique"),
        ("mexico", "du Mexique", "des États-Unis du Mexique"),
        ("netherlands", "des Pays-Bas", "du Royaume des Pays-Bas"),
        ("venezuela", "de la République bolivarienne du Venezuela", "de la République bolivarienne du Venezuela"),
        ("solomon-islands", "des Îles Salomon", "des Îles Salomon"),
        ("madagascar", "de Madagascar", "de la République de Madagascar"),
        ("oman", "d'Oman", "du Sultanat d'Oman"),
        ("holy-see", "du Saint-Siège", "du Saint-Siège"),
        ("state-of-palestine", "de l'État de Palestine", "de l'État de Palestine"),
        ("turkiye", "de Türkiye", "de la République de Türkiye"),
    ],
)
def test_french_of(names, key, short, formal):
    assert (names[key, "fr"]["of_short"], names[key, "fr"]["of_formal"]) == (short, formal)


@pytest.mark.parametrize(
    ("key", "short", "formal"),
    [
        ("peru", "del Perú", "de la República del Perú"),
        ("ecuador", "del Ecuador", "de la República del Ecuador"),
        ("el-salvador", "de El Salvador", "de la República de El Salvador"),
        ("spain", "de España", "del Reino de España"),
        ("united-arab-emirates", "de los Emiratos Árabes Unidos", "de los Emiratos Árabes Unidos"),
        ("netherlands", "de los Países Bajos", "del Reino de los Países Bajos"),
        ("kenya", "de Kenya", "de la República de Kenya"),
        ("oman", "de Omán", "de la Sultanía de Omán"),
    ],
)
def test_spanish_of(names, key, short, formal):
    assert (names[key, "es"]["of_short"], names[key, "es"]["of_formal"]) == (short, formal)


@pytest.mark.parametrize(
    ("key", "short", "formal"),
    [
        ("kenya", "Кении", "Республики Кения"),
        ("albania", "Албании", "Республики Албания"),
        ("russian-federation", "Российской Федерации", "Российской Федерации"),
        ("belgium", "Бельгии", "Королевства Бельгия"),
        ("mexico", "Мексики", "Мексиканских Соединенных Штатов"),
        ("jordan", "Иордании", "Иорданского Хашимитского Королевства"),
        ("netherlands", "Нидерландов", "Королевства Нидерландов"),
        ("china", "Китая", "Китайской Народной Республики"),
        ("luxembourg", "Люксембурга", "Великого Герцогства Люксембург"),
        ("papua-new-guinea", "Папуа — Новой Гвинеи", "Независимого государства Папуа — Новая Гвинея"),
        ("holy-see", "Святого Престола", "Святого Престола"),
    ],
)
def test_russian_of_is_a_genitive(names, key, short, formal):
    assert (names[key, "ru"]["of_short"], names[key, "ru"]["of_formal"]) == (short, formal)


@pytest.mark.parametrize("language", ["zh", "ar"])
def test_chinese_and_arabic_have_no_word_for_of(names, language):
    rows = [row for (_, spoken), row in names.items() if spoken == language]
    assert all(row["of_short"] == row["running"] and row["of_formal"] == row["formal"] for row in rows)


@pytest.mark.parametrize(
    ("language", "wrong"),
    [
        ("en", ("of The ", "of the Ukraine", "of the the ")),
        ("fr", ("de le ", "de les ", "de e", "de É", "de Î", "du l'", "d'Hon", "de d'")),
        ("es", ("de el ", "del la ", "de del ")),
    ],
)
def test_no_phrase_is_left_uncontracted(names, language, wrong):
    for (key, spoken), row in names.items():
        if spoken == language:
            for phrase in (row["of_short"], row["of_formal"]):
                assert not any(mistake in phrase for mistake in wrong), (key, phrase)


def test_a_corrected_name_says_why(names):
    corrected = [row for row in names.values() if row["source"] == "corrected"]
    assert corrected
    assert all(row["note"] for row in corrected)


def test_names_that_await_a_reader_are_marked(names):
    assert names["iceland", "ar"]["reviewed"] == "assumed"
    assert names["kenya", "fr"]["reviewed"] == "reviewed"
