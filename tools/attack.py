"""Attack polyfam with hostile input, alterations and kills, and count what it does wrong.

``python tools/attack.py [--seconds 60] [--seed 1] [ATTACK ...]`` runs each attack for that long:

calls         every public callable on values of every wrong kind
notations     texts of trees, mutated; what is read must be written and read again the same
lines         command lines, mutated, in this process
alterations   a published file, a certificate or a record changed, cut, exchanged or deleted
kills         a census or a command that writes killed at any moment, then run again
starts        Ctrl-C while modules are imported
pairs         two censuses in one folder, two commands that write the same files
places        full disks, circles of links, few open files, little memory
numbers       every Taylor rule at points of the whole range of the doubles, against mpmath

A wrong number, a lost result, an altered file that was read, an executed text, a traceback or a
call of more than ten seconds without a refusal is a fault; the exit code is 1 if there is one.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import inspect
import io
import multiprocessing
import os
import pkgutil
import random
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner

import polyfam
from polyfam.errors import PolyfamError

LIMIT = 10  # seconds a call may take
WAIT = 20  # seconds after which a call that cannot be interrupted is given up
#: Their work takes longer than a call may.
LONG = {"build_tables", "labelled_sum_row", "verify_package"}
END = "end"
CANARY = Path(tempfile.gettempdir()) / f"polyfam-attack-{os.getpid()}"


#: Before what may go on for ever without returning to Python.
BEGIN = "begin "


class TooLong(BaseException):
    """A call went on for more than `LIMIT` seconds."""


class Evil:
    """An object whose every operation fails; what it raises is its own fault."""

    def __getattr__(self, name: str) -> Any:
        raise EvilError(name)

    def __str__(self) -> str:
        raise EvilError("str")

    __repr__ = __iter__ = __len__ = __float__ = __index__ = __bool__ = __hash__ = __eq__ = __str__


class EvilError(Exception):
    """Raised by `Evil` alone."""


def hostile() -> list[Any]:
    """Return values of every wrong kind."""
    text = f"__import__('pathlib').Path({str(CANARY)!r}).touch()"
    return [
        None, True, -1, 0, 3, 2.5, float("nan"), float("inf"), -float("inf"), 1e308, 10**30,
        10**5000, -(10**5000), 1j, "", "x", "0 2", text, "0" * 10**5, "\x1c", "\ud800", b"\xff",
        b"", [], [[]], [None], [0, 1, 1], [[0.0, 1.0]], (), {}, {0: [1]}, set(), range(3),
        iter([0, 1]), np.int64(3), np.float64("nan"), np.uint8(200), np.array(3), np.array([]),
        np.zeros((2, 0)), np.array([1, 2], np.uint8), np.array(["a"]), np.array([None]),
        np.matrix([[1, 2]]), np.full((3,), np.nan), np.ones((2, 3)), object(),
        object, len, Evil(), NotImplemented, ...,
    ]  # fmt: skip


def public_callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the functions and classes of every public namespace, but those of `LONG`."""
    rooms = [m.name for m in pkgutil.iter_modules(polyfam.__path__, "polyfam.") if m.ispkg]
    seen: set[int] = set()
    for room in ["polyfam", *rooms]:
        if room in {"polyfam.cli", "polyfam.data", "polyfam.experiments"}:
            continue
        module = importlib.import_module(room)
        for name in sorted(getattr(module, "__all__", [])):
            with contextlib.suppress(PolyfamError):
                value = getattr(module, name)
                if id(value) in seen or not callable(value) or name in LONG:
                    continue
                if isinstance(value, type) and issubclass(value, BaseException):
                    continue
                with contextlib.suppress(TypeError, ValueError):  # those without a signature
                    inspect.signature(value)
                    seen.add(id(value))
                    yield f"{room}.{name}", value


@contextlib.contextmanager
def time_limit() -> Iterator[None]:
    """Interrupt what takes too long."""

    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def own_fault(error: BaseException) -> bool:
    """Say whether an exception is that of the caller's own object, or a refusal."""
    if isinstance(error, PolyfamError | Warning | KeyboardInterrupt):
        return True
    while error is not None and not isinstance(error, EvilError):
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return error is not None


