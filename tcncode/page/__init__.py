"""The full report: one page with every table, figures, quotations and the commands behind them.

    palette    colours in a light and a dark theme, and their contrast
    drawing    a figure as SVG in the page, or as SVG, PNG or PDF for a paper
    charts     tables -> heat maps, small multiples      lines    dots, estimates, a curve
    graph      cities and networks -> the graph of who belongs where
    contents   what a page is made of, and what its sections ask
    sections   the sections in the page's order, and the summary
    between    what networks do, what for, who duplicates whom
    places     cities and networks; what publications say of them
    texts      codes that meet, time, kinds, speakers, mentions, coverage, saturation
    evidence   agreement, quotations, codebook, commands
    writing    sections -> HTML by a template            papers   figures as files
    quoted     quotations in a report, as it has them   verifying  held against the project

What is *not* here: counting (``reports``), and tables as CSV, Markdown or XLSX (``export``).
"""
