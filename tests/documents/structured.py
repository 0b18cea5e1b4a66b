"""Small structured documents with known contents, one of each format."""

from __future__ import annotations

import ctypes
import io

import pypdfium2 as pdfium  # type: ignore[import-untyped]

_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"


def ubl(*, unit: str = "C62", name: str = "Paper", note: str = "", quantity: str = "4") -> bytes:
    """A UBL invoice over 100.00 net, 21.00 tax and 121.00, of which 50.00 are prepaid."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="{_CAC}" xmlns:cbc="{_CBC}">
  <cbc:ID>U-2024-7</cbc:ID><cbc:IssueDate>2024-03-31</cbc:IssueDate><cbc:DueDate>2024-04-30</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:Note>{note}</cbc:Note>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PartyTaxScheme><cbc:CompanyID>Approved for tax</cbc:CompanyID>
      <cac:TaxScheme><cbc:ID>TAX</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
    <cac:PartyTaxScheme><cbc:CompanyID>ES A58818501</cbc:CompanyID>
      <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Papelera del Norte, S.A.</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cac:PartyName><cbc:Name>Talleres &amp; Ejemplo, S.L.</cbc:Name></cac:PartyName>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:PaymentMeans><cbc:PaymentMeansCode>59</cbc:PaymentMeansCode></cac:PaymentMeans>
  <cac:TaxTotal><cbc:TaxAmount currencyID="SEK">240.00</cbc:TaxAmount></cac:TaxTotal>
  <cac:TaxTotal><cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount>
    <cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">100.00</cbc:TaxableAmount>
      <cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount>
      <cac:TaxCategory><cbc:Percent>21</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>
    </cac:TaxSubtotal></cac:TaxTotal>
  <cac:LegalMonetaryTotal><cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">121.00</cbc:TaxInclusiveAmount>
    <cbc:AllowanceTotalAmount currencyID="EUR">20.00</cbc:AllowanceTotalAmount>
    <cbc:PayableAmount currencyID="EUR">71.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="{unit}">{quantity}</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="EUR">120.00</cbc:LineExtensionAmount>
    <cac:InvoicePeriod><cbc:StartDate>2024-03-01</cbc:StartDate><cbc:EndDate>2024-03-31</cbc:EndDate></cac:InvoicePeriod>
    <cac:Item><cbc:Name>{name}</cbc:Name>
      <cac:ClassifiedTaxCategory><cbc:Percent>21</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="EUR">300</cbc:PriceAmount>
      <cbc:BaseQuantity>10</cbc:BaseQuantity></cac:Price>
  </cac:InvoiceLine>
</Invoice>""".encode()


def cii(*, total: str = "121.00", net: str = "100.00", tax: str = "21.00", code: str = "380") -> bytes:
    """A cross industry invoice as Factur-X embeds it."""
    return f"""<?xml version="1.0"?>
<!-- {"a licence before the first element " * 200} -->
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100" xmlns:ram="{_RAM}"
    xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
  <rsm:ExchangedDocument><ram:ID>C-2024-9</ram:ID><ram:TypeCode>{code}</ram:TypeCode>
    <ram:IssueDateTime><udt:DateTimeString format="102">20240331</udt:DateTimeString></ram:IssueDateTime>
  </rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>
    <ram:ApplicableHeaderTradeAgreement>
      <ram:SellerTradeParty><ram:Name>Papelera del Norte, S.A.</ram:Name>
        <ram:SpecifiedTaxRegistration><ram:ID schemeID="FC">201/113</ram:ID></ram:SpecifiedTaxRegistration>
        <ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">ESA58818501</ram:ID></ram:SpecifiedTaxRegistration>
      </ram:SellerTradeParty>
      <ram:BuyerTradeParty><ram:Name>Talleres Ejemplo, S.L.</ram:Name></ram:BuyerTradeParty>
    </ram:ApplicableHeaderTradeAgreement>
    <ram:ApplicableHeaderTradeDelivery/>
    <ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation>
        <ram:TaxBasisTotalAmount>{net}</ram:TaxBasisTotalAmount>
        <ram:TaxTotalAmount currencyID="EUR">{tax}</ram:TaxTotalAmount>
        <ram:GrandTotalAmount>{total}</ram:GrandTotalAmount><ram:DuePayableAmount>{total}</ram:DuePayableAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation>
    </ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction>
</rsm:CrossIndustryInvoice>""".encode()


