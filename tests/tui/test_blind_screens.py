"""What others did in a document that is coded blind shows on no screen of the workbench."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import blind_study
import pytest
from blind_study import SECRETS, Pair, tidy
from tui.test_injection import painted

from tcncode.project import Project
from tcncode.tui.app import Workbench
from tcncode.tui.screens import SCREENS, place

KEYS: dict[str, Sequence[Sequence[str]]] = {
    "text": [[], ["o"], ["o", "right_square_bracket", "right_square_bracket", "m"], ["f2"],
             ["f3"], ["f4"], ["home", "right", "right", "right", "right", "x"], ["F", "F"],
             ["f2", "g", "g", "g"]],
    "report": [[], ["b"], ["enter"]],
    "quotations": [[], ["a"], ["b"]],
    "search": [[*"learn", "enter"]],
    "codebook": [[], ["end"]],
    "settle": [[], ["h"], ["v"], ["d"], ["c"]],
    "queue": [[], ["o"], ["a", "u"]],
}  # fmt: skip
"""Screen -> keys pressed there; those not named are opened and looked at. All are looked at."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return blind_study.made(tmp_path_factory.mktemp("blind"))


def seen(
    source: Path, path: Path, name: str, keys: Sequence[str], size: tuple[int, int], who: str
) -> str:
    """All that stands on screen, as somebody, after some keys."""
    shutil.copy(source, path)
    shown = ""

    async def run() -> None:
        nonlocal shown
        with Project.open(path, coder=who) as project:
            app = Workbench(project, "letter")
            async with app.run_test(size=size) as pilot:
                while app.code_screen is None:  # no screen is opened before the text is there
                    await pilot.pause(0.02)
                await pilot.pause()
                app.action_screen(name)
                while place(name).screen and not isinstance(app.screen, place(name).kind()):
                    await pilot.pause(0.02)
                await pilot.pause()
                for key in keys:
                    await pilot.press(key)
                await app.workers.wait_for_complete()
                same = 0
                while same < 4:  # bars and figures come when there is time
                    before, shown = shown, painted(app)
                    same = same + 1 if shown == before else 0
                    await pilot.pause(0.1)

    asyncio.run(run())
    return tidy(shown)


@pytest.mark.parametrize("name", [row.name for row in SCREENS])
@pytest.mark.parametrize("who", ["amina", "new"])
def test_a_screen_shows_the_same_whatever_the_other_has_done(
    pair: Pair, tmp_path: Path, who: str, name: str
):
    tried = KEYS.get(name, [[]])
    for number, keys in enumerate(tried if who == "amina" else tried[:2]):
        secret, plain = (
            seen(source, tmp_path / f"{kind}{number}.tcn", name, keys, (160, 40), who)
            for kind, source in (("s", pair.secret), ("p", pair.plain))
        )
        assert secret.strip() and not [word for word in SECRETS if word in secret]
        # Files have names of their own.
        assert secret.replace(f"s{number}", "") == plain.replace(f"p{number}", ""), (name, keys)


def test_what_was_hidden_is_on_screen_once_all_have_finished(pair: Pair, tmp_path: Path):
    path = shutil.copy(pair.secret, tmp_path / "open.tcn")
    with Project.open(path, coder="ben") as ben:
        ben.finish(["letter"])
    keys = ["c", *"monitoring", "enter"]
    assert "ZIRKON" in seen(path, tmp_path / "s1.tcn", "quotations", keys, (160, 40), "amina")
    assert "ONYX" in seen(path, tmp_path / "s2.tcn", "memos", [], (160, 40), "amina")
