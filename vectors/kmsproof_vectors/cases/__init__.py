"""The cases: one module for each algorithm and concern, gathered in ``catalogue``."""
