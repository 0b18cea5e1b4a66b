"""Readings: browsing them, correcting them, making records of them."""
