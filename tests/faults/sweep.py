"""The sweep: every function, every AWS call that it makes, every way in which that can fail.

A story without faults shows which calls there are; no list of them is kept, so that a new handler
or call is swept the day it is there. Then story after story has all the faults that have not
happened yet, of which so many do as whoever delivers a task again comes through, and the invariants
are held against its end. What breaks is looked for by halves, until the fault that did it stands
alone.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from local.demo.client import Unexpected
from local.stack import LocalStack
from local.synth import assembly
from tests.faults.chapters import Told
from tests.faults.invariants import INVARIANTS
from tests.faults.kit import MODES, PREFIX, Fault, Kit, Site
from tests.faults.people import People
from tests.faults.story import Story
from tests.support.watch import watched

STORIES_TRIED = 20
"""In how many stories a call that is not made each time is waited for."""


@dataclass
class Result:
    """What a sweep has found.

    Attributes
    ----------
    done : list of Fault
        Faults that happened.
    unreached : list of Fault
        Faults whose call was not made any more.
    resumed : int
        How often, over all stories, an operator had to have an execution go on.
    broken : dict
        Invariants, and what was not so, by the fault that broke them.
    functions : list of str
        All functions of the stack.
    """

    functions: list[str] = field(default_factory=list)
    done: list[Fault] = field(default_factory=list)
    unreached: list[Fault] = field(default_factory=list)
    resumed: int = 0
    broken: dict[Fault, list[str]] = field(default_factory=dict)

    @property
    def checks(self) -> int:
        """Invariants that were held against faults."""
        return len(self.done) * len(INVARIANTS)

    @property
    def breaches(self) -> int:
        """Invariants that a fault broke."""
        return sum(len({text[:2] for text in texts}) for texts in self.broken.values())


class Sweep:
    """Stories with faults, each on a stack of its own.

    Parameters
    ----------
    say : callable
        Shows progress.
    """

    def __init__(self, say: Callable[[str], None] = print) -> None:
        self._kit = Kit()
        self._say = say
        self.result = Result()

    def sites(self) -> list[Site]:
        """Calls that a story without faults makes.

        Raises
        ------
        AssertionError
            If such a story ends otherwise than it should.
        """
        broken = self._story([])
        assert not broken, f"without any fault: {broken}"
        return sorted(self._kit.reached)

    def faults(self) -> list[Fault]:
        """Every way in which the calls of a story can fail.

        Of the calls of one site in an invocation the first fails and, where something is written,
        the last as well: what lies in between has been done by halves.
        """
        return [
            Fault(site, mode, nth)
            for site in self.sites()
            for mode in MODES
            for nth in sorted({1, 1 if site.reads else self._kit.most[site]})
        ]

    def run(self, faults: Sequence[Fault], *, stories: int | None = None) -> Result:
        """Have all faults happen, story by story, or as many as come up in some stories."""
        waiting = dict.fromkeys(faults, STORIES_TRIED)
        told = 0
        while waiting and told != stories:
            told += 1
            broken = self._story([*waiting])
            done, met = self._kit.done[:], self._kit.met.copy()
            self.result.done += done
            if broken:
                self._say(f"looking for what broke: {broken[0]}")
                self._blame(done, broken)
            for fault in done:
                del waiting[fault]
            for fault in () if broken else [*waiting]:
                waiting[fault] -= (fault.site, fault.nth) not in met
                if not waiting[fault]:
                    del waiting[fault]
                    self.result.unreached.append(fault)
            happened = len(self.result.done)
            self._say(f"{happened} faults ({len(done)} in this story), {len(waiting)} left")
        return self.result

    def _story(self, faults: Sequence[Fault]) -> list[str]:
        """Tell a story with faults; which invariants do not hold at its end."""
        kit = self._kit
        stack = LocalStack(assembly(), speed=0)
        with stack, kit.in_place(), watched() as said:
            self.result.functions = sorted(n.removeprefix(PREFIX) for n in stack.functions.by_name)
            story = Told(stack, People(stack))
            kit.arm(faults)
            try:
                story.tell()
                with kit.aside():
                    broken = list(_broken(story, said))
                story.operate()
            except Unexpected as error:
                return [f"I9 the story stands still: {error}"]
            finally:
                kit.disarm()
                self.result.resumed += story.resumed
            with kit.aside():
                return broken or list(_broken(story, said))

    def _blame(self, faults: list[Fault], broken: list[str]) -> None:
        """Find the fault that broke something, half by half."""
        if len(faults) > 1:
            middle = len(faults) // 2
            for half in (faults[:middle], faults[middle:]):
                if found := self._story(half):
                    self._blame(half, found)
                    return
        # Alone, or only all of them together: the last one stands for them.
        self.result.broken[faults[-1]] = broken


def _broken(story: Story, said: list[str]) -> Iterator[str]:
    for name, invariant in INVARIANTS.items():
        try:
            yield from (f"{name} {text}" for text in invariant(story, said))
        except Unexpected as error:
            yield f"{name} cannot be told: {error}"


def table(result: Result) -> Iterator[str]:
    """The result, a line for each function."""
    calls: dict[str, set[Site]] = defaultdict(set)
    modes: dict[str, set[str]] = defaultdict(set)
    for site, mode, _ in result.done:
        calls[site.function].add(site)
        modes[site.function].add(mode)
    faults = Counter(fault.site.function for fault in result.done)
    broken = Counter(fault.site.function for fault in result.broken)
    yield f"{'function':28} {'calls':>6} {'modes':>6} {'faults':>7} {'broken':>7}"
    for name in result.functions:
        row = (len(calls[name]), len(modes[name]), faults[name], broken[name])
        yield f"{name:28} {row[0]:6} {row[1]:6} {row[2]:7} {row[3]:7}"
    for fault, texts in result.broken.items():
        yield f"broken by {fault.mode} at {' '.join(fault.site)}:"
        yield from (f"  {text}" for text in texts[:4])
    for fault in result.unreached:
        yield f"not reached: {fault.mode} at {' '.join(fault.site)}"
    yield f"{len(result.done)} faults at {sum(map(len, calls.values()))} calls"
    yield f"executions that an operator had go on: {result.resumed}"
    yield f"broken invariants: {result.breaches} of {result.checks}"
