//! Requests and errors as lines, for scripts and for people.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use taskwire_domain::Invalid;

/// Longest line that is read, in bytes.
const LINE_MAX: usize = 1 << 20;

/// Writes one line for each line of standard input, an error for an invalid one; the exit code does not depend on them.
pub(super) fn answer_lines<Q: DeserializeOwned, A: Serialize>(
    answer: impl Fn(Q) -> Result<A, Invalid>,
) -> anyhow::Result<ExitCode> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        // One byte more than the longest line shows that it is longer.
        let limit = u64::try_from(LINE_MAX + 1)?;
        if std::io::Read::take(&mut input, limit).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let is_whole = line.ends_with(b"\n") || line.len() <= LINE_MAX;
        if !is_whole {
            input.skip_until(b'\n')?;
        }
        if line.iter().all(u8::is_ascii_whitespace) && is_whole {
            continue;
        }
        if is_whole {
            write_answer(&mut output, &line, &answer)?;
        } else {
            let refused = bad_line(format!("The line is longer than {LINE_MAX} bytes."));
            serde_json::to_writer(&mut output, &error(&refused))?;
        }
        output.write_all(b"\n")?;
        // A caller that sends line by line waits for each response; piped input is read ahead by the buffer below
        // us.
        output.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn write_answer<Q: DeserializeOwned, A: Serialize>(
    output: &mut impl Write,
    line: &[u8],
    answer: impl Fn(Q) -> Result<A, Invalid>,
) -> anyhow::Result<()> {
    let request = serde_json::from_slice(line)
        .map_err(|wrong| bad_line(format!("The line is not a request: {wrong}.")));
    match request.and_then(answer) {
        Ok(answer) => serde_json::to_writer(output, &answer)?,
        Err(refused) => serde_json::to_writer(output, &error(&refused))?,
    }
    Ok(())
}

fn bad_line(detail: String) -> Invalid {
    Invalid::new("", "invalid_line", detail)
        .hint("Send one JSON object per line; see taskwire dates --help.")
}

fn error(refused: &Invalid) -> serde_json::Value {
    json!({
        "error": refused.detail,
        "code": refused.code,
        "field": refused.field,
        "hint": refused.hint,
    })
}

/// Formats an error for a person.
pub(super) fn refuse(refused: &Invalid) -> anyhow::Error {
    let hint = refused.hint.as_deref().unwrap_or_default();
    anyhow::anyhow!("{} {hint}", refused.detail)
}
