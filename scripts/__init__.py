"""What the Makefile calls: `python -m scripts.<name>`."""
