"""Attacks on what polyfam writes and reads again, for ``tools/attack.py``.

Commands are run in children that are forked off after everything is imported, so that a kill falls
into the work and the writing; `attack_starts` kills real starts.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from polyfam.census import load_certificate, take_census
from polyfam.census.certificate import Certificate
from polyfam.errors import PolyfamError

Chance = random.Random
Findings = Iterator[str | None]

#: Commands that write; each is run in a folder of its own.
WRITERS = [
    "poly star:9 --format json -o out.json",
    "table eulerian -o out.csv",
    "trees 9 -o out.txt",
    "draw star:5 -o out.svg",
    "draw star:5 -o out.png",
    "expand --order 2 -o out.txt",
    "words star:5 -o out.txt",
    "experiment penalty-integral --set points=3 -o .",
    "data build --directory .",
]
CENSUS = "census 11 --folder census --resume --workers 1 -o out.json"
PART = re.compile(r"\..+\.[0-9a-f]{8}\.part")


# Alterations


def changed(content: bytes, chance: Chance) -> bytes:
    """Return a content with a bit or a byte changed, left out or put in, or cut off."""
    place, other = chance.randrange(len(content)), bytearray(content)
    match chance.randrange(5):
        case 0:
            other[place] ^= 1 << chance.randrange(8)
        case 1:
            other[place] = chance.choice([c for c in b"0123456789 ,\n" if c != other[place]])
        case 2:
            del other[place]
        case 3:
            other.insert(place, chance.choice(b"0123456789 ,\n\x00"))
        case _:
            del other[place:]
    return bytes(other)


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder, without those that hold a lock."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(p.relative_to(folder)): p.read_bytes() for p in files if p.suffix != ".lock"}


def restore(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder hold these files and no others."""
    for name in contents(folder).keys() - files.keys():
        (folder / name).unlink()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)


def alter(folder: Path, name: str, files: dict[str, bytes], chance: Chance) -> str:
    """Change a file, exchange it with another one, or delete it; say what was done."""
    path = folder / name
    match chance.randrange(6):
        case 0:
            path.unlink()
            return f"deleted: {name}"
        case 1:
            other = chance.choice([each for each in files if files[each] != files[name]])
            path.write_bytes(files[other])
            (folder / other).write_bytes(files[name])
            return f"exchanged: {name} and {other}"
        case _:
            path.write_bytes(changed(files[name], chance))
            return f"changed: {name}"


def attack_alterations(chance: Chance, until: float) -> Findings:
    """Alter a published file, a record of a census, or a certificate."""
    with tempfile.TemporaryDirectory() as place:
        package, census = Path(place, "data"), Path(place, "census")
        source = Path(import_module("polyfam.data").__path__[0])
        ignored = shutil.ignore_patterns("__pycache__", "*.py", "31")
        shutil.copytree(source, package, ignore=ignored)
        files = contents(package)
        census.mkdir()
        records, certificate = records_of_a_census(census)
        while time.monotonic() < until:
            kind = chance.random()
            if kind < 0.5:
                name = chance.choice(sorted(files))
                done = alter(package, name, files, chance)
                noticed = is_noticed(package, name, thorough=chance.random() < 0.02)
                restore(package, files)
                yield None if noticed else f"not noticed: {done}"
            elif kind < 0.7:
                name = chance.choice([each for each in files if each.startswith("census/")])
                yield certificate_fault(files[name].decode(), chance)
            else:
                yield record_fault(census, records, certificate, chance)


def is_noticed(package: Path, name: str, thorough: bool) -> bool:
    """Say whether what reads a file of a data package refuses it."""
    from polyfam.tables import load_table, verify_package
    from polyfam.tables.package import load_manifest, read_checked

    if thorough or name == "README.md":
        return bool(verify_package(package))
    try:
        load_manifest(package)
        read_checked(name, package)
        if name.endswith(".csv") and "/" not in name:
            load_table(name.removesuffix(".csv"), package)
    except PolyfamError:
        return True
    return False


