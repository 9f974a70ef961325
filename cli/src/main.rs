//! The `quipu` command: a thin caller of the engine.
//!
//! Exit status: 0; 1 where the program raised or does not compile; 2 for wrong arguments; a program's own
//! `SystemExit` aside. Diagnostics and tracebacks go to standard error.

mod lsp;
mod repl;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Parser, Subcommand, ValueEnum};
use quipu_diagnostics::{Color, explain, render, render_concise, to_json};
use quipu_engine::{Cache, CompileError, Cpu, Engine, Failure, Options, Show, Tier, show_source, traceback};
use std::io::{IsTerminal, Read, Write};
use std::process::ExitCode;

/// The array language: NumPy-style Python programs, compiled.
#[derive(Parser, Debug)]
#[command(name = "quipu", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Compile a program and run it.
    Run {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        how: How,
        #[command(flatten)]
        form: Form,
        /// Print where time went to standard error.
        #[arg(long)]
        time: bool,
        /// Compile it anew, and keep nothing of it.
        #[arg(long)]
        no_cache: bool,
        /// Arguments of the program: `sys.argv[1:]`. Behind `--`, or behind the first that is no option of this command, all are.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Report what is wrong with a program, without running it.
    Check {
        #[command(flatten)]
        source: Source,
        #[command(flatten)]
        form: Form,
    },
    /// Print what a stage of the compiler makes of a program.
    Emit {
        #[command(flatten)]
        source: Source,
        /// A function; all of them by default.
        function: Option<String>,
        #[arg(long, value_enum, default_value = "core")]
        stage: StageName,
        /// Of the stage `core`: what there is behind this pass; behind the last one by default.
        #[arg(long, value_name = "PASS", value_parser = PossibleValuesParser::new(passes()))]
        after: Option<String>,
        #[command(flatten)]
        how: How,
    },
    /// Read statements from a prompt and run each as it is entered; the default on a terminal.
    Repl {
        #[command(flatten)]
        how: How,
    },
    /// Serve an editor by the Language Server Protocol, on standard input and output.
    ///
    /// Errors and warnings while the text is written, types and shapes of names and expressions, and the way to definitions.
    /// Set `quipu lsp` as the command of a language server for the files that hold programs.
    Lsp,
    /// Explain a diagnostic's code.
    Explain { code: String },
    /// Look at the folder in which compiled programs are kept, or empty it.
    Cache {
        #[command(subcommand)]
        what: CacheCommand,
    },
}

#[derive(Subcommand, Clone, Copy, Debug)]
enum CacheCommand {
    /// Print the folder, what is in it, and how much that may be.
    Info,
    /// Remove everything in it.
    Clear,
}

#[derive(clap::Args, Debug)]
struct Source {
    /// A file, or - for standard input.
    #[arg(required_unless_present = "code")]
    file: Option<String>,
    /// The program itself.
    #[arg(short = 'c', long = "code")]
    code: Option<String>,
}

/// How diagnostics are shown.
#[derive(clap::Args, Clone, Copy, Default, Debug)]
struct Form {
    /// One line per diagnostic.
    #[arg(long)]
    concise: bool,
    /// One JSON object per diagnostic, each on a line.
    #[arg(long, conflicts_with = "concise")]
    json: bool,
}

#[derive(Parser, Debug)]
struct How {
    /// What runs the program.
    #[arg(long, value_enum, default_value = "auto")]
    tier: TierName,
    /// Threads of parallel loops; all cores by default.
    #[arg(long)]
    threads: Option<usize>,
    /// The processor to compile for.
    #[arg(long, value_enum, default_value = "host")]
    cpu: CpuName,
    /// Leave out the checks of indices, overflow and division by zero, to measure what they cost. A program that has
    /// such an error then does anything at all, to memory too.
    #[arg(long)]
    unchecked: bool,
}

#[derive(Clone, Copy, ValueEnum, Debug)]
enum TierName {
    Evaluator,
    Cranelift,
    Llvm,
    Auto,
}

#[derive(Clone, Copy, ValueEnum, Debug)]
enum CpuName {
    Host,
    Sse2,
    Avx2,
    Avx512,
}

#[derive(Clone, Copy, ValueEnum, Debug)]
enum StageName {
    Tokens,
    Ast,
    Core,
    Loops,
    Clif,
    /// LLVM IR before LLVM's passes.
    LlvmInput,
    Llvm,
    Asm,
}

