"""The rows of the table, a module a concept; matrix.py joins them."""
