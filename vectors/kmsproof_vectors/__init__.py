"""The test vectors: the code that makes, checks and loads them."""