impl How {
    fn options(&self) -> Options {
        use quipu_engine::VectorLevel;
        let tier = match self.tier {
            TierName::Evaluator => Tier::Evaluator,
            TierName::Cranelift => Tier::Cranelift,
            TierName::Llvm => Tier::Llvm,
            TierName::Auto => Tier::Auto,
        };
        let cpu = match self.cpu {
            CpuName::Host => Cpu::Host,
            CpuName::Sse2 => Cpu::Level(VectorLevel::Sse2),
            CpuName::Avx2 => Cpu::Level(VectorLevel::Avx2),
            CpuName::Avx512 => Cpu::Level(VectorLevel::Avx512),
        };
        Options { tier, threads: self.threads, cpu, unchecked: self.unchecked, ..Options::default() }
    }
}

/// Bytes of stack for the compiler and the evaluator, which recurse as programs do. Only what is used is ever mapped.
const STACK: usize = 512 << 20;

/// What `--after` takes, each with why the pass stands where it does.
fn passes() -> Vec<PossibleValue> {
    let inferred = PossibleValue::new(quipu_engine::INFERRED).help("before any pass");
    let passes = quipu_engine::PASSES.iter().map(|p| PossibleValue::new(p.name).help(p.why));
    std::iter::once(inferred).chain(passes).collect()
}

/// Compiling is many small allocations: this one takes a third of the page faults of the system's, and 15 % off the
/// start-up of a program of some hundred lines.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = match Cli::parse().command {
        Some(command) => command,
        None if std::io::stdin().is_terminal() => Command::Repl { how: How::parse_from(["quipu"]) },
        None => {
            complain("quipu: what shall it do? `quipu run FILE` runs a program, `quipu help` lists the rest");
            return ExitCode::from(2);
        }
    };
    let done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || run(command));
        match thread.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(done)) => done,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(e) => Err(format!("no thread for the program: {e}")),
        }
    });
    // A broken pipe of ours must end quietly, as it does for other commands.
    match done {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            complain(&format!("quipu: {message}"));
            ExitCode::from(2)
        }
    }
}

fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// The name and text of a program.
fn read(source: &Source) -> Result<(String, String), String> {
    if let Some(code) = &source.code {
        if source.file.is_some() {
            return Err("give a file, or a program with -c, not both".into());
        }
        return Ok(("<string>".into(), code.clone()));
    }
    let path = source.file.as_deref().unwrap_or("-");
    let mut bytes = vec![];
    if path == "-" {
        std::io::stdin().read_to_end(&mut bytes).map_err(|e| format!("standard input: {e}"))?;
    } else {
        bytes = std::fs::read(path).map_err(|e| format!("{path}: {e}"))?;
    }
    let name = if path == "-" { "<stdin>" } else { path };
    String::from_utf8(bytes).map(|t| (name.to_string(), t)).map_err(|_| format!("{name} is not UTF-8 text"))
}

fn color() -> Color {
    if std::io::stderr().is_terminal() { Color::Ansi } else { Color::Plain }
}

/// The status of a program that Ctrl-C ended, as shells report it of CPython: 128 and the signal's number.
const INTERRUPTED: u8 = 130;

/// At most this many diagnostics are shown at once.
const MOST: usize = 20;

fn show_errors(e: &CompileError, form: Form) {
    show_diagnostics(&e.diagnostics, &e.sources, form);
}

fn show_diagnostics(all: &[quipu_diagnostics::Diagnostic], sources: &quipu_diagnostics::SourceMap, form: Form) {
    for d in all.iter().take(MOST) {
        let text = match form {
            Form { json: true, .. } => to_json(d, sources),
            Form { concise: true, .. } => render_concise(d, sources),
            _ => render(d, sources, color()),
        };
        complain(text.trim_end());
    }
    if all.len() > MOST && !form.json {
        complain(&format!("and {} more", all.len() - MOST));
    }
}

fn show_failure(sources: &quipu_diagnostics::SourceMap, hints: &[quipu_engine::Hint], f: &Failure) -> u8 {
    match f {
        Failure::Raised { kind, text, trace } => {
            complain(&traceback(sources, *kind, text, trace));
            if let Some(help) = quipu_engine::remedy(hints, *kind, text, trace) {
                complain(&format!("help: {help}"));
            }
            if *kind == quipu_engine::ErrorKind::KeyboardInterrupt {
                return INTERRUPTED;
            }
        }
        Failure::Exit { status, message } => {
            if let Some(text) = message {
                complain(text);
            }
            return *status;
        }
        Failure::Unsupported { what, span } => {
            let span = span.unwrap_or(quipu_diagnostics::Span::new(quipu_diagnostics::FileId(0), 0, 0));
            let d = quipu_diagnostics::Diagnostic::error(
                "unsupported",
                format!("this cannot be compiled yet: {what}"),
                span,
            );
            complain(render(&d, sources, color()).trim_end());
        }
        Failure::Internal(what) => {
            complain(&format!("error[internal]: {what}\nthis is a fault of Quipu: please report it with the program"));
        }
    }
    1
}

