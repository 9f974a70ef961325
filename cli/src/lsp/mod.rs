//! `quipu lsp`: a language server on standard input and output, for editors.
//!
//! One thread reads messages, one owns everything there is to know of documents (`server`), and every look at a text has a
//! thread of its own (`look`), which is told to stop when the text has changed: an edit never waits for a compilation.
//! Documents are sent whole at every change; columns are UTF-16 code units (`position`).

mod document;
mod message;
mod position;
mod server;

use lsp_server::Message;
use std::sync::mpsc;

/// What happens to the server.
pub enum Event {
    Message(Message),
    /// Something that is no message: why, for the client.
    Malformed(String),
    Looked(document::Looked),
    /// The client is gone.
    End,
}

/// Serves until the client says `exit` or closes the input; gives the exit status.
pub fn run() -> Result<u8, String> {
    let (events, incoming) = mpsc::channel();
    let reader = events.clone();
    let read = move || {
        let mut input = std::io::stdin().lock();
        loop {
            let event = match message::read(&mut input) {
                Ok(Some(event)) => event,
                Ok(None) | Err(_) => Event::End,
            };
            let ends = matches!(event, Event::End);
            if reader.send(event).is_err() || ends {
                return;
            }
        }
    };
    std::thread::Builder::new().spawn(read).map_err(|e| format!("no thread for the input: {e}"))?;
    server::Server::new(events).serve(&incoming).map_err(|e| format!("standard output: {e}"))
}
