"""From the bytes of one document to a reading: no database, no network; runs in a process of its own."""
