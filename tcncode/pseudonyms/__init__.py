"""Names in transcripts replaced by pseudonyms, in a copy of the project.

    finding    what identifies people in texts, and where it stands
    naming     which pseudonym each gets
    rewriting  a text with some stretches replaced, and where spans stand in it
    key        the file that leads from pseudonyms back to names
    listing    names that the coder lists
    copying    a project's rows, rewritten into a new file
    changing   what is rewritten there, both ways
    files      the copy as a file
    searching  the file searched for names

Why a copy: a project keeps what was. The journal holds each memo as it was before, texts are
addressed by their hash and never removed, deleted rows stay, the index of words and the model of
suggestions are made of the old words, and SQLite leaves what was deleted in free pages. To replace
names inside a project, with undo, is to keep them there. So the project stays as it is, and the
copy is a new file that the old words were never written to: texts, segments, speakers, codings,
settlements, answers and memos are carried over, moved by exactly what was replaced before them.
History, deleted rows, open suggestions, the trained model, and the hashes of the files that were
imported are not carried over. Before it gets its name the copy is searched, cell by cell and then
byte by byte.
"""
