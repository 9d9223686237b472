"""Public corpora in the formats of others, read as they are and asked like our own vectors."""
