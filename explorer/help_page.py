"""Help on one page, and every key on another: both made from what the program knows of itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShowEvent, QTextCursor
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget
from typing_extensions import override

from core.language import FUNCTIONS

from .actions import COMMANDS, MENUS
from .help_language import LANGUAGE
from .help_learning import LEARNING
from .noise_words import NOISE_HELP

_PLOTS = """
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

# Let the result lead the parameters

- Drag the diamond at the end of the selected trajectory, in the phase plane or the time series, and the sliders
  follow: steps of Levenberg and Marquardt's method through the solver bring the end to the mouse. Fixed points and
  roots are dragged the same way. Beside the mouse stand target, distance, method, loss and cost, or why it comes no
  nearer. A drag is one step of undo; Escape takes it back. The padlock of a slider holds it where it is.
- *Fit to data…*, in the Run menu, loads a table of points: a line of names, `t` and components, then numbers. Dropping
  a CSV file on the window does the same. Choose what is summed over the points, who moves the parameters and whether
  the start may move too; *Fit*, *Pause*, *Step*, *Stop* and *Undo* lead it, and the curve moves. At a minimum of the
  sum of squares every parameter has its standard error. Try *Hares and lynxes* in the gallery.

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

# See whether a gradient is to be trusted

- *Show gradient* (G), in the Run menu, differentiates a loss of the end of the selected trajectory, or of a fixed
  point, by its parameters and its start. The card *Gradient* chooses loss, method and the method's own settings.
- *Adjoint*, of a trajectory, takes the main place: the wide line is the way forward, the thin one what the method came
  back along, coloured by the distance between them; arrows are the adjoint a(t). Where the lines part, the gradient is
  that of another trajectory, and a button takes a method that keeps the steps. The arrow beside the title leads back to
  the plane. Try *When the adjoint lies* in the gallery.
- *Gradients*, of a fixed point, draws each method's gradient as an arrow beside the exact one: the distance of the tips
  is the relative error. Its *unrolled* goes through the first k iterations from the start, as training such a network
  does; that of the other plots through k iterations at the solution.
- *Gradient costs*, in the View menu, is a table of all methods: error, memory, time, evaluations, products. A click on
  a row chooses the method; so do the arrow keys and Return. *too slow here*: the method was left after some seconds.
- *Gradient errors*, in the View menu, shows the error of every method over the tolerance and over the time span.
- *Unrolled*, in the View menu, shows how errors fall with the number of iterations, ρᵏ beside them.

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

    def __init__(self, title: str, markdown: str, parent: QWidget, first: str = "") -> None:
        """first: a heading of the page at which it opens; "" for its begin."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(640, 720)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = QTextBrowser()
        page.setMarkdown(markdown)
        page.setAccessibleName(title)
        layout = QVBoxLayout(self)
        layout.addWidget(page)
        self._page, self._first = page, first

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Where the heading is, is known once the page is laid out."""
        super().showEvent(event)
        found = self._page.document().find(self._first) if self._first else QTextCursor()
        if not found.isNull():
            found.clearSelection()
            self._page.setTextCursor(found)
            bar = self._page.verticalScrollBar()
            bar.setValue(bar.value() + self._page.cursorRect(found).top())


def help_text() -> str:
    """The formula language, ensembles and maps, the mouse, and every function."""
    functions = "\n".join(f"| `{name}` | {function.help} |" for name, function in FUNCTIONS.items())
    return f"{LANGUAGE}\n{_PLOTS}\n{LEARNING}\n{NOISE_HELP}{_RACES}\n| name | what |\n|---|---|\n{functions}\n"


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
