"""pytest plugins of the project, and what the tests need from the machine."""
