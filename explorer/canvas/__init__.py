"""Fast plot items and the plot they live on."""
