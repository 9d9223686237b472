"""Live mode: run recipes on keys that are made in the target and never leave it."""
