"""From the failures of a target to their causes: the deviations that explain its answers."""