def certificate_fault(text: str, chance: Chance) -> str | None:
    """Alter a certificate, and say so when another one is read."""
    other = changed(text.encode(), chance).decode(errors="replace")
    with contextlib.suppress(PolyfamError):
        if Certificate.loads(other) != Certificate.loads(text):
            return f"another certificate is read: {other!r}"
    return None


def records_of_a_census(folder: Path) -> tuple[dict[str, bytes], Certificate]:
    """Take a census in five shards, with a record of another census beside it."""
    from polyfam.census.folder import CensusFolder
    from polyfam.census.shards import Shard, survey

    found = {}
    for n, m in ((10, 5), (10, 7), (9, 5)):
        with CensusFolder(folder, n, m) as home:
            for index in range(m):
                home.keep(*survey(Shard(n, m, index)))
            found[n, m] = contents(folder)
            home.clear()
    mine = found[10, 5]
    strangers = {f"{n} {m} {name}": c for (n, m), more in found.items() for name, c in more.items()}
    restore(folder, mine)
    certificate = take_census(10, folder=folder, resume=True)
    return {**mine, **{key: c for key, c in strangers.items() if not key.startswith("10 5")}}, (
        certificate
    )


def record_fault(
    folder: Path, records: dict[str, bytes], certificate: Certificate, chance: Chance
) -> str | None:
    """Alter or replace a record, resume, and say what went wrong."""
    mine = {name: content for name, content in records.items() if " " not in name}
    strangers = [content for name, content in records.items() if " " in name]
    restore(folder, mine)
    name = chance.choice(sorted(mine))
    if chance.random() < 0.2:
        done = f"replaced: {name}"
        (folder / name).write_bytes(chance.choice(strangers))
    else:
        done = alter(folder, name, mine, chance)
    before = contents(folder)
    try:
        found = take_census(10, folder=folder, resume=True)
    except PolyfamError:
        return None if contents(folder) == before else f"refused and changed: {done}"
    return certificate_difference(found, certificate, done)


def certificate_difference(found: Certificate, wanted: Certificate, what: str) -> str | None:
    """Say so when two certificates differ in what they certify."""

    def facts(each: Certificate) -> Any:
        rooted = each.single + each.double + each.integers
        return each.n, each.trees, each.digest, each.polynomials, rooted, each.failures()

    return None if facts(found) == facts(wanted) else f"another certificate: {what}"


# Commands in children


def forked(line: str, folder: Path, errors: Path, limits: dict[int, int] | None = None) -> int:
    """Run a command in a child that has imported everything, and return its number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of numerical libraries
        child = os.fork()
    if child:
        return child
    code = 99
    try:
        os.chdir(folder)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with errors.open("w") as said, open(os.devnull, "r+") as nothing:
            os.dup2(nothing.fileno(), 0)
            os.dup2(nothing.fileno(), 1)
            os.dup2(said.fileno(), 2)
            sys.argv = ["polyfam", *line.split()]
            for name, value in (limits or {}).items():
                resource.setrlimit(name, (value, value))
            from polyfam.__main__ import main

            main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    except BaseException:
        import traceback

        with contextlib.suppress(BaseException):
            traceback.print_exc()
    with contextlib.suppress(BaseException):
        sys.stderr.flush()
    os._exit(code)


def ended(child: int) -> int:
    """Wait for a child and return its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def prepared() -> None:
    """Import what the commands need, and make the tables of the data package only once."""
    import polyfam.tables.build as build
    from polyfam.cli import main
    from polyfam.tables.package import load_table, table_names

    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    tables = [load_table(name) for name in table_names()]
    build._tables = lambda _: tables  # type: ignore[assignment]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for line in [*WRITERS, CENSUS]:
            done = CliRunner().invoke(main, line.split())
            if done.exit_code:
                raise SystemExit(f"{line}: {done.output}")
            restore(Path(folder), {})


