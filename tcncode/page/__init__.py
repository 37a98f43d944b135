"""The full report: one page with every table, figures, quotations and the commands behind them.

    palette    colours in a light and a dark theme, and their contrast
    drawing    a figure as SVG in the page, or as SVG, PNG or PDF for a paper
    charts     tables -> heat maps, small multiples, dots, intervals
    graph      cities and networks -> the graph of who belongs where
    contents   what a page is made of, and what its sections ask
    sections   the sections, in the page's order
    writing    sections -> HTML by a template
    verifying  quotations in a report, held against the project

What is *not* here: counting (``reports``), and tables as CSV, Markdown or XLSX (``export``).
"""
