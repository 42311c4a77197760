"""The subcommands of the command line, one topic a module."""
