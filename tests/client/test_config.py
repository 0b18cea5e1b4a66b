"""Where the service is and who calls: arguments, the environment, profiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from muniment_client import AsyncClient, ConfigurationError
from muniment_client.config import (
    Profile,
    delete_profile,
    load_profiles,
    profiles_file,
    resolve,
    save_profile,
)

HOME = Profile("grpcs://home.example:9090", "home-organization", 'key with "quotes" \\ and ñ')
WORK = Profile("https://work.example", "work-organization", "work-key", "/etc/ca.pem")


def test_profiles_are_kept_as_they_are_and_for_their_owner_alone() -> None:
    assert load_profiles() == {}
    save_profile("default", HOME)
    path = save_profile('odd "name"', WORK)
    assert path == profiles_file()
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_profiles() == {"default": HOME, 'odd "name"': WORK}
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert delete_profile("default")
    assert not delete_profile("default")
    assert load_profiles() == {'odd "name"': WORK}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_profiles_that_others_can_open_are_refused(mode: int) -> None:
    path = save_profile("default", HOME)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match="chmod 600") as refused:
        resolve()
    assert HOME.api_key not in str(refused.value)
    with pytest.raises(ConfigurationError):
        save_profile("other", WORK)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[default", "can't be read"),
        ("default = 1", "must be a table"),
        ("[default]\naddress = 1", "must be a table of strings"),
        ('[default]\nadress = "x"', "adress"),
    ],
)
def test_profiles_that_make_no_sense_are_told(text: str, said: str) -> None:
    path = save_profile("default", HOME)
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=said):
        resolve()


def test_arguments_come_before_the_environment_and_that_before_the_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    save_profile("default", HOME)
    save_profile("work", WORK)
    assert resolve() == HOME
    assert resolve(profile="work") == WORK
    monkeypatch.setenv("MUNIMENT_PROFILE", "work")
    assert resolve() == WORK
    monkeypatch.setenv("MUNIMENT_ORGANIZATION", "other")
    assert resolve().organization == "other"
    assert resolve(organization="third").organization == "third"
    monkeypatch.setenv("MUNIMENT_API_KEY", "environment-key")
    assert resolve().api_key == "environment-key"


def test_key_of_a_profile_is_not_sent_to_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    save_profile("default", HOME)
    for given in ({"address": "grpcs://elsewhere.example:1"}, {}):
        if not given:
            monkeypatch.setenv("MUNIMENT_ADDRESS", "grpcs://elsewhere.example:1")
        with pytest.raises(ConfigurationError, match="There is no organization"):
            resolve(**given)
    assert resolve(address=HOME.address) == HOME


def test_what_is_missing_is_named_with_all_ways_to_give_it() -> None:
    with pytest.raises(ConfigurationError, match=r"MUNIMENT_ADDRESS.*profiles\.toml"):
        resolve()
    with pytest.raises(ConfigurationError, match="There is no profile work"):
        resolve(profile="work")


def test_nothing_shows_the_key(tmp_path: Path) -> None:
    assert HOME.api_key not in repr(HOME)
    assert "secret-key" not in repr(AsyncClient("grpc://h:1", organization="o", api_key="secret-key")._calls)
    with pytest.raises(ConfigurationError, match=r"absent\.pem can't be read"):
        AsyncClient("grpcs://h:1", organization="o", api_key="k", ca_file=tmp_path / "absent.pem")
