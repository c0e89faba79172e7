"""How fast the pages are, as ratios to two floors measured in the same run."""
