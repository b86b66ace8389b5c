"""What can be said of a vector field without following it: planes, contours, equilibria. numpy only."""