/// `quipu cache`.
fn cache(what: CacheCommand) -> Result<(), String> {
    let cache = Cache::of_user().map_err(|why| format!("there is no cache: {why}"))?;
    let here = |e: std::io::Error| format!("{}: {e}", cache.folder().display());
    let usage = if let CacheCommand::Clear = what { cache.clear() } else { cache.usage() }.map_err(here)?;
    let mib = |bytes: u64| format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20));
    let quipu_engine::cache::Usage { programs, good, bytes } = usage;
    if let CacheCommand::Clear = what {
        say(&format!("removed {programs} programs, {}\n", mib(bytes)));
        return Ok(());
    }
    say(&format!("folder    {}\n", cache.folder().display()));
    say(&format!("programs  {programs}, {good} of them with code of LLVM's\n"));
    say(&format!("size      {} of at most {}\n", mib(bytes), mib(cache.limit())));
    Ok(())
}

fn run(command: Command) -> Result<u8, String> {
    match command {
        Command::Run { source, how, form, time, no_cache, args } => {
            // What stands behind the text of a program is an argument, not a file.
            let first = source.file.clone().filter(|_| source.code.is_some());
            let (name, text) = read(&Source { file: source.file.filter(|_| first.is_none()), code: source.code })?;
            let shown = match &*name {
                "<string>" => "-c",
                "<stdin>" => "-",
                name => name,
            };
            let arguments = std::iter::once(shown.to_owned()).chain(first).chain(args).collect();
            let engine = Engine::new(Options { arguments, ..how.options() });
            let cache = if no_cache { Err("--no-cache".into()) } else { Cache::of_user() };
            let mut program = match engine.open(&cache, &name, &text) {
                Ok(p) => p,
                Err(e) => {
                    show_errors(&e, form);
                    return Ok(1);
                }
            };
            show_diagnostics(&program.warnings, &program.sources, form);
            let result = engine.run(&mut program);
            if time {
                complain(program.timings.to_string().trim_end());
            }
            let status = match result {
                Ok(()) => 0,
                Err(f) => show_failure(&program.sources, &program.hints, &f),
            };
            // LLVM may be at work on code that is not needed any more.
            quipu_engine::leave(status)
        }
        Command::Check { source, form } => {
            let (name, text) = read(&source)?;
            match Engine::default().compile(&name, &text) {
                Ok(program) => {
                    show_diagnostics(&program.warnings, &program.sources, form);
                    Ok(0)
                }
                Err(e) => {
                    show_errors(&e, form);
                    Ok(1)
                }
            }
        }
        Command::Emit { source, function, stage, after, how } => {
            if after.is_some() && !matches!(stage, StageName::Core) {
                return Err("--after shows the core IR: it goes with --stage core".into());
            }
            let (name, text) = read(&source)?;
            let show = match stage {
                StageName::Tokens => Show::Tokens,
                StageName::Ast => Show::Ast,
                StageName::Core => Show::Core,
                StageName::Loops => Show::Loops,
                StageName::Clif => Show::Clif,
                StageName::LlvmInput => Show::LlvmInput,
                StageName::Llvm => Show::Llvm,
                StageName::Asm => Show::Asm,
            };
            if matches!(show, Show::Tokens | Show::Ast) {
                return match show_source(&name, &text, show) {
                    Ok(t) => {
                        say(&t);
                        Ok(0)
                    }
                    Err(e) => {
                        show_errors(&e, Form::default());
                        Ok(1)
                    }
                };
            }
            let engine = Engine::new(how.options());
            let mut program = match engine.compile_to(&name, &text, after.as_deref()) {
                Ok(p) => p,
                Err(e) => {
                    show_errors(&e, Form::default());
                    return Ok(1);
                }
            };
            match engine.emit(&mut program, show, function.as_deref()) {
                Ok(t) => {
                    say(&t);
                    Ok(0)
                }
                Err(f) => Ok(show_failure(&program.sources, &program.hints, &f)),
            }
        }
        Command::Repl { how } => {
            let status = repl::run(how.options())?;
            quipu_engine::leave(status)
        }
        Command::Lsp => {
            let status = lsp::run()?;
            // A look at a program may be under way still.
            quipu_engine::leave(status)
        }
        Command::Cache { what } => {
            cache(what)?;
            Ok(0)
        }
        Command::Explain { code } => match explain(&code) {
            Some(page) => {
                say(page);
                Ok(0)
            }
            None => Err(format!(
                "there is no diagnostic `{code}`; the codes are {}",
                quipu_diagnostics::codes().collect::<Vec<_>>().join(", ")
            )),
        },
    }
}
