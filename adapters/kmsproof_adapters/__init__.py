"""How to ask a target: a package for each target, in it a module for each family of keys."""
