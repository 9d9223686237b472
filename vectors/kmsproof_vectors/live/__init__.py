"""Live vectors: recipes that judge keys which can be neither imported nor exported."""
