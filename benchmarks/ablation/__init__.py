"""Are the paper's claims true here? One recipe, one change at a time."""
