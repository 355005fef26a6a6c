//! Opening the database file: settings, identity, migrations.

use std::cmp::Ordering;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::ffi::{SQLITE_IOERR, SQLITE_NOTADB};
use rusqlite::{Connection, OpenFlags};

use crate::durable::rewrite;

/// `HDSH`: tells our files from other SQLite files.
const APPLICATION_ID: i32 = 0x4844_5348;

/// How long to wait for another program that has the file locked; providers wait for 10 s for their answer.
const BUSY: Duration = Duration::from_secs(2);

/// So many statements are kept prepared: more than there are, because preparing one takes longer than carrying it out.
const STATEMENTS: usize = 128;

/// What takes a database from version n to n + 1.
const MIGRATIONS: &[&str] = &[
    include_str!("0001.sql"),
    include_str!("0002.sql"),
    include_str!("0003.sql"),
    include_str!("0004.sql"),
    include_str!("0005.sql"),
    include_str!("0006.sql"),
];

/// The one connection that writes, to a file that is there. A commit returns after the bytes are on the disk (`synchronous=FULL`).
///
/// The log is written again before: where a sync has failed, of this process or of the one before, it may hold what is not
/// on the disk and never will be. A commit behind that would be lost with the power, however well it was synced itself.
pub(super) fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    rewrite(&log(path)).map_err(|error| failed(SQLITE_IOERR, format!("the log cannot be written again: {error}")))?;
    let mut connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    keep_prepared(&connection)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // macOS: a plain fsync leaves the bytes in the drive's cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    // What a savepoint would undo is kept in memory, not in a file.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // What is removed is overwritten with zeros: in the file at the next checkpoint, in the log when it begins anew.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "journal_size_limit", 0)?;
    identify(&connection)?;
    // Off for migrations, which may replace a table that others refer to.
    connection.pragma_update(None, "foreign_keys", false)?;
    migrate(&mut connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// A connection that cannot write.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    keep_prepared(&connection)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// A connection that cannot write, to a file that another process may have.
pub(super) fn open_observer(path: &Path) -> rusqlite::Result<Connection> {
    let connection = open_reader(path)?;
    check_version(&connection)?;
    Ok(connection)
}

fn keep_prepared(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise SQLite prepares many a statement anew for each value, in search of a better plan.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

/// A statement without values or rows, which is kept prepared too.
pub(super) fn carry_out(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

/// A connection to a copy, which nobody else has.
pub(super) fn open_copy(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    check_version(&connection)?;
    Ok(connection)
}

fn check_version(connection: &Connection) -> rusqlite::Result<()> {
    if pragma(connection, "application_id")? != APPLICATION_ID {
        return Err(refused("the file is no database of this program"));
    }
    let version = pragma(connection, "user_version")?;
    match usize::try_from(version).unwrap_or_default().cmp(&MIGRATIONS.len()) {
        Ordering::Less => Err(refused("the file is of an older version; `headshot serve` brings it up to date")),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(refused("the file was written by a newer version of this program")),
    }
}

/// Tells a file from every other, wherever it is moved.
pub(super) fn file_id(path: &Path) -> io::Result<(u64, u64)> {
    path.metadata().map(|file| (file.dev(), file.ino()))
}

fn identify(connection: &Connection) -> rusqlite::Result<()> {
    let (id, version) = (pragma(connection, "application_id")?, pragma(connection, "user_version")?);
    if id == APPLICATION_ID {
        return Ok(());
    }
    let tables: i32 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if id != 0 || version != 0 || tables != 0 {
        return Err(refused("the file is another program's database"));
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)
}

fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let version = pragma(connection, "user_version")?;
    let Some(pending) = usize::try_from(version).ok().and_then(|version| MIGRATIONS.get(version..)) else {
        return Err(refused("the file was written by a newer version of this program"));
    };
    for (number, sql) in (version + 1..).zip(pending) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        check_references(&transaction)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

fn check_references(transaction: &Connection) -> rusqlite::Result<()> {
    let mut broken = transaction.prepare("PRAGMA foreign_key_check")?;
    if broken.exists([])? { Err(refused("a migration would leave rows that refer to nothing")) } else { Ok(()) }
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

fn refused(why: &str) -> rusqlite::Error {
    failed(SQLITE_NOTADB, why.into())
}

fn failed(code: i32, why: String) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), Some(why))
}

/// Where SQLite keeps what was committed and is not in the file yet.
fn log(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new database, and its writer.
    fn new_writer(path: &Path) -> Connection {
        std::fs::File::create(path).unwrap();
        open_writer(path).unwrap()
    }

    #[test]
    fn a_file_that_is_gone_is_not_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("headshot.db");
        assert!(open_writer(&path).is_err());
        assert!(!path.exists());
    }

    #[test]
    fn refuses_another_programs_database() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE notes (text)").unwrap();
        let error = open_writer(&path).unwrap_err();
        assert!(error.to_string().contains("another program"), "{error}");
    }

    #[test]
    fn refuses_a_newer_database() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("newer.db");
        new_writer(&path).pragma_update(None, "user_version", 99).unwrap();
        let error = open_writer(&path).unwrap_err();
        assert!(error.to_string().contains("newer version"), "{error}");
    }

    #[test]
    fn a_reader_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("headshot.db");
        let _writer = new_writer(&path);
        assert!(open_reader(&path).unwrap().execute("DELETE FROM work", []).is_err());
    }

    #[test]
    fn a_commit_waits_for_the_disk() {
        let dir = tempfile::tempdir().unwrap();
        let writer = new_writer(&dir.path().join("headshot.db"));
        assert_eq!(pragma(&writer, "synchronous").unwrap(), 2);
        let mode: String = writer.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }

    /// A file as the first version wrote it: a ready session with a copied photo, a deleted one, deliveries of both and
    /// of a session that is not ours.
    const FIRST_VERSION: &str = "
        PRAGMA application_id = 0x48445348; PRAGMA user_version = 1;
        INSERT INTO sessions VALUES
            ('ses_1', 'headshotpro', 'm1', 'ready', 'active', 5, 'r', 'https://x.test/?token=T', 0, 'ada', 'p1', 1, 9, NULL),
            ('ses_2', 'headshotpro', 'm2', 'deleted', 'deleted', 5, NULL, NULL, 0, NULL, NULL, 1, 9, 9);
        INSERT INTO client_tokens VALUES (x'01', 'ses_1', 10);
        INSERT INTO deliveries VALUES
            (1, 'headshotpro', 'e1', 'k', 2, 'm1', 'ses_1', 'timestamped', x'7b7d', x'aa', 2),
            (2, 'headshotpro', 'e2', 'k', 2, 'm2', 'ses_2', 'timestamped', x'', x'bb', 2),
            (3, 'headshotpro', NULL, NULL, NULL, 'm3', NULL, 'timestamped', x'7b7d', x'cc', 2);
        INSERT INTO photos VALUES ('pho_1', 'ses_1', 'p1', 0, NULL, NULL, 'abc', 'image/png', 3, 7, NULL);
        INSERT INTO photos VALUES ('pho_2', 'ses_1', 'p2', 1, 'https://x.test/p2', 8, NULL, NULL, NULL, NULL, NULL);
        INSERT INTO work (kind, session_id, photo_id, due_at) VALUES ('copy_photo', 'ses_1', 'pho_2', 3);";

    #[test]
    fn a_file_of_the_first_version_keeps_what_it_holds() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("first.db");
        Connection::open(&path).unwrap().execute_batch(&[MIGRATIONS[0], FIRST_VERSION].concat()).unwrap();
        let connection = open_writer(&path).unwrap();
        let text = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
        let cases = [
            ("SELECT surface || ' ' || surface_url FROM sessions WHERE id = 'ses_1'", "frame https://x.test/?token=T"),
            ("SELECT group_concat(kind || value || session_id) FROM session_refs", "modelm1ses_1,modelm2ses_2"),
            ("SELECT group_concat(ifnull(body, '-')) FROM (SELECT body FROM deliveries ORDER BY seq)", "{},-,-"),
            ("SELECT group_concat(value) FROM delivery_refs", "m1,m2,m3"),
            ("SELECT group_concat(file) FROM (SELECT file FROM photos ORDER BY id)", "abc,pho_2"),
            ("SELECT group_concat(kind || subject) FROM work", "copy_photopho_2,refresh_session"),
            ("SELECT session_id FROM client_tokens", "ses_1"),
            ("SELECT group_concat(submission) FROM sessions", "open,open"),
        ];
        for (sql, found) in cases {
            assert_eq!(text(sql), found, "{sql}");
        }
        assert_eq!(pragma(&connection, "foreign_keys").unwrap(), 1);
        assert!(connection.execute("DELETE FROM sessions", []).is_err(), "others refer to them");
    }
}
