"""The shared OpenAPI of version 2016-01-20: RPC, with JSON or XML in reply."""
