"""Parameters that make a solution go where it should: the problem, its derivatives, the loop and what it found."""
