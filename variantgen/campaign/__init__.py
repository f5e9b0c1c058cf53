"""Campaigns: one file that says what to make for whom, and every variant that follows from it."""
