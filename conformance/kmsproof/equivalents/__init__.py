"""The same call with the tools of a target: commands and programs that repeat it by hand."""
