"""The source keeps the house rules, and each rule catches what it forbids."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from house_rules import rules

EVERY_RULE = (rules.long_functions, rules.large_classes, rules.yields_in_torch_contexts, rules.runs_foreign_code)


def test_source_keeps_the_rules() -> None:
    kept: dict[str, list[str]] = {rule.__name__: [] for rule in EVERY_RULE}
    assert rules.broken(EVERY_RULE, rules.source_files()) == kept


def test_a_broken_rule_is_told_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "ROOT", tmp_path)
    (tmp_path / "a.py").write_text("x = 1\neval(text)\n", encoding="utf-8")
    told = rules.broken(EVERY_RULE, [tmp_path / "a.py"])
    assert {name: what for name, what in told.items() if what} == {"runs_foreign_code": ["a.py:2: call of eval"]}


def test_files_are_short() -> None:
    tests = sorted((rules.ROOT / "tests").rglob("*.py"))
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in rules.source_files() + tests}
    assert {path.name: count for path, count in lengths.items() if count >= rules.MOST_LINES} == {}


def test_modules_are_named_after_something() -> None:
    paths = [path.relative_to(rules.ROOT).as_posix() for path in rules.source_files()]
    assert rules.bad_module_names(paths) == []
    assert rules.bad_module_names(["core/string_utils.py", "core/common/x.py", "core/commonly.py"]) == [
        "core/string_utils.py",
        "core/common/x.py",
    ]


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (rules.long_functions, "def f():\n" + "    x = 1\n" * 41),
        (rules.large_classes, "class A:\n" + "".join(f"    def m{i}(self): ...\n" for i in range(16))),
        (rules.yields_in_torch_contexts, "def f():\n    with torch.no_grad():\n        yield 1"),
        (
            rules.yields_in_torch_contexts,
            "def f():\n    with a, torch.inference_mode():\n        if b:\n            yield 1",
        ),
        (rules.yields_in_torch_contexts, "def f():\n    with torch.cuda.stream(s):\n        yield from g()"),
        (rules.yields_in_torch_contexts, "@torch.no_grad()\ndef f():\n    yield 1"),
        (rules.runs_foreign_code, "eval(text)"),
        (rules.runs_foreign_code, "exec(text)"),
        (rules.runs_foreign_code, "compile(text, '', 'exec')"),
        (rules.runs_foreign_code, "__import__(name)"),
        (rules.runs_foreign_code, "import pickle"),
        (rules.runs_foreign_code, "from pickle import loads"),
        (rules.runs_foreign_code, "import marshal"),
        (rules.runs_foreign_code, "torch.load(path)"),
        (rules.runs_foreign_code, "torch.jit.load(path)"),
        (rules.runs_foreign_code, "np.load(path, allow_pickle=True)"),
        (rules.runs_foreign_code, "np.load(path, allow_pickle=flag)"),
        (rules.runs_foreign_code, "yaml.load(text)"),
        (rules.runs_foreign_code, "os.system(command)"),
        (rules.runs_foreign_code, "subprocess.run(command, shell=True)"),
        (rules.runs_foreign_code, "archive.extractall(folder)"),
        (rules.runs_foreign_code, "sympify(text)"),
        (rules.runs_foreign_code, "label.setTextFormat(Qt.TextFormat.RichText)"),
        (rules.runs_foreign_code, "file.setDirectWriteFallback(True)"),
    ],
)
def test_rule_catches(rule: rules.Rule, planted: str) -> None:
    assert len(rule(ast.parse(planted), "core/planted.py")) == 1


@pytest.mark.parametrize(
    ("rule", "innocent"),
    [
        (rules.long_functions, "def f():\n" + "    x = 1\n" * 40),
        (rules.large_classes, "class A:\n" + "".join(f"    def m{i}(self): ...\n" for i in range(15))),
        (rules.yields_in_torch_contexts, "def f():\n    with torch.no_grad():\n        x = 1\n    yield x"),
        (rules.yields_in_torch_contexts, "def f():\n    with open(p) as file:\n        yield file"),
        (
            rules.yields_in_torch_contexts,
            "def f():\n    with torch.no_grad():\n        def g():\n            yield 1\n        return list(g())",
        ),
        (rules.runs_foreign_code, "app.exec()"),
        (rules.runs_foreign_code, "model.eval()"),
        (rules.runs_foreign_code, "re.compile(pattern)"),
        (rules.runs_foreign_code, "np.load(path, allow_pickle=False)"),
        (rules.runs_foreign_code, "subprocess.run(command, shell=False)"),
    ],
)
def test_rule_lets_pass(rule: rules.Rule, innocent: str) -> None:
    assert rule(ast.parse(innocent), "core/innocent.py") == []


def test_only_the_emitter_and_a_trusted_file_may_run_code() -> None:
    call = ast.parse("exec(code, names)")
    assert rules.RUNS_CODE == ("core/language/compile_python.py", "core/own_module.py")
    for path in rules.RUNS_CODE:
        assert rules.runs_foreign_code(call, path) == []
    assert rules.runs_foreign_code(call, "core/language/other.py") == ["1: call of exec"]
    assert rules.runs_foreign_code(ast.parse("eval(code)"), "explorer/x.py") == ["1: call of eval"]
