//! Backups: one file, on-line and consistent, alike for both databases.
//!
//! The file is gzip of lines of JSON. First the [`Header`]; then for each table
//! `{"table": …, "columns": […]}` and one array of texts or nulls for each row: numbers decimal,
//! bytes and identifiers hexadecimal, booleans `0` and `1`; last `{"rows": …, "sha256": …}` over
//! all bytes before that line. It restores into either database, so it is also the way from
//! SQLite to PostgreSQL; but only into tables of the version that made it, which `huella migrate`
//! of a later one then brings up. The secret file is left out: without it the signing keys stay
//! sealed.

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use domain::timestamp::Timestamp;

use crate::error::{Error, Fault};
use crate::store::vocabulary::dump::{ColumnRow, TextRow};
use crate::store::{Store, Tx, last_migration};

/// What the first line says.
const FORMAT: &str = "huella-backup";
/// Version of the format.
const VERSION: u32 = 1;
/// Rows that are added in one go.
const BATCH: usize = 500;

/// The first line of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always `huella-backup`.
    pub format: String,
    /// Version of the format, 1.
    pub version: u32,
    /// The version of the program that made it.
    #[serde(default = "unnamed")]
    pub program: String,
    /// The number of the last migration that its tables have had.
    #[serde(default)]
    pub migration: i64,
    /// When it was made.
    pub at: Timestamp,
    /// Which database it was made of.
    pub engine: String,
    /// What is not in it and must be kept elsewhere.
    pub left_out: String,
}

/// In the place of a version that did not yet say which it is.
fn unnamed() -> String {
    "of an earlier version".to_owned()
}

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// How many rows each table has.
    pub rows: BTreeMap<String, u64>,
    /// SHA-256 of the uncompressed lines before the last, hexadecimal.
    pub sha256: String,
}

/// The line before the rows of a table.
#[derive(Serialize, Deserialize)]
struct Section {
    table: String,
    columns: Vec<String>,
}

/// Writes everything the database holds at this moment to a new file, readable by its owner only.
/// Writers are not held up. A file that is half written keeps the ending `.part`.
///
/// # Errors
/// [`Fault`] when the file is there already or cannot be written; a failed database.
pub async fn backup(store: &Store, path: &Path, now: Timestamp) -> Result<Summary, Error> {
    if path.exists() {
        return Err(Fault::new("there is already a file of that name").into());
    }
    let part = path.with_added_extension("part");
    let header = Header {
        format: FORMAT.to_owned(),
        version: VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        migration: last_migration(),
        at: now,
        engine: store.engine().to_string(),
        left_out: "the secret file (HUELLA_SECRET_FILE)".to_owned(),
    };
    let to = part.clone();
    let summary = store.read(move |tx| Box::pin(write_out(tx, to, header))).await?;
    name_if_whole(&part, path, &summary)?;
    Ok(summary)
}

/// Reads what was written once more, since a disk can lie, and only then gives it its name.
///
/// # Errors
/// [`Fault`] when it does not read as it was written, or cannot be renamed.
pub fn name_if_whole(part: &Path, path: &Path, written: &Summary) -> Result<(), Fault> {
    let (_, read) = check(part)?;
    if read != *written {
        return Err(Fault::new("the backup reads otherwise than it was written"));
    }
    fs::rename(part, path)?;
    Ok(())
}

async fn write_out(tx: &mut Tx, path: PathBuf, header: Header) -> Result<Summary, Error> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
    let file = file.map_err(Fault::from)?;
    let mut lines = Lines::new(file);
    lines.write(&header).map_err(Fault::from)?;
    let mut rows = BTreeMap::new();
    for columns in tables(tx).await? {
        let table = table_of(&columns);
        let names = columns.iter().map(|column| column.column_name.clone()).collect();
        let section = Section { table: table.clone(), columns: names };
        lines.write(&section).map_err(Fault::from)?;
        let count = tx.dump_table(&columns, &mut |row| lines.write(&row)).await?;
        rows.insert(table, count);
    }
    Ok(lines.finish(rows).map_err(Fault::from)?)
}

/// Reads the first line of a backup: whether this version of the program can restore it.
///
/// # Errors
/// [`Fault`] when it cannot be read, is no backup, or is of other tables.
pub fn header(path: &Path) -> Result<Header, Fault> {
    Source::open(path)?.header()
}

/// Reads a backup through and says whether it is whole.
///
/// # Errors
/// As [`header`], and when it was changed.
pub fn check(path: &Path) -> Result<(Header, Summary), Fault> {
    let mut lines = Source::open(path)?;
    let header = lines.header()?;
    let mut rows = BTreeMap::new();
    let mut table = None;
    while let Some(line) = lines.next()? {
        if line.starts_with('[') {
            let table: &String = table.as_ref().ok_or_else(broken)?;
            *rows.entry(table.clone()).or_insert(0) += 1;
        } else if let Ok(section) = serde_json::from_str::<Section>(&line) {
            rows.insert(section.table.clone(), 0);
            table = Some(section.table);
        } else {
            let summary: Summary = serde_json::from_str(&line).map_err(|_| broken())?;
            let same = summary.sha256 == lines.sha256_before_last() && summary.rows == rows;
            let last = lines.next()?.is_none();
            return if same && last { Ok((header, summary)) } else { Err(broken()) };
        }
    }
    Err(broken())
}

