//! Reads image headers: size, orientation, and the cost of decoding, without decoding.
//!
//! The input is untrusted: every access to its bytes is checked.

use memchr::memmem;

use super::webp_codes;
use crate::base::limits::PICTURE_MEMORY;

/// The contents of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageHeader {
    /// The size as stored in the file, before rotation.
    pub size: (u32, u32),
    /// The EXIF orientation, 1 to 8.
    pub turn: u8,
    /// Whether a smaller variant would also be a smaller file.
    pub shrinks: bool,
    pub work: DecodeCost,
}

/// The cost of decoding.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecodeCost {
    /// Bytes of memory, without the file itself and the resized pixels.
    pub pixels: u64,
    /// Bytes per decoded pixel.
    pub channels: u64,
    /// For a JPEG, how often the decoder passes over the picture.
    pub scans: usize,
}

/// Returns the end of a JPEG's own data. Cameras append videos and other pictures.
pub fn jpeg_end(bytes: &[u8]) -> usize {
    frame(bytes).map_or(bytes.len(), |frame| frame.end)
}

/// Splits a PNG file into pieces, leaving out chunks before the pixels that do not affect them: texts, previews, EXIF.
pub fn png_parts(bytes: &[u8]) -> Vec<&[u8]> {
    const WANTED: [&[u8]; 4] = [b"IHDR", b"PLTE", b"tRNS", b"iCCP"];
    let (mut parts, mut from, mut at) = (Vec::new(), 0, 8);
    let chunk = |at: usize| -> Option<(&[u8], usize)> {
        let length = big_32(bytes, at)? as usize;
        Some((bytes.get(at + 4..at + 8)?, at.checked_add(length)?.checked_add(12)?))
    };
    while let Some((name, end)) = chunk(at).filter(|(name, _)| *name != b"IDAT") {
        if !WANTED.contains(&name) {
            parts.extend(bytes.get(from..at));
            from = end;
        }
        at = end;
    }
    parts.extend(bytes.get(from..));
    parts
}

/// Reads a big-endian 16-bit number, or `None` past the end.
pub fn big(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// Reads a little-endian 16-bit number, or `None` past the end.
pub fn little(bytes: &[u8], at: usize) -> Option<u16> {
    big(bytes, at).map(u16::swap_bytes)
}

fn big_32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// Reads chunks up to the first one with pixels (PNG, third edition, 5.3).
pub fn png(bytes: &[u8]) -> Option<ImageHeader> {
    let (mut turn, mut moves, mut clear) = (None, false, false);
    let mut at = 8;
    loop {
        let length = big_32(bytes, at)? as usize;
        let data = at.checked_add(8)?;
        match bytes.get(at + 4..data)? {
            b"IDAT" => break,
            b"acTL" => moves = true,
            b"tRNS" => clear = true,
            b"eXIf" if turn.is_none() => turn = Some(exif(bytes.get(data..data.checked_add(length)?)?)),
            _ => {}
        }
        at = data.checked_add(length)?.checked_add(4)?;
    }
    let size = (big_32(bytes, 16)?, big_32(bytes, 20)?);
    let (bits, colors) = (*bytes.get(24)?, *bytes.get(25)?);
    let alpha = u64::from(clear || colors & 4 != 0);
    let own = alpha + if colors & 2 != 0 { 3 } else { 1 };
    // Alpha is decoded with colour channels, and 16 bits are reduced to 8. Both forms are in memory at the same time.
    let channels = if alpha > 0 { 4 } else { own };
    let other = if bits == 16 || channels != own { channels } else { 0 };
    let deep = u64::from(bits).div_ceil(8);
    let pixels = area(size).saturating_mul(own * deep + other) + u64::from(size.0) * 64;
    let work = DecodeCost { pixels, channels, scans: 1 };
    (bytes.get(12..16)? == b"IHDR").then_some(ImageHeader { size, turn: turn.unwrap_or(1), shrinks: !moves, work })
}

fn area(size: (u32, u32)) -> u64 {
    u64::from(size.0) * u64::from(size.1)
}

/// A JPEG up to the end of its pixels.
struct JpegFrame<'a> {
    /// The contents of the start of frame, and whether it is progressive.
    start: &'a [u8],
    progressive: bool,
    turn: u8,
    /// The number of components in the first scan.
    first: u8,
    scans: usize,
    /// The end of the pixels.
    end: usize,
}

/// Reads segments up to the pixels, and requires an end marker after them: decoders fill a truncated picture with
/// grey.
fn frame(bytes: &[u8]) -> Option<JpegFrame<'_>> {
    let (mut turn, mut start) = (None, None);
    let mut at = 2;
    let first = loop {
        while bytes.get(at..at + 2)? == [0xFF, 0xFF] {
            at += 1;
        }
        let (mark, kind, data) = (*bytes.get(at)?, *bytes.get(at + 1)?, at + 2);
        if mark != 0xFF {
            return None;
        }
        let length = usize::from(big(bytes, data)?);
        let segment = bytes.get(data + 2..data.checked_add(length)?)?;
        match kind {
            _ if is_start(kind) && start.is_some() => return None,
            _ if is_start(kind) => start = Some((segment, matches!(kind, 0xC2 | 0xC6 | 0xCA | 0xCE))),
            0xE1 if segment.starts_with(b"Exif\0\0") && turn.is_none() => turn = Some(exif(&segment[6..])),
            0xDA => break *segment.first()?,
            _ => {}
        }
        at = data + length;
    };
    let (start, progressive) = start?;
    let end = pixels_end(bytes, at).or_else(|| memmem::rfind(&bytes[at..], &[0xFF, 0xD9]).map(|end| at + end + 2))?;
    // This counts every place before the end where a decoder might find a scan.
    let scans = memmem::find_iter(&bytes[at..end], &[0xFF, 0xDA]).count();
    Some(JpegFrame { start, progressive, turn: turn.unwrap_or(1), first, scans, end })
}

