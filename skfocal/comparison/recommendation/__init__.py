"""Which method to use, at which threshold, and what to expect of it."""