/// Puts a backup into an empty, migrated database: all of it or nothing.
///
/// # Errors
/// [`Fault`] when the backup is not whole, is of another version of the tables, or the database
/// holds something already; a failed database.
pub async fn restore(store: &Store, path: &Path) -> Result<Summary, Error> {
    let (_, summary) = check(path)?;
    let from = (path.to_owned(), summary.clone());
    store.write_with(from, |tx, (path, summary)| Box::pin(read_in(tx, path, summary))).await?;
    Ok(summary)
}

async fn read_in(tx: &mut Tx, path: &Path, summary: &Summary) -> Result<(), Error> {
    let tables = tables(tx).await?;
    for columns in &tables {
        if tx.count_rows(&table_of(columns)).await? != 0 {
            return Err(Fault::new("the database to restore into is not empty").into());
        }
    }
    tx.defer_references().await?;
    let mut lines = Source::open(path)?;
    let header = lines.header()?;
    let mut loading: Option<Vec<ColumnRow>> = None;
    let mut rows: Vec<TextRow> = Vec::new();
    while let Some(line) = lines.next()? {
        if line.starts_with('[') {
            rows.push(serde_json::from_str(&line).map_err(|_| broken())?);
            if rows.len() == BATCH {
                tx.load_rows(loading.as_deref().unwrap_or_default(), &rows).await?;
                rows.clear();
            }
            continue;
        }
        tx.load_rows(loading.as_deref().unwrap_or_default(), &rows).await?;
        rows.clear();
        let Ok(section) = serde_json::from_str::<Section>(&line) else { break };
        loading = Some(matching(&tables, &section).ok_or_else(|| of_other_tables(&header))?);
    }
    tx.check_references().await?;
    for columns in &tables {
        let table = table_of(columns);
        let count = u64::try_from(tx.count_rows(&table).await?).unwrap_or(0);
        if count != summary.rows.get(&table).copied().unwrap_or(0) {
            return Err(Fault::new("not every row of the backup was restored").into());
        }
    }
    Ok(())
}

/// The columns of a section, as the database to restore into has them, if it does.
fn matching(tables: &[Vec<ColumnRow>], section: &Section) -> Option<Vec<ColumnRow>> {
    let known = tables.iter().find(|columns| table_of(columns) == section.table)?;
    let is_same = known.iter().map(|column| &column.column_name).eq(&section.columns);
    is_same.then(|| known.clone())
}

async fn tables(tx: &mut Tx) -> Result<Vec<Vec<ColumnRow>>, Error> {
    let columns = tx.catalogue().await?;
    let by_table = columns.chunk_by(|one, next| one.table_name == next.table_name);
    Ok(by_table.map(<[ColumnRow]>::to_vec).collect())
}

fn table_of(columns: &[ColumnRow]) -> String {
    columns.first().map(|column| column.table_name.clone()).unwrap_or_default()
}

fn broken() -> Fault {
    Fault::new("the file is no backup, or it was changed")
}

fn of_other_tables(header: &Header) -> Fault {
    Fault::new(format!(
        "its tables are those of huella {}; restore it by that version into an empty database, and \
         then run `huella migrate` of the one that is to serve",
        header.program
    ))
}

/// Lines on their way into a file.
struct Lines {
    file: GzEncoder<BufWriter<File>>,
    hash: Sha256,
}

impl Lines {
    fn new(file: File) -> Self {
        Self {
            file: GzEncoder::new(BufWriter::new(file), Compression::fast()),
            hash: Sha256::new(),
        }
    }

    fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.hash.update(&bytes);
        self.file.write_all(&bytes)
    }

    fn finish(mut self, rows: BTreeMap<String, u64>) -> io::Result<Summary> {
        let sha256 = data_encoding::HEXLOWER.encode(&self.hash.clone().finalize());
        let summary = Summary { rows, sha256 };
        self.write(&summary)?;
        let file = self.file.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(summary)
    }
}

/// Lines on their way out of a file.
struct Source {
    file: BufReader<GzDecoder<BufReader<File>>>,
    hash: Sha256,
    before_last: Sha256,
}

/// Bytes of the longest line that is read: a signature drawn by hand, a PDF in hexadecimal.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

impl Source {
    fn open(path: &Path) -> Result<Self, Fault> {
        let file = BufReader::new(GzDecoder::new(BufReader::new(File::open(path)?)));
        Ok(Self { file, hash: Sha256::new(), before_last: Sha256::new() })
    }

    fn header(&mut self) -> Result<Header, Fault> {
        let line = self.next()?.ok_or_else(broken)?;
        let header: Header = serde_json::from_str(&line).map_err(|_| broken())?;
        if header.format != FORMAT || header.version != VERSION {
            return Err(broken());
        }
        if header.migration == last_migration() {
            Ok(header)
        } else {
            Err(of_other_tables(&header))
        }
    }

    fn next(&mut self) -> Result<Option<String>, Fault> {
        let mut line = String::new();
        let mut limited = (&mut self.file).take(LONGEST_LINE);
        let read = limited.read_line(&mut line).map_err(|_| broken())?;
        if read == 0 {
            return Ok(None);
        }
        self.before_last = self.hash.clone();
        self.hash.update(line.as_bytes());
        Ok(Some(line))
    }

    fn sha256_before_last(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.before_last.clone().finalize())
    }
}
