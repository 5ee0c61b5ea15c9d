"""The settings of one start: read once from the environment, checked, and never changed again.

A wrong value raises `ConfigError` with one line that says what would be right. Standard library only,
because the front door reads the settings before anything is installed into the process.
"""

import base64
import binascii
import hashlib
import ipaddress
import os
import re
import secrets
import socket
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

# A unix socket's path ends at 107 bytes on Linux (unix(7)) and at 103 on macOS (sys/un.h).
SOCKET_PATH_BYTES = 103
SECRET_BYTES = 32
TWILIO_API_URL = "https://api.twilio.com"


class ConfigError(Exception):
    """One line for the person who starts Omni: which setting is wrong, and what would be right."""


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Config:
    env: Environment
    host: str
    port: int
    data_dir: Path
    database_url: str
    # Who migrates and owns the tables, who serves, who reads for `doctor` (PostgreSQL only).
    database_roles: tuple[str, str, str]
    # None: the embedded server, at `queue_url`.
    redis_url: str | None
    # Without a final slash.
    public_url: str
    contact_email: str
    # None: mail is kept in the data folder and shown on /dev/outbox.
    smtp_url: str | None = field(repr=False)
    twilio_api_url: str
    proxy_hops: int
    now: datetime | None
    secret_key: bytes = field(repr=False)
    # Key id to 32 bytes, newest first.
    encryption_keys: Mapping[str, bytes] = field(repr=False)
    # Whether those lie in the data folder, where a rotation may change them, and not in the environment.
    keeps_encryption_keys: bool

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Config":
        """Read and check every setting; only when all are right, make the data folder and the secrets in it.

        Raises: ConfigError.
        """
        host = _host(environ)
        port = _number(environ, "PORT", 8000, 1, 65535)
        env = _environment(environ, host)
        data_dir = Path(environ.get("OMNI_DATA_DIR") or "data").expanduser().absolute()
        public_url = _public_url(environ, env, host, port)
        database_url = _database_url(environ, data_dir)
        roles = _roles(environ, database_url)
        redis_url = _redis_url(environ)
        contact_email = _contact_email(environ, public_url)
        smtp_url = _smtp_url(environ)
        twilio_api_url = _twilio_api_url(environ, env)
        proxy_hops = _number(environ, "OMNI_PROXY_HOPS", 0, 0, 10)
        now = _now(environ, env)
        given_key, given_keys = _given_secret_key(environ), _given_encryption_keys(environ)
        _make_folder(data_dir)
        return cls(
            env=env,
            host=host,
            port=port,
            data_dir=data_dir,
            database_url=database_url,
            database_roles=roles,
            redis_url=redis_url,
            public_url=public_url,
            contact_email=contact_email,
            smtp_url=smtp_url,
            twilio_api_url=twilio_api_url,
            proxy_hops=proxy_hops,
            now=now,
            secret_key=given_key or _kept_secret_key(data_dir),
            encryption_keys=given_keys or _kept_encryption_keys(data_dir),
            keeps_encryption_keys=given_keys is None,
        )

    @property
    def is_development(self) -> bool:
        return self.env is Environment.DEVELOPMENT

    @property
    def is_production(self) -> bool:
        return self.env is Environment.PRODUCTION

    @property
    def is_test(self) -> bool:
        return self.env is Environment.TEST

    @property
    def is_secure(self) -> bool:
        """Whether people reach Omni over https."""
        return self.public_url.startswith("https://")

    @property
    def is_on_local_network(self) -> bool:
        """Whether other machines may reach this one over plain http."""
        return not self.is_production and not is_loopback(self.host)

    @property
    def redis_socket(self) -> Path:
        """Where the embedded server listens: in the data folder, or in a short folder of ours when that is too deep."""
        inside = self.data_dir / "redis" / "redis.sock"
        if len(os.fsencode(inside)) <= SOCKET_PATH_BYTES:
            return inside
        name = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"omni-{os.getuid()}-{name}" / "redis.sock"

    @property
    def queue_url(self) -> str:
        return self.redis_url or f"unix://{self.redis_socket}"


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def lan_address() -> str | None:
    """This machine's address on the local network, or None when it has none.

    Connecting a datagram socket sends nothing; it only asks the kernel which address it would use.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))
            address = str(asked.getsockname()[0])
        except OSError:
            return None
    return None if is_loopback(address) or address == "0.0.0.0" else address  # noqa: S104


def new_encryption_key() -> tuple[str, bytes]:
    """A key id that sorts by its day, and 32 random bytes."""
    return f"k{datetime.now(UTC):%Y%m%d}{secrets.token_hex(2)}", secrets.token_bytes(SECRET_BYTES)


def keep_encryption_keys(data_dir: Path, keys: Mapping[str, bytes]) -> None:
    """Replace the kept keys in one step: a crash leaves the old file or the new one, never a part."""
    waiting = _write_secret(data_dir, "encryption_keys", _keys_text(keys))
    os.replace(waiting, data_dir / "encryption_keys")


def _environment(environ: Mapping[str, str], host: str) -> Environment:
    named = environ.get("OMNI_ENV", "")
    if named:
        try:
            return Environment(named)
        except ValueError:
            raise ConfigError(f"OMNI_ENV is {named!r}: say development, production or test.") from None
    if environ.get("OMNI_PUBLIC_URL"):
        raise ConfigError("OMNI_PUBLIC_URL is set, so OMNI_ENV must be too: say development or production.")
    if not is_loopback(host):
        raise ConfigError(
            f"HOST={host} opens the door to other machines, so OMNI_ENV must be set: "
            "development (plain http on your own network) or production (with an https OMNI_PUBLIC_URL)."
        )
    return Environment.DEVELOPMENT


def _host(environ: Mapping[str, str]) -> str:
    host = environ.get("HOST") or "127.0.0.1"
    if re.fullmatch(r"[0-9A-Za-z]([0-9A-Za-z.-]*[0-9A-Za-z])?", host):
        return host
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise ConfigError(f"HOST is {host!r}: give an address of this machine, such as 127.0.0.1.") from None
    return host


def _number(environ: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environ.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise ConfigError(f"{name} is {text!r}: give a whole number from {least} to {most}.")
    return int(text)


def _public_url(environ: Mapping[str, str], env: Environment, host: str, port: int) -> str:
    given = (environ.get("OMNI_PUBLIC_URL") or "").rstrip("/")
    if not given:
        if env is Environment.PRODUCTION:
            raise ConfigError("OMNI_ENV=production needs OMNI_PUBLIC_URL, such as https://omni.example.com.")
        return f"http://{_shown_host(host)}:{port}"
    parts = _split("OMNI_PUBLIC_URL", given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query or parts.username:
        raise ConfigError(
            f"OMNI_PUBLIC_URL is {given!r}: give scheme and host alone, such as https://omni.example.com."
        )
    if env is Environment.PRODUCTION and parts.scheme != "https":
        raise ConfigError(f"OMNI_PUBLIC_URL is {given!r}: production needs an https address.")
    return given


def _shown_host(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104
        return lan_address() or "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _split(name: str, url: str) -> SplitResult:
    """The parts of an address, or a clear refusal. The value is not repeated, since it may hold a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ConfigError(f"{name} is not an address that can be read.") from None
    return parts


