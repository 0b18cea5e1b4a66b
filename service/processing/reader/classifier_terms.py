"""What speaks for each category: terms with weights, accents and capitals aside, in seven languages."""

from collections.abc import Mapping

from service.domain.category import Category

#: `{category: {weight: "term|term"}}`; a term is one or several words, `*` at its end stands for any ending.
TERMS: Mapping[Category, Mapping[float, str]] = {
    Category.ELECTRICITY: {
        5.0: "factura electricidad|factura luz|factura de la luz|factura electrica|factura de electricidad|suministro electrico|electricity bill|electricity invoice|electricity supply|fatura de eletricidad*|fatura de energia eletrica|nota fiscal conta de energia eletrica|conta de energia|facture d electricite|facture electricite|stromrechnung|bolletta luce|bolletta energia elettrica|fornitura di energia elettrica|factura de llum|factura d electricitat|fornecimento de eletricidad*|danf3e|energia eletrica|stromabrechnung|stromlieferung|your electricity",
        3.0: "energia activa|potencia contratada|impuesto electric*|impuesto sobre la electricidad|impuesto especial sobre la electricidad|peaje de acceso|2 0td|3 0td|6 1td|electricity|electricidad|electrica|electrico|electricitat|eletricidade|electricidade|electricite|elettrica|energia elettrica|strom|stromverbrauch|termino de potencia|termino de energia|energia reactiva|reactive energy|puissance souscrite|potenza impegnata|potencia punta|potencia valle|mpan|turpe|pdl|kva|netznutzung|stromsteuer|active energy|potencia contractada|tusd|bono social|punta llano valle",
        1.5: "kwh|punta|llano|valle|comercializadora|distribuidora|cups|kw|off peak|day units|night units|heures creuses|heures pleines|hochtarif|niedertarif|standing charge|meter|energia|contador|unit rate",
    },
    Category.WATER: {
        5.0: "factura agua|factura de agua|factura del agua|suministro de agua|water bill|water invoice|water supply|water services|fatura de agua|fatura agua|fornecimento de agua|facture d eau|facture eau|wasserrechnung|bolletta acqua|servizio idrico|factura d aigua|abastecimiento de agua|consumo de agua|water consumption|wasserverbrauch|consommation d eau|subministrament d aigua|consumo agua|ciclo integral del agua|wasserabrechnung|trinkwasserabrechnung|your water|wasserversorgung",
        3.0: "agua|aguas|aigua|aigues|water|eau|eaux|wasser|trinkwasser|acqua|acquedotto|agua potable|alcantarillado|saneamiento|depuracion|canon del agua|canon de l aigua|canon|sewerage|wastewater|waste water|sewage|assainissement|abwasser|schmutzwasser|frischwasser|fognatura|depurazione|saneamento|esgoto|abastecimiento|abastecimento|clavegueram|cuota de servicio agua|hidric*|surface water",
        1.0: "m3|m³|metros cubicos|cubic metres|cubic meters|contador|meter|calibre|calibre contador|kubikmeter",
    },
    Category.GAS: {
        5.0: "factura gas|factura de gas|factura del gas|suministro de gas|gas natural|gas bill|gas invoice|gas supply|natural gas|fatura de gas|gas natural|facture de gaz|facture gaz|gaz naturel|gasrechnung|erdgas|bolletta gas|gas naturale|factura de gas natural|fornecimento de gas|consumo de gas|gas consumption|gasverbrauch|erdgas*|gasabrechnung|fornitura gas|your gas",
        3.0: "poder calorifico|factor de conversion|calorific value|conversion factor|brennwert|zustandszahl|coefficient de conversion|pcs|rl 1|rl1|rl 2|rl2|rl 3|rl 4|rl4|mprn|mpr|impuesto sobre hidrocarburos|impuesto hidrocarburos|ticgn|termino fijo gas|termino variable gas|volume correction|gasbeschaffung|peaje gas|pce|smc|nm3",
        1.5: "gas|gaz|kwh|m3|m³|termino fijo|termino variable|therms",
    },
    Category.FUEL_DELIVERY: {
        5.0: "gasoleo|gasoleo a|gasoleo b|gasoleo c|gasoil|gasolina|heating oil|fuel delivery|fuel oil|delivery of fuel|entrega de combustible|suministro de combustible|suministro de gasoleo|fioul|fioul domestique|heizol|heizoel|gasolio|diesel fuel|red diesel|gas oil|kerosene|kerosin|propano a granel|butano|sin plomo 95|sin plomo 98|unleaded|super e10|super e5|super 95|benzin|tankstelle|estacion de servicio|gasolinera|service station|petrol station|station service|posto de combustivel|gasoleo rodoviario|distribuidor de combustible|biodiesel|adblue|fuel card|tarjeta de combustible|diesel b7|gazole|sp95|sp98|hvo",
        3.0: "diesel|combustible|combustibles|carburante|carburantes|fuel|carburant|carburants|kraftstoff|carburante|propano|propane|lpg|glp|gpl|autogas|petrol|gasoline|fuels|octane|zapfpunkt|zapfsaule|surtidor|pump|premium unleaded|combustivel|super|efitec",
        1.2: "litros|litres|liters|liter|litri|precio litro|price per litre|prix litre|matricula|albaran|eur l|€/l|tanker|cisterna|deposito|repostaje|entrega",
    },
    Category.RECHARGES: {
        5.0: "recarga de gas refrigerante|recarga de refrigerante|recarga gas|refrigerante|refrigerantes|gas refrigerante|refrigerant|refrigerants|refrigerant recharge|refrigerant top up|fluide frigorigene|fluides frigorigenes|kaltemittel|gas refrigerant|gases fluorados|gas fluorado|f gas|fluorinated gas|hfc|r410a|r 410a|r32|r 32|r134a|r 134a|r404a|r 404a|r407c|r 407c|r507|r448a|r449a|r22|r 22|r290|r1234yf|r1234ze|r452a|r422d|r417a|recarga de gas|gaz refrigerant|gas refrigerante|sf6|recharge de fluide|refrigerant gas|gaz fluores",
        2.0: "climatizacion|aire acondicionado|air conditioning|hvac|climatisation|klimaanlage|klima|enfriadora|chiller|split|compresor|compressor|fuga|fugas|leak|leak test|control de fugas|carga de gas|botella|cylinder|frigorista|camara frigorifica|cold room|cold storage|bomba de calor|heat pump|aria condizionata|gwp|pca|tco2eq|vrv|vrf|equipo de frio|refrigeration",
    },
    Category.WASTES: {
        5.0: "documento de identificacion|gestion de residuos|residuos|codigo ler|ler|waste transfer note|consignment note|hazardous waste|bordereau de suivi|bordereau de suivi de dechets|dechets|dechet|abfall|abfalle|entsorgung|rifiuti|rifiuto|residus|ewc|european waste catalogue|list of waste|notificacion de traslado|gestor de residuos|productor del residuo|residuo peligroso|entsorgungsnachweis|begleitschein|formulario rifiuti|e gar|guia de acompanhamento de residuos|waste management|waste collection|avv|codice eer|codigo ewc|trackdechets|bsd|waste description|waste code|duty of care|retirada de residuos|recogida de residuos",
        2.5: "residuo|waste|gestor|productor|transportista|traslado|operacion de tratamiento|nima|tratamiento|reciclaje|recycling|recyclage|eliminacion|valorizacion|vertedero|landfill|planta de tratamiento|waste carrier|consignor|consignee|skip|contenedor|peligroso|hazardous|destinatario",
    },
    Category.BANK_STATEMENT: {
        5.0: "extracto bancario|extracto de cuenta|extracto de movimientos|bank statement|account statement|statement of account|kontoauszug|releve de compte|releve bancaire|extrato bancario|extrato de conta|extrato|estratto conto|extracte de compte|extracto integrado|movimientos de cuenta|opening balance|closing balance|saldo inicial|saldo final|solde initial|ancien solde|nouveau solde|anfangssaldo|endsaldo|alter saldo|neuer saldo|saldo iniziale|beginning balance|ending balance|account summary|balance brought forward|credit card statement|account activity|deposits and additions|withdrawals|available credit|minimum payment|saldo anterior",
        2.0: "saldo|balance|fecha valor|value date|f valor|transfers|transferencia|debe|haber|debit|credit|withdrawal|deposit|deposits|solde|debito|credito|movimientos|buchungstag|valuta|wertstellung|iban|bic|account number|transactions|transaction|operaciones|statement period|date de valeur|konto|soll|checking|savings|paid in|paid out|payments|statement|saldo disponible|purchases|payment due date",
    },
    Category.RECEIPT: {
        4.0: "factura simplificada|ticket|recibo|receipt|kassenbon|bon|beleg|ticket de caisse|scontrino|recu|kassenzettel|simplified invoice|tax invoice simplified|quittung|copia para el cliente|customer copy|cash receipt|ticket de venta",
        2.0: "gracias por su visita|gracias por su compra|thank you|vielen dank|merci|grazie|obrigado|efectivo|cambio|cash|change|change due|entregado|visa|mastercard|contactless|tarjeta|mesa|caja|cajero|cashier|le atendio|bar|gegeben|kartenzahlung|girocard|ec karte|carte bancaire|especes|table|server|till|terminal|vuelva pronto|iva incluido|subtotal|tip|guests|kundenbeleg|kasse|handler|terminal id|aid|auth code|pin verified|merchant|devoluciones|cubiertos|comensales|refund",
    },
    Category.INVOICE: {
        3.0: "factura|factuur|factuurnummer|factuurdatum|invoice|tax invoice|retail invoice|fatura|facture|rechnung|fattura|proforma|credit note|factura rectificativa|abono|avoir|gutschrift|nota de credito|invoice no|invoice number|nº factura|numero de factura|invoice date|bill to|facturer a|rechnungsnummer|rechnungsdatum|remit to|date facture",
        1.2: "base imponible|iva|vat|tva|mwst|subtotal|total|due date|vencimiento|forma de pago|payment terms|cliente|customer|descripcion|description|cantidad|quantity|precio|unit price|importe|amount|echeance|total ttc|total ht|montant|nettobetrag|umsatzsteuer|nif|cif|iban|concepto|amount due|purchase order",
    },
    Category.OTHER: {
        3.0: "contract|contrato|agreement|curriculum|resume|employment|whereas|hereby|hereinafter|w 2|1040|form w 9|tax return|passport|pasaporte|certificate of|certificado de|dear sir|terms and conditions of employment|lease|tenant|landlord|arrendamiento|arrendador|clausula|escritura|poder notarial|minutes of|acta de|internal revenue|taxpayer|wages|employee|employer|social security number|job description|parties agree|manual|chapter|abstract|nomina|payslip|salary|bruttolohn",
    },
}
