"""Results back in: channels' exports are read, joined to a campaign's variants, and kept as counts."""
