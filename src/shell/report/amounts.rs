//! Formats amounts for people: counts, sizes, progress of a deploy. Makes text; it must not print.

/// Returns `1 article`, `2 articles`.
pub fn plural(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Returns a size for people, in units of 1,000.
pub fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.2} GB", n as f64 / 1e9),
    }
}

/// Returns the progress of a deploy: files and bytes that were sent, each with its total, after this many seconds.
pub fn progress(files: (usize, usize), sent: (u64, u64), seconds: f64) -> String {
    let rate = sent.0 as f64 / seconds.max(0.001);
    let left = match (sent.1.saturating_sub(sent.0) as f64 / rate).ceil() {
        left if !left.is_finite() => String::new(),
        left if left < 100.0 => format!(", {left} s left"),
        left if left < 6000.0 => format!(", {:.0} min left", (left / 60.0).ceil()),
        left => format!(", {:.0} h left", (left / 3600.0).ceil()),
    };
    let (done, all) = (bytes(sent.0), bytes(sent.1));
    format!("  {} of {} files, {done} of {all}, {}/s{left}", files.0, files.1, bytes(rate as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_has_a_rate_and_an_end() {
        let table = [
            (((0, 9), (0, 9_000), 0.0), "  0 of 9 files, 0 B of 9.0 kB, 0 B/s"),
            (((12, 66), (8_000_000, 40_000_000), 16.0), "  12 of 66 files, 8.0 MB of 40.0 MB, 500.0 kB/s, 64 s left"),
            (((1, 66), (1_000_000, 901_000_000), 1.0), "  1 of 66 files, 1.0 MB of 901.0 MB, 1.0 MB/s, 15 min left"),
            (((9, 9), (9_000, 9_000), 1.0), "  9 of 9 files, 9.0 kB of 9.0 kB, 9.0 kB/s, 0 s left"),
        ];
        for ((files, sent, seconds), text) in table {
            assert_eq!(progress(files, sent, seconds), text);
        }
    }
}
