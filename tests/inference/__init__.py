"""Tests of its uses."""
