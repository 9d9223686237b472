"""Make the pages about deviations from the catalogue and the kill matrix.

``python -m kmsproof.mutants.pages`` writes them into the folder ``docs``; with ``--check`` it fails
if those that are there say anything else.
"""