def facturae() -> bytes:
    """A Facturae batch of two invoices; the first withholds income tax."""

    def invoice(number: str, withheld: str, total: str) -> str:
        return f"""<Invoice>
  <InvoiceHeader><InvoiceNumber>{number}</InvoiceNumber><InvoiceClass>OO</InvoiceClass></InvoiceHeader>
  <InvoiceIssueData><IssueDate>2024-03-31</IssueDate><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>
    <LanguageName>es</LanguageName></InvoiceIssueData>
  <TaxesOutputs><Tax><TaxTypeCode>01</TaxTypeCode><TaxRate>21.00</TaxRate>
    <TaxableBase><TotalAmount>100.00</TotalAmount></TaxableBase><TaxAmount><TotalAmount>21.00</TotalAmount></TaxAmount>
  </Tax></TaxesOutputs>
  <InvoiceTotals><TotalGrossAmountBeforeTaxes>100.00
    </TotalGrossAmountBeforeTaxes><TotalTaxOutputs>21.00</TotalTaxOutputs>
    <TotalTaxesWithheld>{withheld}</TotalTaxesWithheld><InvoiceTotal>{total}</InvoiceTotal></InvoiceTotals>
  <Items><InvoiceLine><ItemDescription>Work</ItemDescription><Quantity>1.0</Quantity><UnitOfMeasure>02</UnitOfMeasure>
    <UnitPriceWithoutTax>100.000000</UnitPriceWithoutTax><GrossAmount>100.000000</GrossAmount></InvoiceLine></Items>
</Invoice>"""

    return f"""<fe:Facturae xmlns:fe="http://www.facturae.es/Facturae/2009/v3.2/Facturae">
<Parties><SellerParty><TaxIdentification><TaxIdentificationNumber>12345678Z</TaxIdentificationNumber></TaxIdentification>
  <Individual><Name>Ana</Name><FirstSurname>García</FirstSurname><SecondSurname>López</SecondSurname></Individual>
</SellerParty><BuyerParty><TaxIdentification><TaxIdentificationNumber>B64717838</TaxIdentificationNumber>
  </TaxIdentification><LegalEntity><CorporateName>Talleres Ejemplo, S.L.</CorporateName></LegalEntity></BuyerParty>
</Parties>
<Invoices>{invoice("7", "15.00", "106.00")}{invoice("8", "0.00", "121.00")}</Invoices></fe:Facturae>""".encode()


def fatturapa() -> bytes:
    """A FatturaPA of two tax rates without a printed total."""
    return b"""<p:FatturaElettronica xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">
<FatturaElettronicaHeader><CedentePrestatore><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese>
  <IdCodice>00743110157</IdCodice></IdFiscaleIVA><Anagrafica><Denominazione>ALFA SRL</Denominazione></Anagrafica>
</DatiAnagrafici></CedentePrestatore></FatturaElettronicaHeader>
<FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento><TipoDocumento>TD04</TipoDocumento><Divisa>EUR</Divisa>
  <Data>2024-03-31</Data><Numero>12/A</Numero></DatiGeneraliDocumento></DatiGenerali>
<DatiBeniServizi>
  <DatiRiepilogo><AliquotaIVA>22.00</AliquotaIVA><ImponibileImporto>10.00</ImponibileImporto>
    <Imposta>2.20</Imposta></DatiRiepilogo>
  <DatiRiepilogo><AliquotaIVA>4.00</AliquotaIVA><ImponibileImporto>5.00</ImponibileImporto>
    <Imposta>0.20</Imposta></DatiRiepilogo>
</DatiBeniServizi></FatturaElettronicaBody></p:FatturaElettronica>"""


