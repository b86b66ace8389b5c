"""Networks that learn: their data, losses and batches, and the loop that moves their weights. Needs torch."""
