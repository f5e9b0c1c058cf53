"""Results of a campaign: what channels count of each variant, and what can honestly be said about it."""
