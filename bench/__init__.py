"""The figures, one file each; ``python -m bench`` measures all and writes ``build/bench.json``."""
