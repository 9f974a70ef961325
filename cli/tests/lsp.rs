//! `quipu lsp` as an editor sees it: a client that follows a script, over the pipes of the command.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// So long an answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Client {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// What came before what was waited for.
    kept: Vec<Value>,
    requests: i32,
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().strip_prefix("Content-Length: ") {
            Some(n) => length = n.parse().expect("a length"),
            None if line.trim().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("JSON"))
}

impl Client {
    fn start() -> Client {
        let mut server = Command::new(env!("CARGO_BIN_EXE_quipu"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the command starts");
        let input = server.stdin.take().expect("a pipe");
        let mut output = BufReader::new(server.stdout.take().expect("a pipe"));
        let (send, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if send.send(message).is_err() {
                    return;
                }
            }
        });
        Client { server, input, messages, kept: vec![], requests: 0 }
    }

    /// A server that is past the greetings.
    fn ready() -> Client {
        let mut client = Client::start();
        let capabilities = client.ask("initialize", json!({"capabilities": {}}))["result"]["capabilities"].clone();
        assert_eq!(capabilities["textDocumentSync"]["change"], 1);
        assert_eq!(capabilities["hoverProvider"], true);
        assert_eq!(capabilities["definitionProvider"], true);
        client.tell("initialized", json!({}));
        client
    }

