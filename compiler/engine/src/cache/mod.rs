//! What was compiled, kept on disk for the next start. ARCHITECTURE.md, "The cache", says how and why that is safe.
//!
//! `key` finds an entry, `file` reads and writes one, `entry` is what is in it. Here is the folder: where it is, whether it
//! can be trusted, how much is in it. Nothing that goes wrong here is an error of the program: it runs without.

mod entry;
mod file;
mod key;

pub(crate) use entry::{Entry, Good, Group};

use std::io::Error;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Bytes in a folder, at most, where nothing else is asked for.
const LIMIT: u64 = 512 << 20;

/// A write in so many looks how full the folder is.
const SELDOM: u8 = 16;

/// A file that nobody finished for so long is nobody's.
const ABANDONED: Duration = Duration::from_secs(3600);

/// A folder of entries.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    limit: u64,
}

/// What is in a folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Usage {
    /// Programs that were compiled.
    pub programs: usize,
    /// Files of code that LLVM made of programs' units.
    pub good: usize,
    pub bytes: u64,
}

struct Listed {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

/// The user's folder, by the environment; `None` where that leaves none, or says that there is to be none
/// (`QUIPU_CACHE_DIR` is empty).
pub fn folder() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name);
    if let Some(own) = variable("QUIPU_CACHE_DIR") {
        return Some(PathBuf::from(own)).filter(|p| !p.as_os_str().is_empty());
    }
    // A relative path there is to be ignored, says the standard.
    let shared = variable("XDG_CACHE_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let home = || variable("HOME").map(PathBuf::from).filter(|p| p.is_absolute()).map(|p| p.join(".cache"));
    Some(shared.or_else(home)?.join("quipu"))
}

/// A number of bytes, with K, M or G.
fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let (digits, shift) = match text.chars().last()? {
        'k' | 'K' => (&text[..text.len() - 1], 10),
        'm' | 'M' => (&text[..text.len() - 1], 20),
        'g' | 'G' => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    digits.trim().parse::<u64>().ok()?.checked_mul(1 << shift)
}

impl Cache {
    /// The user's; or why there is none.
    pub fn of_user() -> Result<Cache, String> {
        let folder = folder().ok_or("no folder is named: QUIPU_CACHE_DIR is empty, or there is no home")?;
        let limit = match std::env::var("QUIPU_CACHE_LIMIT") {
            Ok(text) => size(&text).ok_or_else(|| format!("QUIPU_CACHE_LIMIT is no size: `{text}`"))?,
            Err(_) => LIMIT,
        };
        Cache::at(folder, limit)
    }

