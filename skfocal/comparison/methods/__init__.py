"""The methods that can be compared: one module for each family, and a catalogue of all."""
