"""The fits run on one thread, whatever was loaded before: of two the sums come out otherwise."""

import subprocess
import sys

import pytest

_ASKED = """
from threadpoolctl import threadpool_info
from services.analysis.engine import learning, themes

def asked(name, module):
    real = getattr(module, name)
    def told(*args, **kwargs):
        found = real(*args, **kwargs)
        print(sorted({each["num_threads"] for each in threadpool_info()}))
        return found
    setattr(module, name, told)

asked("_reduced", themes)
asked("_clustered", themes)
asked("_fitted", learning)
words = ["alpha beta", "gamma delta", "epsilon zeta"]
texts = [f"{words[number % 3]} {'abcdefghijklmnopqrstuvwxyz'[number] * 4}" for number in range(24)]
"""
_FITS = {
    "themes": "themes.fit([text.split() for text in texts], count=3)",
    "lessons": (
        "labels = [learning.Example(text, 'en', str(n % 2)) for n, text in enumerate(texts)]\n"
        "learning.learn(labels, least=9)"
    ),
}


@pytest.mark.parametrize("fit", _FITS)
def test_the_first_fit_of_a_process_has_one_thread_too(fit: str) -> None:
    script = _ASKED + _FITS[fit]
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, stdout=subprocess.PIPE, text=True
    )
    assert set(done.stdout.split("\n")) == {"[1]", ""}