/// Returns whether a marker starts a frame.
fn is_start(kind: u8) -> bool {
    (0xC0..=0xCF).contains(&kind) && !matches!(kind, 0xC4 | 0xC8 | 0xCC)
}

/// Returns the end of a picture whose first scan starts at `first`.
fn pixels_end(bytes: &[u8], first: usize) -> Option<usize> {
    let mut at = first;
    loop {
        at += memchr::memchr(0xFF, bytes.get(at..)?)?;
        match *bytes.get(at + 1)? {
            0xD9 => return Some(at + 2),
            // The pixels continue.
            0x00 | 0x01 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            kind if is_start(kind) => return None,
            _ => at = at.checked_add(2)?.checked_add(usize::from(big(bytes, at + 2)?).max(2))?,
        }
    }
}

/// Reads the header of a JPEG. Returns `None` if the file is damaged or truncated.
pub fn jpeg(bytes: &[u8]) -> Option<ImageHeader> {
    let frame = frame(bytes)?;
    let size = (u32::from(big(frame.start, 3)?), u32::from(big(frame.start, 1)?));
    let components = usize::from(*frame.start.get(5)?);
    let sampling = (0..components).map(|n| frame.start.get(7 + 3 * n).map(|both| (both >> 4, both & 15)));
    let sampling: Vec<(u8, u8)> = sampling.collect::<Option<_>>()?;
    let most = |of: fn(&(u8, u8)) -> u8| sampling.iter().map(of).max().unwrap_or(1).max(1);
    let (across, down) = (u64::from(most(|s| s.0)), u64::from(most(|s| s.1)));
    let channels = if components == 1 { 1 } else { 3 };
    let (width, height) = (u64::from(size.0), u64::from(size.1));
    let mut pixels = width * height * channels + width * 768;
    // The decoder keeps the coefficients of all blocks until the last scan: two bytes each.
    if frame.progressive || frame.scans > 1 || usize::from(frame.first) < components {
        let units = width.div_ceil(8 * across) * height.div_ceil(8 * down);
        let blocks: u64 = sampling.iter().map(|(h, v)| u64::from(h * v)).sum();
        pixels += units * blocks * 128;
    }
    let work = DecodeCost { pixels, channels, scans: frame.scans };
    Some(ImageHeader { size, turn: frame.turn, shrinks: true, work })
}

/// Reads chunks of the container (RFC 9649). Only lossless pictures get variants: a lossless variant of a lossy
/// photograph could be larger than the original.
pub fn webp(bytes: &[u8]) -> Option<ImageHeader> {
    let whole = big_32(bytes, 4)?.swap_bytes() as usize;
    let bytes = bytes.get(..whole.checked_add(8)?)?;
    let (mut canvas, mut moves, mut turn, mut pixels, mut streams) = (None, false, None, None, Vec::new());
    let mut at = 12;
    while at < bytes.len() {
        let length = big_32(bytes, at + 4)?.swap_bytes() as usize;
        let data = bytes.get(at + 8..at.checked_add(8)?.checked_add(length)?)?;
        match &bytes[at..at + 4] {
            b"VP8X" => {
                moves = data.first()? & 2 != 0;
                let side = |at| Some(u32::from(little(data, at)?) + (u32::from(*data.get(at + 2)?) << 16) + 1);
                canvas = Some((side(4)?, side(7)?));
            }
            b"VP8 " => {
                let side = |at| Some(u32::from(little(data, at)? & 0x3FFF));
                pixels = Some(((side(6)?, side(8)?), false));
            }
            b"VP8L" => {
                let bits = big_32(data, 1)?.swap_bytes();
                pixels = Some((((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), true));
                streams.push(data);
            }
            b"EXIF" if turn.is_none() => turn = Some(exif(data.strip_prefix(b"Exif\0\0").unwrap_or(data))),
            _ => {}
        }
        // A chunk of odd length is padded.
        at += 8 + length + length % 2;
    }
    let shrinks = !moves && pixels.is_some_and(|(_, lossless)| lossless);
    let size = canvas.or(pixels.map(|(size, _)| size))?;
    // The pixels are in memory twice: as encoded and as converted.
    let mut memory = area(size).saturating_mul(8);
    for stream in streams.iter().filter(|_| shrinks) {
        memory = memory.saturating_add(webp_codes::memory(stream, PICTURE_MEMORY)?);
    }
    let work = DecodeCost { pixels: memory, channels: 4, scans: 1 };
    Some(ImageHeader { size, turn: turn.unwrap_or(1), shrinks, work })
}

/// Returns the EXIF orientation, or upright if there is none.
fn exif(data: &[u8]) -> u8 {
    const ORIENTATION: u16 = 0x0112;
    let turn = || {
        let swapped = data.starts_with(b"II*\0");
        if !swapped && !data.starts_with(b"MM\0*") {
            return None;
        }
        let short = |at| if swapped { little(data, at) } else { big(data, at) };
        let long = big_32(data, 4)?;
        let first = (if swapped { long.swap_bytes() } else { long }) as usize;
        let entries = (0..usize::from(short(first)?)).map(|n| first + 2 + n * 12).take_while(|at| *at < data.len());
        let found = entries.into_iter().find(|at| short(*at) == Some(ORIENTATION))?;
        u8::try_from(short(found + 8)?).ok().filter(|turn| (1..=8).contains(turn))
    };
    turn().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orientations() {
        let intel = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0";
        let motorola = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0";
        assert_eq!((exif(intel), exif(motorola), exif(&intel[..12]), exif(b"")), (6, 8, 1, 1));
    }
}
