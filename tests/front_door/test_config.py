"""Settings: each wrong value is one clear line, and nothing is made before all are right."""

from pathlib import Path

import pytest

from omni.config import Config, ConfigError, Environment, keep_encryption_keys, new_encryption_key

GOOD_SECRET = "correct-horse-battery-staple-0123456789"


def read(folder: Path, **environ: str) -> Config:
    return Config.from_environment({"OMNI_DATA_DIR": str(folder / "data")} | environ)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"PORT": "http"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"PORT": "0"}, "PORT"),
        ({"HOST": "not a host"}, "HOST"),
        ({"HOST": "0.0.0.0"}, "OMNI_ENV"),
        ({"OMNI_ENV": "staging"}, "OMNI_ENV"),
        ({"OMNI_PUBLIC_URL": "https://omni.example.com"}, "OMNI_ENV"),
        ({"OMNI_ENV": "production"}, "OMNI_PUBLIC_URL"),
        ({"OMNI_ENV": "production", "OMNI_PUBLIC_URL": "http://omni.example.com"}, "https"),
        ({"OMNI_ENV": "production", "OMNI_PUBLIC_URL": "https://omni.example.com/app"}, "scheme and host"),
        ({"OMNI_ENV": "development", "OMNI_PUBLIC_URL": "https://u:p@omni.example.com"}, "scheme and host"),
        ({"OMNI_DATABASE_URL": "mysql://localhost/omni"}, "OMNI_DATABASE_URL"),
        ({"OMNI_DATABASE_URL": "sqlite://"}, "OMNI_DATABASE_URL"),
        ({"OMNI_DATABASE_ROLES": "a b c"}, "PostgreSQL only"),
        ({"OMNI_DATABASE_URL": "postgresql:///omni", "OMNI_DATABASE_ROLES": "a b"}, "three different"),
        ({"OMNI_DATABASE_URL": "postgresql:///omni", "OMNI_DATABASE_ROLES": "a b b"}, "three different"),
        ({"OMNI_DATABASE_URL": "postgresql:///omni", "OMNI_DATABASE_ROLES": 'a b c";drop'}, "three different"),
        ({"OMNI_REDIS_URL": "http://localhost"}, "OMNI_REDIS_URL"),
        ({"OMNI_REDIS_URL": "redis://host:port"}, "OMNI_REDIS_URL"),
        ({"OMNI_CONTACT_EMAIL": "nobody"}, "OMNI_CONTACT_EMAIL"),
        ({"OMNI_SMTP_URL": "mail.example.com"}, "OMNI_SMTP_URL"),
        ({"OMNI_TWILIO_API_URL": "twilio"}, "OMNI_TWILIO_API_URL"),
        ({"OMNI_PROXY_HOPS": "-1"}, "OMNI_PROXY_HOPS"),
        ({"OMNI_NOW": "yesterday"}, "OMNI_NOW"),
        ({"OMNI_SECRET_KEY": "secret"}, "OMNI_SECRET_KEY"),
        ({"OMNI_SECRET_KEY": "a" * 64}, "OMNI_SECRET_KEY"),
        ({"OMNI_ENCRYPTION_KEYS": "one:c2hvcnQ="}, "OMNI_ENCRYPTION_KEYS"),
        ({"OMNI_ENCRYPTION_KEYS": "one:" + "A" * 43 + "="}, "too plain"),
    ],
)
def test_a_wrong_value_is_one_clear_line_and_nothing_is_made(
    tmp_path: Path, environ: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigError) as refusal:
        read(tmp_path, **environ)
    assert told in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_production_refuses_a_stopped_clock_and_plain_http_to_the_carrier(tmp_path: Path) -> None:
    production = {"OMNI_ENV": "production", "OMNI_PUBLIC_URL": "https://omni.example.com"}
    with pytest.raises(ConfigError, match="OMNI_NOW"):
        read(tmp_path, OMNI_NOW="2026-11-22T09:00:00Z", **production)
    with pytest.raises(ConfigError, match="https"):
        read(tmp_path, OMNI_TWILIO_API_URL="http://carrier.example.com", **production)


def test_a_password_in_an_address_is_never_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refusal:
        read(tmp_path, OMNI_SMTP_URL="http://maya:hunter22@mail.example.com")
    assert "hunter22" not in str(refusal.value)
    config = read(tmp_path, OMNI_SMTP_URL="smtp://maya:hunter22@mail.example.com")
    assert "hunter22" not in repr(config)


def test_without_any_setting_it_is_a_development_start_on_loopback(tmp_path: Path) -> None:
    config = read(tmp_path)
    assert (config.env, config.public_url) == (Environment.DEVELOPMENT, "http://127.0.0.1:8000")
    assert config.database_url == f"sqlite:///{tmp_path}/data/omni.db"
    assert config.redis_url is None
    assert config.queue_url.endswith("redis.sock")


def test_secrets_are_made_once_for_us_alone(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first == second
    assert len(first.secret_key) >= 32
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "data").iterdir()}
    assert modes == {"secret_key": 0o600, "encryption_keys": 0o600}
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_secret_that_others_may_read_stops_the_start(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "data" / "secret_key").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        read(tmp_path)


def test_a_kept_secret_that_was_cut_short_stops_the_start(tmp_path: Path) -> None:
    read(tmp_path)
    (tmp_path / "data" / "encryption_keys").write_text("")
    with pytest.raises(ConfigError, match="encryption_keys"):
        read(tmp_path)


def test_given_secrets_win_and_keep_their_order(tmp_path: Path) -> None:
    keys = dict([new_encryption_key(), new_encryption_key()])
    config = read(tmp_path)
    keep_encryption_keys(config.data_dir, keys)
    again = read(tmp_path, OMNI_SECRET_KEY=GOOD_SECRET)
    assert list(again.encryption_keys.items()) == list(keys.items())
    assert again.secret_key == GOOD_SECRET.encode()
    assert (config.data_dir / "encryption_keys").stat().st_mode & 0o777 == 0o600


def test_on_the_local_network_links_carry_this_machines_address(tmp_path: Path) -> None:
    config = read(tmp_path, HOST="0.0.0.0", OMNI_ENV="development")
    assert config.is_on_local_network
    assert config.public_url.startswith("http://")
    assert "0.0.0.0" not in config.public_url


def test_a_folder_that_is_a_file_or_lies_under_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(ConfigError, match="OMNI_DATA_DIR"):
        read(tmp_path)


def test_a_deep_folder_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    config = Config.from_environment({"OMNI_DATA_DIR": str(deep)})
    assert len(str(config.redis_socket)) <= 103
    assert config.redis_socket == Config.from_environment({"OMNI_DATA_DIR": str(deep)}).redis_socket
