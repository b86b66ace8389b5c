"""What the help says of the formula language."""

from __future__ import annotations

LANGUAGE = """
# Write a system

```
# Van der Pol oscillator
x' = y
y' = mu*(1 - x^2)*y - x
mu = 1 in [0, 5] "damping"
start (2, 0), (0.1, 0)
view x [-4, 4], y [-6, 6]
t in [0, 30]
```

- `x' = …` or `dx/dt = …` gives one equation per unknown; `z' = A z` works for a vector with `z in R^3`.
- `mu = 1` makes a slider; `in [0, 5]` sets its ends, `log` its scale, `step 0.1` its step, text in quotes its tooltip.
- A line such as `s = tanh(w*x + b)` names an intermediate value. One that no equation needs, such as an energy
  `H = v^2/2 - cos(x)`, gets a plot of its own: how far the method lets it drift from its value at the start.
- `conv([1, -2, 1], u)` gives every component of `u in R^64` the second difference at its place: 1 times the one before,
  -2 times itself, 1 times the next, and behind the last comes the first. Of a matrix `U in R^8x8` the kernel is a
  matrix too. `conv(K, z, 8, 8)` takes z as pictures of 8 x 8, one after the other, and gives as many as `K` has rows,
  each row with a square for every picture of z; `conv(K, z, 8)` does so with numbers in a row. `reshape(z, 8, 8)` makes
  a matrix of a vector, row by row, `reshape(A, 64)` a vector of a matrix.
- `2x`, `3sin(x)` and `mu(1 - x^2)` are products; `xy` is one name, `x y` a product; `1/2x` is x/2.
- `t` is time, `pi` and `e` are numbers. Greek letters are written by name: `mu`, `omega`.
- `when x = 0 falling: v = -0.9 v` is an event: a trajectory that comes there goes on from the changed state, and
  `when x = 0: stop` ends it. Several assignments, with commas between them, all take the state before. `falling` and
  `rising` say in which direction x - 0 passes 0; without them both count. Events that happen at once follow each other
  in the order of the text. Such a text is followed forward only. What knows no events is not drawn or cannot be
  switched on: basins, ensembles, separatrices, the grid of the flow map, sections, limit cycles, Lyapunov exponents,
  the global error, gradients and races.
- `x' = -x + 0.3 dW` is an equation with noise, dx = −x dt + 0.3 dW: the factor of `dW` may hang on the state, `t` and
  parameters; every line, and every component of a vector, has a Wiener process of its own. See *Follow noise* below.
- `start` places trajectories, `view` says what the plane shows, `t in [a, b]` how long they run.
- Text after `#` is a comment; the first one is the title.

# Write an implicit layer

```
# One neuron, fed back to itself
z <- tanh(w*z + b)
w = 0.5 in [0, 3]
b = 0.3 in [-1, 1]
start (0), (2)
view z [-2, 2]
```

- `z <- …` is a map: its solution is a fixed point, z = f(z). `z <- tanh(W z + b)` with `z in R^3` works too.
- `0 = z^2 - c` with `solve z = 1` is a root problem. `solve` names the unknowns and where solvers begin; solvers see
  f(z) = z - g(z).
- Each `start` is one sample. With a batch of data there is one for each start and each of its rows.
- The verb decides: `x' = …` opens the vector field, `z <- …` and `0 = …` the fixed point. There the playhead counts
  iterations, and *Race all solvers* lets every method run from the same starts.
- ρ is the spectral radius of df/dz at the fixed point: Picard's method, z <- f(z) over and over, gains a factor ρ with
  every iteration, and is repelled where ρ > 1.

# Take a layer from a Python file

```
# Cell from cell.py
z <- Cell(z, x)
z in R^4
Cell = module "cell.py"
x = 0 in [-1, 1]
gain = 0.9 in [0, 2]
```

- *File > Layer from a Python file*, or a Python file dropped on the window, makes such a text. `Cell` is a class
  without required arguments, such as a `torch.nn.Module`, or a function; `module "cell.py:Other"` takes another one.
- It is called with what stands in the brackets, a row for every sample: z as (batch, n), a number as (batch, 1). It
  returns (batch, n), row by row, in the dtype that it was given.
- A parameter that stands in no bracket sets the file's number of that name: a parameter of one element, or an argument
  with a float default.
- The file runs with your rights. It is shown before it runs for the first time, and again when it has changed: *Run
  again* looks. The experiment's file holds its place and its SHA-256, never what is in it.
- Proofs, maps of the plane and diagrams over a parameter need a formula, and are not there.

# Write with complex numbers

```
# Newton's method for the cube roots of 1
z <- z - a*(z^3 - 1)/(3 z^2)
z in C
a = 1 in [0.1, 2]
start (1 + 0.5i), (-1, 0.8)
view z [-2, 2], [-1.5, 1.5]
```

- `z in C`, or `z, w in C`, makes unknowns complex, in every kind of system but `minimise`. `i` is the imaginary unit:
  `2i`, `q i`, `p + q i`.
- The plane then has `re z` and `im z` on its axes, and solvers see both as real unknowns. `start (1, 0.5)` gives the
  two parts, `start z = 1 + 0.5i` the number; `view re z [-2, 2], im z [-1, 1]` names the parts.
- `re(z)`, `im(z)`, `abs(z)` and `arg(z)` are real; compare those, complex numbers have no order. `log`, `sqrt` and
  powers are principal, cut along the negative real axis. Of a value that is real they are those of real numbers:
  `sqrt(p)` has no value for a negative `p`.

# Write what training moves

```
# A network as a vector field
z' = V tanh(W z + b)
z in R^2
learn W = normal(16, 2, seed 1)
learn b = uniform(16, seed 2) - 1/2
learn V = 0.25 normal(2, 16, seed 3)
y = 2 z[1] - z[2]
```

- `learn W = …` declares a number, a vector or a matrix that training moves, with the values from which it begins.
  They are made of numbers, `normal`, `uniform`, `ones`, `eye`, lists and functions, and of no other name but `pi` and
  `e`. Elsewhere in the text `W` is a matrix like any other, in every kind of system but one with complex unknowns.
- What training makes of it is kept in the document as the stored tensor `W`, and saved with it. Where its shape is no
  longer that of the line, the line was edited, and the tensor begins anew.
- `learn Cell = module "cell.py"` lets training move the parameters of a Python file's module that require gradients; it
  must be allowed to run as any such file. They begin as the file makes them, and are kept as `Cell.W`,
  `Cell.inner.weight` and so on.
- *New network…*, in the File menu, writes such a text from a list of blocks (linear maps with or without time,
  activations, formulas of your own, convolutions, attention, sums past blocks, norms, the field of a learnt energy or
  potential) and draws it as a diagram.
- A line that no equation needs, such as `y = …` here, can read an output off the state.

# Write a flow of densities

```
# A continuous normalising flow
z' = V tanh(W z + b*t + c)
z in R^2
flow normal(2)
learn W = normal(32, 2, seed 1)
learn b = normal(32, seed 2)
learn c = normal(32, seed 3)
learn V = 0.1 normal(2, 32, seed 4)
t in [0, 1]
```

- `flow normal(2)` says that the equation carries points from data at the begin of `t in [a, b]` to points of the
  standard normal distribution at its end; a sample is drawn there and followed back. The number is that of all
  components of the state. Without a line `t in […]` the span is [0, 1].
- The density of the data follows from the trace of df/dz along the way. Noise, events and complex unknowns do not go
  with `flow`.

A text with an error changes nothing: the last valid picture stays, and the sentence below the text says where the
error is and what to do.
"""
