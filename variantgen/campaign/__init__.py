"""What a campaign adds to its variants: what goes with each posted file, said as plain rows and files."""
