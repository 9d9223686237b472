"""The key management service of the reference: rules as data, a store, an engine, a service."""
