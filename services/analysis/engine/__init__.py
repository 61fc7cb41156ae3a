"""What analyses texts: pure functions of bytes and numbers, the same on a laptop and in functions.

Read a shard, fit over all of them, apply to each, finish: `pipeline` has the four steps. Nothing
here knows of AWS, files or clocks.
"""
