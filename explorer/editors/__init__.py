"""Controls that edit one value; they know its Range or Choice, and no solver."""
