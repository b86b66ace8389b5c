"""Drawing, timed: ours against pyqtgraph's plain way of drawing the same; one file each, found by a walk."""
