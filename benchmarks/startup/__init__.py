"""How long the window takes to come, and how long it stalls while torch is brought in."""
