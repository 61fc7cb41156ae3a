"""The catalogue of sealed records in DCAT (W3C Data Catalog Vocabulary, version 3), as JSON-LD."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from services.archive.model.sealing import Bilingual, SealedRecord

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_TITLE = Bilingual(ar="سجلات الاستشارات العامة", en="Records of public consultations")
_DESCRIPTION = Bilingual(
    ar="السجل الكامل لكل استشارة: الموضوع والمشاركات والتحليل والقرار والردود.",
    en="The whole record of each consultation: topic, comments, analysis, decision, answers.",
)
_LANGUAGES = [
    {"@id": f"http://publications.europa.eu/resource/authority/language/{code}"}
    for code in ("ARA", "ENG")
]


def catalogue(
    records: Iterable[SealedRecord], *, base_url: str, licence_url: str, next_cursor: str | None
) -> dict[str, Any]:
    """Catalogue document; ``next_cursor`` is ours and no term of JSON-LD's, which ignores it."""
    return {
        "@context": _CONTEXT,
        "@id": f"{base_url}/v1/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _texts(_TITLE),
        "dct:description": _texts(_DESCRIPTION),
        "dct:license": {"@id": licence_url},
        "dct:language": _LANGUAGES,
        "dcat:dataset": [
            _dataset(record, base_url=base_url, licence_url=licence_url) for record in records
        ],
        "next_cursor": next_cursor,
    }


def record_url(base_url: str, record: SealedRecord, *, path: str | None = None) -> str:
    """Where a record, or a file of it, is read."""
    query = {"round": str(record.round)} | ({"path": path} if path else {})
    return f"{base_url}/v1/topics/{record.topic_id}/record?{urlencode(query, safe='/')}"


def _dataset(record: SealedRecord, *, base_url: str, licence_url: str) -> dict[str, Any]:
    url = record_url(base_url, record)
    return {
        "@id": url,
        "@type": "dcat:Dataset",
        "dct:identifier": f"{record.topic_id}-r{record.round}",
        "dct:title": _texts(record.card.title),
        "dct:description": _texts(record.card.summary),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": record.card.agency},
        "dct:issued": _instant(record.first_sealed_at),
        "dct:modified": _instant(record.sealed_at),
        "dct:license": {"@id": licence_url},
        "dct:language": _LANGUAGES,
        "dcat:version": str(record.edition),
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:accessURL": {"@id": url},
                "dcat:mediaType": {
                    "@id": "https://www.iana.org/assignments/media-types/application/json"
                },
                "dct:license": {"@id": licence_url},
            }
        ],
    }


def _texts(text: Bilingual) -> list[dict[str, str]]:
    return [{"@value": text.ar, "@language": "ar"}, {"@value": text.en, "@language": "en"}]


def _instant(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:dateTime"}
