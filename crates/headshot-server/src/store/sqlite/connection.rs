//! Opening the database file: settings, identity, migrations.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// `HDSH`: tells our files from other SQLite files.
const APPLICATION_ID: i32 = 0x4844_5348;

/// How long to wait for another program that has the file locked; providers wait for 10 s for their answer.
const BUSY: Duration = Duration::from_secs(2);

/// What takes a database from version n to n + 1.
const MIGRATIONS: &[&str] = &[include_str!("0001.sql")];

/// The one connection that writes, to a file that is there. A commit returns after the bytes are on the disk (`synchronous=FULL`).
pub(super) fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
    let mut connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // macOS: a plain fsync leaves the bytes in the drive's cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    identify(&connection)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// A connection that cannot write.
pub(super) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
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
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

fn refused(why: &str) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_NOTADB), Some(why.into()))
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
}
