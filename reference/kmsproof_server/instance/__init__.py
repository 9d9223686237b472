"""The API of a KMS instance, version ``dkms-gcs-0.2``: protocol buffers over HTTP."""
