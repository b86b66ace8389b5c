"""Colours and fonts, dark and light. Nothing here draws."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """One accent per meaning. `series` are trajectory colours, told apart by colour-blind people too."""

    name: str
    background: str
    panel: str
    card: str
    raised: str
    line: str
    text: str
    muted: str
    faint: str
    accent: str
    teal: str
    amber: str
    rose: str
    violet: str
    on_accent: str
    series: tuple[str, ...]
    density: tuple[tuple[float, str], ...]

    @property
    def dark(self) -> bool:
        """Whether text is lighter than its background."""
        return self.name == "dark"

    def colour_of(self, index: int) -> str:
        """The colour of trajectory `index`, the same in every panel."""
        return self.series[index % len(self.series)]


DARK = Theme(
    name="dark",
    background="#0E1117",
    panel="#141922",
    card="#181E29",
    raised="#212938",
    line="#262F3F",
    text="#E8ECF4",
    muted="#8A94A8",
    faint="#566075",
    accent="#5B9DFF",
    teal="#2DD4BF",
    amber="#F5B454",
    rose="#FF6B8A",
    violet="#A78BFA",
    on_accent="#0B1220",
    series=("#5B9DFF", "#2DD4BF", "#F5B454", "#FF6B8A", "#A78BFA", "#B7E36B", "#F59AD8", "#C9D3E6"),
    density=((0.0, "#181E29"), (0.35, "#1B3358"), (0.62, "#2F6FB8"), (0.85, "#5FC9E8"), (1.0, "#F2FBFF")),
)

LIGHT = Theme(
    name="light",
    background="#F3F5F9",
    panel="#FFFFFF",
    card="#FFFFFF",
    raised="#EEF1F6",
    line="#DDE3EC",
    text="#1A2130",
    muted="#5D6880",
    faint="#96A0B5",
    accent="#2F6FED",
    teal="#0FA595",
    amber="#C77D0A",
    rose="#DB3B61",
    violet="#7C5CE0",
    on_accent="#FFFFFF",
    series=("#2F6FED", "#0FA595", "#C77D0A", "#DB3B61", "#7C5CE0", "#4F8A10", "#B83280", "#46536B"),
    density=((0.0, "#FFFFFF"), (0.35, "#D7E6FA"), (0.65, "#86B4EF"), (0.88, "#2F6FED"), (1.0, "#173A8C")),
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
