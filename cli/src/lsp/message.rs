//! Messages on a byte stream: headers, an empty line, and so many bytes of JSON.
//!
//! What is no message is answered, not obeyed, and the stream goes on with the next header: a broken client must not
//! lose its server.

use super::Event;
use lsp_server::Message;
use serde_json::Value;
use std::io::{BufRead, Read, Write};

/// A document of more bytes is refused.
const LARGEST: u64 = 256 << 20;

/// The next message; `None` at the end of the stream.
pub fn read(input: &mut dyn BufRead) -> std::io::Result<Option<Event>> {
    let mut length = None;
    let mut headers = false;
    loop {
        let mut line = vec![];
        if input.take(1 << 16).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() && headers {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers = true;
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<u64>().ok();
            }
        }
    }
    let Some(length) = length else {
        return Ok(Some(Event::Malformed("a message without Content-Length".into())));
    };
    if length > LARGEST {
        std::io::copy(&mut input.take(length), &mut std::io::sink())?;
        return Ok(Some(Event::Malformed(format!("a message of more than {LARGEST} bytes"))));
    }
    let mut body = vec![];
    if input.take(length).read_to_end(&mut body)? as u64 != length {
        return Ok(None);
    }
    Ok(Some(match serde_json::from_slice(&body) {
        Ok(message) => Event::Message(message),
        Err(e) => Event::Malformed(e.to_string()),
    }))
}

/// Writes a message of JSON-RPC.
pub fn write(output: &mut dyn Write, message: &Message) -> std::io::Result<()> {
    let mut json = serde_json::to_value(message)?;
    if let Value::Object(fields) = &mut json {
        fields.insert("jsonrpc".into(), "2.0".into());
        // A response has one of the two, also where the result is null.
        if matches!(message, Message::Response(r) if r.error.is_none()) {
            fields.entry("result").or_insert(Value::Null);
        }
    }
    frame(output, &json)
}

/// The answer to what was no message, and so had no id.
pub fn write_malformed(output: &mut dyn Write, why: &str) -> std::io::Result<()> {
    let code = lsp_server::ErrorCode::ParseError as i32;
    frame(output, &serde_json::json!({"jsonrpc": "2.0", "id": null, "error": {"code": code, "message": why}}))
}

fn frame(output: &mut dyn Write, json: &Value) -> std::io::Result<()> {
    let text = json.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}
