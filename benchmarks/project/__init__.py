"""How a project of 100,000 images behaves: ``python -m benchmarks.project``."""
