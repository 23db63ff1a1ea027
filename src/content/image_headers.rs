//! Image headers: size, orientation, and the cost of decoding, before anything is decoded. Bytes in, numbers out.
//!
//! Read from bytes as carefully as anything that comes from outside: every place is asked for and may not be there.

use memchr::memmem;

/// What a head says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageHeader {
    /// As it lies in the file.
    pub size: (u32, u32),
    /// EXIF, 1 to 8.
    pub turn: u8,
    /// Whether smaller variants can be made of it that are smaller files, too.
    pub shrinks: bool,
    pub work: DecodeCost,
}

/// What it costs to decode one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecodeCost {
    /// Bytes of memory, without the file and what is made of the pixels.
    pub pixels: u64,
    /// Of the decoded pixels, a byte each.
    pub channels: u64,
    /// What a hostile file can make its decoder take beside that.
    pub perhaps: u64,
    /// Of a JPEG: how often a decoder goes through the picture.
    pub scans: usize,
}

/// Where the bytes of a JPEG end that belong to the picture: cameras append films and other pictures.
pub fn jpeg_end(bytes: &[u8]) -> usize {
    frame(bytes).map_or(bytes.len(), |frame| frame.end)
}

/// The pieces of a PNG's file without the chunks in front of its pixels that none of these follow from: texts, previews, EXIF.
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

pub fn big(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

pub fn little(bytes: &[u8], at: usize) -> Option<u16> {
    big(bytes, at).map(u16::swap_bytes)
}

fn big_32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// Chunks up to the first with pixels (PNG, third edition, 5.3).
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
    // What has alpha is decoded to colours, and what has 16 bits to 8: both stand in memory for a moment.
    let channels = if alpha > 0 { 4 } else { own };
    let other = if bits == 16 || channels != own { channels } else { 0 };
    let deep = u64::from(bits).div_ceil(8);
    let pixels = area(size).saturating_mul(own * deep + other) + u64::from(size.0) * 64;
    let work = DecodeCost { pixels, channels, perhaps: 0, scans: 1 };
    (bytes.get(12..16)? == b"IHDR").then_some(ImageHeader { size, turn: turn.unwrap_or(1), shrinks: !moves, work })
}

fn area(size: (u32, u32)) -> u64 {
    u64::from(size.0) * u64::from(size.1)
}

/// A JPEG as far as the end of its pixels.
struct JpegFrame<'a> {
    /// What the start of frame says, and whether it is a progressive one.
    start: &'a [u8],
    progressive: bool,
    turn: u8,
    /// Components of the first scan.
    first: u8,
    scans: usize,
    /// Behind the pixels.
    end: usize,
}

/// Segments up to the pixels, behind which there must be an end: decoders paint grey what was cut off.
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
    // Wherever a decoder looks for one, in front of the end there are no more.
    let scans = memmem::find_iter(&bytes[at..end], &[0xFF, 0xDA]).count();
    Some(JpegFrame { start, progressive, turn: turn.unwrap_or(1), first, scans, end })
}

/// Whether a marker starts a frame.
fn is_start(kind: u8) -> bool {
    (0xC0..=0xCF).contains(&kind) && !matches!(kind, 0xC4 | 0xC8 | 0xCC)
}

/// Where the end of a picture ends whose first scan starts at a place.
fn pixels_end(bytes: &[u8], first: usize) -> Option<usize> {
    let mut at = first;
    loop {
        at += memchr::memchr(0xFF, bytes.get(at..)?)?;
        match *bytes.get(at + 1)? {
            0xD9 => return Some(at + 2),
            // Pixels go on.
            0x00 | 0x01 | 0xD0..=0xD7 => at += 2,
            0xFF => at += 1,
            kind if is_start(kind) => return None,
            _ => at = at.checked_add(2)?.checked_add(usize::from(big(bytes, at + 2)?).max(2))?,
        }
    }
}

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
    // The coefficients of all blocks are kept until the last scan has been read: two bytes each.
    if frame.progressive || frame.scans > 1 || usize::from(frame.first) < components {
        let units = width.div_ceil(8 * across) * height.div_ceil(8 * down);
        let blocks: u64 = sampling.iter().map(|(h, v)| u64::from(h * v)).sum();
        pixels += units * blocks * 128;
    }
    let work = DecodeCost { pixels, channels, perhaps: 0, scans: frame.scans };
    Some(ImageHeader { size, turn: frame.turn, shrinks: true, work })
}

/// Chunks of the container (RFC 9649). Only what was encoded without loss may be encoded so again: a photograph would
/// become larger than it was.
pub fn webp(bytes: &[u8]) -> Option<ImageHeader> {
    let whole = big_32(bytes, 4)?.swap_bytes() as usize;
    let bytes = bytes.get(..whole.checked_add(8)?)?;
    let (mut canvas, mut moves, mut turn, mut pixels) = (None, false, None, None);
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
            }
            b"EXIF" if turn.is_none() => turn = Some(exif(data.strip_prefix(b"Exif\0\0").unwrap_or(data))),
            _ => {}
        }
        // A chunk of odd length is padded.
        at += 8 + length + length % 2;
    }
    let lossless = pixels.is_some_and(|(_, lossless)| lossless);
    let size = canvas.or(pixels.map(|(size, _)| size))?;
    // Once as they were encoded and once as they are wanted.
    // Tables of 4 kB that take some 12 bytes in the file, each. How many there are, only decoding says: a good file of that length has
    // a few. So no file is refused for it; one that could need all is decoded alone.
    let perhaps = (bytes.len() as u64).saturating_mul(340);
    let work = DecodeCost { pixels: area(size).saturating_mul(8), channels: 4, perhaps, scans: 1 };
    Some(ImageHeader { size, turn: turn.unwrap_or(1), shrinks: lossless && !moves, work })
}

/// The orientation that EXIF data name; upright where they name none.
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
