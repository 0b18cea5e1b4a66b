"""Names of companies and people: how they look, and what is no part of them."""

import re

from service.processing.reader.layout import CELL_GAP, fold

#: A company's legal form.
COMPANY = re.compile(
    r"(?<!\w)(?:s\.?\s?a\.?\s?u?\.?|s\.?\s?l\.?\s?u?\.?|s\.?\s?l\.?\s?l\.?|s\. ?coop\.?|scoop|ltd\.?"
    r"|limited|plc|llp|llc|inc\.?|corp\.?|gmbh|ag|kg|ohg|e\.\s?[kuv]\.?|gbr|mbb"
    r"|a/s|[ikp]/s|aps|oyj?|s\. ?r\. ?o\.?|spol\.|sp\. ?z ?o\. ?o\.?|a\. ?s\.|kft\.?|zrt\.?|d\. ?o\. ?o\.?|bvba|vof"
    r"|ltda\.?|s\.a\.l\.?"
    r"|(?:ab|asa?|eg|se|ug|ky|hb|ans|c\.b\.)(?=$)"
    r"|s\.?a\.?s\.?|s\.?a\.?r\.?l\.?|eurl|lda\.?|s\.?p\.?a\.?|s\.?r\.?l\.?|b\.?v\.?|n\.?v\.?"
    r"|(?<!\.)(?:[oa]\.\s?e\.|[ei]\.\s?[pk]\.\s?e\.|d\.\s?d\.|k\.\s?k\.)"
    r"|l\.\s?l\.\s?c\.?|limitada|eood|ood|nyrt\.?|sccl|pvt\.?|s\.?a\.? de c\.?v\.?|ggmbh|partg"
    r"|sca|snc|unipessoal|mbh|dac|clg|pty|s/a|(?<!, )co\.?)(?=$|[\s,;)\t–-])"
)
#: What begins a text that is no name.
NO_NAME = re.compile(
    r"^(?:factura\w*|faktura|szamla|racun|timologio|lasku|kvitto|paragon"
    r"|invoice|tax invoice|bill|fatura\w*|facture|rechnung|fattura|receipt|recibo"
    r"|ticket|statement|albaran|extracto|original|copia|copy|page|pagina|your|su|tu|total|resumen"
    r"|partnerschaftsregister|handelsregister|amtsgericht|registergericht|iban"
    r"|votre|vos|ihre?|la sua|a sua|la vostra|bolletta|bordereau|bon de"
    r"|summary|(?:owned|operated|managed) by)\b"
)
_BEFORE_NAME = re.compile(
    r"^(?:(?:Emite|Emisor|Emitid[oa] por|Issued by|Vendedor|[A-Z]\d{8})\s*:?"
    r"|(?:Empresa|Proveedor|Company|Contractor|Supplier|Fournisseur|Entreprise|Lieferant|Firma|Fornitore|Ditta|Fornecedor"
    r"|Leverancier|Sprzedawca|Nazwa|(?:Legal |Trading )?Name|Nombre|Nom|Nome|Naziv|Název|Názov|Naam|Navn|Namn"
    r"|Επωνυμία)\s*:)\s+",
    re.IGNORECASE,
)
#: A street with its number and the postal code after it, behind a name.
_ADDRESS_BEHIND = re.compile(
    r",?\s+(?=[A-ZÄÖÜ][\w.-]*(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|straat|laan)\s+\d+\s?[a-z]?,?\s+\d{4,5}\s)"
)
#: Labels of addresses and brands of cards, which stand where names do.
_NO_NAMES = frozenset(
    (
        *("address", "adres", "adresse", "adresa", "direccion", "indirizzo", "morada", "endereco", "domicilio"),
        *("mastercard", "visa", "maestro", "american express", "amex"),
    )
)
#: A line of an address, which is no name.
_STREET = re.compile(
    r"(?:^|\W)(?:c/|calle|avda\.?|avenida|paseo|plaza|rua|rue|chemin|avenue|boulevard|via|viale|piazza|road|street"
    r"|lane)\W.*\d|(?:strasse|str\.?|weg|platz|allee|gasse|straat|laan) ?\d+ ?[a-z]?$"
    r"|^\d+,? (?:rue|chemin|avenue|[a-z]+ (?:road|st))|^(?:jalan|jln|lorong|taman|lot)\b"
)
#: What ends a line with a street: a house number; four digits are rather the year in a name.
HOUSE_NUMBER = re.compile(r"[^\W\d_]\D*\s\d{1,3} ?[a-zA-Z]?$")
_SENTENCE = re.compile(r"\s+(?:is|are|est|ist|es|trading|registered)\b")
#: Whoever speaks to the reader tells no name.
_ADDRESSED = re.compile(
    r"\b(?:your|you|we|our|thank|votre|vous|nous|notre|wir|unser\w*|danke|merci|gracias|grazie|bedankt)\b"
)
#: Words of the longest text without a capital that may be a name, and of the shortest that may be a sentence.
_LOWERCASE_WORDS, _SENTENCE_WORDS = 2, 4
#: Letters of the longest name; longer texts go on with an address.
LONGEST_NAME = 70


