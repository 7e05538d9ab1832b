"""Trains, writes and measures the digit model that the predict function serves."""
