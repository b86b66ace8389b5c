"""Help on one page, and every key on another: both made from what the program knows of itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from core.language import FUNCTIONS

from .actions import COMMANDS, MENUS
from .noise_words import NOISE_HELP

_LANGUAGE = """
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

A text with an error changes nothing: the last valid picture stays, and the sentence below the text says where the
error is and what to do.

# Follow very many trajectories

- *Draw an ensemble*, in the card *Ensemble* beside a differential equation or a loss, follows up to 200 000
  trajectories forward in time. They start evenly at random in a box; an equal seed gives equal starts.
- The box is the `view` of the text; a component without one begins where the first trajectory does. The fields below
  *Starts in* change its ends. A double click on a name, or *as in the text*, takes that back.
- *Ensemble density* shows how long they stay where, the stronger the longer; *Ensemble trails* shows up to 10 000 of
  them at the playhead's time, and *Play* moves them. Both are switched in the card *Layers*.
- The number in the heading says, under the mouse, how many came to the end of the time span, ran away or ended early.

# See where every start ends

- *Basins*, in the card *Layers*, colours every point of the plane by where a start there ends; darker takes longer.
  The legend names the ends, and the status bar says where the start under the mouse ends, and after how long.
- Of `x' = …` that is where the flow ends: basins of attraction. Of `z <- …` and `0 = …` it is where the chosen solver
  ends; Picard's method is the map itself. Under Newton's method such a picture is a Newton fractal.
- Starts that run away are shaded by when: escape times, as around a Julia set. Of one complex unknown the map is there
  from the beginning; try *Experiment 6: Newton's fractal* and *A Julia set* in the gallery.
- The map is coarse while it is computed or a slider moves, and sharp after; it is computed anew for what a zoom shows.

# See what divides the plane

- *Separatrices*, in the card *Layers*, are the curves that begin and end at saddles: whole those of the states that
  come from a saddle, dashed those that come to it as time runs. No trajectory crosses them: the dashed ones are the
  borders between states of different fates. Triangles point along the flow; the status bar tells where the branch under
  the mouse goes.
- They begin along the exact eigenvectors and move with every slider. A branch ends a little outside the view, at an
  equilibrium, on a limit cycle, or when its time is up: the time span, and what it takes to leave the saddle.
- In more than two dimensions only the manifolds that are curves are drawn, as the plane shows them; the layer is off
  at first. A field that depends on time has no saddles that stay, and no separatrices.

# See how a flow spreads and turns

- *Divergence* and *Vorticity*, in the card *Layers*, colour the plane by div f and curl f, from exact derivatives: one
  at a time, with the number under the mouse in the status bar. Of more than two components div f counts them all.
- *Texture of the flow* smears grains of noise along the velocity (line integral convolution): every line at once, but
  neither speeds nor directions.
- *Grid of the flow map* carries a square grid with the flow to the playhead's time. Cells that have grown are orange,
  those that have shrunk blue, and the number is det dz(t)/dz(0) in the middle of the plane, the exponential of the
  divergence along the way; its tool tip compares the area of a small square that was carried along. A gap is where a
  solution ended, or where the grid is stretched more than anyone could draw. It moves as the chosen method does.

# See where trajectories come back

- *Poincaré section*, in the Edit menu and under the right mouse button in the plane, lays a line through the plane;
  drag its ends. The section is that line and all other axes: what crosses it between its ends counts. The menu takes it
  away.
- The plot *Poincaré section* draws the crossings of every trajectory: s is how far along the line from its first end.
  In two dimensions it is the return map, the next s over this one; where it meets the diagonal, counted one way, an
  orbit is closed, and its slope there is the multiplier: below 1 the orbit attracts. In more dimensions another
  component stands over s: closed curves are quasi-periodic, clouds chaos.
- The arrows on the line are the way that counts; the menu in the plot's heading changes it. Trajectories are followed
  forward for 20 time spans, or as many as *Follow to the section for* says, up to 2000 crossings each.
- Of a field that time drives, as the forced Duffing oscillator, the section is one *every period*: the states at
  t₀ + k T in the plane, the stroboscopic map. T is that of the sines and cosines of t in the formula, and follows its
  sliders; a number typed above the plot is kept instead, and 0 gives it back. One point is an orbit of that period, k
  points one of k periods, a closed curve is quasi-periodic and a cloud with layers is chaos.

# See how far off a trajectory is

- *Global error*, in the card *Solver*, follows the selected trajectory once more, at rest, with every step halved. From
  both the error of the first follows (Richardson): the band around the curves of the time series, a number there and
  in the inspector. It is an estimate, not a proof.
- Where it exceeds 5 % of the trajectory's size the plot says until when to trust it: of a chaotic system that comes
  sooner or later, however small the tolerances. Adams, BDF and *Automatic* find their own steps: they are run once more
  with a tenth of the tolerances.

# See what travels and spreads

- Of a system whose state is one vector of eight or more, *Space-time* shows every component of the selected trajectory:
  time runs across, the components stand one above the other, colours are values. A wave or a front is a slanted line,
  and its slope a speed. Choose it in the menu beside the main plot's title.
- The *Profile* below shows the vector at the time of the cursor, over its start: a front moves, heat spreads. Try *Heat
  in a ring*, *A front between two states* and *Lorenz 96* in the gallery.

# See what is proved

- Around every fixed point or root of a formula with up to six unknowns the largest box is looked for that is proved to
  hold exactly one. It is a band on the diagonal of the cobweb and a rectangle in the plane: *Proved boxes*, in the card
  *Layers*. The inspector says how wide it is, and how near to the number shown the root must be.
