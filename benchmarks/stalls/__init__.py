"""How long the window doesn't answer while something learns beside it."""
