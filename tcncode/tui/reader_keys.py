"""The keys of the document pane. A test keeps them free of clashes with the screen's."""

from __future__ import annotations

from textual.binding import Binding


def _key(action: str, label: str, keys: str, group: str) -> Binding:
    return Binding(keys, action, label, show=False, id=f"reader.{group}")


READER_KEYS: tuple[Binding, ...] = (
    _key("move('row', 1)", "Row down", "down,j", "down"),
    _key("move('row', -1)", "Row up", "up,k", "up"),
    _key("move('char', 1)", "Next character", "right,l", "right"),
    _key("move('char', -1)", "Previous character", "left,h", "left"),
    _key("move('word', 1)", "Next word", "w,ctrl+right", "word"),
    _key("move('word', -1)", "Previous word", "b,ctrl+left", "word_back"),
    _key("move('sentence', 1)", "Next sentence", "right_parenthesis", "sentence"),
    _key("move('sentence', -1)", "Previous sentence", "left_parenthesis", "sentence_back"),
    _key("move('paragraph', 1)", "Next paragraph", "right_curly_bracket", "paragraph"),
    _key("move('paragraph', -1)", "Previous paragraph", "left_curly_bracket", "paragraph_back"),
    _key("move('turn', 1)", "Next speaker turn", "t", "turn"),
    _key("move('turn', -1)", "Previous speaker turn", "T", "turn_back"),
    _key("move('uncoded', 1)", "Next passage that you have not coded", "semicolon", "uncoded"),
    _key("move('uncoded', -1)", "Previous passage not coded", "colon", "uncoded_back"),
    _key("page(1.0)", "Page down", "pagedown,space", "page"),
    _key("page(-1.0)", "Page up", "pageup", "page_back"),
    _key("page(0.5)", "Half a page down", "ctrl+d", "half"),
    _key("page(-0.5)", "Half a page up", "ctrl+u", "half_back"),
    _key("edge('row', -1)", "Beginning of the row", "home,0", "row_start"),
    _key("edge('row', 1)", "End of the row", "end,dollar_sign", "row_end"),
    _key("edge('text', -1)", "Beginning of the document", "g,ctrl+home", "top"),
    _key("edge('text', 1)", "End of the document", "G,ctrl+end", "bottom"),
    _key("extend('row', 1)", "Select down", "shift+down", "select_down"),
    _key("extend('row', -1)", "Select up", "shift+up", "select_up"),
    _key("extend('char', 1)", "Select right", "shift+right", "select_right"),
    _key("extend('char', -1)", "Select left", "shift+left", "select_left"),
    _key("extend('word', 1)", "Select a word on", "ctrl+shift+right", "select_word"),
    _key("extend('word', -1)", "Select a word back", "ctrl+shift+left", "select_word_back"),
    _key("free", "Start or stop selecting with motion keys", "v", "free"),
    _key("take('sentence', 1)", "Select the sentence; again: one more", "s", "take_sentence"),
    _key("take('sentence', -1)", "Select sentences backwards", "S", "take_sentence_back"),
    _key("take('paragraph', 1)", "Select the paragraph; again: one more", "p", "take_paragraph"),
    _key("take('paragraph', -1)", "Select paragraphs backwards", "P", "take_paragraph_back"),
    _key("grow", "Grow the selection", "plus,equals_sign", "grow"),
    _key("shrink", "Shrink it again, or drop its last sentence", "minus", "shrink"),
    _key("swap", "Work on the other end of the selection", "z", "swap"),
    _key("count", "Then digits: repeat the next motion that often", "number_sign", "count"),
    _key("clear", "Drop the selection", "escape", "clear"),
)
