"""A standing letter for the layout tests; each test changes what it is about."""

from dataclasses import replace
from datetime import UTC, datetime

from outreach.letters.sheet import Sheet, Signatory
from outreach.typesetting import NumberedList, Paragraph, Text

CHAIR = Signatory(name="The Chair", lines=("Leadership Panel", "Internet Governance Forum"))
MAG = Signatory(name="The Chair of the Group", lines=("Multistakeholder Advisory Group",))
QUESTIONS = NumberedList(
    ((Paragraph((Text("Which outcomes were of use?"),)),), (Paragraph((Text("What should change?"),)),)), kind="letters"
)
LETTER = Sheet(
    language="en",
    reference="IGF/LP/2025/0012",
    date_line="21 January 2025",
    place="New York",
    masthead=("Leadership Panel of the Forum", "Office of the Chair"),
    masthead_note="Multistakeholder and open",
    footer=("Palais des Nations, Geneva", "office@igf.example"),
    classification="Confidential",
    channel_line="By e-mail",
    address_block=("H.E. the Permanent Representative", "Permanent Mission of the Republic of Kenya", "New York, NY 10017"),
    subject="Input on the value of the Forum",
    salutation="Excellency,",
    body=(
        Paragraph((Text("I have the honour to write to you."),)),
        QUESTIONS,
        Paragraph((Text("An answer by March would help."),)),
    ),
    close="Accept, Excellency, the assurances of my highest consideration.",
    signatories=(CHAIR,),
    on_behalf="On behalf of the Panel",
    enclosures=("Questionnaire", "Terms of reference"),
    copies=("Permanent Mission of the Republic of Albania",),
    document_date=datetime(2025, 1, 21, tzinfo=UTC),
)
PARTS_IN_ORDER = (
    "Leadership Panel of the Forum",
    "Office of the Chair",
    "Multistakeholder and open",
    "Reference: IGF/LP/2025/0012",
    "By e-mail",
    "H.E. the Permanent Representative",
    "New York, NY 10017",
    "Input on the value of the Forum",
    "Excellency,",
    "I have the honour to write to you.",
    "Which outcomes were of use?",
    "What should change?",
    "An answer by March would help.",
    "Accept, Excellency, the assurances of my highest consideration.",
    "On behalf of the Panel",
    "The Chair",
    "Leadership Panel",
    "Enclosures (2):",
    "Questionnaire",
    "Terms of reference",
    "cc:",
    "Permanent Mission of the Republic of Albania",
)


def letter(**changes):
    return replace(LETTER, **changes)


def body(*texts):
    return tuple(Paragraph((Text(text),)) for text in texts)


def trapped(trap):
    """The standing letter with `trap` in every line that an office fills."""
    return letter(
        reference=trap,
        date_line=trap,
        place=trap,
        masthead=(trap, trap),
        masthead_note=trap,
        footer=(trap,),
        classification=trap,
        channel_line=trap,
        address_block=(trap, trap),
        subject=trap,
        salutation=trap,
        body=body(trap),
        close=trap,
        on_behalf=trap,
        signatories=(Signatory(name=trap, lines=(trap,)), Signatory(name=trap)),
        enclosures=(trap,),
        copies=(trap,),
    )


ARABIC = letter(
    language="ar",
    date_line="21 كانون الثاني/يناير 2025",
    place="نيويورك",
    masthead=("الفريق القيادي",),
    masthead_note="",
    classification="",
    channel_line="",
    address_block=("الممثل الدائم", "866 United Nations Plaza, Room 304"),
    subject="قيمة المنتدى (IGF)",
    salutation="صاحب السعادة،",
    body=body("أتشرف بأن أكتب إليكم."),
    close="وتفضلوا بقبول فائق الاحترام.",
    signatories=(Signatory(name="الرئيس"),),
    on_behalf="",
    enclosures=("الاستبيان",),
    copies=(),
)
