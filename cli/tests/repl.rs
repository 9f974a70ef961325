//! `quipu repl` as somebody at a terminal sees it: a script that types into a pseudo-terminal.
#![cfg(unix)]

use rexpect::session::{PtySession, spawn_command};
use std::process::Command;

/// Milliseconds that an answer may take on a busy machine.
const PATIENCE: u64 = 60_000;

struct Terminal {
    session: PtySession,
    /// The history is kept here, not in the user's folder.
    _home: tempfile::TempDir,
}

impl Terminal {
    /// A session: `quipu` with these arguments.
    fn start(args: &[&str]) -> Terminal {
        let home = tempfile::tempdir().expect("a folder");
        let mut t = Terminal { session: spawn(args, &home), _home: home };
        t.wants("Quipu ");
        t.prompt();
        t
    }

    /// Types a line.
    fn types(&mut self, line: &str) {
        self.session.send_line(line).expect("the terminal takes a line");
    }

    /// Types keys, without the end of a line.
    fn keys(&mut self, keys: &str) {
        self.session.send(keys).expect("the terminal takes keys");
        self.session.flush().expect("the terminal takes keys");
    }

    /// Waits for a text.
    fn wants(&mut self, text: &str) {
        if let Err(e) = self.session.exp_string(text) {
            panic!("{text:?} does not come: {e}");
        }
    }

    fn prompt(&mut self) {
        self.wants(">>> ");
    }

    /// A statement and what it shows.
    fn shows(&mut self, line: &str, text: &str) {
        self.types(line);
        self.wants(text);
        self.prompt();
    }

    /// Ctrl-D ends the session.
    fn leaves(mut self) {
        self.session.send_control('d').expect("the terminal takes a key");
        self.session.exp_eof().expect("the session ends");
    }
}

fn spawn(args: &[&str], home: &tempfile::TempDir) -> PtySession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quipu"));
    command.args(args).env("TERM", "xterm").env("XDG_STATE_HOME", home.path()).env("QUIPU_CACHE_DIR", "");
    spawn_command(command, Some(PATIENCE)).expect("a pseudo-terminal")
}

#[test]
fn statements_blocks_and_redefinition() {
    // `quipu` alone on a terminal is the prompt.
    let mut t = Terminal::start(&[]);
    t.shows("6 * 7", "42\r\n");
    t.types("def twice(x):");
    t.wants("... ");
    t.types("    return x * 2");
    t.wants("... ");
    t.types("");
    t.prompt();
    t.shows("twice('ab')", "'abab'\r\n");
    t.types("def twice(x): return -x");
    t.wants("... ");
    t.types("");
    t.prompt();
    t.shows("twice(5)", "-5\r\n");
    t.shows("_ - 1", "-6\r\n");
    t.types("xs = [1, 2,");
    t.wants("... ");
    t.types("3]");
    t.prompt();
    t.shows("sum(xs)", "6\r\n");
    t.leaves();
}

#[test]
fn an_error_leaves_the_session_usable() {
    let mut t = Terminal::start(&["repl"]);
    t.types("xs = [1, 2]");
    t.prompt();
    t.shows("xs[5]", "IndexError: list index out of range");
    t.shows("undefined_name + 1", "NameError");
    t.shows("1 +", "error");
    t.shows("xs[0] + xs[1]", "3\r\n");
    t.leaves();
}

#[test]
fn a_running_loop_stops_at_ctrl_c() {
    let mut t = Terminal::start(&["repl"]);
    t.types("n = 0");
    t.prompt();
    t.types("while True:");
    t.wants("... ");
    t.types("    n += 1");
    t.wants("... ");
    t.types("");
    // The loop runs once the line is taken; the key may come while it is still compiled, which is as good.
    std::thread::sleep(std::time::Duration::from_millis(300));
    t.session.send_control('c').expect("the terminal takes a key");
    t.wants("KeyboardInterrupt");
    t.prompt();
    t.shows("n > 0", "True\r\n");
    // At the prompt it drops the line.
    t.keys("1 / 0");
    t.session.send_control('c').expect("the terminal takes a key");
    t.wants("KeyboardInterrupt");
    t.prompt();
    t.shows("2 + 2", "4\r\n");
    t.leaves();
}

#[test]
fn tab_completes_names_and_attributes_and_history_comes_back() {
    let mut t = Terminal::start(&["repl"]);
    t.types("temperature = [3, 1, 2]");
    t.prompt();
    t.keys("len(temper\t");
    t.wants("temperature");
    t.types(")");
    t.wants("3\r\n");
    t.prompt();
    t.keys("temperature.rev\t");
    t.wants("reverse");
    t.types("()");
    t.prompt();
    t.shows("temperature", "[2, 1, 3]\r\n");
    t.types("import math");
    t.prompt();
    t.keys("math.sq\t");
    t.wants("math.sqrt");
    t.types("(16.0)");
    t.wants("4.0\r\n");
    t.prompt();
    // Up: the line before.
    t.keys("\x1b[A");
    t.wants("math.sqrt(16.0)");
    t.types("");
    t.wants("4.0\r\n");
    t.prompt();
    t.leaves();
}

#[test]
fn commands() {
    let mut t = Terminal::start(&["repl"]);
    t.types("import numpy as np");
    t.prompt();
    t.types("a = np.ones(5)");
    t.prompt();
    t.shows(":type a * 2", "float64[5]");
    t.shows(":time a.sum()", "of 7 runs");
    t.shows(":ir a.sum()", "func @main");
    t.shows(":asm a.sum()", "main:");
    t.shows(":help", ":quit");
    t.shows(":nonsense", "there is no command :nonsense");
    t.types("def f(x): return x");
    t.wants("... ");
    t.types("");
    t.prompt();
    t.shows(":ir f", "show a call");
    t.types(":quit");
    t.session.exp_eof().expect("the session ends");
}
