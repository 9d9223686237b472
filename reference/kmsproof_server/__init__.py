"""A local Alibaba Cloud KMS for tests: the reference key management service behind its own APIs."""
