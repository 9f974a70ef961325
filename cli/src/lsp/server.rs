//! The state of the server and what messages do to it.
//!
//! A change of a document begins a new look at it, and at the open documents that read it. What an editor asks about a place waits
//! until the newest text has been looked at; if that changes first, the question is answered with `ContentModified`.

use super::document::{Document, Looked, Question, diagnostics, internal};
use super::{Event, message, position};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    HoverProviderCapability, InitializeResult, OneOf, Position, PublishDiagnosticsParams, ServerCapabilities,
    ServerInfo, TextDocumentPositionParams, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

pub struct Server {
    events: Sender<Event>,
    /// By their addresses, as the editor writes them.
    documents: HashMap<String, Document>,
    looks: u64,
    initialized: bool,
    shut_down: bool,
}

impl Server {
    pub fn new(events: Sender<Event>) -> Server {
        Server { events, documents: HashMap::new(), looks: 0, initialized: false, shut_down: false }
    }

    /// Until the end; gives the exit status. Only the output can fail.
    pub fn serve(mut self, incoming: &Receiver<Event>) -> io::Result<u8> {
        for event in incoming {
            match event {
                Event::Message(Message::Request(r)) => {
                    if let Some(response) = self.request(r) {
                        send(Message::Response(response))?;
                    }
                }
                Event::Message(Message::Notification(n)) if n.method == "exit" => break,
                Event::Message(Message::Notification(n)) => self.notification(n)?,
                // It asks the editor nothing.
                Event::Message(Message::Response(_)) => {}
                Event::Malformed(why) => message::write_malformed(&mut io::stdout().lock(), &why)?,
                Event::Looked(looked) => self.looked(looked)?,
                Event::End => break,
            }
        }
        self.documents.values().for_each(Document::stop);
        Ok(u8::from(!self.shut_down))
    }

    /// The answer to a request, if it is there already.
    fn request(&mut self, r: Request) -> Option<Response> {
        let error = |code: ErrorCode, text: &str| Some(Response::new_err(r.id.clone(), code as i32, text.to_string()));
        if self.shut_down {
            return error(ErrorCode::InvalidRequest, "the server is shut down");
        }
        if !self.initialized && r.method != "initialize" {
            return error(ErrorCode::ServerNotInitialized, "the server waits for `initialize`");
        }
        let question = match r.method.as_str() {
            "initialize" => {
                self.initialized = true;
                return Some(Response::new_ok(r.id, capabilities()));
            }
            "shutdown" => {
                self.shut_down = true;
                return Some(Response::new_ok(r.id, ()));
            }
            "textDocument/hover" => Question::Hover,
            "textDocument/definition" => Question::Definition,
            other => return error(ErrorCode::MethodNotFound, &format!("there is no request `{other}`")),
        };
        let asked: TextDocumentPositionParams = match serde_json::from_value(r.params.clone()) {
            Ok(asked) => asked,
            Err(e) => return error(ErrorCode::InvalidParams, &e.to_string()),
        };
        let uri = asked.text_document.uri.as_str();
        let Some(document) = self.documents.get_mut(uri) else {
            return error(ErrorCode::InvalidParams, "this document is not open");
        };
        if document.pending {
            document.waiting.push((r.id, question, asked.position));
            return None;
        }
        Some(document.answer(r.id, question, asked.position, uri))
    }

