"""`muniment file upload`: what is sent, what was sent before, how it goes, and what was read."""
