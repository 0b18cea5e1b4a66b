"""Where the service is and who calls: from arguments, the environment, or a profile that only its owner can read."""

from __future__ import annotations

import json
import os
import stat
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from muniment_client.errors import ConfigurationError

PREFIX = "MUNIMENT_"
DEFAULT_PROFILE = "default"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_ANOTHER = f"Mend that, or name another file by {PREFIX}PROFILES_FILE."


@dataclass(frozen=True, slots=True)
class Profile:
    """A service, an organization, and a key to call it with."""

    address: str
    """`grpcs://host:port` (TLS), `grpc://host:port` (plain), `https://host` or `http://host` (REST). A bare `host:port`
    is gRPC: with TLS, but for this machine itself."""
    organization: str
    """The organization's id."""
    api_key: str = field(repr=False)
    """An API key or a token."""
    ca_file: str | None = None
    """Certificates (PEM) to trust in place of the system's."""


def resolve(
    address: str | None = None,
    organization: str | None = None,
    api_key: str | None = None,
    *,
    profile: str | None = None,
    ca_file: str | None = None,
) -> Profile:
    """Put together what is given as arguments, in the environment (`MUNIMENT_ADDRESS`, `MUNIMENT_ORGANIZATION`,
    `MUNIMENT_API_KEY`, `MUNIMENT_CA_FILE`) and in a profile, in this order.

    The profile is the one that is named here or by `MUNIMENT_PROFILE`, else `default` if there is one. It isn't read
    when nothing is missing, nor for another address than its own: its key isn't sent elsewhere.

    Raises:
        ConfigurationError: something is missing, or the profile can't be used.
    """
    given = {"address": address, "organization": organization, "api_key": api_key, "ca_file": ca_file}
    found = {name: value or os.environ.get(PREFIX + name.upper()) or None for name, value in given.items()}
    if not (found["address"] and found["organization"] and found["api_key"]):
        _fill_from_profile(found, profile or os.environ.get(PREFIX + "PROFILE"))
    for name in ("address", "organization", "api_key"):
        if not found[name]:
            raise ConfigurationError(
                f"There is no {name.replace('_', ' ')}: give it as an argument, set {PREFIX}{name.upper()}, "
                f"or save a profile in {profiles_file()}."
            )
    return Profile(found["address"] or "", found["organization"] or "", found["api_key"] or "", found["ca_file"])


def _fill_from_profile(found: dict[str, str | None], name: str | None) -> None:
    profiles = load_profiles()
    if name is not None and name not in profiles:
        known = ", ".join(sorted(profiles)) or "none"
        raise ConfigurationError(f"There is no profile {name} in {profiles_file()}: it has {known}.")
    profile = profiles.get(name or DEFAULT_PROFILE)
    if profile is not None and found["address"] in (None, profile.address):
        for each in fields(Profile):
            found[each.name] = found[each.name] or getattr(profile, each.name)


def profiles_file() -> Path:
    """Where profiles are kept: `MUNIMENT_PROFILES_FILE`, else `muniment/profiles.toml` in the user's configuration
    (`XDG_CONFIG_HOME`, else `~/.config`)."""
    named = os.environ.get(PREFIX + "PROFILES_FILE")
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "muniment" / "profiles.toml"


def load_profiles() -> dict[str, Profile]:
    """Read all profiles; none when there is no file.

    Raises:
        ConfigurationError: the file isn't TOML of profiles, or others than its owner can read or change it.
    """
    path = profiles_file()
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if os.name == "posix" and mode & _OTHERS:
                raise ConfigurationError(f"{path} has keys and others can open it (mode {mode:04o}): chmod 600 {path}")
            content = tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} can't be read: {error}. {_ANOTHER}") from error
    return {name: _profile(path, name, table) for name, table in content.items()}


def save_profile(name: str, profile: Profile) -> Path:
    """Add or replace a profile. The file is replaced at once, and only its owner can read it. Answers where it is.

    Raises:
        ConfigurationError: the file that is there can't be used, or the new one can't be written.
    """
    return _write({**load_profiles(), name: profile})


def delete_profile(name: str) -> bool:
    """Remove a profile. Answers whether there was one."""
    profiles = load_profiles()
    if profiles.pop(name, None) is None:
        return False
    _write(profiles)
    return True


def _profile(path: Path, name: str, table: object) -> Profile:
    known = {each.name for each in fields(Profile)}
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise ConfigurationError(f"{path}: the profile {name} must be a table of strings.")
    unknown = sorted(table.keys() - known)
    if unknown:
        raise ConfigurationError(f"{path}: the profile {name} has {unknown[0]}, which isn't one of {sorted(known)}.")
    empty = Profile("", "", "")
    return replace(empty, **table)


def _write(profiles: Mapping[str, Profile]) -> Path:
    path = profiles_file()
    text = "\n".join(_table(name, profile) for name, profile in sorted(profiles.items()))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # `mkstemp` makes files that only their owner can open.
        number, temporary = tempfile.mkstemp(dir=path.parent, prefix=".profiles-")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigurationError(f"{path} can't be written: {error.strerror}. {_ANOTHER}") from error
    return path


def _table(name: str, profile: Profile) -> str:
    lines = [f"[{_quoted(name)}]"]
    for each in fields(Profile):
        value = getattr(profile, each.name)
        if value is not None:
            lines.append(f"{each.name} = {_quoted(value)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's, in which only U+007F isn't escaped (https://toml.io/en/v1.0.0#string)."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