def long_message(error: BaseException) -> bool:
    """Say whether a message is no sentence of one line."""
    message = str(error)
    return "\n" in message or len(message) > 450


def hostile_arguments(
    function: Callable[..., Any], chance: random.Random
) -> tuple[list[Any], dict[str, Any]]:
    """Return arguments for a function, most of them of a wrong kind."""
    bad = hostile()
    good = [polyfam.star(4), polyfam.RootedTree([0, 1, 1]), [0, 1, 1], 3, 0.5, "star:4", [1.0, 2.0]]
    arguments: list[Any] = []
    keywords: dict[str, Any] = {}
    for parameter in inspect.signature(function).parameters.values():
        value = chance.choice(bad if chance.random() < 0.7 else good)
        value = None if parameter.name == "progress" and chance.random() < 0.9 else value
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            if parameter.default is parameter.empty or len(arguments) < 2:
                arguments.append(value)
        elif parameter.kind == parameter.KEYWORD_ONLY and (
            parameter.default is parameter.empty or chance.random() < 0.3
        ):
            keywords[parameter.name] = value
    return arguments, keywords


def attack_calls(chance: random.Random, until: float) -> Iterator[str | None]:
    """Call everything with everything."""
    targets = list(public_callables())
    while time.monotonic() < until:
        name, function = chance.choice(targets)
        arguments, keywords = hostile_arguments(function, chance)
        shown = f"{name}({', '.join(map(short, arguments))}{', ' if keywords else ''}"
        shown += ", ".join(f"{key}={short(value)}" for key, value in keywords.items()) + ")"
        yield BEGIN + shown
        yield attempt(shown, function, arguments, keywords)


def attempt(shown: str, function: Any, arguments: list[Any], keywords: Any) -> str | None:
    """Make one call and return its fault, if it has one."""
    try:
        with time_limit(), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            result = function(*arguments, **keywords)
            if inspect.isgenerator(result):
                next(result, None)
    except TooLong:
        return f"more than {LIMIT} s: {shown}"
    except BaseException as error:
        if not own_fault(error):
            return f"{type(error).__name__} {str(error)[:80]!r}: {shown}"
        if isinstance(error, PolyfamError) and long_message(error):
            return f"long message: {shown}"
    if CANARY.exists():
        CANARY.unlink()
        return f"executed text: {shown}"
    return None


def short(value: Any) -> str:
    """Return a value for a report."""
    try:
        text = repr(value)
    except Exception:
        return type(value).__name__
    return text if len(text) < 50 else f"{text[:30]}...<{type(value).__name__}>"


def mutated(text: str, chance: random.Random) -> str:
    """Return a text with a few characters changed."""
    letters = list(text)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(letters) + 1)
        new = chance.choice("0123456789-,;:()[]{}ud?~@ABx \x1c\x00\u00e9" + text)
        letters[place : place + chance.randint(0, 1)] = new * chance.choice([0, 1, 1, 2])
    return "".join(letters)


def attack_notations(chance: random.Random, until: float) -> Iterator[str | None]:
    """Mutate texts of trees."""
    names = ["levels", "brackets", "edges", "parents", "graph6", "sparse6", "prufer", "dyck"]
    while time.monotonic() < until:
        tree = polyfam.random_free_tree(chance.randint(1, 9), seed=chance.randrange(10**6))
        try:
            text = polyfam.format_tree(tree, chance.choice(names))
        except PolyfamError:
            continue
        text = mutated(text, chance)
        yield BEGIN + repr(text)
        try:
            with time_limit():
                found = polyfam.parse_tree(text)
                again = polyfam.parse_tree(polyfam.format_tree(found, "levels"), notation="levels")
        except PolyfamError as error:
            yield f"long message: {text!r}" if long_message(error) else None
        except TooLong:
            yield f"more than {LIMIT} s: {text!r}"
        except Exception as error:
            yield f"{type(error).__name__}: {text!r}"
        else:
            yield None if again == found else f"read differently again: {text!r}"


