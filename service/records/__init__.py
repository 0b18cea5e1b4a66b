"""Records: invoices and wastes."""