def fault_of_files(
    found: dict[str, bytes], old: dict[str, bytes], new: dict[str, bytes], killed: bool
) -> str | None:
    """Say what is neither old nor new nor an unfinished file of a killed process."""
    for name, content in found.items():
        if content not in (old.get(name), new.get(name)):
            if killed and PART.fullmatch(Path(name).name):
                continue
            return f"neither old nor new: {name}"
    if lost := old.keys() - found.keys():
        return f"lost: {min(lost)}"
    for name in found:
        if name.endswith(".json") and b'"sha256": {' in found[name]:
            about = json.loads(found[name])["sha256"]
            if not about.keys() <= found.keys():
                continue
            mixed = len({found[each] == new[each] for each in (*about, name)}) > 1
            fits = all(_sha256(found[each]) == digest for each, digest in about.items())
            if mixed == fits:
                return f"mixed, and nothing shows it: {name}"
    return None


def _sha256(content: bytes) -> str:
    from hashlib import sha256

    return sha256(content).hexdigest()


class Writer:
    """A command that writes, the files before it, and those after it."""

    def __init__(self, line: str, place: Path) -> None:
        self.line, self.folder, self.errors = line, place / "work", place / "errors"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        begun = time.monotonic()
        code = ended(self.start())
        self.seconds = time.monotonic() - begun
        if code:
            raise SystemExit(f"{line}: {self.errors.read_text()}")
        self.new = contents(self.folder) | {"mine.txt": b"mine"}
        self.old = {name: content + b"\n" for name, content in self.new.items()}
        for name in [name for name in self.old if name.endswith(".json")]:
            if b'"sha256": {' in self.old[name]:  # an older run of the experiment
                about = json.loads(self.old[name])
                about["sha256"] = {each: _sha256(self.old[each]) for each in about["sha256"]}
                self.old[name] = json.dumps(about).encode()
        self.new["mine.txt"] = self.old["mine.txt"]

    def start(self, limits: dict[int, int] | None = None) -> int:
        """Start it in a child."""
        return forked(self.line, self.folder, self.errors, limits)

    def said(self) -> str:
        """Return what it wrote to standard error."""
        return self.errors.read_text(errors="replace")

    def killed(self, chance: Chance) -> str | None:
        """Kill it at any moment, look, run it to its end, and look again."""
        restore(self.folder, self.old)
        child, how = self.start(), chance.choice([signal.SIGKILL, signal.SIGINT])
        time.sleep(chance.uniform(0, self.seconds * 1.1))
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, how)
        code = ended(child)
        if how == signal.SIGINT and (code not in (0, 130) or "Traceback" in self.said()):
            return f"{self.line}: Ctrl-C gives {code} {self.said()[-300:]!r}"
        found = contents(self.folder)
        if fault := fault_of_files(found, self.old, self.new, killed=how == signal.SIGKILL):
            return f"{self.line}: {fault} after {how.name}"
        if ended(self.start()):
            return f"{self.line}: cannot be repeated: {self.said()[-300:]}"
        if fault := fault_of_files(contents(self.folder), self.new, self.new, killed=True):
            return f"{self.line}: {fault} after another run"
        return None


def attack_kills(chance: Chance, until: float) -> Findings:
    """Kill a census or a command that writes, by SIGKILL or Ctrl-C, at any moment."""
    prepared()
    with tempfile.TemporaryDirectory() as place:
        writers = [Writer(line, Path(place, str(k))) for k, line in enumerate(WRITERS)]
        census = Path(place, "kept")
        begun = time.monotonic()
        taken = census_killed(chance, census, 10.0)
        seconds = time.monotonic() - begun
        yield taken
        while time.monotonic() < until:
            if chance.random() < 0.4:
                yield census_killed(chance, census, seconds)
            else:
                yield chance.choice(writers).killed(chance)


