"""Tell people, continuous integration and auditors what a run showed."""
