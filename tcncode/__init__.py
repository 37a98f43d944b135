"""tcncode: qualitative coding in the terminal.

A map of this folder, from the screen down; a module imports only what stands below it:

``cli``        the commands                     ``tui``       the workbench
``making``     a study's project from files, and the demo
``page``       the full report, its figures, and quotations verified
``project``    one project file, opened
``export``     tables and codings to files
``statements`` what publications say, beside what the tables give
``reports``    codings -> tables
``importing``  files -> documents               ``store``     the database
``journal``    what was done; undo              ``codebook``  codebook.yaml <-> codes
``networks``   networks, cities, memberships    ``coding``    finding passages again
``search``     words, patterns, near matches    ``suggest``   codings proposed, with evidence
``retrieval``  where codes meet                 ``near_identical``  documents alike
``agreement``  how far coders agree             ``shipped``   files that come with the program
``schema``     the tables of a project file     ``model``     the nouns
``text``       spans, segments, rows, what may reach a terminal
``errors``     what a researcher is told
"""

__version__ = "0.1.0"
