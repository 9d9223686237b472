"""The recipes, one module per algorithm."""
