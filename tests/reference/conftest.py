"""How hypothesis runs here: no deadline, since pure-Python cryptography times the machine."""

from hypothesis import settings

settings.register_profile("reference", deadline=None)
settings.load_profile("reference")
