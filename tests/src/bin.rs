//! Writes random programs to a folder: `random-programs SEED FIRST COUNT FOLDER`, one file `NUMBER.py` each.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match write(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn write(args: &[String]) -> Result<(), String> {
    let [seed, first, count, folder] = args else {
        return Err("usage: random-programs SEED FIRST COUNT FOLDER".into());
    };
    let number = |text: &String| text.parse::<u64>().map_err(|e| format!("{text}: {e}"));
    let (seed, first, count) = (number(seed)?, number(first)?, number(count)?);
    std::fs::create_dir_all(folder).map_err(|e| format!("{folder}: {e}"))?;
    for k in first..first + count {
        let path = Path::new(folder).join(format!("{k}.py"));
        std::fs::write(&path, quipu_tests::random::program(seed, k)).map_err(|e| format!("{}: {e}", path.display()))?;
    }
    Ok(())
}
