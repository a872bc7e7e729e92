//! Compressed JSON for the changes in `events` and `audit_log`.
//!
//! A text is compressed by deflate with a preset dictionary (RFC 1950, RFC 1951), which contains what events usually
//! look like, so that a task before and after a change takes little more than the difference. It is restored byte for
//! byte.

use std::sync::{Mutex, PoisonError};

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use uuid::Uuid;

/// The first byte of a packed text identifies the dictionary. A better dictionary is a new format; this one can never
/// change, because rows of the audit log will always be read with it.
const FORMAT: u8 = 1;

/// The dictionary of format 1: rare strings first, because those nearer to the end get shorter references.
const DICTIONARY: &str = concat!(
    r#""via":"web","client":"claude-code/2.","chat_turn":"01a","tool_call":"call_""#,
    r#""via":"mcp","client":"","via":"chat","via":"consumer","client":"taskwire-recurrence","chat_turn":null,"tool_call":null"#,
    r#""missed":{"count":1,"dates":["2027-"#,
    r##""tag":{"id":"01a","name":"Shopping","Personal","Health","Finance","Work","color":"#"##,
    "task.restored.v1task.reopened.v1task.skipped.v1tag.created.v1reminder.due.v1task.deleted.v1",
    r#""status":"skipped","priority":"low","status":"deleted","priority":"medium""#,
    r#"Monday","due_at":null},{"due":"2027-0Tuesday","due_at":null},{"due":"2027-0"#,
    r#"Wednesday","due_at":null},{"due":"2027-0Thursday","due_at":null},{"due":"2027-0"#,
    r#"Friday","due_at":null},{"due":"2027-0Saturday","due_at":null},{"due":"2027-0"#,
    r#"Sunday","due_at":null},{"due":"2027-0"#,
    r#""recurrence":{"rrule":"FREQ=YEARLY;INTERVAL=2FREQ=DAILYFREQ=MONTHLY;BYMONTHDAY=1"#,
    r#"FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR","anchor":"completion","anchor":"schedule","catch_up":"next_future","#,
    r#""overflow":"clamp","text":"every day on the month week","next":["2027-0","2027-1","2026-12-"],"#,
    r#""upcoming":[{"due":"2027-0T09:00[Europe/","weekday":"Monday","due_at":"2027-0T09:00:00Z"},"#,
    r#"{"due":"2027-","weekday":"","due_at":null}],"ended":false},"series":"01a","occurrence":"0/2027-0"#,
    r#","reminder":{"id":"01a","minutes_before":30,"at":"2027-0T08:30:00Z"}}}"#,
    r#""due":"2026-12-","due_at":null,"due_weekday":""#,
    r#"Monday","due_zone":"Europe/Tuesday","due_zone":"Europe/Wednesday","due_zone":"Europe/"#,
    r#"Thursday","due_zone":"Europe/Friday","due_zone":"Europe/Saturday","due_zone":"Europe/"#,
    r#"Sunday","due_zone":"Europe/America/New_York","due_zone":"UTC""#,
    r#""due":"2027-0T09:00","due_at":"2027-0T09:00:00Z","due_weekday":"Friday","#,
    r#""reminders":[{"id":"01a2","minutes_before":30,"at":"2027-"}],"version":2,"#,
    r#""status":"completed","priority":"high","tags":["work","shopping"],"completed_at":"2026-12-01T"#,
    r#"{"specversion":"1.0","id":"01a2","source":"/taskwire","type":"task.completed.v1","subject":"01a2","#,
    r#""time":"2026-12-01T0","datacontenttype":"application/json","partitionkey":"01a2","taskwireowner":"01a2","#,
    r#""traceparent":"00-"-01","data":{"schema_version":1,"sequence":2,"change":"01a2","#,
    r#""actor":{"user":"01a2","token":"01a2","via":"rest","client":null,"chat_turn":null,"tool_call":null},"#,
    r#""before":{"id":"01a2","number":1,"title":"","notes":"","status":"open","priority":"none","tags":[],"#,
    r#""due":null,"due_at":null,"due_weekday":null,"due_zone":null,"is_overdue":false,"recurrence":null,"#,
    r#""series":null,"occurrence":null,"reminders":[],"version":1,"created_at":"2026-12-01T0","#,
    r#""updated_at":"2026-12-01T0","completed_at":null,"skipped_at":null,"deleted_at":null,"change":"01a2"},"#,
    r#""after":{"id":"01a2"#,
);

