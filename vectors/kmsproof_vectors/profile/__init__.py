"""Profiles: what a target of a kind must do, as numbered requirements, and how far that is shown.

`model` has the types, `aliyun` and `others` the editions, `membership` says to which requirements a
vector belongs, `coverage` what verdicts say of a profile, `load` reads the published files, and
``python -m kmsproof_vectors.profile.build`` makes them.
"""
