"""Parent of one embedded server: runs it, and makes sure that it never outlives the program that wanted it.

Started as ``python -I -S keeper.py``, so it imports the standard library alone. One JSON object on the first line of
standard input says what to run (``Orders``); standard input then stays open for as long as the server is wanted. Its
end, whether by a stop or because the owner was killed, stops the server. The answer on standard output is one JSON
line: ``{"pid": …}`` or ``{"error": …}``. The exit code is the server's (128 + n for signal n).

A process of its own is needed because PR_SET_PDEATHSIG follows the *thread* that forked, and because code between
fork and exec isn't safe in a process that has threads (gRPC, uvloop); this one has a single thread.
"""

import ctypes
import fcntl
import json
import os
import select
import signal
import sys
import time
from pathlib import Path
from typing import Any, TypedDict

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_OVERRIDE = 1
LINUX_CAPABILITY_VERSION_3 = 0x20080522
"""linux/prctl.h, linux/securebits.h and linux/capability.h."""

OWNER_POLL_SECONDS = 1.0


class Orders(TypedDict):
    """What to run. Times are seconds; ``stop`` is the escalation: (signal name, patience), at last SIGKILL."""

    command: list[str]
    cwd: str
    env: dict[str, str]
    log: str
    lock: str
    lock_patience: float
    stop: list[tuple[str, float]]
    death_signal: str
    uid: int | None
    gid: int | None
    keep_file_access: bool
    pid_file: str | None
    remove: list[str]


class KeeperError(Exception):
    """The server can't be run; the text goes to the owner."""


def main() -> int:
    owner = os.getppid()
    orders: Orders = json.loads(_read_line())
    # The owner may have blocked signals in the thread that started us; the server would inherit that.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    # A handler, not SIG_IGN: ignored signals would stay ignored in the server after exec.
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    try:
        lock = _acquire_lock(orders, owner)
        _clear_leftovers(orders)
        pid = _spawn(orders, lock)
    except (KeeperError, OSError) as error:
        _answer({"error": str(error)})
        return 1
    _answer({"pid": pid})
    return _keep(pid, orders, owner, wake_read)


def _read_line() -> bytes:
    # Byte by byte: a buffered read could swallow the end of file that later means "stop".
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            sys.exit(0)
        line += byte
    return bytes(line)


def _answer(message: dict[str, Any]) -> None:
    try:
        os.write(1, json.dumps(message).encode() + b"\n")
    except BrokenPipeError:
        return


def _owner_is_gone(owner: int, seconds: float) -> bool:
    readable, _, _ = select.select([0], [], [], seconds)
    # The parent's id as well as the pipe: a process that the owner forked may hold the pipe's other end open.
    return (bool(readable) and not os.read(0, 1024)) or os.getppid() != owner


