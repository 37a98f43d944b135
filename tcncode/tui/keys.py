"""The keys of the main screen, whichever pane has the focus.

Footer, key help and command palette all read these. A test keeps them free of clashes with
the reader's own keys, and off the keys that terminals and multiplexers take for themselves.
"""

from __future__ import annotations

from textual.binding import Binding


def _key(keys: str, action: str, label: str, group: str) -> Binding:
    return Binding(keys, action, label, show=False, id=f"code.{group}")


SCREEN_KEYS: tuple[Binding, ...] = (
    # First: where a footer has no room, it is the last that goes.
    Binding(
        "question_mark,f1", "app.help", "Keys", id="code.help", tooltip="The keys of this screen"
    ),
    Binding(
        "1",
        "key(1)",
        "Code",
        key_display="1-9",
        id="code.key1",
        tooltip="Code the selection, or else the sentence, with the code of this key",
    ),
    *(_key(str(n), f"key({n})", "", f"key{n}") for n in range(2, 10)),
    Binding("c,enter", "pick", "Any", id="code.pick", tooltip="Pick from all codes"),
    _key("full_stop", "repeat", "Code with the last code again", "repeat"),
    _key("r", "recent", "Code with a recent code", "recent"),
    _key("C", "code_and_memo", "Code, and write a memo on it", "code_and_memo"),
    _key("i", "in_vivo", "New code named by the selected words", "in_vivo"),
    Binding("x", "remove", "Remove", id="code.remove", tooltip="Remove a coding here"),
    _key("L", "nudge('word', 1)", "Nearer boundary of the coding a word on", "nudge_word"),
    _key("H", "nudge('word', -1)", "Nearer boundary a word back", "nudge_word_back"),
    _key("J", "nudge('sentence', 1)", "Nearer boundary a sentence on", "nudge_sentence"),
    _key("K", "nudge('sentence', -1)", "Nearer boundary a sentence back", "nudge_sentence_back"),
    _key("e", "adjust", "Adjust the boundaries of the coding with motion keys", "adjust"),
    _key("R", "recode", "Change the code of the coding", "recode"),
    _key("vertical_line", "split", "Split the coding at the cursor", "split"),
    _key("ampersand", "join", "Join the coding with its neighbours", "join"),
    Binding("m", "memo", "Memo", id="code.memo", tooltip="Write a memo on a coding here"),
    _key("M", "memo_on", "Write a memo on document, network, code or project", "memo_on"),
    Binding("u", "undo", "Undo", id="code.undo"),
    _key("ctrl+r", "redo", "Redo", "redo"),
    _key("right_square_bracket", "next_coding(1)", "Next coding", "next"),
    _key("left_square_bracket", "next_coding(-1)", "Previous coding", "previous"),
    _key("o", "others", "Show or hide other coders' codings", "others"),
    _key("greater_than_sign", "next_suggestion(1)", "Next suggestion", "suggestion"),
    _key("less_than_sign", "next_suggestion(-1)", "Previous suggestion", "suggestion_back"),
    _key("a", "answer(True)", "Accept the suggestion here, and on to the next", "accept"),
    _key("A", "accept_as_selected", "Accept it with the selection's boundaries", "accept_as"),
    _key("d", "answer(False)", "Reject the suggestion here, and on to the next", "reject"),
    _key("slash", "find", "Find in this document", "find"),
    _key("n", "next_hit(1)", "Next place found", "hit"),
    _key("N", "next_hit(-1)", "Previous place found", "hit_back"),
    _key("O", "outline", "Headings, pages and turns", "outline"),
    _key("D", "next_document", "Next document for me", "next_document"),
    _key("F", "finish", "Mark the document as finished", "finish"),
    Binding("f2", "drawer('documents')", "Docs", id="code.documents", tooltip="Documents"),
    Binding("f3", "drawer('codes')", "Codes", id="code.codes"),
    Binding(
        "f4",
        "drawer('suggestions')",
        "Suggest",
        id="code.suggestions",
        tooltip="Suggestions for this document",
    ),
    _key("tab", "app.focus_next", "Next pane", "pane"),
    _key("escape", "back", "Back to the document", "back"),
    _key("ctrl+p", "app.command_palette", "All commands, by name", "palette"),
)