def atr() -> bytes:
    """An F1 message: two tariff periods, prices that change in the middle, powers in watts."""

    def term(*energies: str) -> str:
        periods = "".join(f"<Periodo><ValorEnergiaActiva>{kwh}</ValorEnergiaActiva></Periodo>" for kwh in energies)
        return f"<TerminoEnergiaActiva>{periods}</TerminoEnergiaActiva>"

    energy = term("100.50", "40") + term("20.25", "10")
    return f"""<MensajeFacturacion xmlns="http://localhost/elegibilidad">
<Cabecera><CodigoDelProceso>F1</CodigoDelProceso><CUPS>ES0021000000000001JN0F</CUPS></Cabecera>
<Facturas><FacturaATR><DatosGeneralesFacturaATR>
  <DireccionSuministro><Calle>Calle Mayor</Calle><NumeroFinca>1</NumeroFinca></DireccionSuministro>
  <DatosGeneralesFactura><CodigoFiscalFactura>F-9</CodigoFiscalFactura><FechaFactura>2024-04-01</FechaFactura>
    <IdentificadorEmisora>A58818501</IdentificadorEmisora><ImporteTotalFactura>60.50</ImporteTotalFactura>
    <TipoMoneda>02</TipoMoneda></DatosGeneralesFactura>
  <DatosFacturaATR><TarifaATRFact>018</TarifaATRFact><Periodo><FechaDesdeFactura>2024-02-29</FechaDesdeFactura>
    <FechaHastaFactura>2024-03-31</FechaHastaFactura></Periodo></DatosFacturaATR></DatosGeneralesFacturaATR>
<Potencia><TerminoPotencia><Periodo><PotenciaContratada>4600</PotenciaContratada></Periodo>
  <Periodo><PotenciaContratada>3450</PotenciaContratada></Periodo></TerminoPotencia></Potencia>
<EnergiaActiva>{energy}</EnergiaActiva>
<IVA><BaseImponible>50.00</BaseImponible><Porcentaje>21.00</Porcentaje><Importe>10.50</Importe></IVA>
</FacturaATR></Facturas></MensajeFacturacion>""".encode()


