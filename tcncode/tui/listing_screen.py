"""The documents of the project in a pane, with those that are nearly the same marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import on
from textual.message import Message

from tcncode.errors import TcncodeError
from tcncode.model import Assignment, Document
from tcncode.tui.document_tree import DocumentPane, DocumentTree, Listing
from tcncode.tui.study_screen import StudyScreen, told

if TYPE_CHECKING:
    from tcncode.project import Project


class ListingScreen(StudyScreen):
    """Has a ``DocumentPane`` and keeps it up to date."""

    @dataclass
    class TwinsFound(Message):
        """Documents that are nearly the same, by document id, were looked for."""

        listing_screen: ListingScreen
        twins: Mapping[str, Sequence[tuple[str, float]]]
        problem: str = ""
        """Why they could not be looked for."""

        @property
        def control(self) -> ListingScreen:
            """The screen it came from."""
            return self.listing_screen

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self.document: Document | None = None
        """The open one."""
        self._compared: frozenset[str] = frozenset()
        self._twins: Mapping[str, Sequence[tuple[str, float]]] = {}

    def show_documents(self) -> None:
        """The list of documents, read anew."""
        project = self.project
        assignments: dict[str, dict[str, Assignment]] = {}
        for assignment in project.assignments():
            assignments.setdefault(assignment.document, {})[assignment.coder] = assignment
        entries = project.documents()
        self._look_for_twins(frozenset(entry.id for entry in entries))
        listing = Listing(
            entries,
            {network.id: network for network in project.networks()},
            project.work(),
            assignments,
            project.coder,
            frozenset(key for noun, key in project.noted() if noun in ("document", "network")),
            self._twins,
        )
        self.query_one(DocumentPane).show(listing, self.document.id if self.document else None)

    def show_progress(self, documents: Iterable[str]) -> None:
        """Some documents were assigned or finished: read who codes these, and nothing else."""
        found = {key: {a.coder: a for a in self.project.assignments_of(key)} for key in documents}
        if any(a.blind for row in found.values() for a in row.values()):
            self.show_documents()  # what is hidden may be so no more
        else:
            self.query_one(DocumentPane).assigned(found)

    @on(DocumentTree.ToDescribe)
    def _describe(self, event: DocumentTree.ToDescribe) -> None:
        """Ask what else is to be said of a document, and keep it."""
        from tcncode.tui.describe_window import DescribeWindow, Description

        event.stop()
        project, listing = self.project, self.query_one(DocumentPane).listing
        entry = next((e for e in listing.entries if e.id == event.document), None)
        if entry is None:
            return

        def refuses(said: Description) -> str | None:
            try:
                project.describe([entry.id], said.facts, speakers=said.speakers)
            except TcncodeError as error:
                return str(error)
            return None

        def described(said: Description | None) -> None:
            if said is not None:
                self.read_back()
                changed = {**said.facts, **said.roles}.items()
                told = ", ".join(f"{key} {value or 'none'}" for key, value in changed)
                self.say(f"{entry.name}: {told} (u undoes)")

        names = [n.short_name or n.name for n in project.networks()]
        network = listing.network_name(entry) if entry.network else ""
        window = DescribeWindow(entry, network, project.speakers(entry.id), names, refuses)
        self.app.push_screen(window, described)

    def _look_for_twins(self, documents: frozenset[str]) -> None:
        """Which documents are nearly the same: in a thread, once for a set of documents."""
        if documents != self._compared and len(documents) > 1:
            self._compared = documents
            self.run_worker(
                self._find_twins, thread=True, exclusive=True, group="twins", exit_on_error=False
            )

    def _find_twins(self) -> None:
        from tcncode.project import Project

        try:
            # A connection belongs to the thread that made it.
            with Project.open(self.project.path, coder=self.project.coder) as own:
                self.post_message(self.TwinsFound(self, own.near_identical()))
        except Exception as error:  # whatever it is, it is shown
            self.post_message(self.TwinsFound(self, {}, str(told(error))))

    @on(TwinsFound)
    def _show_twins(self, event: TwinsFound) -> None:
        event.stop()
        if event.problem:
            self.say(event.problem, bad=True)
        if event.twins != self._twins:
            self._twins = event.twins
            self.show_documents()
