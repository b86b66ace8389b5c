"""What moves a network's weights: one file each, found by the catalogue."""