def espi(*, duration: int = 3600, values: tuple[int, ...] = (450, 430)) -> bytes:
    """A Green Button feed of electricity in watt hours, eight hours behind UTC."""
    start = 1_709_280_000  # 2024-03-01 08:00 UTC
    readings = "".join(
        f"<IntervalReading><cost>12345</cost><timePeriod><duration>{duration}</duration>"
        f"<start>{start + number * duration}</start></timePeriod><value>{value}</value></IntervalReading>"
        for number, value in enumerate(values)
    )

    def entry(address: str, resource: str, *related: str) -> str:
        links = "".join(f'<link rel="related" href="{href}"/>' for href in related)
        head = f'<link rel="self" href="{address}"/>{links}<title>1 Main St</title>'
        return f"<entry>{head}<content>{resource}</content></entry>"

    ns = 'xmlns="http://naesb.org/espi"'
    point = f"<UsagePoint {ns}><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>"
    unit = "<currency>978</currency><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom>"
    entries = (
        entry("/UsagePoint/1", point, "/UsagePoint/1/MeterReading"),
        entry("/Time/1", f"<LocalTimeParameters {ns}><tzOffset>-28800</tzOffset></LocalTimeParameters>"),
        entry("/UsagePoint/1/MeterReading/1", f"<MeterReading {ns}/>", "/ReadingType/7"),
        entry("/ReadingType/7", f"<ReadingType {ns}>{unit}</ReadingType>"),
        entry("/UsagePoint/1/MeterReading/1/IntervalBlock/1", f"<IntervalBlock {ns}>{readings}</IntervalBlock>"),
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'.encode()


def espi_summary() -> bytes:
    """A Green Button feed of natural gas that has a usage summary alone."""
    ns = 'xmlns="http://naesb.org/espi"'
    summary = (
        f"<UsageSummary {ns}><billingPeriod><duration>2592000</duration><start>1709251200</start></billingPeriod>"
        "<billLastPeriod>4200000</billLastPeriod><currency>840</currency><overallConsumptionLastPeriod>"
        "<powerOfTenMultiplier>-1</powerOfTenMultiplier><uom>169</uom><value>215</value></overallConsumptionLastPeriod>"
        "</UsageSummary>"
    )
    point = f"<UsagePoint {ns}><ServiceCategory><kind>1</kind></ServiceCategory></UsagePoint>"
    entries = "".join(
        f"<entry><title>1 Main St</title><content>{resource}</content></entry>" for resource in (point, summary)
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


def camt() -> bytes:
    """A camt.053 of two statements; the first has a debit and a reversed one, the second no entry."""

    def balance(code: str, amount: str, sign: str = "CRDT") -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
            f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>2024-03-31</Dt></Dt></Bal>"
        )

    return f"""<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<Stmt><Id>S1</Id><CreDtTm>2024-04-01T02:00:00+02:00</CreDtTm>
  <Acct><Id><IBAN>ES9121000418450200051332</IBAN></Id><Svcr><FinInstnId><BICFI>CAIXESBBXXX</BICFI></FinInstnId></Svcr></Acct>
  {balance("OPBD", "10.00", "DBIT")}{balance("CLBD", "29.90")}
  <Ntry><Amt Ccy="EUR">45.10</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2024-03-05</Dt></BookgDt>
    <ValDt><DtTm>2024-03-06T00:00:00</DtTm></ValDt><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId>
    <AcctSvcrRef>B77</AcctSvcrRef></Refs><RltdPties><Cdtr><Pty><Nm>Aguas del Norte</Nm></Pty></Cdtr></RltdPties>
    <RmtInf><Ustrd>Recibo</Ustrd><Ustrd>de agua</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
  <Ntry><Amt Ccy="EUR">85.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd>
    <BookgDt><Dt>2024-03-07</Dt></BookgDt><AddtlNtryInf>Returned</AddtlNtryInf></Ntry></Stmt>
<Stmt><Id>S2</Id><Acct><Id><Othr><Id>99-1</Id></Othr></Id></Acct>{balance("PRCD", "5")}{balance("CLBD", "5")}</Stmt>
</BkToCstmrStmt></Document>""".encode()


def mt940() -> bytes:
    """An MT940 of a German bank within network blocks: structured and plain texts, a turn of the year."""
    return b"""{1:F01BANKDEFFXXXX0000000000}{2:I940BANKDEFFXXXXN}{4:
:20:STARTUMSE
:25:DE89370400440532013000EUR
:28C:00001/001
:60F:C231229EUR1000,
:61:2312300102DR45,10NDDTNONREF//B4A
:86:105?00LASTSCHRIFT?20EREF+R-77?21SVWZ+Wasser Dezem?22ber?30COLSDE33
?31DE02500105170137075030?32Wasserwerke?33 AG
:61:2401020102RD10,00NMSCKREF+//X1
Zusatz
:86:R\xfcckgabe Lastschrift
:62F:C240102EUR964,90
-}
"""


def ofx(*, amount: str = "-45.10", posted: str = "20240305120000[-5:EST]") -> bytes:
    """An OFX 1 statement whose simple elements have no end, as banks write it."""
    return f"""OFXHEADER:100
DATA:OFXSGML
CHARSET:1252

<OFX><SIGNONMSGSRSV1><SONRS><LANGUAGE>SPA<FI><ORG>Banco Norte</FI></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>2100<ACCTID>0200051332</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20240301<DTEND>20240331
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{posted}<TRNAMT>{amount}<FITID>T1<NAME>Agua &amp; Gas<MEMO/><CATEGORY>x</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>954.90<DTASOF>20240331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
""".encode("cp1252")


def norma43() -> bytes:
    """A Norma 43 file of one account in Windows-1252."""
    lines = [
        "11"
        + "2100"
        + "0418"
        + "0200051332"
        + "240301"
        + "240331"
        + "2"
        + "00000000100000"
        + "978"
        + "3"
        + "TALLERES EJEMPLO",
        "22"
        + "    "
        + "0418"
        + "240305"
        + "240306"
        + "04"
        + "016"
        + "1"
        + "00000000004510"
        + "0000000000"
        + "REF000000077",
        "2301" + "RECIBO AGUA MARZO".ljust(38) + "CALLE PEÑA",
        "33"
        + "2100"
        + "0418"
        + "0200051332"
        + "00001"
        + "00000000004510"
        + "00000"
        + "00000000000000"
        + "2"
        + "00000000095490"
        + "978",
        "88" + "9" * 18 + "000004",
    ]
    return "\r\n".join(line.ljust(80) for line in lines).encode("cp1252")


def cfonb() -> bytes:
    """A CFONB 120 file of one account without line ends; amounts end in a digit that carries the sign."""

    def record(code: str, middle: str, day: str, rest: str) -> str:
        head = f"{code}30003" + "    " + "01234" + "EUR" + "2" + " " + "01234567890"
        return (head + middle + day + rest).ljust(120)

    records = [
        record("01", "  ", "010324", " " * 50 + "0000000010000{" + " " * 16),
        record(
            "04",
            "B1",
            "050324",
            "  " + "060324" + "PRLV EAU".ljust(31) + " " * 11 + "0000000000451}" + "REF77".ljust(16),
        ),
        "05" + " " * 43 + "NPY" + "EAUX DU NORD".ljust(72),
        record("07", "  ", "310324", " " * 50 + "0000000009549{" + " " * 16),
    ]
    return "".join(records).encode("latin-1")


def _coda_record(**pieces: str) -> str:
    """A record of 128 characters; `c5="x"` puts a text at column 5, counted from 1."""
    line = [" "] * 128
    for place, text in pieces.items():
        start = int(place[1:]) - 1
        line[start : start + len(text)] = text
    return "".join(line)


def coda() -> bytes:
    """A CODA of one account: a structured payment in, and a movement that is booked as one with two details."""
    lines = [
        _coda_record(c1="00000", c6="150324", c12="300", c15="05", c35="ATELIER EXEMPLE", c61="KREDBEBB", c128="2"),
        _coda_record(c1="12", c3="042", c6="BE71096123456769", c40="EUR", c43="0" + f"{1_000_000:015}", c59="140324",
                     c65="ATELIER EXEMPLE"),
        _coda_record(c1="21", c3="0001", c7="0000", c11="REF 77", c32="0" + f"{121_000:015}", c48="150324",
                     c54="00150000", c62="1", c63="101" + "123456789002", c116="150324", c122="042"),
        _coda_record(c1="23", c3="0001", c7="0000", c11="BE61310126985517", c48="CLIENT NORD"),
        _coda_record(c1="21", c3="0002", c7="0000", c11="REF 78", c32="1" + f"{45_100:015}", c48="150324",
                     c54="11337000", c62="0", c63="CHARGES OF MARCH", c116="150324", c122="042", c125="1"),
        _coda_record(c1="21", c3="0002", c7="0001", c11="REF 78", c32="1" + f"{45_100:015}", c48="150324",
                     c54="81337100", c62="0", c63="CARD", c116="150324", c122="042", c125="1"),
        _coda_record(c1="8", c2="042", c5="BE71096123456769", c42="0" + f"{1_075_900:015}", c58="150324"),
        _coda_record(c1="9", c17="000006"),
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def signed(content: bytes, *, pieces: bool = False) -> bytes:
    """A CMS envelope around some bytes; with `pieces` in BER of indefinite length, as large ones are written."""

    def element(tag: int, *parts: bytes) -> bytes:
        body = b"".join(parts)
        if pieces and tag & 0x20:
            return bytes([tag, 0x80]) + body + b"\0\0"
        return bytes([tag, 0x84]) + len(body).to_bytes(4, "big") + body

    octets = (
        element(0x24, *(element(0x04, content[start : start + 100]) for start in range(0, len(content), 100)))
        if pieces
        else element(0x04, content)
    )
    held = element(0x30, bytes.fromhex("06092a864886f70d010701"), element(0xA0, octets))
    inner = element(0x30, bytes.fromhex("020101"), element(0x31), held)
    return element(0x30, bytes.fromhex("06092a864886f70d010702"), element(0xA0, inner))


def pdf_with(*files: tuple[str, bytes], lines: tuple[str, ...] = ()) -> bytes:
    """A PDF of one page that prints some lines and carries some files."""
    document = pdfium.PdfDocument.new()
    page = document.new_page(595, 842)
    for number, line in enumerate(lines):
        text = pdfium.raw.FPDFPageObj_NewTextObj(document, b"Helvetica", 11.0)
        characters = (line + "\0").encode("utf-16-le")
        pdfium.raw.FPDFText_SetText(
            text, ctypes.cast(ctypes.create_string_buffer(characters), pdfium.raw.FPDF_WIDESTRING)
        )
        pdfium.raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, 60, 760 - 20 * number)
        pdfium.raw.FPDFPage_InsertObject(page, text)
    page.gen_content()
    for name, content in files:
        document.new_attachment(name).set_data(content)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
