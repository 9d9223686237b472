"""Explain what a vector catches, what a deviation is, and what a target got wrong."""