def _acquire_lock(orders: Orders, owner: int) -> int:
    """Take the lock that the server inherits, so that it is free only when the last process of an earlier run ended."""
    lock = os.open(orders["lock"], os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + orders["lock_patience"]
    killed = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if _owner_is_gone(owner, 0.02):
                sys.exit(0)
        if time.monotonic() > deadline:
            holders = _holders(lock)
            keeper = int(os.pread(lock, 32, 0) or b"0")
            if killed or not holders or keeper in holders:
                raise KeeperError(f"{Path(orders['lock']).parent} is in use by process {keeper}")
            for pid in holders:
                os.kill(pid, signal.SIGKILL)
            killed = True
            deadline += 5.0
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def _holders(lock: int) -> set[int]:
    """Processes that have the lock file open (Linux; elsewhere nobody is found, and so nobody is killed)."""
    wanted = os.fstat(lock)
    found: set[int] = set()
    for directory in Path("/proc").glob("[0-9]*/fd"):
        pid = int(directory.parent.name)
        try:
            links = list(directory.iterdir())
        except OSError:
            continue
        for link in links:
            try:
                status = link.stat()
            except OSError:
                continue
            if pid != os.getpid() and (status.st_dev, status.st_ino) == (wanted.st_dev, wanted.st_ino):
                found.add(pid)
    return found


def _clear_leftovers(orders: Orders) -> None:
    """Remove what a killed run left, which a reused process id would make the server mistake for a running one."""
    if orders["pid_file"]:
        _refuse_stranger(Path(orders["pid_file"]))
    for name in orders["remove"]:
        Path(name).unlink(missing_ok=True)


def _refuse_stranger(pid_file: Path) -> None:
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        runs_here = Path(f"/proc/{pid}/cwd").samefile(pid_file.parent)
    except (OSError, ValueError):
        return
    if runs_here:
        raise KeeperError(f"process {pid}, which isn't ours, already runs on {pid_file.parent}")


def _spawn(orders: Orders, lock: int) -> int:
    keeper = os.getpid()
    log = os.open(orders["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    # Closed by a successful exec, so that end of file says "running" and anything else says why not.
    trouble_read, trouble_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _become_server(orders, lock, log, keeper)
        except BaseException as error:
            os.write(trouble_write, str(error).encode(errors="replace"))
        finally:
            os._exit(127)
    os.close(log)
    os.close(trouble_write)
    trouble = b""
    while part := os.read(trouble_read, 4096):
        trouble += part
    os.close(trouble_read)
    if trouble:
        os.waitpid(pid, 0)
        raise KeeperError(trouble.decode(errors="replace"))
    return pid


def _become_server(orders: Orders, lock: int, log: int, keeper: int) -> None:
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    os.setpgid(0, 0)
    os.umask(0o077)
    os.chdir(orders["cwd"])
    os.set_inheritable(lock, True)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if orders["uid"] is not None and orders["gid"] is not None:
        _drop_privileges(orders["uid"], orders["gid"], orders["keep_file_access"])
    if sys.platform == "linux":
        # After the change of user, which clears it.
        _prctl(PR_SET_PDEATHSIG, signal.Signals[orders["death_signal"]])
        if os.getppid() != keeper:
            os._exit(1)
    os.execve(orders["command"][0], orders["command"], orders["env"])  # noqa: S606 - our own command


def _drop_privileges(uid: int, gid: int, keep_file_access: bool) -> None:
    if keep_file_access:
        # Without this, access(2) would ignore the capability, and PostgreSQL's programs ask it about each other.
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if keep_file_access:
        _keep_only(CAP_DAC_OVERRIDE)


def _keep_only(capability: int) -> None:
    """Keep one capability across exec (capset(2); ambient set: capabilities(7), Linux 4.3)."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    bit = 1 << capability
    data = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if libc.capset(header, data) != 0:
        raise KeeperError(
            "the data directory or the program is below a directory that only root can enter, and this root may not "
            f"grant access to it ({os.strerror(ctypes.get_errno())}); use a directory that everyone can enter"
        )
    _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _prctl(option: int, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)][:4]
    if libc.prctl(option, *padded) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def _keep(pid: int, orders: Orders, owner: int, wake: int) -> int:
    steps = [(signal.Signals[name], patience) for name, patience in orders["stop"]]
    steps.append((signal.SIGKILL, float("inf")))
    deadline: float | None = None
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
        now = time.monotonic()
        if (deadline is None and _stop_is_wanted(owner)) or (deadline is not None and now >= deadline):
            number, patience = steps.pop(0)
            os.kill(pid, number)
            deadline = now + patience
        timeout = OWNER_POLL_SECONDS if deadline is None else min(OWNER_POLL_SECONDS, max(0.0, deadline - now))
        readable, _, _ = select.select([wake] if deadline is not None else [wake, 0], [], [], timeout)
        if wake in readable and signal.SIGTERM in os.read(wake, 64) and deadline is None:
            deadline = now


def _stop_is_wanted(owner: int) -> bool:
    return _owner_is_gone(owner, 0.0)


if __name__ == "__main__":
    sys.exit(main())
