"""Accuracy against time: our networks and two peers, trained by one recipe."""