    /// The cache in a folder, which is made if it is not there; or why it cannot be used.
    pub fn at(folder: PathBuf, limit: u64) -> Result<Cache, String> {
        let here = |e: Error| format!("{}: {e}", folder.display());
        if std::fs::symlink_metadata(&folder).is_err() {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(here)?;
        }
        let about = std::fs::metadata(&folder).map_err(here)?;
        if !about.is_dir() {
            return Err(format!("{} is no folder", folder.display()));
        }
        file::ours(about.uid(), about.mode()).map_err(|why| format!("{} {why}", folder.display()))?;
        Ok(Cache { folder, limit })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// What is in it. Files that are being written do not count.
    pub fn usage(&self) -> Result<Usage, Error> {
        let mut usage = Usage::default();
        for f in self.list()? {
            usage.bytes += f.bytes;
            match f.path.extension().and_then(|e| e.to_str()) {
                Some(entry::PROGRAM) => usage.programs += 1,
                Some(entry::GOOD) => usage.good += 1,
                _ => {}
            }
        }
        Ok(usage)
    }

    /// Removes everything; what there was.
    pub fn clear(&self) -> Result<Usage, Error> {
        let usage = self.usage()?;
        self.sweep(Duration::ZERO)?;
        for f in self.list()? {
            remove(&f.path)?;
        }
        Ok(usage)
    }

    fn list(&self) -> Result<Vec<Listed>, Error> {
        let mut out = vec![];
        for item in std::fs::read_dir(&self.folder)? {
            let item = item?;
            let path = item.path();
            let known =
                path.extension().and_then(|e| e.to_str()).is_some_and(|e| [entry::PROGRAM, entry::GOOD].contains(&e));
            // Another process may have removed it meanwhile.
            if known && let Ok(about) = item.metadata() {
                let used = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                out.push(Listed { path, bytes: about.len(), used });
            }
        }
        Ok(out)
    }

    /// Removes what writers that died left behind, if it is older than this.
    fn sweep(&self, older: Duration) -> Result<(), Error> {
        for item in std::fs::read_dir(&self.folder)? {
            let item = item?;
            if !item.file_name().as_encoded_bytes().starts_with(file::UNFINISHED.as_bytes()) {
                continue;
            }
            let age = item.metadata().and_then(|m| m.modified()).map(|t| t.elapsed().unwrap_or_default());
            if age.is_ok_and(|age| age >= older) {
                remove(&item.path())?;
            }
        }
        Ok(())
    }

    fn path(&self, key: key::Key, extension: &str) -> PathBuf {
        self.folder.join(format!("{}.{extension}", key.hex()))
    }

    fn get(&self, key: key::Key, extension: &str) -> Option<file::Kept> {
        file::read(&self.path(key, extension), key)
    }

    /// Writes a file; the hash of what it holds.
    fn put(&self, key: key::Key, extension: &str, body: &[u8]) -> Result<[u8; 32], Error> {
        if body.len() as u64 > self.limit / 4 {
            return Err(Error::other("it is larger than a quarter of the cache's limit"));
        }
        let hash = file::write(&self.folder, &format!("{}.{extension}", key.hex()), key, body)?;
        if hash[0] % SELDOM == 0 {
            // Whatever goes wrong is tried again with a later file.
            let _ = self.shrink();
        }
        Ok(hash)
    }

    /// Removes what was not used for longest, if there is too much.
    fn shrink(&self) -> Result<(), Error> {
        self.sweep(ABANDONED)?;
        let mut all = self.list()?;
        let mut bytes: u64 = all.iter().map(|f| f.bytes).sum();
        if bytes <= self.limit {
            return Ok(());
        }
        all.sort_by_key(|f| f.used);
        for f in all {
            if bytes <= self.limit / 4 * 3 {
                break;
            }
            remove(&f.path)?;
            bytes -= f.bytes;
        }
        Ok(())
    }
}

/// Another process may be quicker.
fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = Cache::at(folder.path().join("c"), 10_000).expect("a cache");
        let key = |k: u8| key::Key([k; 32]);
        for k in 0..20 {
            cache.put(key(k), entry::PROGRAM, &[k; 1000]).expect("written");
            // Used an hour apart, in this order.
            let used = SystemTime::now() - Duration::from_secs(3600 * (20 - u64::from(k)));
            let file = std::fs::File::open(cache.path(key(k), entry::PROGRAM)).and_then(|f| f.set_modified(used));
            file.expect("a time");
        }
        assert_eq!(cache.get(key(3), entry::PROGRAM).expect("it is there").body(), [3; 1000], "and used just now");
        assert!(cache.put(key(99), entry::PROGRAM, &[0; 3000]).is_err(), "too large");
        let dead = cache.folder.join(format!("{}1-2-3", file::UNFINISHED));
        std::fs::write(&dead, "half").expect("a file");
        cache.shrink().expect("a folder");
        let there: Vec<u8> = (0..20).filter(|k| cache.get(key(*k), entry::PROGRAM).is_some()).collect();
        assert_eq!(there, [3, 15, 16, 17, 18, 19]);
        assert!(cache.usage().expect("a folder").bytes <= 7500);
        assert!(dead.exists(), "somebody may be at it");
        cache.clear().expect("a folder");
        assert_eq!(cache.usage().expect("a folder"), Usage::default());
        assert!(!dead.exists());
    }

    #[test]
    fn sizes() {
        let all = ["100", "2k", " 3M ", "1G", "", "M", "1T", "-1", "99999999999G"].map(size);
        assert_eq!(all, [Some(100), Some(2048), Some(3 << 20), Some(1 << 30), None, None, None, None, None]);
    }
}
