"""The views: one file each, found by walking this package."""

from __future__ import annotations

import importlib
import pkgutil

from ..view import View


def views() -> tuple[type[View], ...]:
    """Every view class defined in a module of this package, by its `order`.

    Raises ValueError where two views have the same name.
    """
    found: dict[str, type[View]] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, View) and thing.__module__ == module.__name__:
                if thing.name in found:
                    raise ValueError(f"two views are called {thing.name!r}")
                found[thing.name] = thing
    return tuple(sorted(found.values(), key=lambda view: (view.order, view.name)))
