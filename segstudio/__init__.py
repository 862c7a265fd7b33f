"""SegStudio: pixel-accurate semantic labels, pre-labelled by a network that learns from corrections."""
