"""Which structured format some bytes have, and what they say in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.structured import (
    atr,
    camt,
    cfonb,
    cii,
    coda,
    espi,
    facturae,
    fatturapa,
    mt940,
    norma43,
    ofx,
    ubl,
)
from service.processing.reader.structured.node import Node, parse_xml, root_of_xml
from service.processing.reader.structured.part import StructuredPart
from service.processing.reader.structured.signed import SIGNED, beginning, is_signed, unwrapped

#: How many bytes of a file tell its format: licences and style sheets may stand before the first element.
HEAD_BYTES = 65_536
XML = "application/xml"
_UNCEFACT = "urn:un:unece:uncefact:"
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAMT_ROOTS = {"BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"}


@dataclass(frozen=True, slots=True)
class StructuredFormat:
    """A format that is read: its media type and its reader."""

    name: str
    mime_type: str
    read: Callable[[bytes], StructuredPart]


def _of_xml(name: str, read: Callable[[Node], StructuredPart]) -> StructuredFormat:
    return StructuredFormat(name, XML, lambda data: read(_invoice_in(parse_xml(data))))


_CII = _of_xml("cii", cii.read_cii)
_UBL_FORMAT = _of_xml("ubl", ubl.read_ubl)
_CAMT = _of_xml("camt", camt.read_camt)
_ESPI = _of_xml("espi", espi.read_espi)
_BY_ROOT: Mapping[str, StructuredFormat] = {
    "CrossIndustryInvoice": _CII,
    "CrossIndustryDocument": _CII,
    "SCRDMCCBDACIOMessageStructure": _CII,
    "Facturae": _of_xml("facturae", facturae.read_facturae),
    "FatturaElettronica": _of_xml("fatturapa", fatturapa.read_fatturapa),
    "MensajeFacturacion": _of_xml("atr-f1", atr.read_atr),
    "StandardBusinessDocument": _UBL_FORMAT,
    **dict.fromkeys(_CAMT_ROOTS, _CAMT),
}
_OFX = StructuredFormat("ofx", "application/x-ofx", lambda data: ofx.read_ofx(ofx.parse_ofx(data)))
_TEXTS: tuple[tuple[Callable[[bytes], bool], StructuredFormat], ...] = (
    (ofx.is_ofx, _OFX),
    (norma43.is_norma43, StructuredFormat("norma43", "text/plain", norma43.read_norma43)),
    (coda.is_coda, StructuredFormat("coda", "text/plain", coda.read_coda)),
    (cfonb.is_cfonb, StructuredFormat("cfonb120", "text/plain", cfonb.read_cfonb)),
    (mt940.is_mt940, StructuredFormat("mt940", "text/plain", mt940.read_mt940)),
)


def format_of(head: bytes) -> StructuredFormat | None:
    """The format that these first bytes (`HEAD_BYTES`, where there are as many) are of; None for none that is read.

    Raises ReadingFailedError (DOCUMENT_TOO_COMPLEX) for XML that declares entities.
    """
    if is_signed(head):
        return _signed_format(beginning(head))
    for belongs, form in _TEXTS:
        if belongs(head):
            return form
    root = root_of_xml(head) if _looks_like_xml(head) else None
    return _xml_format(root, head) if root is not None else None


def _signed_format(head: bytes) -> StructuredFormat | None:
    """The format of the XML in a signed envelope, whose reader opens the envelope first."""
    form = format_of(head) if head else None
    if form is None:
        return None
    read = form.read
    return StructuredFormat(form.name, SIGNED, lambda data: read(unwrapped(data)))


def _xml_format(root: Node, head: bytes) -> StructuredFormat | None:
    """The format that the root element tells; names that others use too count with their namespace alone."""
    if root.name in ("Invoice", "CreditNote"):
        # The release candidate of ZUGFeRD 1.0 called its root an invoice as well.
        early = _CII if root.namespace.startswith(_UNCEFACT) else None
        return _UBL_FORMAT if root.namespace.startswith(_UBL) else early
    if root.name == "Document":
        return _CAMT if "camt.05" in root.namespace else None
    if root.name == "feed":
        return _ESPI if b"naesb.org/espi" in head else None
    return _BY_ROOT.get(root.name)


def read_structured(data: bytes, form: StructuredFormat) -> StructuredPart:
    """What some bytes of a format say. Raises ReadingFailedError: CORRUPT_DOCUMENT, DOCUMENT_TOO_COMPLEX."""
    part = form.read(data)
    return replace(part, notes=(f"structured part: {part.format}", *part.notes))


def _looks_like_xml(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:2]
    return start.startswith(b"<") or head.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<"))


def _invoice_in(root: Node) -> Node:
    """The invoice in a Standard Business Document, or the root itself."""
    if root.name != "StandardBusinessDocument":
        return root
    for child in root.children:
        if child.name in ("Invoice", "CreditNote"):
            return child
    raise ReadingFailedError(FailureReason.UNSUPPORTED_TYPE, "the business document has no invoice")
