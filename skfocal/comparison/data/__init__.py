"""Tables: reading, checking, splitting and preparing them."""