    fn raw(&mut self, text: &str) {
        self.input.write_all(text.as_bytes()).expect("the server reads");
        self.input.flush().expect("the server reads");
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request; its id.
    fn request(&mut self, method: &str, params: Value) -> i32 {
        self.requests += 1;
        self.send(&json!({"jsonrpc": "2.0", "id": self.requests, "method": method, "params": params}));
        self.requests
    }

    fn wait(&mut self, what: impl Fn(&Value) -> bool) -> Value {
        if let Some(k) = self.kept.iter().position(&what) {
            return self.kept.remove(k);
        }
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).expect("the server answers");
            if what(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    fn answer(&mut self, id: i32) -> Value {
        self.wait(|m| m["id"] == id && m.get("method").is_none())
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.answer(id)
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "python", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    fn change(&mut self, uri: &str, version: i32, text: &str) {
        let document = json!({"uri": uri, "version": version});
        self.tell("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]}));
    }

    /// What is wrong with a version of a document.
    fn diagnostics(&mut self, uri: &str, version: i32) -> Vec<Value> {
        let published = |m: &Value| {
            m["method"] == "textDocument/publishDiagnostics"
                && m["params"]["uri"] == uri
                && m["params"]["version"] == version
        };
        self.wait(published)["params"]["diagnostics"].as_array().expect("a list").clone()
    }

    fn ask_at(&mut self, method: &str, uri: &str, line: u32, character: u32) -> Value {
        let at = json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}});
        let answer = self.ask(&format!("textDocument/{method}"), at);
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    /// The code that is shown for a place, and what of the text it is about.
    fn hover(&mut self, uri: &str, line: u32, character: u32) -> (String, Value) {
        let shown = self.ask_at("hover", uri, line, character);
        let text = shown["contents"]["value"].as_str().unwrap_or_default();
        let code = text.strip_prefix("```python\n").and_then(|t| t.split("\n```").next()).unwrap_or(text);
        (code.to_string(), shown["range"].clone())
    }

    /// The file, line and column of a definition.
    fn definition(&mut self, uri: &str, line: u32, character: u32) -> (String, u64, u64) {
        let found = self.ask_at("definition", uri, line, character);
        let start = &found["range"]["start"];
        let number = |v: &Value| v.as_u64().unwrap_or(u64::MAX);
        (found["uri"].as_str().unwrap_or_default().to_string(), number(&start["line"]), number(&start["character"]))
    }

    fn leave(mut self) {
        assert!(self.ask("shutdown", Value::Null).get("error").is_none());
        self.tell("exit", Value::Null);
        assert_eq!(self.server.wait().expect("it ends").code(), Some(0));
    }
}

fn range(line: u32, from: u32, to: u32) -> Value {
    json!({"start": {"line": line, "character": from}, "end": {"line": line, "character": to}})
}

const URI: &str = "file:///none/p.py";

#[test]
fn what_is_wrong_while_it_is_written() {
    let mut c = Client::ready();
    // The column counts UTF-16 units: the smiley is two of them.
    c.open(URI, "import numpy as np\nx = '😀'; y = np.zeroes(3)\n");
    let wrong = c.diagnostics(URI, 1);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(wrong[0]["severity"], 1);
    assert_eq!(wrong[0]["source"], "quipu");
    assert_eq!(wrong[0]["range"], range(1, 17, 23), "{wrong:?}");
    c.change(URI, 2, "total = 1\nprint(totl)\nimport turtle\n");
    let wrong = c.diagnostics(URI, 2);
    assert_eq!(wrong[0]["code"], "unknown-name");
    assert_eq!(wrong[0]["range"], range(1, 6, 10));
    assert!(wrong[0]["message"].as_str().expect("text").contains("\nhelp: did you mean `total`?"), "{wrong:?}");
    c.change(URI, 3, "x = (1 +\n");
    assert_eq!(c.diagnostics(URI, 3)[0]["severity"], 1);
    c.change(URI, 4, "x = 1\n");
    assert_eq!(c.diagnostics(URI, 4), Vec::<Value>::new());
    c.tell("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
    c.leave();
}

#[test]
fn types_and_shapes() {
    let mut c = Client::ready();
    let text = "\
import numpy as np

def step(u, dt):
    \"\"\"One step.\"\"\"
    return u + dt * u

u = np.loadtxt('none.txt')
v = step(u, 0.5)
print(v[1:, 0])
";
    c.open(URI, text);
    assert_eq!(c.hover(URI, 6, 0), ("u: float64[n, m]".into(), range(6, 0, 1)));
    assert_eq!(c.hover(URI, 2, 9), ("u: float64[n, m]".into(), range(2, 9, 10)));
    assert_eq!(c.hover(URI, 4, 13), ("float64[n, m]".into(), range(4, 11, 21)));
    assert_eq!(c.hover(URI, 7, 5), ("def step(u, dt) -> float64[n, m]".into(), range(7, 4, 8)));
    assert_eq!(c.hover(URI, 8, 13), ("float64[max(0, n - 1)]".into(), range(8, 6, 14)));
    assert_eq!(c.ask_at("hover", URI, 1, 0), Value::Null);
    c.leave();
}

#[test]
fn where_names_come_from() {
    let folder = std::env::temp_dir().join(format!("quipu lsp {}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("helper.py"), "def on_disk():\n    return 1\n").expect("a file");
    let at = |name: &str| format!("file://{}/{name}", folder.display()).replace(' ', "%20");
    let (main, helper) = (at("main.py"), at("helper.py"));
    let mut c = Client::ready();
    let text = "\
import helper
from helper import on_disk
class Point:
    def norm(self):
        return 1.0
size = 3
def f(a):
    return a + size
p = Point()
print(f(2), p.norm(), helper.on_disk(), on_disk())
";
    c.open(&main, text);
    assert_eq!(c.diagnostics(&main, 1), Vec::<Value>::new());
    assert_eq!(c.definition(&main, 9, 6), (main.clone(), 6, 4), "a function");
    assert_eq!(c.definition(&main, 7, 11), (main.clone(), 6, 6), "a parameter");
    assert_eq!(c.definition(&main, 7, 17), (main.clone(), 5, 0), "a variable");
    assert_eq!(c.definition(&main, 9, 15), (main.clone(), 3, 8), "a method");
    assert_eq!(c.definition(&main, 9, 31), (helper.clone(), 0, 4), "a function of a file");
    assert_eq!(c.definition(&main, 9, 43), (helper.clone(), 0, 4), "the same by its name");
    assert_eq!(c.definition(&main, 0, 8), (helper.clone(), 0, 0), "a file");
    // What is being written counts, not what is on the disk, also for who reads it.
    c.open(&helper, "# moved\ndef on_disc():\n    return 1\n");
    let gone = |m: &Value| m["params"]["uri"] == main.as_str() && m["params"]["diagnostics"][0]["severity"] == 1;
    c.wait(gone);
    c.change(&helper, 2, "# moved\ndef on_disk():\n    return 1\n");
    c.wait(|m| m["params"]["uri"] == main.as_str() && m["params"]["diagnostics"] == json!([]));
    assert_eq!(c.definition(&main, 9, 43), (helper.clone(), 1, 4));
    c.leave();
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

/// An edit does not wait for a compilation, and nobody hears of the one that it made useless.
#[test]
fn a_slow_program_does_not_hold_up_edits() {
    let mut slow = String::from("import numpy as np\ndef f0(x):\n    return x + 1\n");
    for k in 1..60 {
        slow += &format!("def f{k}(x):\n    return f{0}(x) + f{0}(x + {k}) + f{0}(x * 2.0)\n", k - 1);
    }
    slow += "print(f59(1))\nprint(f59(1.5))\nprint(f59(np.zeros(3)))\n";
    let mut c = Client::ready();
    let began = Instant::now();
    for version in 1..6 {
        c.change(URI, version, &slow);
    }
    let at = json!({"textDocument": {"uri": URI}, "position": {"line": 1, "character": 4}});
    let waiting = c.request("textDocument/hover", at);
    c.change(URI, 6, "x = 1\n");
    assert_eq!(c.diagnostics(URI, 6), Vec::<Value>::new());
    assert!(began.elapsed() < PATIENCE);
    let answer = c.answer(waiting);
    assert!(answer["result"].is_object() || answer["error"]["code"] == -32801, "{answer}");
    let old = |m: &&Value| m["params"]["version"].as_i64().is_some_and(|v| v < 6);
    let shown: Vec<&Value> = c.kept.iter().filter(old).collect();
    assert!(shown.len() <= 1, "{shown:?}");
    c.leave();
}

#[test]
fn bad_messages_do_not_end_the_server() {
    let mut c = Client::start();
    assert_eq!(c.ask("textDocument/hover", json!({}))["error"]["code"], -32002, "before `initialize`");
    c.ask("initialize", json!({"capabilities": {}}));
    for bad in ["{", "[]", "17", "{\"jsonrpc\": \"2.0\"}", "\"\u{1}\""] {
        c.raw(&format!("Content-Length: {}\r\n\r\n{bad}", bad.len()));
        assert_eq!(c.wait(|m| m["id"].is_null() && m.get("error").is_some())["error"]["code"], -32700, "{bad}");
    }
    c.raw("Content-Length: many\r\n\r\n");
    c.wait(|m| m["id"].is_null() && m.get("error").is_some());
    assert_eq!(c.ask("textDocument/hover", json!({"position": "here"}))["error"]["code"], -32602);
    assert_eq!(c.ask("textDocument/dance", json!({}))["error"]["code"], -32601);
    c.tell("textDocument/didOpen", json!({"textDocument": 5}));
    c.tell("textDocument/didChange", json!({"textDocument": {"uri": URI, "version": 1}, "contentChanges": []}));
    c.tell("textDocument/didClose", json!({"textDocument": {"uri": "file:///none/never.py"}}));
    c.tell("$/cancelRequest", json!({"id": 1e300}));
    c.tell("$/unheard", Value::Null);
    c.open("untitled:Untitled-1", "print(nowhere)\n");
    assert_eq!(c.diagnostics("untitled:Untitled-1", 1)[0]["code"], "unknown-name");
    c.ask_at("hover", "untitled:Untitled-1", 4_000_000_000, 4_000_000_000);
    c.leave();
}

/// An editor that dies closes the pipe: the server ends by itself, and says that nobody told it to.
#[test]
fn the_end_of_the_input_is_the_end() {
    let mut c = Client::ready();
    c.open(URI, "x = 1\n");
    drop(c.input);
    assert_eq!(c.server.wait().expect("it ends").code(), Some(1));
}