def census_killed(chance: Chance, place: Path, seconds: float) -> str | None:
    """Kill a census in many shards, resume it, and compare its certificate."""
    shutil.rmtree(place, ignore_errors=True)
    folder, errors = place / "census", place / "errors"
    folder.mkdir(parents=True)
    (folder / "mine.txt").write_text("mine")
    (folder / ".census.json.12345678.part").write_text("mine too")
    begin_in_shards(folder, 11, 23)
    child, how = forked(CENSUS, place, errors), chance.choice([signal.SIGKILL, signal.SIGINT])
    time.sleep(chance.uniform(0, seconds))
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, how)
    code = ended(child)
    if how == signal.SIGINT and (code not in (0, 130) or "Traceback" in errors.read_text()):
        return f"census: Ctrl-C gives {code} {errors.read_text()[-300:]!r}"
    if (place / "out.json").exists():  # delivered; a certificate is whole
        with contextlib.suppress(OSError):
            found = Certificate.loads((place / "out.json").read_text())
            if fault := certificate_difference(found, load_certificate(11), "after a kill"):
                return fault
    if ended(forked(CENSUS, place, errors)):
        return f"census: cannot be resumed: {errors.read_text()[-300:]}"
    found = Certificate.loads((place / "out.json").read_text())
    left = {name for name in contents(folder) if not PART.fullmatch(name)}
    if left != {"mine.txt"} or not (folder / ".census.json.12345678.part").exists():
        return f"census: left or lost files: {sorted(contents(folder))}"
    return certificate_difference(found, load_certificate(11), "after a kill")


def begin_in_shards(folder: Path, n: int, m: int) -> None:
    """Have a census begun in so many shards, however few it needs."""
    from polyfam.census.folder import CensusFolder
    from polyfam.census.shards import Shard, survey

    with CensusFolder(folder, n, m) as home:
        home.keep(*survey(Shard(n, m, 0)))


def attack_starts(chance: Chance, until: float) -> Findings:
    """Interrupt a command while it is still importing."""
    command = [sys.executable, "-m", "polyfam", "expand", "--order", "2"]
    begun = time.monotonic()
    subprocess.run(command, capture_output=True, check=True)
    seconds = time.monotonic() - begun

    def ready() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)

    while time.monotonic() < until:
        run = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=ready
        )
        time.sleep(chance.uniform(0.1, 1) * seconds)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate()
        bad = b"Traceback" in said and b"polyfam" in said
        yield f"Ctrl-C gives {run.returncode} {said[-300:]!r}" if bad else None


# Two at once, and places that fail


def attack_pairs(chance: Chance, until: float) -> Findings:
    """Run two censuses in one folder, or two commands that write the same files."""
    prepared()
    with tempfile.TemporaryDirectory() as place:
        writers = [Writer(line, Path(place, str(k))) for k, line in enumerate(WRITERS)]
        while time.monotonic() < until:
            if chance.random() < 0.6:
                yield censuses_at_once(chance, Path(place, "both"))
                continue
            writer = chance.choice(writers)
            restore(writer.folder, writer.old)
            first = writer.start()
            time.sleep(chance.uniform(0, writer.seconds))
            codes = (ended(writer.start()), ended(first))
            fault = fault_of_files(contents(writer.folder), writer.new, writer.new, killed=False)
            yield f"{writer.line}, twice: {fault} {codes}" if fault or any(codes) else None