- The heading says whether all of the visible range is settled: *proved: exactly 3 fixed points*, or *proved: no root*.
  *At least* means that something is left undecided, as at a double root, a jump or a pole.
- Of the sample in focus the inspector tells two theorems. Banach's: where f is proved to shrink distances to at most L
  of what they were, the error is at most |f(z) − z|/(1 − L). Newton and Kantorovich's: where h ≤ 1/2, a root is near,
  and Newton's method from there converges to it.
- Proofs are by interval arithmetic: they hold whatever rounding does. They are made once all else is done, and not
  while a slider moves.

# See what a map settles to

- The arrow beside the title of the main plot, or the View menu, offers the *Orbit diagram* for `z <- …` with up to six
  real components and at least one parameter: over every value of the parameter what the map visits once it has
  settled. One line is a fixed point, two are a cycle of period 2, a band is chaos.
- The vertical line is the parameter's slider: drag it. The heading says the period there.
- Drag a region with the right button, or with Shift, or with the left button once the dashed square in the heading is
  pressed: the region fills the plot and is computed anew. The arrow beside it, or Alt+Left, goes back; Home shows all.
"""
_RACES = """
# Race integration methods

- *Race the methods*, in the card of the solver, lets methods of several orders follow the selected start. *…* beside it
  chooses who takes part; the paths are in the plane, their errors over time below it.
- *Work and precision* shows what accuracy costs: a method with a steeper line is of higher order. The measured order
  stands beside the declared one; there is none where the errors fall unevenly, or are those of rounding.
- Everything is measured by a run with very small tolerances, and by one more that tells how far that can be believed.
  In chaos it is soon not: the plots say until when.

# See what holds the steps back

- *Step sizes* shows every attempted step; *err* in its heading shows the error of each beside what the tolerances
  allow. The layer *Steps of the solver* draws the steps on the curves of the plane.
- *Stability region*, in the View menu, shows h·λ for every eigenvalue λ along the trajectory. Dots that crowd at the
  edge of the coloured area mean that stability, not accuracy, keeps the steps short: the problem is stiff.
- *Order star*, in the View menu, colours where the method's factor R(z) is larger than eᶻ. Of a method of order p,
  p + 1 coloured fingers meet at 0; a cross is a pole of R, a dot a zero.

# See what the theorems say

- *Picard iterates*, in the View menu, carries the proof out that a solution exists: y₀ is the start for all times, and
  every further iterate the start plus the integral of f along the one before. The menus choose the component and how
  many; the table says how far each is from the solution at most. (LT)ᵏ/k! bounds that where a Lipschitz constant L is
  proved: every field that is smooth has solutions, but the iterates come to them slowly for long times T. Try `y' = y`:
  the iterates are the Taylor polynomials.
- In one dimension solutions never cross where f is Lipschitz: through every point goes one. Where trajectories of a
  method do, the time series puts a red ring and says which two, when and with which step. What rounding alone could
  have done is no crossing, and what the tolerances allow is told without rings. Try *Solutions that must not cross* in
  the gallery.
- *Gronwall cone*, in the View menu, shows how far the selected trajectory is from the next one, and that the distance
  stays between d₀e^(−Lt) and d₀e^(Lt), L being the largest norm of the Jacobian between them. The logarithmic norms
  −μ(−J) and μ(J) bound it more closely: try the *Linear system* with a = d = −0.3, b = 1, c = −1, where both are equal.

# The mouse

| where | what | does |
|---|---|---|
| plane | click | starts a trajectory there, forward and backward in time |
| start | drag | moves it, and its curve with it |
| curve | click | selects it; Delete removes it |
| plane | drag | moves the view |
| plane, axis | wheel | zooms at the mouse, or along that axis only |
| axis | double click | fits that axis |
| main plot of a layer | click | solves from there, with every solver of the race |
| residual | drag the line | moves to another iteration |
| orbit diagram | drag the line | changes the parameter |
| orbit diagram | drag with the right button, or Shift | looks closer at that region |
| any plot | right click | copy, save the picture, save the data |
| File menu | Copy as Python | a script that computes the same numbers |
| File menu | Copy as torch function | the system alone, for your own training loop |
| a saved PNG or SVG | drop on the window | opens the experiment it shows |
| time plot | drag the line | moves the playhead |
| slider | drag with Shift | ten times finer |
| name of a parameter | double click | restores the value of the text |

# Functions
"""


class HelpWindow(QDialog):
    """A page of text beside the window; it blocks nothing and closes with Escape."""

    def __init__(self, title: str, markdown: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(640, 720)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = QTextBrowser()
        page.setMarkdown(markdown)
        page.setAccessibleName(title)
        layout = QVBoxLayout(self)
        layout.addWidget(page)


def help_text() -> str:
    """The formula language, ensembles and maps, the mouse, and every function."""
    functions = "\n".join(f"| `{name}` | {function.help} |" for name, function in FUNCTIONS.items())
    return f"{_LANGUAGE}\n{NOISE_HELP}{_RACES}\n| name | what |\n|---|---|\n{functions}\n"


def keys_text() -> str:
    """Every key, menu by menu."""
    parts = []
    for menu in MENUS:
        lines = [
            f"| {_shown(command.keys or (command.plot_key,))} | {command.text.rstrip('…')} | {command.help} |"
            for command in COMMANDS
            if command.menu == menu and (command.keys or command.plot_key)
        ]
        if lines:
            parts.append(f"# {menu}\n\n| key | command | |\n|---|---|---|\n" + "\n".join(lines))
    return "\n\n".join(parts)


def _shown(keys: tuple[str, ...]) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(f"**{QKeySequence(key).toString(native)}**" for key in keys)
