"""``python -m tcncode``."""

from tcncode.cli import main

main()
