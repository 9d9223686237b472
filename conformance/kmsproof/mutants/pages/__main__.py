"""``python -m kmsproof.mutants.pages``."""

import sys

from kmsproof.mutants.pages.writing import main

if __name__ == "__main__":
    sys.exit(main())
