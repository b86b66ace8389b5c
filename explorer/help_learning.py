"""The part of the help about networks that learn."""

from __future__ import annotations

LEARNING_HEADING = "Let a network learn"
LEARNING = f"""
# {LEARNING_HEADING}

- A text with lines `learn W = …` and a data set, chosen in the card *Learning*, learns: try *Concentric circles* in
  the gallery and press Space. Space pauses too; `.` takes one iteration. The text says where the weights begin, and
  what came of them is kept in the document: *Train* is one step of undo.
- A differential equation carries every point from the begin of the time span to its end, an implicit layer solves
  for its fixed point; a line of the text, `y = V z + c`, then gives the answer. The gradient is that of the method
  chosen in the card *Gradient*, through the solver of the card *Solver*: any of both may be changed while it
  learns, and so may the learning rate, noise, tolerances and what regularises: of these the *Taylor term*, a higher
  time derivative of the trajectories, keeps them easy to solve. The loss is read off the test points, which it never
  sees.
- The timeline is that of the training. Drag it back, and every plot shows the network as it was; *Branch from here*
  goes on from there another way, and the curves that were left stay in grey. *Start over* begins with the text's
  weights.
- *Own table*, among the data, learns from a CSV file of yours: a line of names, then numbers, 5,000 rows and 25,000
  numbers at most. With a column `class` (whole numbers) the others are points of classes; with `y`, or `y1`, `y2`, …,
  they are points with values; with `t`, or `time`, they are the states of one trajectory at any times, each of which is
  to lead to the next, and its last part is the test. A text with `flow normal(n)` takes n columns of points, whose true
  density nobody knows. Columns called as the text's components are taken by their names, else all in their order. The
  numbers are kept in the document.
- *Added dimensions* and *Width* make another network of the text, whose weights begin anew.
- *Decision boundary* shows the answers over the plane of inputs, *Features over depth* the points on their way
  through the layer, *Evaluations* what the solver takes there and back, *Gradient norms* what every tensor feels.
  The button *depths* in it offers the same weights in networks of few layers, of many, and in the limit.
  *Training path* is the loss around the weights, over the plane that the training moved in, with its way in it.
  Of a network that learns they come first; the arrow beside the title of the main plot leads to the others, which
  all follow the weights.
- The dashed line of *Learning* is a loss that nothing gets below on average: that of the true density on the same
  test points, or, on a line, the least of all functions that never fall, since trajectories cannot cross.
- With a line `flow normal(2)` the equation learns a density: what it has learnt stands beside the truth, and dots
  carry points of the normal distribution to the data. The loss is the likelihood, or one of two that follow no
  trajectory at all: *flow matching*, and *score matching*, which learns the line `s = …`, the slope of the log
  density of noised data, where the equation is `z' = -beta/2*(z + s)`. *−log likelihood of steps* is about a residual
  flow: not the equation, but the map of Euler's steps, has the density that is learnt and shown. *Divergence*, among
  *more settings*, chooses how the likelihood comes to it while it learns: exactly, or by a product with the Jacobian
  and random numbers, whose cost does not grow with the dimension. The test points always have the exact one.
- *Save checkpoint*, in the Run menu, writes weights, the optimiser's memory and the curves as safetensors; *Resume*
  goes on from one to the bit. Other torch programs read the weights under their names.
"""
