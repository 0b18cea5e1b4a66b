"""The labels of each field in Spanish, Catalan, Portuguese, English, French, German and Italian.

`{field: {weight: "label|label"}}`: no accents needed, little words (de, of, du …) left out, `no` for any kind of
"number". Names beginning with `-` are no fields: they mark text whose value must not be taken for another field's.
"""

from collections.abc import Mapping

LABELS: Mapping[str, Mapping[float, str]] = {
    "invoice_number": {
        1.0: "no factura|factura no|factuurnummer|factuur no|no factuur|factuurnr|no fra|fra no|no invoice|invoice no|invoice id|invoice ref|invoice reference|bill no|no bill|numero factura"
        "|factura simplificada no|no factura simplificada|no documento|documento no|tax invoice no|vat invoice no"
        "|no fatura|fatura no|fatura recibo|fatura recibo no|no facture|facture no|reference facture|rechnung no|rechnungsnummer|rechnungs no|rechnungsno"
        "|no rechnung|belegnummer|beleg no|no fattura|fattura no|documento fattura|codi factura|referencia factura|ref factura|factura num"
        "|credit note no|no credit note|no abono|factura rectificativa no|nota fiscal no|gutschrift no|no avoir|avoir no|invoice nr|statement no|referencia de la factura",
        0.9: "invoice|no albaran|albaran no|delivery note no|no delivery note|delivery ticket no|docket no|no docket|no bon livraison|bon livraison no|lieferschein no"
        "|lieferscheinnummer|guia remessa no|no ticket|ticket no|no recibo|recibo no|receipt no|no receipt|bon no|quittung no|beleg|scontrino no"
        "|ddt no|no ddt|no bsd|bordereau no|consignment note no|no consignment note|transfer note no|note no|no parte|parte no|no certificado|certificado no"
        "|certificate no|job sheet no|work order no|no orden|no orden trabajo|service report no|report no|no informe|no intervention|fiche intervention no|no fiche|delivery note"
        "|no documento identificacion|documento identificacion no|no nota|nota no|nota servicio no|parte trabajo no",
        0.75: "factura|fatura|facture|rechnung|fattura|bill|factura simplificada|document no|reference no|no reference|ref|receipt|ticket|no operacion|operacion no|nr|no",
        0.68: "albaran|parte",
    },
    "issue_date": {
        1.0: "fecha factura|factuurdatum|datum factuur|fecha emision|fecha emision factura|fecha expedicion|fecha documento|data emissao|data fatura|data documento|invoice date|date invoice|bill date|date issue"
        "|issue date|date issued|issued on|issued|statement date|tax point|tax date|date facture|date emission|rechnungsdatum|datum rechnung|ausstellungsdatum|belegdatum"
        "|data factura|data emissio|data fattura|data emissione|emitida el|emitida em|fecha exp|receipt date|billing date|date bill|bill issued|fecha facturacion|date emission facture|fecha albaran|data emissao fatura|fecha abono|credit note date",
        0.7: "fecha|data|date|datum|dated|le|fecha hora|date time|datum zeit",
    },
    "due_date": {
        1.0: "fecha vencimiento|vervaldatum|vencimiento|vence|vto|fecha cargo|fecha limite pago|fecha prevista cargo|fecha pago|limite pago|data vencimento|vencimento|data limite pagamento|pagar ate|due date|payment due|payment due date|date due"
        "|pay by|due by|due on|please pay by|date echeance|echeance|date limite paiement|a payer avant|prelevement|date prelevement|faelligkeitsdatum|faellig|fallig am|fallig|falligkeit|zahlbar bis|faellig am"
        "|data venciment|venciment|data scadenza|scadenza|direct debit date|will be taken on|data debito|debito a partir|payment date|fecha adeudo|fecha cobro",
    },
    "start_date": {
        1.0: "fecha inicio|inicio periodo|fecha inicial|inicio facturacion|fecha lectura anterior|fecha anterior|desde|start date|period start|period from|billing start|billing period start|from date|date from|service from|supply from|supply start|from"
        "|data inicio|data inicial|inicio|desde dia|data leitura anterior|date debut|debut periode|debut|du|depuis|beginn|von|vom|anfangsdatum|startdatum|abrechnungsbeginn|data inici|dal|data inizio|start"
        "|periode from|date previous reading|previous reading date|previous read date|fecha desde|opening date",
    },
    "end_date": {
        1.0: "fecha fin|fin periodo|fecha final|fin facturacion|fecha lectura actual|fecha actual|hasta|end date|period end|period to|billing end|billing period end|to date|date to|service to|supply to|supply end|until"
        "|data fim|data final|ate|fim|data leitura atual|data leitura actual|date fin|fin periode|fin|jusqu au|ende|bis|bis zum|enddatum|abrechnungsende|data fi|fins|data fine|end"
        "|date current reading|current reading date|present reading date|current read date|fecha hasta|closing date",
    },
    "-period": {
        1.0: "periodo facturacion|periodo facturado|periodo consumo|periodo lectura|periodo|period|billing period|supply period|charge period|usage period|service period|consumption period|reading period|period covered|statement period|period supply"
        "|periodo fatura|periodo faturacao|periodo faturado|periode facturation|periode consommation|periode|abrechnungszeitraum|lieferzeitraum|verbrauchszeitraum|zeitraum|leistungszeitraum|rechnungszeitraum"
        "|periode facturacio|periodo fatturazione|periodo fornitura|periodo riferimento|consumo periodo|intervalo|dates service|dates supply|billing dates|billing cycle|facturacion|mes facturado|mes facturacion|mes|month|billing month|periodo liquidacion|periodo extracto|extracto periodo|kontoauszug vom",
    },
    "supplier_name": {
        1.0: "emisor|empresa emisora|razon social emisor|proveedor|nombre proveedor|comercializadora|empresa comercializadora|suministrador|compania suministradora|supplier|supplier name|name supplier|vendor|vendor name|seller|issued by|issuer|sold by|from supplier|energy supplier"
        "|fornecedor|emitente|comercializador|fournisseur|emetteur|vendeur|lieferant|verkaufer|rechnungssteller|aussteller|fornitore|emittente|cedente|proveidor|emissor|empresa instaladora|empresa mantenedora|service company|contractor|merchant|biller|remit to|installer|company name supplier|gestor emisor|subministrador|mantenedor|instalador|prestador",
        0.8: "razon social|company|company name|empresa|datos emisor|datos empresa|datos comercializadora|gestor|seller details|supplier details|datos proveedor",
    },
    "customer_name": {
        1.0: "cliente|nombre cliente|titular|nombre titular|titular contrato|titular suministro|destinatario|facturar a|datos cliente|razon social cliente|customer|customer name|bill to|billed to|sold to|invoice to|client|client name|account name|account holder|name customer|ship to|deliver to|delivered to|buyer|recipient"
        "|nome cliente|exmo s senhor es|exmo senhor|exmo s|titulaire|nom client|destinataire|acheteur|kunde|kundenname|kaufer|rechnungsempfanger|rechnung an|empfanger|intestatario|spett le|spettabile|cessionario|receptor|titular cuenta|nombre receptor|comprador|customer details|adquirente|adquiriente|nom titular|contracting party|datos titular|abonado|usuario|prepared for|senhor|nombre razon social|nom rao social|datos facturacion|billing address|bill recipient",
    },
    "supplier_tax_id": {
        1.0: "nif emisor|cif emisor|nif proveedor|cif proveedor|nif comercializadora|cif comercializadora|supplier vat|supplier vat no|supplier tax id|seller vat|seller tax id|vendor vat|vendor tax id|ust idnr lieferant|vat reg no|company vat no|nif fornecedor|nif emitente|cif empresa|nif empresa",
    },
    "customer_tax_id": {
        1.0: "nif cliente|cif cliente|nif titular|cif titular|dni titular|nif cif titular|nif cif cliente|customer vat|customer vat no|customer tax id|client vat|buyer vat|buyer tax id|nif adquirente|nif consumidor|contribuinte cliente|nif destinatario|cif destinatario|nif receptor|cif receptor|ihre ust idnr|vat cliente|customer vat id|tva client|nif dni titular|ust idnr kunde|p iva cliente|client tva",
    },
    "-tax_id": {
        1.0: "nif|btw no|btw nummer|kvk|kvk no|cif|n i f|c i f|dni|cif nif|nif cif|nif dni|dni nif|nie|no identificacion fiscal|identificacion fiscal|id fiscal|vat|vat no|vat id|vat registration no|vat registration|vat number|tax id|tax no|tax identification no|tin|gst no|contribuinte|no contribuinte|nipc|tva intracom|tva intracommunautaire|no tva|tva no|no tva intracommunautaire|siret|siren"
        "|ust id|ust idnr|ust id no|ustid|ustidnr|umsatzsteuer id|uid|steuernummer|steuer no|partita iva|p iva|piva|codice fiscale|c f|nif emissor|cnpj|vat reg|ein|tax reg no",
    },
    "contract_number": {
        1.0: "no contrato|contrato no|contrato|referencia contrato|ref contrato|no poliza|poliza|poliza no|no cuenta contrato|cuenta contrato|account no|no account|customer account|customer account no|contract no|contract|contract account|customer no|client no|no cliente|cliente no|codigo cliente|cod cliente|id cliente"
        "|no contrat|contrat no|contrat|reference contrat|reference client|no client|compte contrat|no compte client|vertragsnummer|vertrag no|vertragskonto|vertragskontonummer|kundennummer|kunden no|codice cliente|no contratto|contratto|no contracte|contracte|policy no|agreement no|contract reference|customer ref|customer reference|referencia suministro|no suministro|codigo contrato|numero abonado|no abonado|ihre kundennummer|conta contrato|instalacao|uc",
    },
    "supply_address": {
        1.0: "direccion suministro|direccion punto suministro|lugar suministro|punto suministro direccion|domicilio suministro|adreca subministrament|supply address|premises|property address|site address|service address|supply point address|address supply|morada fornecimento|local consumo|morada local consumo|local fornecimento|morada instalacao|lieu consommation|adresse consommation|adresse livraison|point livraison|lieferadresse|lieferstelle|verbrauchsstelle|abnahmestelle|indirizzo fornitura|fornitura presso|ubicazione fornitura|direccion entrega|lugar entrega|delivery address|entregado en|direccion instalacion|site|emplazamiento|delivery site",
    },
    "meter_number": {
        1.0: "no contador|contador no|no serie contador|contador|numero medidor|no medidor|medidor|meter no|meter serial no|meter|meter id|meter serial|serial no|meter point|no compteur|compteur no|compteur|zahlernummer|zahler no|zaehlernummer|zaehler no|zahler|matricola contatore|contatore|contatore no|no comptador|comptador|no serie|contador serie",
    },
    "cups": {1.0: "cups|codigo cups|cups no|codigo unificado punto suministro|codi cups|identificacion punto suministro|cups electricidad|cups luz|cups gas"},
    "tariff": {
        1.0: "tarifa acceso|tarifa|peaje acceso|peaje|peaje transporte distribucion|tariff|tariff name|price plan|rate plan|rate schedule|tarif|option tarifaire|tariffa|tarifa contratada|tipo tarifa|tariff type|peatge|peaje acceso red|rate class|tarifa agua|opcao tarifaria|ciclo|atr|tarif d acces",
    },
    "contracted_power": {
        1.0: "potencia contratada|potencia|contracted power|power contracted|subscribed power|puissance souscrite|vereinbarte leistung|potenza impegnata|potenza contrattuale|potencia contractada|contracted capacity|agreed capacity|available supply capacity|contracted demand|authorised capacity|demanda contratada",
    },
    "-max_power": {1.0: "potencia maxima|potencia maxima demandada|maximetro|potencia demandada|maximum demand|puissance maximale|max demand|peak demand"},
    "quantity": {
        1.0: "consumo total|total consumo|consumo facturado|consumo periodo|energia consumida|total energia|energia facturada|consumo energia|energia activa|energia activa total|total energia activa|consumo electrico|total consumido|consumo electricidad|consumo gas|consumo agua|consumo real|consumo kwh|consumo m3|m3 facturados|metros cubicos|m3 consumidos|volumen facturado|volumen consumido|energia total|consumo medido|consumo total periodo|consumo del periodo|kwh facturados|kwh consumidos|consumo total facturado|consumo realizado|su consumo|tu consumo|ha consumido|has consumido|consumo en el periodo|energia facturar"
        "|total consumption|consumption|energy consumption|electricity consumption|gas consumption|water consumption|billed consumption|total usage|usage|energy used|electricity used|gas used|water used|units used|total units|total units used|total energy|total kwh|kwh used|total electricity used|total gas used|total water used|metered consumption|energy usage|electricity usage|gas usage|water usage|billed usage|total energy used|billed units|consumption total|total energy consumed|energy consumed|volume used|volume billed|net consumption|chargeable consumption|active energy|consumption period|kwh consumed|you used|water supplied|consumption this period|current usage|usage this period"
        "|consumo faturado|total consumido|energia ativa|consumo de energia|consumo de agua|consumo de gas|consommation|consommation totale|consommation facturee|total consommation|consommation periode|energie consommee|volume consomme|conso|consommation electricite|consommation gaz|consommation eau|votre consommation|volume facture"
        "|verbrauch|gesamtverbrauch|stromverbrauch|gasverbrauch|wasserverbrauch|energieverbrauch|ihr verbrauch|verbrauchsmenge|energiemenge|abgerechneter verbrauch|verbrauch gesamt|frischwasser|consumi fatturati|consumo fatturato|totale consumo|consumo totale|consumi|consum|consum total|consum facturat|energia consumida total|total consum|consumo annuo fatturato|totale consumi",
        0.9: "consumo|cantidad|quantity|qty|litros|litres|liters|volume|volumen|menge|quantite|quantita|quantidade|quantitat|litros suministrados|litros entregados|cantidad entregada|cantidad suministrada|litros servidos|volume delivered|litres delivered|quantity delivered|delivered quantity|volume livre|quantite livree|liefermenge|quantidade entregue|qtd|cant|total litros|total litres|peso|peso neto|net weight|weight|peso kg|poids|poids net|gewicht|nettogewicht|peso liquido|cantidad recargada|cantidad anadida|cantidad introducida|kg introducidos|cantidad repuesta|carga|carga anadida|refrigerante anadido|gas cargado|cantidad cargada|refrigerant added|amount charged|quantity charged|charge added|charged quantity|added|charge ajoutee|quantite chargee|quantite ajoutee|fullmenge|nachgefullte menge|nachfullmenge|quantita caricata|amount added|cantidad kg|peso residuo|cantidad residuo|cantidad retirada|quantity removed|quantity collected|quantite recue|quantity received|cantidad recibida|peso recogido|recarga|recharge|kg anadidos|kg cargados|kg recargados|total kg|total kilos|total toneladas|tonnage|tonnes|toneladas|kilos|peso total|gross volume|net quantity|cantidad neta|refrigerant quantity|top up|quantity added|abgegebene menge|quantite de dechet|unidades|einfullmenge|carga refrigerante|weight collected|total weight|peso aceptado|quantity kg|cantidad total|total quantity",
    },
    "-other_quantity": {
        1.0: "consumo medio|consumo medio diario|promedio|media diaria|consumo anterior|mismo periodo ano anterior|ano anterior|consumo acumulado|consumo ultimo ano|consumo anual|consumo ano anterior|consumo estimado anual|average consumption|average daily|average daily usage|average usage|daily average|last year|same period last year|previous period|annual consumption|estimated annual consumption|estimated annual usage|annual usage|consommation annuelle|annee precedente|consommation moyenne|vorjahr|vorjahresverbrauch|jahresverbrauch|durchschnitt|consumo annuo|historico consumo|historial consumo|evolucion consumo|usage history|consumption history|energia reactiva|reactive energy|energia reattiva|energie reactive|consumo media|media|emisiones|emissions|co2|consumo periodo anterior|previous consumption|prior year|last month|mes anterior|historial|historico|consumo medio zona|capacidad|capacity|capacidad deposito|tank capacity|carga total equipo|carga nominal|nominal charge|carga inicial|total charge|system charge|carga del equipo|charge nominale|charge totale|gesamtfullmenge|cantidad recuperada|recovered|quantity recovered|refrigerant recovered|recuperado|quantite recuperee|peso bruto|gross weight|tara|tare|poids brut|bruttogewicht|nivel|level before|level after|consum mitja|mitjana|tank level|temperatura|density|densidad|last 12 months|ultimos 12 meses|ultimos 14 meses|penultimo|consumo minimo|minimo|excedentes|energia excedentaria|autoconsumo|exported|export|energy exported|potencia reactiva|consumo previsto|budget|consumo anual estimado|consumo diario|comparativa|you used last year|a year ago|mismo mes|previous year|same time last year|cantidad contratada|estimated annual|annualised|verbrauch vorjahr|durchschnittsverbrauch|periode precedente|meme periode|consommation precedente|consumo precedente|anno precedente|ano passado|periodo homologo|consumo medio mensual|retirado del equipo",
    },
    "-tariff_period": {
        1.0: "punta|llano|valle|p1|p2|p3|p4|p5|p6|periodo 1|periodo 2|periodo 3|peak|off peak|shoulder|day|night|day rate|night rate|heures pleines|heures creuses|hp|hc|hochtarif|niedertarif|ponta|cheia|cheias|vazio|super vazio|f1|f2|f3|fascia f1|fascia f2|fascia f3|day units|night units",
    },
    "previous_reading": {
        1.0: "lectura anterior|lectura inicial|previous reading|previous read|opening read|opening reading|start reading|last reading|leitura anterior|leitura inicial|ancien index|index debut|releve precedent|index precedent|zahlerstand alt|zahlerstand anfang|anfangsstand|alter stand|lettura precedente|lettura iniziale|ultima lectura|prev reading|meter reading previous|previous|zahlerstand beginn|reading start|prior reading",
    },
    "current_reading": {
        1.0: "lectura actual|lectura final|current reading|current read|closing read|closing reading|end reading|present reading|leitura atual|leitura actual|leitura final|nouvel index|nouveau index|index fin|releve actuel|index actuel|zahlerstand neu|zahlerstand ende|endstand|neuer stand|lettura attuale|lettura finale|latest reading|meter reading current|present|new reading|reading end|this reading",
    },
    "-reading": {1.0: "lectura|lecturas|reading|readings|meter reading|meter readings|leitura|releve|index|zahlerstand|lettura|proxima lectura|next reading|next read|prochain releve"},
    "volume_m3": {1.0: "volumen|volumen gas|gas volume|consumo m3|volume gaz|m3 medidos|volumen medido|volume m3|units m3|volume of gas"},
    "conversion_factor": {
        1.0: "factor conversion|factor conversion m3 a kwh|factor conversion kwh m3|conversion factor|poder calorifico|poder calorifico superior|pcs|calorific value|coefficient conversion|coefficient thermique|brennwert|umrechnungsfaktor|zustandszahl|coefficiente conversione|factor conversao|factor de conversio",
    },
    "product": {
        1.0: "producto|tipo combustible|combustible|tipo carburante|carburante|product|fuel|fuel type|fuel grade|product description|produit|carburant|type carburant|produkt|kraftstoff|sorte|prodotto|produto|combustivel|refrigerante|tipo refrigerante|gas refrigerante|tipo gas|refrigerant|refrigerant type|gas type|type of refrigerant|fluide|fluide frigorigene|type fluide|kaltemittel|kaltemitteltyp|tipo refrigerant|refrigerante utilizado|grade|articulo|gas fluorado|tipo de gas refrigerante|refrigerant used|fluido",
    },
    "delivery_date": {
        1.0: "fecha entrega|fecha suministro|fecha albaran|fecha servicio|fecha intervencion|fecha actuacion|fecha carga|fecha recarga|fecha recogida|fecha retirada|fecha operacion|fecha traslado|fecha inicio traslado|fecha recepcion|fecha repostaje|delivery date|date delivery|date delivered|delivered on|service date|date service|date work|visit date|collection date|date collection|date collected|date transfer|transfer date|transaction date|date transaction|date livraison|livre le|date intervention|date enlevement|date collecte|lieferdatum|liefertag|leistungsdatum|servicedatum|data entrega|data consegna|data intervento|data servei|data lliurament|fecha trabajo|date of charge|data intervencao|data recolha|recharge date|charge date|date removal|date reception|date prise en charge|abholdatum|fecha de entrada|date recharge|fecha descarga|date of recharge|dispatch date",
    },
    "unit_price": {
        1.0: "precio unitario|precio litro|precio por litro|precio|unit price|price per litre|price per unit|price litre|price|ppl|prix unitaire|prix litre|prix au litre|einzelpreis|preis je liter|preis pro liter|literpreis|prezzo unitario|prezzo|preco unitario|preco|preu unitari|p unit|pu ht|pvp|rate|precio kwh|precio medio",
    },
    "vehicle_plate": {1.0: "matricula|matricula vehiculo|vehicle registration|registration no|vehicle reg|reg no|plate|immatriculation|plaque|kennzeichen|targa|vehicle"},
    "equipment": {
        1.0: "equipo|maquina|unidad|equipment|unit|system|equipment id|asset|equipement|anlage|apparecchiatura|equipamento|identificacion equipo|modelo|instalacion|marca modelo|unit id|equipment description|plant|appliance|datos equipo",
    },
    "currency": {1.0: "moneda|divisa|currency|devise|wahrung|valuta|moeda"},
    "net_amount": {
        1.0: "base imponible|totaal excl btw|subtotaal|bedrag excl btw|total base imponible|base|total base|suma base|importe neto|neto|total neto|subtotal|sub total|total sin iva|importe sin iva|base iva|total antes de impuestos|net amount|net total|total net|net|total excl vat|total excluding vat|amount excl vat|total ex vat|total before tax|total before vat|subtotal excl vat|taxable amount|total ht|montant ht|total hors taxes|ht|total hors tva|sous total|nettobetrag|netto|summe netto|gesamt netto|rechnungsbetrag netto|zwischensumme|nettosumme|imponibile|totale imponibile|base tributavel|valor liquido|total liquido|total iliquido|incidencia|base imposable|charges before vat|total charges excluding vat|warenwert netto|total charges before vat|total imponible|importe base|total sem iva|total excluding tax|net value|total sense iva|charges excluding vat",
    },
    "tax_amount": {
        1.0: "iva|btw|btw bedrag|totaal btw|total iva|importe iva|cuota iva|cuota|i v a|igic|impuesto valor anadido|vat|vat amount|total vat|vat total|tax|total tax|tax amount|sales tax|gst|total gst|tva|montant tva|total tva|mwst|mwst betrag|umsatzsteuer|ust|mehrwertsteuer|imposta|totale iva|valor iva|imposto|total impuestos|impuestos|total taxes|taxes|vat at|value added tax|summe mwst|ust betrag|gesamt mwst",
    },
    "-other_tax": {
        1.0: "impuesto electrico|impuesto electricidad|impuesto sobre electricidad|impuesto especial|impuesto hidrocarburos|impuesto especial electricidad|climate change levy|ccl|electricity tax|stromsteuer|accise|accises|taxe interieure|ticgn|cspe|impost electricitat|canon|canon agua|iva incluido|vat included|tva incluse|inkl mwst|iva incluida|tax included|incl vat|including vat|vat rate|tasa|tipo iva|iva rate|taux tva|mwst satz|imposto especial consumo|incl mwst|excise duty|impuesto sobre hidrocarburos|impuesto especial hidrocarburos",
    },
    "total_amount": {
        1.0: "total a pagar|totaal te betalen|te betalen|totaal incl btw|totaalbedrag|totaal|importe total|total factura|importe factura|total importe factura|importe a pagar|importe total factura|total importe|total general|total iva incluido|total con iva|total incl iva|total euros|total eur|total documento|total con impuestos|total factura euros|total a abonar|importe total a pagar|total compra|total recibo|total ticket|total de la factura"
        "|total amount|amount due|total due|amount payable|total payable|balance due|grand total|invoice total|total invoice|total to pay|total incl vat|total including vat|total inc vat|total inc|amount to pay|total charges|total amount due|please pay|pay this amount|total bill|bill total|total invoice amount|total including tax|total amount payable|total this invoice|gross amount|gross total|total gross|total with vat|total this bill|total charges including vat|total charges this period|new charges|to pay|total owed|total usd|total gbp"
        "|valor a pagar|total fatura|valor total|valor fatura|total documento|montante a pagar|valor total a pagar|total a pagar ate|total ttc|montant ttc|montant total|net a payer|total a payer|montant a payer|a payer|montant total ttc|net a payer ttc|montant du|ttc|total facture|montant facture"
        "|gesamtbetrag|rechnungsbetrag|endbetrag|zu zahlen|zahlbetrag|gesamtsumme|summe|bruttobetrag|brutto|gesamt brutto|zu zahlender betrag|summe brutto|gesamt|rechnungssumme|totale fattura|totale da pagare|totale documento|importo totale|totale|da pagare|import total|import factura|total import|totale a pagare|total final|importo da pagare|rechnungsendbetrag|totale complessivo",
        0.85: "total|importe|amount|importo|montant|betrag|valor",
    },
    "-other_total": {
        1.0: "total consumo agua|total energia euros|total potencia|total servicios|total conceptos|total alquiler|total descuento|total dto|total lineas|total items|total articulos|no articulos|total discount|total saved|total pagado|total paid|amount paid|importe entregado|entregado|efectivo|cambio|cash|change|change due|previous balance|saldo anterior|balance brought forward|payment received|payments received|last payment|your last payment|pago recibido|rendu|especes|gegeben|zuruck|ruckgeld|bar|total points|total electricidad|total gas|total puntos|prepaid|total acumulado|previous bill|last bill|arrears|termino fijo|termino variable|termino energia|termino potencia|alquiler contador|alquiler equipo|importe energia|facturacion energia|facturacion potencia|importe linea|standing charge|total electricity charges|total gas charges|total water charges|total energia activa importe|total abastecimiento|total saneamiento|total alcantarillado|total carga|deposit|coste|cost|total cost per|total pages|total pag|por energia consumida|por potencia contratada|total dechets|total km",
    },
    "payment_method": {1.0: "forma pago|metodo pago|payment method|method payment|payment terms|mode paiement|moyen paiement|zahlungsart|zahlungsweise|modalita pagamento|forma pagamento|modo pago|condiciones pago|domiciliacion|paid by|condicoes pagamento|medio pago|zahlungsbedingungen|forma pagament"},
    "low_code": {
        1.0: "codigo ler|ler|cod ler|ler code|low code|ewc|ewc code|codigo ewc|european waste code|list waste code|waste code|codigo residuo|code dechet|code ced|codi ler|codi cer|cer|codice cer|eer|codice eer|avv|avv schlussel|abfallschlussel|avv code|codigo lista europea|codigo residuo ler|ewc waste code|low|rubrique dechet|abfallschlusselnummer|residuo ler|ler no|code nomenclature|nomenclature dechets|ewc no",
    },
    "rd_code": {
        1.0: "operacion tratamiento|codigo operacion|codigo r d|operacion r d|tratamiento|operacion gestion|codigo tratamiento|treatment|treatment code|r d code|d r code|recovery disposal code|disposal code|recovery code|operation code|treatment operation|waste management operation|disposal or recovery|traitement|code operation|operation|code d r|code traitement|operation prevue|verfahren|entsorgungsverfahren|operazione|codice operazione|operacao|operacao gestao|codigo r o d|operacion|operacion prevista|tipo tratamiento|operacio|via tractament|tipo operacion|operacion destino|rd code|codigo rd|planned operation|operacion de tratamiento destino",
    },
    "description": {
        1.0: "descripcion residuo|descripcion|residuo|tipo residuo|denominacion residuo|nombre residuo|denominacion|waste description|description waste|waste type|type waste|description|waste|designation|denomination dechet|designation dechet|denomination usuelle|nature dechet|abfallbezeichnung|bezeichnung|abfallart|descrizione|descrizione rifiuto|rifiuto|descricao|descricao residuo|residuo descricao|descripcio|waste name|name waste|dechet|identificacion residuo|descripcio residu|tipus residu",
    },
    "identification_name": {
        1.0: "no documento identificacion|documento identificacion|identificacion|nt|no nt|notificacion traslado|contrato tratamiento|no contrato tratamiento|consignment note code|consignment code|consignment no|waste transfer note|wtn no|wtn|bsd no|no bsd|bordereau no|no bordereau|ubernahmeschein no|begleitschein no|fir no|no formulario|e gar|egar|egar no|documento no|identification document|movement document no|id document|no doc identificacion|fitxa acceptacio|identification no|di|codigo di",
    },
    "destination": {
        1.0: "gestor destino|destino|planta destino|instalacion destino|centro tratamiento|planta tratamiento|instalacion tratamiento|gestor final|destinatario residuo|centro gestor|destination|destination facility|receiving facility|receiving site|treatment facility|disposal site|disposal facility|waste facility|consignee|receiver|waste destination|installation destination|installation destinataire|exutoire|destinatario|entsorger|entsorgungsanlage|zielanlage|impianto destinazione|impianto|destinatario rifiuto|estabelecimento destino|operador destino|gestor destinatario|centro destino|gestor residuos|planta gestora|destinacio|gestor autorizado|instalacion receptora|facility",
    },
    "total_km_to_waste_center": {1.0: "distancia|distancia km|km|kilometros|distance|distance km|total km|km recorridos|kilometros recorridos|distance travelled|entfernung|distanza|distancia a planta|km planta|distance to facility|kilometres|distancia recorrida|km totales|distance to treatment centre|distancia planta"},
    "producer_name": {
        1.0: "productor|productor residuo|poseedor|productor poseedor|operador traslado|centro productor|origen|producer|waste producer|holder|waste holder|producteur|producteur dechet|emetteur dechet|detenteur|erzeuger|abfallerzeuger|produttore|produtor|produtor residuo|consignor|remitente|generador|waste generator|transferor|origen del residuo|abfallbesitzer|origin",
    },
    "carrier_name": {
        1.0: "transportista|empresa transportista|carrier|waste carrier|haulier|transporter|transporteur|collecteur transporteur|beforderer|trasportatore|transportador|transporte|collected by|transport company|spediteur|transportista autorizado",
    },
    "producer_tax_id": {1.0: "nif productor|cif productor|producer vat|nif poseedor"},
    "carrier_tax_id": {1.0: "nif transportista|cif transportista|carrier vat"},
    "iban": {1.0: "iban|no iban|codigo cuenta iban|cuenta iban|iban no"},
    "bic": {1.0: "bic|swift|bic swift|swift bic|codigo bic|swift code"},
    "account_number": {0.9: "no cuenta|cuenta no|cuenta corriente|cuenta|account number|account|bank account no|compte no|no compte|kontonummer|konto no|konto|conto|no conto|conta|ccc"},
    "opening_balance": {
        1.0: "saldo inicial|saldo anterior|saldo apertura|opening balance|balance brought forward|previous balance|beginning balance|starting balance|balance forward|start balance|solde initial|solde precedent|ancien solde|anfangssaldo|alter saldo|anfangsbestand|saldo iniziale|saldo precedente|saldo alter|saldo a principio|saldo inici|solde debut|alter kontostand|balance at start|balance b f|last balance|previous statement balance|kontostand alt",
    },
    "closing_balance": {
        1.0: "saldo final|saldo actual|saldo cierre|nuevo saldo|closing balance|ending balance|new balance|current balance|balance carried forward|end balance|final balance|statement balance|solde final|nouveau solde|solde fin|endsaldo|neuer saldo|endbestand|saldo finale|saldo neuer|saldo disponible|saldo a fin|neuer kontostand|kontostand neu|balance at end|balance c f|total balance|kontostand am|saldo fecha|saldo contable",
    },
    "-other": {
        1.0: "telefono|tel|tfno|phone|fax|email|e mail|web|www|pagina|page|hoja|seite|pag|codigo postal|cp|postcode|no pedido|pedido no|order no|po no|purchase order|su pedido|order date|fecha pedido|no commande|bestellnummer|bestellung no|print date|fecha impresion|direccion fiscal|registro mercantil|atencion cliente|atencion al cliente|averias|urgencias|descuento|discount|cuenta bancaria|entidad|oficina|authorisation no|no autorizacion|autorizacion|no nima|nima|nima no|no registro|mid|tid|terminal|caja|mesa|operador|cajero|card no|no tarjeta|tarjeta|sort code|bankgiro|hora|time|uhrzeit|contract date|fecha contrato|fecha alta|fin contrato|fecha fin contrato|contract end|contract end date|vigencia|proxima factura|next bill|next invoice|date of birth|cnae|referencia catastral|ref catastral|referencia catastral|mandato|referencia mandato|expiry date|caducidad|printed on|customer service|fin de contrato|fecha final contrato|contract start|next invoice date|approx date next bill|registered no|company no|registered in england no|company registration no|hrb|fecha fin contrato suministro|order|capital social|rcs|reg no company|distribuidora|empresa distribuidora|distributor|contrato acceso|no contrato acceso|mpan|mpr|mprn|pod|pdr|pce|pdl|prm|sic|nis|fecha proxima lectura|fecha hora impresion",
    },
}
