"""Headers of table columns, folded, without brackets; `{header: field}`."""

import re

_HEADERS = {
    "invoice_number": "invoice number|invoice no|invoice|invoice id|no factura|n factura|numero factura|numero de factura|num factura|factura|n de factura|no de factura|bill number|bill no|n fatura|fatura|numero da fatura|numero fatura|facture|numero de facture|no facture|n facture|rechnungsnummer|rechnung|rechnungs nr|fattura|numero fattura|n fattura|document|documento|num fra|n fra|delivery note|albaran|n albaran|no albaran|numero albaran|ticket|n ticket|id factura|codigo factura|document number|n o factura|num documento|doc|bon de livraison|lieferschein|ref|referencia|reference|invoice ref|bill id|bill reference|n o albaran|delivery note number|nota|num albaran|parte|n parte|n o parte|no parte|numero parte|no documento|n documento|n o documento",
    "quantity": "quantity|qty|consumption|usage|cantidad|consumo|consumo total|energia|energia consumida|energia activa|consumo energia|consumed|volume|volumen|litros|litres|liters|kwh|m3|kg|quantidade|qtd|quantite|consommation|volumen consumido|menge|verbrauch|quantita|consumi|peso|weight|net weight|peso neto|amount used|consumption kwh|consumo kwh|kwh consumed|energy|energy consumption|energy used|units|kwh used|total consumption|total kwh|consumo facturado|cantidad total|cantidad recargada|recarga|refrigerant added|quantity added|recharged quantity|amount recharged|charge|carga|tonnes|toneladas|tonnage|peso kg|weight kg|cantidad kg|kg recargados|litros suministrados|total litres|volume delivered|poids|gewicht|cubic metres|consumo m3|metros cubicos|consumo real|billed consumption|water consumption|gas consumption|electricity consumption|usage kwh|quantity collected|delivered quantity|delivered volume|recharge|recharge quantity|refrigerant quantity|consumo agua|consumo gas|consumo electrico|cantidad residuo|cantidad gestionada|cantidad retirada|unidades|consum|quantitat|poids net",
    "unit": "unit|units of measure|uom|unidad|unidades medida|unidad medida|unidad de medida|ud|unite|einheit|unita|unidade|unit of measure|um|medida|units",
    "start_date": "start date|start|from|period start|desde|fecha inicio|inicio|fecha desde|f desde|f inicio|inicio periodo|date from|from date|billing start|data inicio|de|debut|date debut|von|beginn|startdatum|dal|data inizio|period from|fecha inicial|periodo desde|fecha lectura anterior|inicio facturacion|period|periodo|mes|month|billing period start|periode|zeitraum|consumption month|billing month|fecha inicio periodo|bill start|read from|start of period|data inici|fecha de inicio|mois|monat|mese",
    "end_date": "end date|end|to|period end|hasta|fecha fin|fin|fecha hasta|f hasta|f fin|fin periodo|date to|to date|billing end|data fim|ate|date fin|bis|ende|enddatum|al|data fine|period to|fecha final|periodo hasta|fecha lectura actual|fin facturacion|billing period end|fecha fin periodo|bill end|read to|end of period|data fi|a|fecha de fin",
    "issue_date": "issue date|invoice date|date|fecha|fecha factura|fecha emision|fecha de factura|bill date|data|data fatura|data emissao|date facture|rechnungsdatum|datum|data fattura|fecha documento|f factura|f emision|date of issue|fecha de emision|billing date",
    "due_date": "due date|vencimiento|fecha vencimiento|payment due|echeance|falligkeit|scadenza|vencimento",
    "delivery_date": "delivery date|fecha entrega|fecha suministro|fecha operacion|transaction date|service date|fecha servicio|fecha intervencion|collection date|fecha recogida|fecha retirada|date livraison|lieferdatum|fecha albaran|fecha recarga|recharge date|fecha traslado|data entrega|fecha repostaje|date of delivery|date of recharge|pickup date|transfer date|fecha carga|delivered on|date collected|intervention date|fecha de entrega|fecha de recogida|data recolha|date de livraison|date enlevement|fecha de recarga|removal date|date intervention|fecha de retirada",
    "supplier_name": "supplier|supplier name|proveedor|nombre proveedor|comercializadora|vendor|vendor name|fornecedor|fournisseur|lieferant|fornitore|compania|company|empresa|emisor|suministrador|provider|energy supplier|utility|retailer|issuer|gestor|mantenedor|installer|contractor|service company|water company|station|estacion|proveidor|estacion de servicio|nombre del proveedor",
    "supplier_tax_id": "supplier tax id|supplier vat|nif proveedor|cif proveedor|vat number|nif emisor|cif emisor|supplier vat number|nif|cif|vat|tax id|vat id|nif fornecedor|cif nif proveedor|tva fournisseur|ust id|partita iva|vat no|nif cif proveedor|cif comercializadora|supplier nif|nif comercializadora",
    "customer_name": "customer|customer name|cliente|titular|client|kunde|nombre cliente|razon social|account name",
    "customer_tax_id": "customer tax id|customer vat|nif cliente|cif cliente|nif titular",
    "contract_number": "contract|contract number|contrato|n contrato|no contrato|account|account number|poliza|cuenta contrato|numero contrato|contract no|account no|contrat|vertragskonto|vertrag|num contrato",
    "supply_address": "address|supply address|direccion|direccion suministro|site|site address|domicilio|premises|centro|location|emplazamiento|adresse|morada|indirizzo|instalacion|delivery address|direccion entrega|site name|punto de suministro|building|facility",
    "meter_number": "meter|meter number|meter no|contador|n contador|numero contador|meter serial|meter id|compteur|zahler|zahlernummer|contatore|no contador|medidor|meter serial number|num contador",
    "cups": "cups|codigo cups|cups electricidad|cups gas|supply point|punto suministro|cups luz",
    "tariff": "tariff|tarifa|tarifa acceso|tarif|peaje|price plan",
    "contracted_power": "contracted power|potencia|potencia contratada|puissance souscrite",
    "previous_reading": "previous reading|lectura anterior|start reading|opening reading|lectura inicial|leitura anterior|ancien index",
    "current_reading": "current reading|lectura actual|end reading|closing reading|lectura final|present reading|leitura atual|nouvel index",
    "product": "product|producto|fuel|combustible|fuel type|tipo combustible|refrigerant|refrigerante|gas|gas refrigerante|carburante|produit|kraftstoff|prodotto|produto|tipo de gas|refrigerant type|tipo refrigerante|gas type|article|articulo|material|grade|carburant|fluide|kaltemittel|combustivel|tipo gas|fluid|tipo de combustible|fuel grade|tipo de refrigerante|product name|fluido",
    "unit_price": "unit price|price|precio|precio unitario|price per unit|precio litro|ppl|prix unitaire|einzelpreis|precio kwh|rate|price per litre|eur l|preco unitario",
    "vehicle_plate": "vehicle|plate|matricula|registration|vehicle registration|kennzeichen|immatriculation|targa|vehicle reg|vehiculo|registration number",
    "equipment": "equipment|equipo|maquina|unit name|asset|system|equipment id|instalacion equipo|equipement|anlage|equipment name|unit id",
    "currency": "currency|moneda|divisa|devise|wahrung|valuta|moeda",
    "net_amount": "net|net amount|base|base imponible|importe neto|neto|amount excl vat|ht|total ht|montant ht|netto|imponibile|subtotal|importe sin iva|net cost|valor liquido|net total|cost excl vat|base iva|amount net",
    "tax_amount": "tax|tax amount|iva|vat amount|cuota|cuota iva|importe iva|tva|mwst|ust|imposta|valor iva|taxes|impuestos",
    "total_amount": "total|total amount|importe|importe total|total factura|amount|gross|total incl vat|ttc|total ttc|montant ttc|brutto|gesamtbetrag|totale|valor total|total cost|cost|coste|total con iva|importe factura|gross amount|total eur|importe eur|coste total|betrag|montant|importo|valor|amount eur|total gbp|total due|invoice total|total a pagar|cost gbp|amount incl vat|import|importe con iva|total charge",
    "payment_method": "payment method|forma de pago|forma pago",
    "low_code": "low code|ler|codigo ler|cod ler|ewc|ewc code|waste code|codigo residuo|ler code|code dechet|avv|cer|codice cer|eer|list of waste code|ler ewc|codigo ewc|european waste code|abfallschlussel|codi ler|code ced",
    "rd_code": "rd code|r d|operacion|codigo operacion|treatment code|operation|d r|r d code|tratamiento|codigo rd|d r code|treatment|operacion r d|operacion tratamiento|code operation|operacao|disposal code|rd|recovery disposal|treatment operation|codigo r d|operacion de tratamiento|verfahren|operacion d r",
    "identification_name": "identification name|identification|documento identificacion|di|n di|nt|consignment note|consignment note number|waste transfer note|wtn|bsd|n bsd|documento de identificacion|identificacion|consignment note code|transfer note|no di|n nt|transfer note number|egar|bordereau|n o di|numero di",
    "description": "description|descripcion|residuo|waste|waste description|tipo residuo|denominacion|concepto|waste type|descripcion residuo|designation|bezeichnung|descrizione|descricao|detail|waste name|nombre residuo|tipo de residuo|descripcion del residuo|dechet",
    "destination": "destination|destino|gestor destino|planta|planta destino|destination facility|receiving facility|facility name|centro tratamiento|treatment plant|gestor final|instalacion destino|receiver|disposal site|consignee|destinataire|entsorger|treatment facility|planta de tratamiento|gestor de destino|gestor de residuos|destinatario",
    "total_km_to_waste_center": "total km to waste center|km|distance|distancia|kilometros|distance km|distancia km|km planta|total km|kms|distance to facility",
    "hazardous": "hazardous|peligroso|peligrosidad|dangereux|gefahrlich",
    "producer_name": "producer|productor|waste producer|producteur|erzeuger|produttore|holder|consignor",
    "carrier_name": "carrier|transportista|haulier|transporteur|waste carrier|beforderer|trasportatore",
    "iban": "iban|cuenta iban",
    "opening_balance": "opening balance|saldo inicial",
    "closing_balance": "closing balance|saldo final",
}
_NUMBER = frozenset("n no nr num numero number numer nummer nbr".split())


def normal_header(folded: str) -> str:
    """A folded header word by word, with every spelling of "number" as `no`."""
    words = re.findall(r"[a-z0-9]+", re.sub(r"\bn\W{0,2}o\b", "no", folded))
    return " ".join("no" if word in _NUMBER else word for word in words)


COLUMNS: dict[str, str] = {}
for _field, _names in _HEADERS.items():
    for _name in _names.split("|"):
        COLUMNS.setdefault(normal_header(_name), _field)
