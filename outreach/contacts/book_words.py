"""The words in the headings of address books, in English, French, German and Spanish, for the parts of a card.

`aside` is what the directory has no place for, `nothing` what nobody would look for.
"""

from outreach.contacts.naming import fold

_SAID = """
given: first name, given name, firstname, forename, prénom, vorname, nombre, primer nombre, nombre de pila
middle: middle name, additional name, middlename, deuxième prénom, autres prénoms, weitere vornamen, zweiter vorname
middle: segundo nombre, otros nombres
family: last name, family name, surname, lastname, nom, nom de famille, nachname, familienname, zuname, apellidos, apellido
prefix: name prefix, prefix, civilité, anrede, tratamiento, préfixe, namenspräfix, prefijo, honorific
suffix: suffix, name suffix, suffixe, sufijo, namenssuffix, namenszusatz
full_name: name, full name, display name, contact name, nom complet, nom affiché, vollständiger name, anzeigename
full_name: nombre completo, nombre para mostrar, nombre en pantalla, nombre y apellidos, formatted name
company: company, company name, organization, organisation, organization name, organisation name, employer, institution
company: société, entreprise, organisme, nom de la société, firma, firmenname, unternehmen, organización, empresa, compañía
unit: department, dept, organization department, organisation department, division, service, département, abteilung
unit: departamento, section
title: job title, title, organization title, organisation title, position, function, role
title: titre, titre du poste, fonction, poste, funktion, stellenbezeichnung, berufsbezeichnung, puesto, cargo, título
email: e mail, email, e mail address, email address, e mail value, email value, mail, mail address, e mails, emails
email: adresse de messagerie, courriel, adresse courriel, adresse e mail, adresse email, adresse électronique
email: e mail adresse, email adresse, mailadresse, correo electrónico, correo, dirección de correo electrónico
email: dirección del correo electrónico, dirección de e mail
phone: phone, telephone, phone number, telephone number, phone value, tel, mobile, mobile phone, cell, cell phone, cellular
phone: mobile number, phone mobile, iphone, car phone, radio phone, company phone, number
phone: téléphone, numéro de téléphone, tél, tél mobile, téléphone mobile, portable, téléphone portable, téléphone voiture
phone: téléphone société, radio téléphone, telefon, rufnummer, telefonnummer, mobiltelefon, mobil, handy, mobilnummer
phone: autotelefon, haupttelefon, telefon firma, funktelefon
phone: teléfono, número de teléfono, móvil, teléfono móvil, celular, teléfono celular, teléfono del coche
phone: teléfono del automóvil, teléfono de la organización, teléfono de la compañía, radioteléfono
fax: fax, fax number, télécopie, télécopieur, telefax, faxnummer, número de fax
street: street, street address, address street, address line, rue, adresse rue, straße, straße und hausnummer, calle
city: city, town, locality, address city, ville, localité, ort, stadt, ciudad, localidad, población
region: state, region, province, county, address region, address state, state province, dép région, département région
region: bundesland, bundesland kanton, kanton, provincia o estado, estado o provincia, estado, provincia, estado provincia
code: postal code, zip, zip code, postcode, address postal code, address zip, code postal, plz, postleitzahl, código postal, cp
country: country, country region, address country, pays, pays région, land, land region, país, país o región, país región
box: b p, po box, p o box, address po box, post office box, boîte postale, bp, postfach, apartado postal
box: apartado postal de la dirección
extended: address extended address, extended address
printed: address, postal address, address formatted, mailing address, adresse, adresse postale, anschrift, postanschrift
printed: dirección, dirección postal
kind_email: e mail type, e mail label, email type, email label, type de messagerie, e mail typ, tipo de correo electrónico
kind_phone: phone type, phone label
kind_address: address type, address label
website: web page, website, url, website value, homepage, home page, page web, site web, webseite, internetseite, página web
website: sitio web
gender: gender, sexe, geschlecht, género, sexo
language: language, langue, sprache, idioma
aside: birthday, date of birth, anniversary, nickname, notes, note, remarks, categories, category, labels, group membership
aside: groups, keywords, spouse, children, manager's name, assistant's name, assistant's phone, pager, telex, isdn, hobby
aside: referred by, occupation, callback, photo, location, office location, file as, short name, maiden name
aside: profession, im, skype
aside: anniversaire, anniversaire de mariage ou fête, surnom, remarques, catégories, mots clés, conjoint, conjoint e
aside: enfants, passe temps, lieu, emplacement
aside: récepteur de radiomessagerie, rnis, télex, rappel, responsable, assistant e, recommandé par
aside: geburtstag, jahrestag, spitzname, notizen, bemerkungen, kategorien, stichwörter, partner, kinder, standort, rückmeldung
aside: empfohlen von, telefon für hörbehinderte, beruf
aside: cumpleaños, aniversario, apodo, notas, categorías, palabras clave, cónyuge, hijos, buscapersonas, ubicación
aside: rdsi, devolución de llamada, fecha de nacimiento, afición, localizador, número de teletipo, télex, profesión
nothing: initials, account, priority, private, sensitivity, mileage, billing information, directory server, subject
nothing: internet free busy, organizational id number, government id number, website type, website label
nothing: e mail display name, initiales, compte, priorité, privé, sensibilité, critère de diffusion, kilométrage
nothing: informations facturation, serveur d'annuaire, disponibilité internet, nom complet de l'adresse de messagerie
nothing: numéro d'identification de l'organisation, code gouvernement, initialen, konto, priorität, privat, vertraulichkeit
nothing: reisekilometer, abrechnungsinformation, verzeichnisserver, internet frei gebucht, organisations nr, regierungs nr
nothing: e mail angezeigter name, ort, büro, bureau, iniciales, cuenta, prioridad, privado, sensibilidad, confidencialidad
nothing: kilometraje, facturación, información de facturación, servidor de directorio, nombre de pantalla de correo electrónico
nothing: número de id. de la organización, número de identificación personal, disponibilidad de internet
nothing: organization type, organization label, organization symbol, organization location, organization job description
"""

# A column with one of these in its heading is about other people, other spellings or the program itself.
APART = frozenset(
    (
        *("yomi", "phonetic", "phonetique", "assistant", "assistants", "assistent", "assistentenname", "asistente"),
        *("ayudante", "manager", "vorgesetzten", "responsable", "director", "relation", "event", "custom", "user"),
        *("utilisateur", "benutzer", "usuario", "definido", "spouse", "tty", "tdd", "birth", "nacimiento", "geburt"),
        *("photo", "foto", "im", "icq"),
    )
)
# What may stand before or after a heading without changing what it is.
FILLING = frozenset(
    ("de", "del", "du", "la", "le", "des", "of", "the", "primary", "main", "principal", "principale", "secondary")
)


def key(text: str) -> str:
    """A heading as it is looked up: folded, without filling words."""
    return " ".join(word for word in fold(text).split() if word not in FILLING)


PARTS: dict[str, str] = {}
for _line in _SAID.strip().splitlines():
    _part, _, _others = _line.partition(":")
    for _word in _others.split(","):
        PARTS.setdefault(key(_word), _part)
