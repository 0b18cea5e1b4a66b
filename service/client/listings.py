"""What the lists show of each kind of thing. The names are those of the JSON."""

from __future__ import annotations

from service.client.output import Column, Listing, moment, part, size

_CREATED = Column("Created", "created_at", show=moment, style="dim", spare=True)
_ID = Column("Id", "id", style="cyan")

FILES = Listing(
    (
        _ID,
        Column("Name", "file_name", fold=True),
        Column("Size", "size_bytes", show=size, right=True, spare=True),
        Column("Status", "status"),
        Column("Processing", "processing_status"),
        Column("Category", "category", spare=True),
        _CREATED,
    ),
    (
        "id",
        "file_name",
        "mime_type",
        "size_bytes",
        "status",
        "processing_status",
        "processing_track",
        "category",
        "tags",
        "page_count",
        "folder_id",
        "project_ids",
        "linked",
        "checksum_sha256",
        "external_file_id",
        "created_by",
        "created_at",
        "updated_at",
        "deleted_at",
        "error.code",
        "error.message",
    ),
)
FILE_FIELDS = (
    Column("Name", "file_name"),
    Column("Id", "id"),
    Column("Number", "number"),
    Column("Status", "status"),
    Column("Processing", "processing_status"),
    Column("Error", "error.code"),
    Column("Cause", "error.message"),
    Column("Category", "category"),
    Column("Tags", "tags", show=", ".join),
    Column("Type", "mime_type"),
    Column("Size", "size_bytes", show=size),
    Column("Pages", "page_count"),
    Column("Track", "processing_track"),
    Column("Folder", "folder_id"),
    Column("Projects", "project_ids", show=", ".join),
    Column("Linked", "linked"),
    Column("SHA-256", "checksum_sha256"),
    Column("External id", "external_file_id"),
    Column("Created", "created_at", show=moment),
    Column("Updated", "updated_at", show=moment),
    Column("Deleted", "deleted_at", show=moment),
)
READINGS = Listing(
    (
        Column("File id", "id", style="cyan"),
        Column("Name", "name", fold=True),
        Column("Category", "category"),
        Column("Reading id", "reading.id", style="cyan"),
        Column("Reading", "reading.status"),
        Column("Items", "reading.content.items", show=lambda items: str(len(items)), right=True, spare=True),
        Column("Linked", "linked", spare=True),
    ),
    (
        "type",
        "id",
        "name",
        "category",
        "tags",
        "linked",
        "folder_id",
        "reading.id",
        "reading.status",
        "reading.category_confidence",
        "reading.corrected",
        "reading.error.code",
        "reading.content.items",
    ),
)
INVOICES = Listing(
    (
        _ID,
        Column("Type", "type"),
        Column("Number", "invoice_id", fold=True),
        Column("Quantity", "quantity", right=True),
        Column("Unit", "unit", fold=True),
        Column("Part", "percentage", show=part, right=True, spare=True),
        Column("From", "start_date", spare=True),
        Column("To", "end_date", spare=True),
        Column("Facility", "facility_id", style="dim", fold=True, spare=True),
    ),
    (
        "id",
        "type",
        "status",
        "invoice_id",
        "base_quantity",
        "quantity",
        "unit",
        "percentage",
        "start_date",
        "end_date",
        "facility_id",
        "supplier_id",
        "cups",
        "file_id",
        "file_reading_id",
        "item",
        "project_id",
        "source_invoice_id",
        "uploaded_by",
        "created_at",
    ),
)
WASTES = Listing(
    (
        _ID,
        Column("Name", "identification_name", fold=True),
        Column("Waste", "description", fold=True),
        Column("LER", "low_code"),
        Column("R/D", "rd_code"),
        Column("Quantity", "quantity", right=True),
        Column("Unit", "unit", fold=True),
        Column("Part", "percentage", show=part, right=True, spare=True),
        Column("Facility", "facility_id", style="dim", fold=True, spare=True),
    ),
    (
        "id",
        "status",
        "identification_name",
        "description",
        "destination",
        "total_km_to_waste_center",
        "low_code",
        "rd_code",
        "base_quantity",
        "quantity",
        "unit",
        "percentage",
        "start_date",
        "end_date",
        "facility_id",
        "file_id",
        "file_reading_id",
        "item",
        "project_id",
        "uploaded_by",
        "created_at",
    ),
)
FACILITIES = Listing(
    (
        _ID,
        Column("Name", "name", fold=True),
        Column("Country", "country"),
        Column("Address", "address", fold=True),
        _CREATED,
    ),
    ("id", "name", "country", "address", "created_at"),
)
FOLDERS = Listing(
    (_ID, Column("Name", "name", fold=True), Column("In", "parent_id", style="dim", spare=True), _CREATED),
    ("id", "name", "parent_id", "created_at"),
)
PROJECTS = Listing((_ID, Column("Name", "name", fold=True), _CREATED), ("id", "name", "created_at"))
SUPPLIERS = Listing(
    (_ID, Column("Name", "name", fold=True), Column("Tax id", "tax_id"), Column("Country", "country"), _CREATED),
    ("id", "name", "tax_id", "country", "created_at"),
)
EVENTS = Listing(
    (
        Column("#", "sequence", right=True),
        Column("When", "created_at", show=moment),
        Column("What", "type"),
        Column("File", "file_id", style="cyan"),
        Column("User", "user_id", style="dim"),
    ),
    ("sequence", "id", "type", "file_id", "user_id", "created_at", "payload"),
)
