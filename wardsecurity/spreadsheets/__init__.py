"""Workbooks that people send and take away: read with suspicion, written dead.

`reading.read_workbook` opens a stranger's XLSX in a process apart and gives typed rows
and faults in words; `writing` makes workbooks that hold no live formula.
"""
