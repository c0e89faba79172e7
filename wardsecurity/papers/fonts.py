"""Faces of official papers, in the order they are tried.

NĐ30 wants Times New Roman, which may not be bundled; the next two have its widths. The
last is built into typst and holds all of Vietnamese, so that a paper never fails.
"""

FACES = ("Times New Roman", "Liberation Serif", "Tinos", "Libertinus Serif")
BODY_PT = 13  # NĐ30: 13 to 14
