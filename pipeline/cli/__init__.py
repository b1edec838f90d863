"""The command line: one module a family of commands, the same steps as the scheduler's."""
