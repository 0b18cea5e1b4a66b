"""The object store: signing, streaming, copying."""
