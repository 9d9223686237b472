"""What several test folders need: readers of public test vectors and shared helpers."""
