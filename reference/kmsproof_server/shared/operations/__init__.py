"""The operations of the shared API, and the table that maps their names to functions."""
