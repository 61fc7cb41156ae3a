"""What a browser, a feed reader, a calendar or a mail program would make of an output."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from icalendar import Calendar

Faults = list[str]
SCHEMES = {"https", "http", "mailto"}
_OPENING = "\u202a\u202b\u202d\u202e"
_ISOLATING = "\u2066\u2067\u2068"
_PARAGRAPH = re.compile("[\n\r\x1c-\x1e\x85\u2029]")
"""Where a direction that was set ends by itself (Unicode's Bidirectional Algorithm, class B)."""
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
_IMAGE = re.compile(r"^data:image/")


class _Page(HTMLParser):
    """Elements and attributes of a page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.names: set[str] = set()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names |= {tag, *(name for name, _ in attrs)}
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.names.add("comment")

    def handle_pi(self, data: str) -> None:
        self.names.add("processing instruction")


_PAGE_NAMES = {
    *("html", "head", "meta", "title", "body", "section", "h1", "p", "a", "br", "bdi"),
    *("form", "button", "lang", "dir", "charset", "name", "content", "style", "href"),
    *("method", "action"),
    *("main", "nav", "footer", "h2", "h3", "div", "ul", "ol", "li", "dl", "dt", "dd", "id"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "scope", "meter", "value", "max"),
    *(
        "time",
        "datetime",
        "blockquote",
        "class",
        "aria-label",
        "aria-hidden",
        "role",
        "tabindex",
        "min",
        "rel",
    ),
}
_INSIDE = re.compile(r"#?[A-Za-z0-9][A-Za-z0-9._/-]*")
"""Where a link leads that stays in the record, or on the page."""


def of_html(text: str) -> Faults:
    page = _Page()
    page.feed(text)
    page.close()
    odd = page.names - _PAGE_NAMES
    outside = [link for link in page.links if not _INSIDE.fullmatch(link)]
    leading = [link for link in outside if urlsplit(link).scheme not in SCHEMES]
    # A mail that is begun by a link has a recipient, and nothing that somebody else wrote into it.
    letters = [link for link in page.links if link.startswith("mailto:") and "?" in link]
    return [
        f"{what} {found}" for what, found in (("names", odd), ("links", leading + letters)) if found
    ]


def of_atom(text: str) -> Faults:
    root = ET.fromstring(text)
    atom = "{http://www.w3.org/2005/Atom}"
    known = {"feed", "id", "title", "subtitle", "updated", "author", "name", "generator", "link"}
    known |= {"entry", "summary", "category", "published"}
    tags = {element.tag for element in root.iter()}
    names = {name for element in root.iter() for name in element.attrib}
    names -= {
        "href",
        "rel",
        "type",
        "hreflang",
        "term",
        "{http://www.w3.org/XML/1998/namespace}lang",
    }
    links = [e.get("href", "") for e in root.iter(f"{atom}link")]
    leading = [link for link in links if urlsplit(link).scheme not in SCHEMES]
    odd = tags - {atom + name for name in known}
    titles = [e.text or "" for e in root.iter(f"{atom}title")]
    turned = [title for title in titles if of_direction(title)]
    return [str(found) for found in (odd, names, leading, turned) if found]


def of_calendar(text: str) -> Faults:
    calendar = Calendar.from_ical(text)
    parts = {part.name for part in calendar.walk()} - {
        "VCALENDAR",
        "VEVENT",
        "VTIMEZONE",
        "STANDARD",
    }
    names = {name for part in calendar.walk() for name in part if name.startswith("X-")}
    names -= {"X-WR-CALNAME"}
    lines = text.split("\r\n")
    odd = [line for line in lines if line and not re.match(r"^( |[A-Z-]+[;:])", line)]
    odd += [line for line in lines if re.search("[\x00-\x08\x0a-\x1f\x7f]", line)]
    turned = [str(e["SUMMARY"]) for e in calendar.walk("VEVENT") if of_direction(str(e["SUMMARY"]))]
    return [str(found) for found in (parts, names, odd, turned) if found]


def of_svg(text: str) -> Faults:
    root = ET.fromstring(text)
    known = {"svg", "g", "defs", "clipPath", "path", "pattern", "rect", "text", "use"}
    known |= {"title", "desc"}
    found = [(part.tag.rpartition("}")[2], part) for part in root.iter()]
    odd = [tag for tag, _ in found if tag not in known]
    odd += [name for _, part in found for name in part.attrib if name.lower().startswith("on")]
    # What is drawn twice is referred to inside the picture, and nothing outside it.
    leading = [
        value
        for _, part in found
        for name, value in part.attrib.items()
        if name.rpartition("}")[2] == "href" and not value.startswith("#")
    ]
    turned = [part.text for _, part in found if part.text and of_direction(part.text)]
    named = {"title", "desc"} <= {part.tag.rpartition("}")[2] for part in root}
    return [str(each) for each in (odd, leading, turned, [] if named else ["no title"]) if each]


def of_json(text: str) -> Faults:
    names: set[str] = set()

    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names.update(name for name, _ in pairs)
        assert len(dict(pairs)) == len(pairs), "a name twice"
        return dict(pairs)

    for line in text.strip().split("\n") if "\n{" in text else [text]:
        json.loads(line, object_pairs_hook=members)
    return [name for name in names if "evil" in name.lower()]


def of_text(text: str) -> Faults:
    return []


def of_markdown(text: str) -> Faults:
    """No mark-up of HTML and no link, but for what is escaped."""
    plain = re.sub(r"\\.", "", text)
    return [f"mark-up: {found}" for found in re.findall(r"<[A-Za-z/!?].{0,20}|\]\(", plain)]


def of_csv(text: str) -> Faults:
    """No cell that a spreadsheet would compute."""
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    return [f"a formula: {cell}" for cell in cells if cell[:1] in _COMPUTED]


BY_MEDIA_TYPE: dict[str, Callable[[str], Faults]] = {
    "text/csv": of_csv,
    "text/html": of_html,
    "application/atom+xml": of_atom,
    "text/calendar": of_calendar,
    "image/svg+xml": of_svg,
    "application/json": of_json,
    "application/problem+json": of_json,
    "application/ld+json": of_json,
    "application/jsonl": of_json,
    "text/markdown": of_markdown,
    "text/plain": of_text,
}
"""How each kind of answer is read. A kind that is missing here is one that nobody looked at: CSV,
for one, needs a reader that finds formulas (a field that begins with ``= + - @``, tab or CR)."""


def of_mail(mail: dict[str, Any]) -> Faults:
    """What is wrong with a mail: put together as SES does of its parts, and read as programs do."""
    whole = EmailMessage(policy=policy.SMTP)
    faults = [*of_html(mail["html"]), *of_line(mail["subject"])]
    try:
        whole["From"], whole["To"], whole["Subject"] = (
            mail["sender"],
            mail["to"][0],
            mail["subject"],
        )
    except ValueError as error:  # the library itself refuses a line break in a header
        return [*faults, str(error)]
    whole.set_content(mail["text"])
    whole.add_alternative(mail["html"], subtype="html")
    read = message_from_bytes(whole.as_bytes(), policy=policy.default)
    names = {name.lower() for name in read}
    names -= {"from", "to", "subject", "content-type", "mime-version"}
    return [*faults, *names, *(str(each) for each in read.defects)]


def of_line(text: str) -> Faults:
    """What of a line ends it, steers a terminal, or turns what stands behind it around."""
    odd = {c for c in text if unicodedata.category(c) in {"Cc", "Zl", "Zp"}}
    return [*(repr(c) for c in odd), *of_direction(text)]


def of_direction(text: str) -> Faults:
    """Directions of writing that a text sets and does not take back, or forces upon letters."""
    faults = []
    for paragraph in _PARAGRAPH.split(text):
        embedded = sum(paragraph.count(c) for c in _OPENING) - paragraph.count("\u202c")
        isolated = sum(paragraph.count(c) for c in _ISOLATING) - paragraph.count("\u2069")
        forced = [c for c in "\u202d\u202e" if c in paragraph]
        if embedded > 0 or isolated > 0 or forced:
            faults.append(f"direction {embedded} {isolated} {forced!r}")
    return faults
