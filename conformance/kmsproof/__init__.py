"""Judge key management services: plan, ask, judge, record."""
