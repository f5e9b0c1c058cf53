"""`python -m variantgen`."""

from variantgen.cli import main

main()