def attack_lines(chance: random.Random, until: float) -> Iterator[str | None]:
    """Mutate command lines."""
    from polyfam.cli import VERBS, main

    options = ["--format", "json", "--limit", "-", "--order", "3", "--momentum", "1e1000000", "-o",
               "--memory", "9" * 400, "--kernel", "nesterov", "--what", "field", "--lr", "nan",
               "star:4", "F6.3", "1 8 8 1", "0 1 1", "6", "-1", "1e9", "18446744073709551616",
               "\x1c", "[" * 10**5, "family-06", "adam", "x=1", "--set", "--help"]  # fmt: skip
    runner = CliRunner()
    verbs = [verb for verb in VERBS if verb not in {"experiment", "census", "data", "verify"}]
    while time.monotonic() < until:
        line = [chance.choice(verbs), *chance.choices(options, k=chance.randint(0, 4))]
        yield BEGIN + short(line)
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            try:
                with time_limit():
                    done = runner.invoke(main, line, input="0,1,\x1c1\n" * chance.randint(0, 2))
            except TooLong:
                yield f"more than {LIMIT} s: {line}"
                continue
        error = done.exception
        fault = error and not isinstance(error, SystemExit | PolyfamError | TooLong)
        yield f"{type(error).__name__} {str(error)[:80]!r}: {short(line)}" if fault else None


ATTACKS = {
    "calls": attack_calls,
    "notations": attack_notations,
    "lines": attack_lines,
}
#: attack -> its module beside this one
ELSEWHERE = {
    **dict.fromkeys(["alterations", "kills", "starts", "pairs", "places"], "attack_files"),
    "numbers": "attack_numbers",
}


def found(name: str) -> Callable[[random.Random, float], Iterator[str | None]]:
    """Return an attack."""
    if name in ATTACKS:
        return ATTACKS[name]
    sys.path.insert(0, str(Path(__file__).parent))
    attack: Callable[[random.Random, float], Iterator[str | None]] = getattr(
        importlib.import_module(ELSEWHERE[name]), f"attack_{name}"
    )
    return attack


def worker(name: str, seed: int, seconds: float, pipe: Any) -> None:
    """Run an attack in a process of its own and tell everything it does."""
    os.setsid()
    os.chdir(tempfile.mkdtemp(prefix="polyfam-attack-"))  # some calls write files
    for said in found(name)(random.Random(seed), time.monotonic() + seconds):
        pipe.send(said)
    pipe.send(END)


def run(name: str, seed: int, seconds: float) -> tuple[int, Counter[str]]:
    """Run an attack, and go on in a new process where a call never returns."""
    tried, faults, until = 0, Counter[str](), time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        ours, theirs = multiprocessing.Pipe()
        child = multiprocessing.Process(target=worker, args=(name, seed + tried, left, theirs))
        child.start()
        theirs.close()
        begun = ""
        try:
            while ours.poll(WAIT if begun else 600) and (said := ours.recv()) != END:
                if said and said.startswith(BEGIN):
                    begun = said.removeprefix(BEGIN)
                    continue
                tried, begun = tried + 1, ""
                faults.update([said] if said else [])
            over = not begun
        except EOFError:
            faults[f"the process died: {begun}"] += 1
            over = False
        if begun and child.is_alive():
            tried += 1
            faults[f"never returned to Python: {begun}"] += 1
        child.kill()
        child.join()
        if over:
            break
    return tried, faults


def main() -> int:
    """Run the attacks that are named, or all, and print figures and faults."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "attacks", nargs="*", metavar="ATTACK", help="by default all"
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    bad = 0
    for name in options.attacks or [*ATTACKS, *ELSEWHERE]:
        tried, faults = run(name, options.seed, options.seconds)
        print(f"{name}: {tried:,} tried, {faults.total():,} faults")
        for fault, count in faults.most_common():
            print(f"  {count}x {fault}", flush=True)
        bad += faults.total()
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