def censuses_at_once(chance: Chance, place: Path) -> str | None:
    """Run two censuses in one folder; what is certified must be right."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    orders = (11, chance.choice([10, 11, 11]))
    if chance.random() < 0.7:
        begin_in_shards(place / "census", 11, 23)
    children = []
    for k, n in enumerate(orders):
        resume = "--resume" if chance.random() < 0.7 else ""
        line = f"census {n} --folder census --workers 1 -o {k}.json {resume}"
        children.append(forked(line, place, place / f"errors{k}"))
        time.sleep(chance.uniform(0, 0.3))
    codes = [ended(child) for child in children]
    for k, (n, code) in enumerate(zip(orders, codes, strict=True)):
        if "Traceback" in (place / f"errors{k}").read_text():
            return f"traceback: {(place / f'errors{k}').read_text()[-300:]}"
        if not code:
            found = Certificate.loads((place / f"{k}.json").read_text())
            if fault := certificate_difference(found, load_certificate(n), "two at once"):
                return fault
    return None


def attack_places(chance: Chance, until: float) -> Findings:
    """Write to full disks, folders, circles of links, and with few files and little memory."""
    prepared()
    with tempfile.TemporaryDirectory() as place, small_disk(Path(place, "disk")) as disk:
        writers = [Writer(line, Path(place, str(k))) for k, line in enumerate(WRITERS)]
        while time.monotonic() < until:
            writer, kind = chance.choice(writers), chance.choice([*PLACES, "disk"])
            if kind == "disk" and disk is None:
                continue
            folder, old = writer.folder, writer.old
            if kind == "disk" and disk is not None:
                writer.folder = disk
                old = {n: c for n, c in old.items() if n in ("mine.txt", target(writer).name)}
                old = old if sum(map(len, old.values())) < 8000 else {}
            restore(writer.folder, old)
            try:
                yield place_fault(writer, kind, chance)
            finally:
                restore(writer.folder, {})
                writer.folder = folder


def _full(writer: Writer, _: Chance) -> dict[int, int]:
    target(writer).unlink(missing_ok=True)
    target(writer).symlink_to("/dev/full")
    return {}


def _circle(writer: Writer, _: Chance) -> dict[int, int]:
    target(writer).unlink(missing_ok=True)
    target(writer).symlink_to(target(writer).name)
    return {}


def _folder(writer: Writer, _: Chance) -> dict[int, int]:
    target(writer).unlink(missing_ok=True)
    target(writer).mkdir()
    return {}


def target(writer: Writer) -> Path:
    """Return the last file that a command writes."""
    return writer.folder / max(set(writer.new) - {"mine.txt"})


#: kind of place -> function that makes it and returns the limits of the child.
PLACES: dict[str, Callable[[Writer, Chance], dict[int, int]]] = {
    "full": _full,
    "circle": _circle,
    "folder": _folder,
    "short files": lambda _, chance: {resource.RLIMIT_FSIZE: chance.randrange(1, 2000)},
    "few files": lambda _, chance: {resource.RLIMIT_NOFILE: chance.randrange(4, 64)},
    "little memory": lambda _, chance: {resource.RLIMIT_AS: size() + chance.randrange(1 << 26)},
}


def size() -> int:
    """Return the size of the address space of this process."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def place_fault(writer: Writer, kind: str, chance: Chance) -> str | None:
    """Run a command in a bad place: it succeeds, or says why not and changes nothing."""
    limits = PLACES[kind](writer, chance) if kind in PLACES else {}
    before = contents(writer.folder)
    code = ended(writer.start(limits))
    said, after = writer.said(), contents(writer.folder)
    special = target(writer)
    shown = f"{kind}: {writer.line}: exit code {code}, {said[-400:]!r}"
    if special.is_symlink():
        special.unlink()
    elif special.is_dir():
        special.rmdir()
    if "Traceback" in said or code not in (0, 1, 2) or len(said) > 1000:
        return shown
    if code == 0 and kind not in ("full", "circle") and after != writer.new | before:
        missing = {name for name in writer.new if after.get(name) != writer.new[name]}
        return f"{shown}: not written: {sorted(missing)}" if missing else None
    if code and (bad := fault_of_files(after, before, writer.new, killed=False)):
        return f"{shown}: {bad}"
    return None


@contextlib.contextmanager
def small_disk(place: Path) -> Iterator[Path | None]:
    """Mount a disk of 16 kB where that is allowed."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    try:
        yield place if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=False)
