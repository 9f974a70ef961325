//! A file of the cache: written whole, believed only if its hash fits.
//!
//! ```text
//! magic (8) | version (4) | key (32) | length of the body (8) | hash of key and body (32) | body
//! ```

use super::key::Key;
use std::fs::{File, OpenOptions};
use std::io::{Error, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

const MAGIC: [u8; 8] = *b"quipu\0\r\n";

/// Rises with every change of what a body means that no change of the compiler's identity goes with; today all do.
const VERSION: u32 = 1;

const HEAD: usize = 8 + 4 + 32 + 8 + 32;

/// How much older a file's time may be than its last use.
const FRESH: Duration = Duration::from_secs(60);

/// What names of files that are being written begin with.
pub(super) const UNFINISHED: &str = "tmp-";

fn hash(key: Key, body: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&key.0).update(body);
    *hasher.finalize().as_bytes()
}

/// A body and its hash.
#[derive(Debug)]
pub(crate) struct Kept {
    bytes: Vec<u8>,
    pub(crate) hash: [u8; 32],
}

impl Kept {
    pub(crate) fn body(&self) -> &[u8] {
        self.bytes.get(HEAD..).unwrap_or_default()
    }
}

/// May a file or folder with this owner and mode be trusted? Why not.
pub(super) fn ours(owner: u32, mode: u32) -> Result<(), String> {
    if owner != rustix::process::geteuid().as_raw() {
        return Err("belongs to another user, and what is in it would be executed".into());
    }
    if mode & 0o022 != 0 {
        return Err("can be written by other users, and what is in it would be executed".into());
    }
    Ok(())
}

/// The file with this key, if there is one that is whole.
pub(super) fn read(path: &Path, key: Key) -> Option<Kept> {
    let mut file = File::open(path).ok()?;
    let about = file.metadata().ok()?;
    if !about.is_file() || ours(about.uid(), about.mode()).is_err() {
        return None;
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).ok()?.checked_add(1)?);
    file.read_to_end(&mut bytes).ok()?;
    let head = bytes.get(..HEAD)?;
    let (magic, rest) = head.split_at(8);
    let (version, rest) = rest.split_at(4);
    let (named, rest) = rest.split_at(32);
    let (length, says) = rest.split_at(8);
    let body = &bytes[HEAD..];
    let fits = magic == MAGIC
        && version == VERSION.to_le_bytes()
        && named == key.0
        && length == (body.len() as u64).to_le_bytes()
        && says == hash(key, body);
    if !fits {
        return None;
    }
    let hash = says.try_into().ok()?;
    // What was used last is removed last. Where the time cannot be set it counts by the time it was written.
    let now = SystemTime::now();
    if about.modified().is_ok_and(|t| now.duration_since(t).is_ok_and(|age| age > FRESH)) {
        let _ = file.set_modified(now);
    }
    Some(Kept { bytes, hash })
}

/// Writes a file, which readers see as a whole or not at all; the hash of what it holds.
pub(super) fn write(folder: &Path, name: &str, key: Key, body: &[u8]) -> Result<[u8; 32], Error> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    // Processes of several machines, with the same numbers, may share a folder.
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |t| t.as_nanos());
    let unfinished = folder.join(format!("{UNFINISHED}{now:x}-{}-{n}", std::process::id()));
    let hash = hash(key, body);
    let mut bytes = Vec::with_capacity(HEAD + body.len());
    bytes.extend(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    bytes.extend(key.0);
    bytes.extend((body.len() as u64).to_le_bytes());
    bytes.extend(hash);
    bytes.extend(body);
    let done = (|| {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?;
        file.write_all(&bytes)?;
        drop(file);
        std::fs::rename(&unfinished, folder.join(name))
    })();
    if done.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    done.map(|()| hash)
}
