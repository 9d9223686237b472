"""One module for each command: options in, a call to the module that does the work, text out."""
