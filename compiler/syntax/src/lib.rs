//! Source text to tokens to a syntax tree.
//!
//! ```text
//! text --lexer--> raw tokens --layout--> tokens with Newline, Indent, Dedent
//!      --parser--> logical lines, each through the LALR(1) grammar, whose actions call the builder
//!      --> ast::Module --check--> diagnostics of what stands where it may not
//! ```
//!
//! The language is Python 3.11's syntax without coroutines and `match`. Everything that Python's compiler rejects before a
//! program runs is an error here too, but for names, which a later stage binds. [`parse`] never panics and never gives
//! up: an error costs the line that it is in, and every other line is read. Time is linear in the text; trees are at most
//! [`MAX_DEPTH`] deep, so whoever walks them may recurse.
//!
//! No types, no input or output. The tree ([`ast`]) knows nothing of tokens or of the grammar.

pub mod ast;
mod builder;
mod check;
mod dump;
mod failure;
mod fstring;
mod layout;
mod lexer;
mod literals;
mod parser;
mod symbol;
mod visit;

pub use dump::{dump_ast, dump_ast_with_spans, dump_expr, dump_tokens};
pub use parser::{parse, parse_part};
pub use symbol::Symbol;

/// The deepest nesting of expressions, and of statements, in a tree without errors.
pub const MAX_DEPTH: usize = 200;

lalrpop_util::lalrpop_mod!(
    #[allow(clippy::all, clippy::pedantic, dead_code, unused_imports)]
    grammar
);

/// The codes of all diagnostics that parsing can give.
pub const CODES: &[&str] = &[
    builder::INVALID_SYNTAX,
    builder::INVALID_TARGET,
    builder::NESTING_TOO_DEEP,
    builder::UNSUPPORTED_SYNTAX,
    check::INVALID_DECLARATION,
    check::MISPLACED_STATEMENT,
    layout::INVALID_INDENTATION,
    layout::UNCLOSED_BRACKET,
    layout::UNMATCHED_BRACKET,
    lexer::INVALID_CHARACTER,
    lexer::INVALID_NUMBER,
    lexer::UNTERMINATED_STRING,
    literals::INVALID_ESCAPE,
    parser::EXPECTED_BLOCK,
];
