"""Which account runs PostgreSQL, which refuses to run as root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from service.embedded.errors import EmbeddedError


@dataclass(frozen=True, slots=True)
class Account:
    """``keep_file_access``: it needs CAP_DAC_OVERRIDE, as what it uses is below a directory that it can't enter."""

    uid: int
    gid: int
    keep_file_access: bool


def unprivileged_account(directory: Path, *needed: Path) -> Account | None:
    """The account for a server on ``directory`` that reads the ``needed`` paths; None when we aren't root.

    The directory's owner if that isn't root (it was made by an ordinary user, or by an earlier start), else
    ``postgres`` if this machine has it, else ``nobody``.
    """
    if os.geteuid() != 0:
        return None
    owner = directory.stat().st_uid
    entry = _entry(owner) if owner else next(filter(None, map(_named, ("postgres", "nobody"))), None)
    if entry is None:
        raise EmbeddedError(
            f"PostgreSQL can't run as root, and this machine has no account for it "
            f"({f'uid {owner}, which owns {directory}' if owner else 'postgres or nobody'}); run as an ordinary user"
        )
    keep = not all(can_enter(path, entry.pw_uid, entry.pw_gid) for path in (directory, *needed))
    return Account(entry.pw_uid, entry.pw_gid, keep)


def require_own(directory: Path) -> None:
    """Raises EmbeddedError when ``directory`` was made by another user, whom our files in it would lock out."""
    try:
        owner = directory.stat().st_uid
    except FileNotFoundError:
        return
    except PermissionError as error:
        raise EmbeddedError(f"{directory} can't be entered; start as the user who made it") from error
    if owner != os.geteuid():
        entry = _entry(owner)
        name = entry.pw_name if entry else f"uid {owner}"
        raise EmbeddedError(f"{directory} belongs to {name}; start as that user, or give it to this one (chown -R)")


def can_enter(path: Path, uid: int, gid: int) -> bool:
    """Whether mode bits alone let the account traverse every directory above ``path``."""
    return all(_may_search(parent.stat(), uid, gid) for parent in path.resolve().parents)


def give(directory: Path, account: Account) -> None:
    """Make ``directory`` and all below it the account's; does nothing when it already is."""
    if directory.stat().st_uid == account.uid:
        return
    for path in (*directory.rglob("*"), directory):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def _may_search(status: os.stat_result, uid: int, gid: int) -> bool:
    if status.st_uid == uid:
        return bool(status.st_mode & 0o100)
    return bool(status.st_mode & (0o010 if status.st_gid == gid else 0o001))


def _entry(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def _named(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
