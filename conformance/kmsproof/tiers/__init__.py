"""Tiers: parts of the corpus that see most of what the whole sees, at a fraction of the calls."""