    /// Notifications have no answers: what is wrong with one goes to the editor's log.
    fn notification(&mut self, n: Notification) -> io::Result<()> {
        fn read<T: DeserializeOwned>(n: Notification) -> Option<T> {
            serde_json::from_value(n.params)
                .map_err(|e| crate::complain(&format!("quipu lsp: `{}`: {e}", n.method)))
                .ok()
        }
        match n.method.as_str() {
            "textDocument/didOpen" => {
                let Some(DidOpenTextDocumentParams { text_document: d }) = read(n) else { return Ok(()) };
                self.changed(d.uri.as_str(), d.text, d.version)
            }
            "textDocument/didChange" => {
                let Some(DidChangeTextDocumentParams { text_document: d, content_changes: mut changes }) = read(n)
                else {
                    return Ok(());
                };
                match changes.pop() {
                    Some(whole) if whole.range.is_none() => self.changed(d.uri.as_str(), whole.text, d.version),
                    _ => {
                        crate::complain("quipu lsp: a change of a part of a document: the whole of it was agreed on");
                        Ok(())
                    }
                }
            }
            "textDocument/didSave" => {
                let Some(DidSaveTextDocumentParams { text_document: d, .. }) = read(n) else { return Ok(()) };
                self.look_again(&position::path(d.uri.as_str()), d.uri.as_str());
                Ok(())
            }
            "textDocument/didClose" => {
                let Some(DidCloseTextDocumentParams { text_document: d }) = read(n) else { return Ok(()) };
                let uri = d.uri.as_str();
                if let Some(document) = self.documents.remove(uri) {
                    document.stop();
                    refuse(document.waiting)?;
                    publish(uri, None, vec![])?;
                    self.look_again(&position::path(uri), uri);
                }
                Ok(())
            }
            "$/cancelRequest" => {
                let id = match n.params.get("id") {
                    Some(Value::String(id)) => RequestId::from(id.clone()),
                    Some(Value::Number(id)) => {
                        RequestId::from(id.as_i64().and_then(|k| i32::try_from(k).ok()).unwrap_or(i32::MIN))
                    }
                    _ => return Ok(()),
                };
                for document in self.documents.values_mut() {
                    if let Some(k) = document.waiting.iter().position(|(w, ..)| *w == id) {
                        document.waiting.swap_remove(k);
                        let text = "nobody waits for this any more".to_string();
                        let code = ErrorCode::RequestCanceled as i32;
                        return send(Message::Response(Response::new_err(id, code, text)));
                    }
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A document has this text now.
    fn changed(&mut self, uri: &str, text: String, version: i32) -> io::Result<()> {
        if self.shut_down || !self.initialized {
            return Ok(());
        }
        let mut waiting = vec![];
        match self.documents.get_mut(uri) {
            Some(document) => {
                waiting = std::mem::take(&mut document.waiting);
                document.text = text.into();
                document.version = version;
            }
            None => {
                self.documents.insert(uri.to_string(), Document::new(text, version));
            }
        }
        self.look(uri);
        self.look_again(&position::path(uri), uri);
        refuse(waiting)
    }

    /// Begins to look at a document.
    fn look(&mut self, uri: &str) {
        let text = |(uri, d): (&String, &Document)| (position::path(uri), d.text.to_string());
        let open: HashMap<String, String> = self.documents.iter().map(text).collect();
        self.looks += 1;
        if let Some(document) = self.documents.get_mut(uri) {
            document.begin(uri, self.looks, Arc::new(open), &self.events);
        }
    }

    /// Begins to look at the other documents that read this file.
    fn look_again(&mut self, path: &str, but: &str) {
        let reads = |(uri, d): &(&String, &Document)| *uri != but && d.reads(path);
        let uris: Vec<String> = self.documents.iter().filter(reads).map(|(uri, _)| uri.clone()).collect();
        uris.iter().for_each(|uri| self.look(uri));
    }

    /// A look has ended: if it was at the newest text, it is shown, and questions are answered.
    fn looked(&mut self, looked: Looked) -> io::Result<()> {
        let Some(document) = self.documents.get_mut(&looked.uri) else { return Ok(()) };
        if document.serial != looked.serial {
            return Ok(());
        }
        document.look = looked.look;
        document.pending = false;
        let found = match &document.look {
            _ if looked.failed => vec![internal()],
            Some(look) => diagnostics(look, &looked.uri),
            None => vec![],
        };
        publish(&looked.uri, Some(document.version), found)?;
        let document = &mut *document;
        let waiting: Vec<(RequestId, Question, Position)> = std::mem::take(&mut document.waiting);
        for (id, question, at) in waiting {
            send(Message::Response(document.answer(id, question, at, &looked.uri)))?;
        }
        Ok(())
    }
}

fn capabilities() -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::FULL),
        save: Some(true.into()),
        ..TextDocumentSyncOptions::default()
    };
    InitializeResult {
        capabilities: ServerCapabilities {
            text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            definition_provider: Some(OneOf::Left(true)),
            ..ServerCapabilities::default()
        },
        server_info: Some(ServerInfo { name: "quipu".into(), version: Some(env!("CARGO_PKG_VERSION").into()) }),
    }
}

fn send(message: Message) -> io::Result<()> {
    message::write(&mut io::stdout().lock(), &message)
}

fn publish(uri: &str, version: Option<i32>, diagnostics: Vec<lsp_types::Diagnostic>) -> io::Result<()> {
    let Ok(uri) = uri.parse() else { return Ok(()) };
    let params = PublishDiagnosticsParams { uri, diagnostics, version };
    send(Message::Notification(Notification::new("textDocument/publishDiagnostics".into(), params)))
}

/// Tells that the text has changed under questions.
fn refuse(waiting: Vec<(RequestId, Question, Position)>) -> io::Result<()> {
    for (id, ..) in waiting {
        let text = "the text has changed".to_string();
        send(Message::Response(Response::new_err(id, ErrorCode::ContentModified as i32, text)))?;
    }
    Ok(())
}