/// Smallest buffer for a text, in bytes.
const MIN_ROOM: usize = 64;

/// Idle compressors. Each takes 270 kB, and preparing one takes longer than using it.
static IDLE: Mutex<Vec<Compress>> = Mutex::new(Vec::new());

/// The error of unpacking a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UnpackError {
    /// A newer version wrote it.
    Format(u8),
    /// It is damaged, or was packed with other ids.
    Damaged,
}

/// The dictionary of one row. The ids in its other columns need not be repeated in the text.
fn dictionary(ids: &[Uuid]) -> Vec<u8> {
    let mut dictionary = Vec::with_capacity(DICTIONARY.len() + ids.len() * 36);
    dictionary.extend_from_slice(DICTIONARY.as_bytes());
    for id in ids {
        dictionary.extend_from_slice(
            id.hyphenated()
                .encode_lower(&mut Uuid::encode_buffer())
                .as_bytes(),
        );
    }
    dictionary
}

/// Packs a text of a row that has `ids` in other columns; `None` if the compressor fails, which is not expected.
pub(crate) fn pack(text: &str, ids: &[Uuid]) -> Option<Vec<u8>> {
    // The fastest level: the others take twice as long and save a sixth (measured).
    let mut compress = idle()
        .pop()
        .unwrap_or_else(|| Compress::new(Compression::fast(), true));
    compress.set_dictionary(&dictionary(ids)).ok()?;
    let mut packed = Vec::with_capacity(text.len() / 2 + 64);
    packed.push(FORMAT);
    loop {
        let read = usize::try_from(compress.total_in()).ok()?;
        let rest = text.as_bytes().get(read..)?;
        match compress.compress_vec(rest, &mut packed, FlushCompress::Finish) {
            Ok(Status::StreamEnd) => break,
            Ok(_) => packed.reserve(text.len() + 64),
            Err(_) => return None,
        }
    }
    compress.reset();
    idle().push(compress);
    Some(packed)
}

fn idle() -> std::sync::MutexGuard<'static, Vec<Compress>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Unpacks a text that was packed with the same ids.
pub(crate) fn unpack(packed: &[u8], ids: &[Uuid]) -> Result<String, UnpackError> {
    let (format, stream) = packed.split_first().ok_or(UnpackError::Damaged)?;
    if *format != FORMAT {
        return Err(UnpackError::Format(*format));
    }
    let text = inflate(stream, ids).ok_or(UnpackError::Damaged)?;
    String::from_utf8(text).map_err(|_| UnpackError::Damaged)
}

fn inflate(stream: &[u8], ids: &[Uuid]) -> Option<Vec<u8>> {
    let mut decompress = Decompress::new(true);
    let mut text = Vec::with_capacity(MIN_ROOM + stream.len() * 8);
    let mut is_prepared = false;
    loop {
        let read = usize::try_from(decompress.total_in()).ok()?;
        let rest = stream.get(read..)?;
        match decompress.decompress_vec(rest, &mut text, FlushDecompress::None) {
            Ok(Status::StreamEnd) => break,
            Ok(_) if text.len() == text.capacity() => text.reserve(text.len()),
            Err(error) if error.needs_dictionary().is_some() && !is_prepared => {
                is_prepared = true;
                decompress.set_dictionary(&dictionary(ids)).ok()?;
            }
            // Damaged or truncated.
            Ok(_) | Err(_) => return None,
        }
    }
    let is_whole = usize::try_from(decompress.total_in()) == Ok(stream.len());
    is_whole.then_some(text)
}

#[cfg(test)]
mod tests;
