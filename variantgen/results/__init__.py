"""Results of a campaign: exports are read, joined to its variants and kept as counts, and compared honestly."""
