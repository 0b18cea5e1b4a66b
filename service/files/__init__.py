"""Files: taking documents in, keeping them, handing them out."""
