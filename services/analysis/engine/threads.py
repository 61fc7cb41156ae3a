"""Sums that come out the same each time: on one thread."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Let linear algebra and OpenMP have one thread each: several add up in another order."""
    # A limit holds for the libraries that are loaded when it is set.
    import sklearn.cluster
    import sklearn.linear_model  # noqa: F401
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
