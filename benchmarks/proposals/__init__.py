"""How much of a class key Q proposes after a few strokes."""
