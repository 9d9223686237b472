"""The cryptography of the key-specification sheet as an executable specification.

Slow, and it leaks by timing: nobody runs production on it. One module for one standard, one class
for one algorithm, one method for one step, each with its clause.
"""
