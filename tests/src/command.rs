//! The `quipu` command that the tests run, and one run of it.

use crate::Outcome;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The command to test: QUIPU_BIN (relative to the root), or the `quipu` beside this test, built first if cargo runs us
/// (cargo builds the binaries of a package for that package's own tests only, so ours might be old).
pub fn binary(root: &Path) -> Result<PathBuf, String> {
    if let Some(path) = variable("QUIPU_BIN") {
        return root.join(&path).canonicalize().map_err(|e| format!("QUIPU_BIN={path}: {e}"));
    }
    let me = std::env::current_exe().map_err(|e| e.to_string())?;
    let profile = me.ancestors().nth(2).ok_or("the test is not in a target folder")?;
    let path = profile.join("quipu").with_extension(std::env::consts::EXE_EXTENSION);
    if let Some(cargo) = variable("CARGO") {
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--workspace", "--bins"]).current_dir(root);
        if profile.file_name().is_some_and(|name| name == "release") {
            build.arg("--release");
        } else {
            // As the tests' own build has it: a second set of LLVM bindings would double the work.
            build.args(["--features", "quipu/llvm-dynamic"]);
        }
        let status = build.status().map_err(|e| e.to_string())?;
        if !status.success() {
            return Err("building the quipu command failed".to_owned());
        }
    }
    if path.exists() { Ok(path) } else { Err(format!("{} is not there: build it or set QUIPU_BIN", path.display())) }
}

/// An environment variable that is set to something.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What a command does, which may take so long, with nothing on its standard input.
pub fn run(command: &mut Command, timeout: Duration) -> std::io::Result<Outcome> {
    run_on(command, Stdio::null(), timeout)
}

/// The same with something on its standard input.
pub fn run_on(command: &mut Command, input: Stdio, timeout: Duration) -> std::io::Result<Outcome> {
    let mut child = command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let deadline = Instant::now() + timeout;
    let mut nap = Duration::from_millis(1);
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status.code(),
            None if Instant::now() < deadline => {
                std::thread::sleep(nap);
                nap = (nap * 2).min(Duration::from_millis(20));
            }
            None => {
                child.kill().and_then(|()| child.wait().map(drop))?;
                break None;
            }
        }
    };
    let text = |reader: std::thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
    };
    Ok(Outcome { stdout: text(stdout), stderr: text(stderr), status })
}

/// Reads a pipe to its end on a thread of its own, so that a child which fills both pipes cannot block.
fn drain(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // A pipe that breaks ends the output; the comparison then tells.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}
