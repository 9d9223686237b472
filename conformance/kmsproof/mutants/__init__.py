"""Proof that the corpus sees: the reference with each deviation switched on is judged by it."""