def _database_url(environ: Mapping[str, str], data_dir: Path) -> str:
    given = environ.get("OMNI_DATABASE_URL") or f"sqlite:///{data_dir / 'omni.db'}"
    parts = _split("OMNI_DATABASE_URL", given)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return given
    if parts.scheme == "postgresql":
        return given
    raise ConfigError("OMNI_DATABASE_URL must be sqlite:///path/to/omni.db or postgresql://user@host/name.")


def _roles(environ: Mapping[str, str], database_url: str) -> tuple[str, str, str]:
    given = environ.get("OMNI_DATABASE_ROLES")
    if given and not database_url.startswith("postgresql:"):
        raise ConfigError("OMNI_DATABASE_ROLES is for PostgreSQL only, and OMNI_DATABASE_URL names SQLite.")
    names = (given or "omni_owner omni_app omni_reader").split()
    if len(set(names)) != 3 or not all(re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name) for name in names):
        raise ConfigError(
            "OMNI_DATABASE_ROLES needs three different role names, such as omni_owner omni_app omni_reader."
        )
    return names[0], names[1], names[2]


def _redis_url(environ: Mapping[str, str]) -> str | None:
    given = environ.get("OMNI_REDIS_URL")
    if not given:
        return None
    parts = _split("OMNI_REDIS_URL", given)
    if (parts.scheme in ("redis", "rediss") and parts.hostname) or (parts.scheme == "unix" and parts.path):
        return given
    raise ConfigError("OMNI_REDIS_URL must be redis://host:6379/0, rediss://… or unix:///path/to/redis.sock.")


def _contact_email(environ: Mapping[str, str], public_url: str) -> str:
    given = environ.get("OMNI_CONTACT_EMAIL")
    if not given:
        host = urlsplit(public_url).hostname or ""
        # A bare number is no mail domain.
        return f"hello@{'localhost' if re.fullmatch(r'[0-9.:]+', host) else host}"
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+", given):
        raise ConfigError(f"OMNI_CONTACT_EMAIL is {given!r}: give one e-mail address.")
    return given


