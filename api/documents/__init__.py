"""What the doors say as JSON: one function a document, printed by a command and answered over HTTP alike.

A document is a dictionary of plain values; ``api/schemas`` describes each kind, and tests hold both doors to it.
"""
