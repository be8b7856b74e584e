"""The few words that a letter's layout itself brings: reference, enclosure, copy, page.

English and French follow the UN Correspondence Manual (ST/DCS/4/Rev.1) and the usage of UN offices; Spanish, Russian, Chinese
and Arabic await a reader's approval. A sender's labels replace any of them.
"""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {
            "reference": "Reference",
            "subject": "Subject",
            "enclosure": "Enclosure",
            "enclosures": "Enclosures",
            "copy": "cc",
            "page_of": "Page {page} of {pages}",
            "specimen": "SPECIMEN",
            "draft": "DRAFT",
        },
        "fr": {
            "reference": "Référence",
            "subject": "Objet",
            "enclosure": "Pièce jointe",
            "enclosures": "Pièces jointes",
            "copy": "Copie",
            "page_of": "Page {page} sur {pages}",
            "specimen": "SPÉCIMEN",
            "draft": "PROJET",
        },
        "es": {
            "reference": "Referencia",
            "subject": "Asunto",
            "enclosure": "Anexo",
            "enclosures": "Anexos",
            "copy": "cc",
            "page_of": "Página {page} de {pages}",
            "specimen": "ESPÉCIMEN",
            "draft": "BORRADOR",
        },
        "ru": {
            "reference": "Ссылка",
            "subject": "Тема",
            "enclosure": "Приложение",
            "enclosures": "Приложения",
            "copy": "Копия",
            "page_of": "Страница {page} из {pages}",
            "specimen": "ОБРАЗЕЦ",
            "draft": "ПРОЕКТ",
        },
        "zh": {
            "reference": "文号",
            "subject": "事由",
            "enclosure": "附件",
            "enclosures": "附件",
            "copy": "抄送",
            "page_of": "第 {page} 页，共 {pages} 页",
            "specimen": "样本",
            "draft": "草稿",
        },
        "ar": {
            "reference": "المرجع",
            "subject": "الموضوع",
            "enclosure": "مرفق",
            "enclosures": "مرفقات",
            "copy": "نسخة إلى",
            "page_of": "الصفحة {page} من {pages}",
            "specimen": "نموذج",
            "draft": "مسودة",
        },
    }
)