def _smtp_url(environ: Mapping[str, str]) -> str | None:
    given = environ.get("OMNI_SMTP_URL")
    if not given:
        return None
    parts = _split("OMNI_SMTP_URL", given)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ConfigError("OMNI_SMTP_URL must be smtp://user:password@host:587 or smtps://user:password@host:465.")
    return given


def _twilio_api_url(environ: Mapping[str, str], env: Environment) -> str:
    given = (environ.get("OMNI_TWILIO_API_URL") or TWILIO_API_URL).rstrip("/")
    parts = _split("OMNI_TWILIO_API_URL", given)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"OMNI_TWILIO_API_URL is {given!r}: give an address such as {TWILIO_API_URL}.")
    if env is Environment.PRODUCTION and parts.scheme != "https" and not is_loopback(parts.hostname):
        raise ConfigError(f"OMNI_TWILIO_API_URL is {given!r}: production needs an https address.")
    return given


def _now(environ: Mapping[str, str], env: Environment) -> datetime | None:
    given = environ.get("OMNI_NOW")
    if not given:
        return None
    if env is Environment.PRODUCTION:
        raise ConfigError("OMNI_NOW stops the clock, so it is for development and tests only.")
    try:
        fixed = datetime.fromisoformat(given)
    except ValueError:
        raise ConfigError(f"OMNI_NOW is {given!r}: give an ISO instant such as 2026-11-22T09:00:00Z.") from None
    return fixed.astimezone(UTC) if fixed.tzinfo else fixed.replace(tzinfo=UTC)


def _given_secret_key(environ: Mapping[str, str]) -> bytes | None:
    given = environ.get("OMNI_SECRET_KEY")
    return _checked_secret("OMNI_SECRET_KEY", given) if given else None


def _checked_secret(name: str, text: str) -> bytes:
    # A long word of few letters is as easily guessed as a short one.
    if len(text) < SECRET_BYTES or len(set(text)) < 10:
        raise ConfigError(f"{name} is too short or too plain: give at least {SECRET_BYTES} random characters.")
    return text.encode()


def _given_encryption_keys(environ: Mapping[str, str]) -> dict[str, bytes] | None:
    given = environ.get("OMNI_ENCRYPTION_KEYS")
    return _parsed_keys("OMNI_ENCRYPTION_KEYS", given.split(",")) if given else None


def _parsed_keys(name: str, entries: list[str]) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for entry in entries:
        key_id, _, encoded = entry.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if not re.fullmatch(r"[0-9A-Za-z_-]{1,32}", key_id) or key_id in keys or len(key) != SECRET_BYTES:
            raise ConfigError(f"{name} must be id:base64 of {SECRET_BYTES} bytes, several by commas, the newest first.")
        if len(set(key)) < 10:
            raise ConfigError(f"{name} holds a key that is too plain: give {SECRET_BYTES} random bytes.")
        keys[key_id] = key
    if not keys:
        raise ConfigError(f"{name} holds no key.")
    return keys


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as refusal:
        raise ConfigError(f"OMNI_DATA_DIR: {folder} cannot be written ({refusal.strerror}).") from None


def _kept_secret_key(data_dir: Path) -> bytes:
    text = _kept(data_dir, "secret_key", secrets.token_urlsafe(48))
    return _checked_secret(f"The key in {data_dir / 'secret_key'}", text.strip())


def _kept_encryption_keys(data_dir: Path) -> dict[str, bytes]:
    text = _kept(data_dir, "encryption_keys", _keys_text(dict([new_encryption_key()])))
    return _parsed_keys(str(data_dir / "encryption_keys"), text.split())


def _keys_text(keys: Mapping[str, bytes]) -> str:
    return "".join(f"{key_id}:{base64.b64encode(key).decode()}\n" for key_id, key in keys.items())


def _kept(data_dir: Path, name: str, fresh: str) -> str:
    """The kept secret, made now if there is none. Of two processes that make it at once, one wins for both."""
    path = data_dir / name
    if not path.exists():
        waiting = _write_secret(data_dir, name, fresh)
        try:
            os.link(waiting, path)
        except FileExistsError:
            pass
        finally:
            Path(waiting).unlink()
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(f"{path} can be read by others: chmod 600 it, or remove it and start anew.")
        return path.read_text()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{path} cannot be read.") from None


def _write_secret(data_dir: Path, name: str, text: str) -> str:
    handle, waiting = tempfile.mkstemp(prefix=f".{name}-", dir=data_dir)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return waiting
