"""The torch function of a system against the program's own evaluation of it."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from saved_modules import called, expected, module_of, points

from core import presets
from core.language import FUNCTIONS, System, array_objective, parse
from core.scripting import torch_function
from core.stored_tensor import StoredTensor


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("modules")


def assert_same(found: torch.Tensor, wanted: torch.Tensor, accuracy: float = 1e-12) -> None:
    assert found.shape == wanted.shape
    assert found.dtype == wanted.dtype
    torch.testing.assert_close(found, wanted, rtol=accuracy, atol=accuracy, equal_nan=True)


def preset(name: str) -> System:
    experiment, _ = presets.load_preset(name)
    return parse(experiment.text, experiment.tensors)


@pytest.mark.parametrize("name", presets.names())
def test_every_preset_gives_its_own_right_hand_side(name: str, folder: Path) -> None:
    system = preset(name)
    module = module_of(torch_function(system, {}), folder)
    batches = [(system.batch,), (4, system.batch)] if system.batch else [(), (5,), (2, 3)]
    for batch in batches:
        z = points(system, *batch)
        assert_same(called(system, module, z), expected(system, z))
    changed = {parameter.name: parameter.default + 0.25 for parameter in system.parameters}
    z = points(system, *batches[0], seed=1)
    assert_same(called(system, module, z, **changed), expected(system, z, **changed))
    assert_same(called(system, module_of(torch_function(system, changed), folder), z), expected(system, z, **changed))


SYSTEMS = [
    "z' = V tanh(W z + b) - a*z\nz in R^2\nlearn W = normal(9, 2, seed 1)\nlearn b = uniform(9)\n"
    "learn V = ones(2, 9)/3\nlearn a = 1/3",
    "x' = 1\ny' = k\nk = 2",
    "x' = t\ny' = sin(omega*t) + sqrt(k)\nomega = 2\nk = 3",
    "x' = k/m + min(k, 2) + max(m, k, x) + min(2, x) + mod(k, m) + mod(7, x) + atan2(k, x)\nk = 3\nm = 2",
    "x' = if(k > 1, 2, 3) + if(x < k, 1, 2) + (k >= 3) + (x != 1) + if(x, 1, 0) + step(x) + sign(k) + softplus(30 x)",
    "x' = x^-2 + (-8)^(1/3)*0 + abs(x)^0.5 + 2^x + e^x + k^x + k^2 + pi*e + exp(1)^2 + 9^9^9*0 + x^2^0.5",
    "x' = -x^2 - (-x)^2 - -x - (k - (x - 1)) - 2/(x/k)/3 - (x*k)*x + (x < 1)*(2 > x)",
    "x' = 1/0 + x\ny' = x/0 - log(0) + 0^-1*x",
    "x' = s*x + h\ns = tanh(x*k)\nh = sum(2) + norm(x) + norm(k) + dot(k, x)\ng = sum(0)\ny' = y/(1 + g)",
    "z' = A z*cos(t) - norm(z)*shift(z, 1)/omega^2 + if(z > k, softplus(z), step(k))\nz in R^3\nA = normal(3, 3)\n"
    "omega = 2",
    "z' = (z^T A z) z/dot(z, z) + softmax(3 z) - A^T z*cos(t)\nA = normal(6, 6, seed 3)\nz in R^6",
    "z' = z z^T b - norm(z)*shift(z, -3) + sum(z)\nb = uniform(7)\nz in R^7",
    "Z' = A Z - Z A + Z^T*z[2] + Z Z/9\nz' = Z[3]*[1, 2, 3, 4, 5][2] + e^(-z)\nA = normal(5, 5)\nZ in R^5x5\nz in R^5",
    "z' = if(z > k, min(z, 1, k*z), max(-z, z^-2)) + (z <= 0) - mod(z, 2)\nz in R^18",
    "z' = M z + x\nx' = -x + Z\nZ = dot(v, v)/(1 + z[1]^2)\nv = [x, 2 x]\nM = [[0, -1], [1, 0]][1][2]*eye(3)\nz in R^3",
    "z' = 1 + h\nh = atan2(k, t)\nz in R^4",
    "z' = R z\nR = x*eye(3)\nx' = -x\nz in R^3",
    "z' = [[1, k], [x, 2]] z + [k, 2] + ones(2) + diag([x, k]) z + z^T [[1, 2], [3, 4]] z*[1, 2]\nx' = x\nz in R^2",
    "Z' = ones(3, 3)*k + t\nZ in R^3x3",
    "z' = conv([1, -2, k], z) + conv(z, [1, 2, 3, 4]) + conv([t, x], z)*t\nx' = x\nz in R^4",
    "Z' = conv(K, Z) + conv(Z, conv([[k, 2]], reshape(ones(6), 2, 3)))\nZ in R^2x3\nK = normal(2, 2, seed 1)",
    "z' = conv(A, tanh(conv(K, z, 3, 3) + conv(b, ones(9), 3, 3)), 3, 3) + conv(conv([1, k], z, 9), z)\nz in R^9\n"
    "learn K = normal(2, 9, seed 1)\nlearn b = normal(2, 1, seed 2)\nlearn A = normal(1, 18, seed 3)",
    "z' = conv(K, z, 2)*x + reshape(reshape(z, 3, 2) [1, k] [x, x, 2]^T, 9)[4]*reshape([[z[1], 1, 2], z[1]*v], 6)\n"
    "v = [1, 2, 3]\n"
    "x' = norm(reshape(reshape(z, 2, 3), 3, 2))\nz in R^6\nK = normal(3, 6, seed 2)",
    "Z' = sum(Z)*Z/norm(Z) + dot(Z, Z) - softmax(Z) + [Z[1], Z[2]]\nZ in R^2x2",
    "z' = [x, k, 1] + [z[1], z[2], x]\nx' = [1, 2]^T [3, 4]*z[3]\nz in R^3",
    "z' = (z z^T) (z z^T) z + (2 z)^T z*z - ((A z)^T A) z\nA = normal(1, 1)\nz in R^1",
    "h <- tanh(W h + b)\nh in R^3\nW = normal(3, 3)*gain\nb = normal(3, seed 1)\ngain = 0.5",
    "z <- z - a*(z^3 - 1)/(3 z^2)\nz in C\na = 1",
    "z' = i*conj(z)^(1 + i)*k + sqrt(w) - exp(c)\nw' = tanh(z)*arg(w) + if(re(w) > k, 2i, abs(z))\nx' = im(z)/x\n"
    "c = log(z) + t\nz, w in C\nk = 0.5",
    "0 = A z - norm(z)*[1, i]\nsolve z in C^2\nA = [[2, i], [0, k]]\nk = 2",
    "0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 2, y = 0.5",
    "0 = A z - b\nsolve z in R^2\nA = [[2, 1], [0, 1]]\nb = [3, 1]",
]


@pytest.mark.parametrize("text", SYSTEMS)
def test_every_operation(text: str, folder: Path) -> None:
    system = parse(text if "k = " in text or "k" not in text else f"{text}\nk = 1.5")
    module = module_of(torch_function(system, {}), folder)
    for batch in ((), (5,), (2, 3)):
        z = points(system, *batch)
        assert_same(called(system, module, z), expected(system, z))


def test_every_function_of_the_language_is_among_them() -> None:
    unary = "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh log ln log10 log2 floor erf relu sigmoid"
    tested = " ".join(SYSTEMS) + " ".join(f"{name}(" for name in unary.split())
    assert [name for name in FUNCTIONS if f"{name}(" not in tested] == []


@pytest.mark.parametrize("argument", ["x", "0.5", "k", "k*t", "[x, k, 2]"])
def test_functions_of_one_number(argument: str, folder: Path) -> None:
    unary = "sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp log ln log10 log2 sqrt abs sign floor step"
    names = f"{unary} erf relu softplus sigmoid".split()
    terms = [f"z[{place + 1}]' = {name}({argument})" for place, name in enumerate(names)]
    text = "\n".join(f"u{term[2 : term.index(']')]}' = {term.split('= ')[1]}" for term in terms)
    if argument.startswith("["):
        text = "\n".join(line.replace("= ", "= sum(") + ")" for line in text.splitlines())
    system = parse(f"{text}\nx' = 1\nk = 0.3")
    module = module_of(torch_function(system, {}), folder)
    z = points(system, 4)
    assert_same(called(system, module, z), expected(system, z))


def test_an_objective_and_its_slope(folder: Path) -> None:
    system = parse("minimise (a - x)^2 + 100*(y - x^2)^2\nover x = -1.2, y = 1\na = 1 in [-2, 2]")
    module = module_of(torch_function(system, {"a": 0.5}), folder)
    z = points(system, 5).requires_grad_()
    value = module.objective(z)
    assert value.detach().numpy() == pytest.approx(array_objective(system)(0.0, z.detach().numpy(), [0.5]), rel=1e-13)
    (slope,) = torch.autograd.grad(value.sum(), z)
    assert_same(-slope, expected(system, z.detach(), a=0.5), 1e-11)


def test_gradients_reach_parameters_and_stored_tensors(folder: Path) -> None:
    system = preset("tutorial_layer")
    module = module_of(torch_function(system, {}), folder)
    z = points(system, system.batch)
    gain, weights = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (1.2, module.W.tolist()))
    module.layer(z, gain=gain, W=weights).sum().backward()
    again = torch.tensor(1.2, dtype=torch.float64, requires_grad=True)
    expected(system, z, gain=again).sum().backward()
    assert gain.grad is not None
    assert again.grad is not None
    assert gain.grad.item() == pytest.approx(again.grad.item(), rel=1e-12)
    assert weights.grad is not None
    assert weights.grad.abs().sum() > 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_dtype_is_that_of_the_state(dtype: torch.dtype, folder: Path) -> None:
    text = "z' = if(z < k, 2, 1)/3 + A z + norm([1, k])*step(z) + (z > 1)\nA = normal(2, 2)\nz in R^2\nk = 1"
    module = module_of(torch_function(parse(text), {}), folder)
    assert module.field(0.0, torch.ones(5, 2, dtype=dtype)).dtype == dtype


def test_the_text_is_what_a_person_would_write() -> None:
    layer = torch_function(parse("z <- tanh(W z + x)\nW = normal(3, 3)\nx = ones(3)\nz in R^3"), {})
    assert "return torch.tanh(z @ W.T + x)" in layer
    oscillator = torch_function(parse("x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1"), {"mu": 1.5})
    assert "def field(t, z, *, mu=1.5):" in oscillator
    assert "return torch.stack([y, mu * (1 - x**2) * y - x], dim=-1)" in oscillator


@pytest.mark.parametrize(
    "names", [("lambda", "class"), ("torch", "like"), ("field", "z"), ("len", "print"), ("λ", "Ω"), ("None", "stacked")]
)
def test_names_that_mean_something_in_python_are_changed(names: tuple[str, str], folder: Path) -> None:
    first, second = names
    texts = (
        f"x' = sin({first}*x) + {second}*[x, {first}][2]\n{first} = 2\n{second} = 3",
        f"{first}' = {second}*{first}\n{second}' = step({first}) - norm([{second}, t])",
        f"{first}' = A {first} + {second}\n{first} in R^2\n{second} = norm({first})\nA = normal(2, 2)",
    )
    for text in texts:
        system = parse(text)
        z = points(system, 3)
        assert_same(called(system, module_of(torch_function(system, {}), folder), z), expected(system, z))


def test_stored_tensors_keep_every_bit(folder: Path) -> None:
    random = np.random.default_rng(0)
    for dtype in ("float32", "float64"):
        for shape in ((3,), (2, 3), (12, 12), (1,), (200,)):
            stored = StoredTensor.of(random.normal(size=shape).astype(dtype))
            system = parse('x\' = sum(w)*x\nw = data "w"', {"w": stored})
            module = module_of(torch_function(system, {}), folder)
            assert module.w.numpy().tobytes() == stored.data
            assert module.w.shape == shape


@pytest.mark.parametrize("number", [math.pi, 1e-300, -1e300, 5e-324, 0.1])
def test_values_are_exact(number: float, folder: Path) -> None:
    module = module_of(torch_function(parse("x' = k\nk = 1"), {"k": number}), folder)
    assert module.field(0.0, torch.zeros(1, dtype=torch.float64)).item() == number


def test_the_module_needs_torch_alone(tmp_path: Path) -> None:
    (tmp_path / "saved.py").write_text(torch_function(preset("tutorial_layer"), {}), encoding="utf-8")
    code = (
        "import torch, sys; before = set(sys.modules); import saved; print(saved.layer(torch.zeros(10, 50)).shape);"
        "print([name for name in set(sys.modules) - before if name not in ('saved', 'base64')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout.splitlines() == ["torch.Size([10, 50])", "[]"], done.stderr


def test_what_is_no_parameter_is_refused() -> None:
    with pytest.raises(TypeError, match="no parameter 'mo'"):
        torch_function(parse("x' = mu*x\nmu = 1"), {"mo": 1.0})
