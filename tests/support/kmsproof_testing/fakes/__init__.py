"""Targets that misbehave in one named way, for tests that the suite is not fooled.

``service`` holds a small key service and its faults of judgement, ``program`` puts it behind the
adapter protocol and adds the faults of a process, ``targets`` makes the same service a target in
this process.
"""