def is_company(text: str) -> bool:
    """Whether a text has a company's legal form, such as `S.L.`."""
    return COMPANY.search(fold(text)) is not None


def is_street(text: str) -> bool:
    """Whether this is a line of an address, not a company that stands before its own."""
    folded = fold(text)
    return _STREET.search(folded) is not None and COMPANY.search(folded) is None


def goes_on(text: str, company: re.Match[str]) -> bool:
    """Whether an address or a register follows a company's name in its cell."""
    rest = text[company.end() :]
    return re.search(r"\d", rest) is not None or len(text) >= LONGEST_NAME or _SENTENCE.match(rest) is not None


def company_part(text: str, company: re.Match[str]) -> str:
    """The name alone; one that begins with its legal form ends where something else begins."""
    if company.start() > 0:
        return text[: company.end()].strip()
    return re.split(r"\s+[-–·•|]\s+|,\s|\s+(?:au capital|al capitale|con capital|with)\b|\s*\d", text)[0].strip()


def clean_name(text: str) -> str:
    """A name without what stands before and behind it in its cell, such as a tax number."""
    name = _BEFORE_NAME.sub("", text.split(CELL_GAP, maxsplit=1)[0])
    name = re.split(
        r"\s+[-–|·•]\s+(?=(?:[Cc]\.?[Ii]\.?[Ff]|[Nn]\.?[Ii]\.?[Ff]|[Nn][Ii][Pp][Cc]|[Vv][Aa][Tt])\b)|,?\s*\b(?:C\.?I\.?F|N\.?I\.?F|NIF|VAT|USt|TVA|P\.?\s?IVA|Tel|Tlf"
        r"|con domicilio|Registered|Inscrita|domiciliada)\b.*$",
        name,
    )[0]
    name = _ADDRESS_BEHIND.split(name)[0]
    return re.split(r"\s[·•|]\s", name)[0].strip(" :;,-–|·•*_#(")


def is_prose(text: str) -> bool:
    """Whether a text is a piece of a sentence: several words without a capital, or words to whoever reads them."""
    words = len(text.split())
    if text.islower():
        return words > _LOWERCASE_WORDS
    folded = fold(text)
    return words >= _SENTENCE_WORDS and _ADDRESSED.search(folded) is not None and COMPANY.search(folded) is None


def is_name(text: str) -> bool:
    """Whether a text may be a name: some letters, no sentence, no address of the internet, no legal form alone."""
    letters = sum(char.isalpha() for char in text)
    return (
        3 <= len(text) <= 100
        and letters >= 3
        and letters > 0.5 * len(text.replace(" ", ""))
        and not COMPANY.fullmatch(fold(text))
        and fold(text).strip() not in _NO_NAMES
        and not is_prose(text)
        and "@" not in text
        and not re.search(r":\s*\d", text)
        and "www." not in text.lower()
    )
