"""What the program computes, written out as Python source for people to keep: texts only, nothing here runs them."""

from __future__ import annotations

from .python_script import python_script, trains_in_script
from .torch_function import torch_function

__all__ = ["python_script", "torch_function", "trains_in_script"]
