"""What makes a PDF a PDF/A-2b (ISO 19005-2): metadata in XMP and Info that agree, and the sRGB output intent."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import ImageCms

from digitizer.text import squeeze

SIGNED_NOTE = (
    "Bản để đọc: bản gốc có chữ ký số; chữ ký chỉ có giá trị trên tệp gốc. "
    "Reading copy: the original is digitally signed; the signature is valid on the original file only."
)
UNSIGNED_NOTE = "Bản số hóa chưa ký số. Unsigned digitized copy."
_SPACE = "urn:x-digitizer:record:1.0:"
_OWN = {
    "source": "SHA-256 of the original files that the pages were taken from",
    "copyStatus": "What this copy is worth beside its original",
    "originalSigned": "True when the original file carries a digital signature",
    "kind": "The kind of paper",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the record says of itself.  `created`: ISO 8601 with offset; every time in the file is this one.

    `sources`: SHA-256 of the originals, in order.  `issuer`: the author.  `signed_original`: an original carries a
    digital signature, so this is a reading copy.
    """

    title: str
    created: str
    issuer: str = ""
    subject: str = ""
    identifier: str = ""
    kind: str = ""
    keywords: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    software: str = "Digitizer"
    signed_original: bool = False

    @property
    def note(self) -> str:
        """What kind of copy this is, in Vietnamese and English."""
        return SIGNED_NOTE if self.signed_original else UNSIGNED_NOTE

    @property
    def description(self) -> str:
        """The subject and the note."""
        return " ".join(part for part in (clean(self.subject), self.note) if part)


def clean(text: str) -> str:
    """NFC on one line, without the characters that XML 1.0 has no way to write."""
    return squeeze("".join(" " if _unwritable(char) else char for char in text))


def _unwritable(char: str) -> bool:
    return char < " " or "\ud800" <= char <= "\udfff" or char in "\ufffe\uffff"


@cache
def srgb_profile() -> bytes:
    """The sRGB profile of Little CMS, its time of making set to a fixed one, so that it is always the same."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    profile[84:100] = bytes(16)  # a profile ID would be an MD5 over the time that was just replaced
    return bytes(profile)


def dress(pdf: Pdf, about: About) -> None:
    """Give the document its output intent, XMP packet, Info and view settings."""
    profile = pdf.make_indirect(Stream(pdf, srgb_profile(), N=3))
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name("/GTS_PDFA1"),
        OutputConditionIdentifier=String("sRGB"),
        RegistryName=String("http://www.color.org"),
        Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])
    metadata = Stream(pdf, xmp(about).encode("utf-8"))
    metadata.Type, metadata.Subtype = Name.Metadata, Name("/XML")
    pdf.Root.Metadata = pdf.make_indirect(metadata)
    pdf.Root.Lang = String("vi-VN")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    _inform(pdf, about)


def _inform(pdf: Pdf, about: About) -> None:
    info = {
        "/Title": clean(about.title),
        "/Author": clean(about.issuer),
        "/Subject": about.description,
        "/Keywords": _keywords(about),
        "/Creator": clean(about.software),
        "/Producer": clean(about.software),
        "/CreationDate": pdf_date(about.created),
        "/ModDate": pdf_date(about.created),
    }
    pdf.trailer["/Info"] = pdf.make_indirect(Dictionary({name: String(value) for name, value in info.items() if value}))


def pdf_date(iso: str) -> str:
    """An ISO 8601 time with offset as PDF writes it: `D:20261123175200+07'00'`."""
    moment = datetime.fromisoformat(iso)
    offset = moment.strftime("%z") or "+0000"
    return moment.strftime("D:%Y%m%d%H%M%S") + f"{offset[:3]}'{offset[3:5]}'"


def _xmp_date(iso: str) -> str:
    moment = datetime.fromisoformat(iso).replace(microsecond=0)
    return moment.isoformat() + ("" if moment.tzinfo else "+00:00")


def _keywords(about: About) -> str:
    return ", ".join(filter(None, map(clean, about.keywords)))


def xmp(about: About) -> str:
    """The XMP packet: dc, xmp, pdf, pdfaid, and our own properties with the extension schema that PDF/A wants."""
    when = _xmp_date(about.created)
    parts = [
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
        "<dc:format>application/pdf</dc:format>",
        _array("dc:language", "Bag", ["vi-VN"]),
        _array("dc:title", "Alt", [about.title]),
        _array("dc:creator", "Seq", [about.issuer]),
        _array("dc:description", "Alt", [about.description]),
        _array("dc:subject", "Bag", about.keywords),
        _array("dc:type", "Bag", [about.kind]),
        _simple("dc:identifier", about.identifier),
        _simple("dc:source", ", ".join(f"sha256:{source}" for source in about.sources)),
        _simple("xmp:CreateDate", when),
        _simple("xmp:ModifyDate", when),
        _simple("xmp:MetadataDate", when),
        _simple("xmp:CreatorTool", about.software),
        _simple("pdf:Producer", about.software),
        _simple("pdf:Keywords", _keywords(about)),
        _array("dgz:source", "Seq", [f"sha256:{source}" for source in about.sources]),
        _simple("dgz:copyStatus", about.note),
        _simple("dgz:originalSigned", "True" if about.signed_original else "False"),
        _simple("dgz:kind", about.kind),
        _extension(),
    ]
    return _PACKET.replace("@", "\n".join(part for part in parts if part))


_PACKET = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"
 xmlns:dgz="{_SPACE}">
@
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def _simple(name: str, value: str) -> str:
    value = clean(value)
    return f"<{name}>{escape(value)}</{name}>" if value else ""


def _array(name: str, sort: str, values: Iterable[str]) -> str:
    mark = ' xml:lang="x-default"' if sort == "Alt" else ""
    rows = "".join(f"<rdf:li{mark}>{escape(value)}</rdf:li>" for value in map(clean, values) if value)
    return f"<{name}><rdf:{sort}>{rows}</rdf:{sort}></{name}>" if rows else ""


def _extension() -> str:
    """Our properties described, as ISO 19005-2, 6.6.2.3.3 wants of every property outside the XMP specification."""
    types = {"source": "seq Text", "originalSigned": "Boolean"}
    rows = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name>"
        f"<pdfaProperty:valueType>{types.get(name, 'Text')}</pdfaProperty:valueType>"
        "<pdfaProperty:category>internal</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
        for name, meaning in _OWN.items()
    )
    return (
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Digitizer record</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_SPACE}</pdfaSchema:namespaceURI>"
        "<pdfaSchema:prefix>dgz</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{rows}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas>"
    )


def profile_fits(profile: bytes, components: int) -> bool:
    """True when an ICC profile may stand in a PDF/A-2 (6.2.4.2) for an image of that many components."""
    if len(profile) < 128 or profile[36:40] != b"acsp" or profile[8] > 4:
        return False
    spaces = {1: (b"GRAY",), 3: (b"RGB ",), 4: (b"CMYK",)}
    return profile[12:16] in (b"scnr", b"mntr", b"prtr", b"spac") and profile[16:20] in spaces.get(components, ())
