"""The form of API keys."""

from service.organizations.key_secrets import SHOWN, digest_of, is_secret, new_secret


def test_made_keys_are_recognised_and_all_different() -> None:
    made = {new_secret() for _ in range(1000)}
    assert len(made) == 1000
    assert len({secret[:SHOWN] for secret in made}) == 1000
    assert all(is_secret(secret) and secret.startswith("mun_") and len(secret) == 53 for secret in made)


def test_typing_errors_are_recognised() -> None:
    secret = new_secret()
    for place in range(len(secret)):
        other = "x" if secret[place] != "x" else "y"
        assert not is_secret(secret[:place] + other + secret[place + 1 :])
    for wrong in ("", "mun_", secret[:-1], secret + "0", secret.upper(), "é" * len(secret)):
        assert not is_secret(wrong)


def test_digest_is_sha256() -> None:
    assert digest_of("mun_").hex() == "645bb6dec3000e23c64899af3aa63ba5489309b81fae2b11fc24c2cfb812a7b2"
