"""The two-mode graph of cities and networks: who belongs where."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tcncode.model import Membership, Table
from tcncode.page.drawing import Canvas, Figure, clipped, width_of
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawn

MOST = 40
"""Cities, and networks, that the graph has room for; those with most memberships are drawn."""
_SWEEPS = 24
"""How often each side is put into the order of its neighbours; more changes nothing to see."""


def city_graph(
    memberships: Sequence[Membership],
    city_names: Mapping[str, str],
    network_names: Mapping[str, str],
    table: Table,
) -> Figure:
    """Cities on the left, networks on the right, a line a membership; dashed: not verified.

    Both sides stand in an order that keeps lines short (barycentres of neighbours), so that
    nothing depends on chance, and equal memberships give equal figures.

    Source:
        Sugiyama, Tagawa & Toda (1981), IEEE Transactions on Systems, Man, and Cybernetics 11(2),
        109-125: the barycentre method.
    """
    of_city = Counter(m.city for m in memberships)
    of_network = Counter(m.network for m in memberships)
    kept = {city for city, _ in _most(of_city)}, {network for network, _ in _most(of_network)}
    drawn = [m for m in memberships if m.city in kept[0] and m.network in kept[1]]
    cities, networks = _ordered(drawn)

    def draw(canvas: Canvas) -> Drawn:
        em = canvas.em
        left_names = {c: f"{clipped(city_names.get(c, c))} ({of_city[c]})" for c in cities}
        right_names = {n: f"({of_network[n]}) {clipped(network_names.get(n, n))}" for n in networks}
        left = width_of(list(left_names.values()), canvas.points) + 1.2 * em
        right = width_of(list(right_names.values()), canvas.points) + 1.2 * em
        line, head = 1.7 * em, 1.8 * em
        tall = line * max(len(cities), len(networks), 1)
        sheet = canvas.sheet(tall + head)
        middle = max(canvas.width - left - right, 6 * em)
        axes = canvas.axes(sheet, (left, 0, middle, tall))
        axes.set_axis_off()
        axes.set_xlim(0, 1)
        axes.set_ylim(tall / line, 0)
        places = [_places(side, tall / line) for side in (cities, networks)]
        for m in drawn:
            axes.plot(
                [0, 1], [places[0][m.city], places[1][m.network]],
                color=canvas.colour("mark" if m.verified else "muted"), linewidth=1.1,
                linestyle="-" if m.verified else (0, (3, 2)), zorder=1,
            )  # fmt: skip
        for x, side, names, role, marker in (
            (0, 0, left_names, "accent", "o"),
            (1, 1, right_names, "mark", "s"),
        ):
            for key, name in names.items():
                y = places[side][key]
                axes.plot(
                    [x], [y], marker=marker, markersize=canvas.points * 0.8, clip_on=False,
                    color=canvas.colour(role), zorder=2,
                )  # fmt: skip
                axes.annotate(
                    name, (x, y), xytext=((2 * x - 1) * canvas.points * 0.9, 0),
                    textcoords="offset points", va="center", ha="left" if x else "right",
                    size=canvas.points, color=canvas.colour("ink"), annotation_clip=False,
                )  # fmt: skip
        bold = {"weight": "bold", "size": canvas.points, "color": canvas.colour("muted")}
        for x, words, side_of in ((0, "Cities", "right"), (1, "Networks", "left")):
            axes.annotate(
                words, (x, 0), xytext=((2 * x - 1) * canvas.points * 0.9, canvas.points * 0.5),
                textcoords="offset points", ha=side_of, va="bottom", annotation_clip=False,
                **bold,  # type: ignore[arg-type]  # a weight, a size and a colour
            )  # fmt: skip
        return sheet

    top = [f"{city_names.get(c, c)} {n}" for c, n in _most(of_city)[:3]]
    biggest = [f"{network_names.get(n, n)} {count}" for n, count in _most(of_network)[:3]]
    verified = sum(m.verified for m in memberships)
    words = (
        f"{counted(len(of_city), 'city', 'cities')} and {counted(len(of_network), 'network')},"
        f" joined by {counted(len(memberships), 'membership')}, of which {verified} verified (solid"
        f" lines; the others are dashed). Cities in most networks: {', '.join(top)}."
        f" Networks with most cities: {', '.join(biggest)}."
    )
    if len(drawn) < len(memberships):
        words += (
            f" Drawn are the {MOST} cities and {MOST} networks with most memberships;"
            " the table has all."
        )
    return Figure(
        "city-network-graph", "Which cities belong to which networks", words, table, draw,
        "A line is a membership that the project lists; dashed: not verified. In brackets: how"
        " many. Caution: a city whose memberships were not looked up seems peripheral.",
    )  # fmt: skip


def _most(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:MOST]


def _ordered(memberships: Sequence[Membership]) -> tuple[list[str], list[str]]:
    """Both sides, each again and again in the order of the middle of its neighbours."""
    of_city: defaultdict[str, list[str]] = defaultdict(list)
    of_network: defaultdict[str, list[str]] = defaultdict(list)
    for m in memberships:
        of_city[m.city].append(m.network)
        of_network[m.network].append(m.city)
    cities = sorted(of_city, key=lambda c: (-len(of_city[c]), c))
    networks = sorted(of_network, key=lambda n: (-len(of_network[n]), n))
    for _ in range(_SWEEPS):
        cities = _by_middle(cities, of_city, networks)
        networks = _by_middle(networks, of_network, cities)
    return cities, networks


def _by_middle(
    side: Sequence[str], neighbours: Mapping[str, Sequence[str]], other: Sequence[str]
) -> list[str]:
    scale = 1 / max(1, len(other))
    at = {name: number * scale for number, name in enumerate(other)}
    middle = {name: sum(at[o] for o in neighbours[name]) / len(neighbours[name]) for name in side}
    return sorted(side, key=lambda name: (middle[name], name))


def _places(side: Sequence[str], tall: float) -> dict[str, float]:
    """Even places from the top to the bottom of a height."""
    return {name: (n + 0.5) * tall / len(side) for n, name in enumerate(side)}
