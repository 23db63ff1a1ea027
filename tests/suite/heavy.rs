//! Small files that are expensive to decode: each limit at its number and one above.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::time::{Duration, Instant};

use image::{ImageDecoder, ImageFormat};
use recto::base::limits::{
    PICTURE_BYTES, PICTURE_MEMORY, PICTURE_PROFILE, PICTURE_SCANS, PICTURE_SECONDS, PICTURE_SIDE,
};

use crate::support::{SITE_TOML, Site, article};

/// Builds a PNG from chunks.
pub fn png(size: (u32, u32), bits: u8, colors: u8, more: &[(&[u8; 4], Vec<u8>)], pixels: &[u8]) -> Vec<u8> {
    let head = [&size.0.to_be_bytes()[..], &size.1.to_be_bytes(), &[bits, colors, 0, 0, 0]].concat();
    let mut out = b"\x89PNG\r\n\x1A\n".to_vec();
    let mut chunk = |name: &[u8; 4], data: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(name);
        crc.update(data);
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(name);
        out.extend(data);
        out.extend(crc.sum().to_be_bytes());
    };
    chunk(b"IHDR", &head);
    more.iter().for_each(|(name, data)| chunk(name, data));
    chunk(b"IDAT", pixels);
    chunk(b"IEND", &[]);
    out
}

/// Compresses this many zeros.
pub fn packed(zeros: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![0; 1 << 20];
    for part in (0..zeros).step_by(block.len()) {
        encoder.write_all(&block[..block.len().min(zeros - part)]).expect("memory takes it");
    }
    encoder.finish().expect("memory takes it")
}

/// The lines of an empty picture.
fn empty(width: usize, height: usize, bytes: usize) -> Vec<u8> {
    packed(height * (1 + width * bytes))
}

/// A chunk with a compressed text or profile of this many bytes.
fn carried(head: &[u8], bytes: usize) -> Vec<u8> {
    [head, &packed(bytes)].concat()
}

/// A progressive JPEG with this many scans, in which every block is empty.
fn scanned(width: u16, height: u16, scans: usize) -> Vec<u8> {
    let segment = |kind: u8, data: &[u8]| {
        let length = u16::try_from(data.len() + 2).expect("a short segment").to_be_bytes();
        [&[0xFF, kind][..], &length, data].concat()
    };
    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8));
    let mut out = vec![0xFF, 0xD8];
    out.extend(segment(0xDB, &[&[0][..], &[1; 64]].concat()));
    let ([w1, w0], [h1, h0]) = (width.to_be_bytes(), height.to_be_bytes());
    out.extend(segment(0xC2, &[8, h1, h0, w1, w0, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]));
    // One code of one bit in each table: nothing changes, or nothing follows.
    for table in [0x00, 0x10] {
        let counts = [&[table, 1][..], &[0; 15], &[0]].concat();
        out.extend(segment(0xC4, &counts));
    }
    for scan in 0..scans {
        let all = scan == 0;
        let head = if all { vec![3, 1, 0, 2, 0, 3, 0, 0, 0, 0] } else { vec![1, 1 + (scan % 3) as u8, 0, 1, 63, 0] };
        out.extend(segment(0xDA, &head));
        out.extend(vec![0; (if all { blocks * 3 } else { blocks }).div_ceil(8)]);
    }
    out.extend([0xFF, 0xD9]);
    out
}

/// A site that shows these pictures.
fn site(pictures: &[(&str, &[u8])]) -> Site {
    let site = Site::new(SITE_TOML);
    let mut body = String::new();
    for (name, bytes) in pictures {
        let _ = write!(body, "![a ferry]({name})\n\n");
        site.write_bytes(&format!("content/articles/{name}"), bytes);
    }
    site.write("content/articles/ferry.md", &article("Ferry", "2024-05-06", "", &body));
    site
}

/// Returns a build's problems with a picture; empty if it is shown.
fn said(name: &str, bytes: &[u8]) -> String {
    let (_, problems) = site(&[(name, bytes)]).try_build();
    let found = problems.iter().filter(|found| found.code == "bad-image");
    found.map(|found| found.message.clone()).collect::<Vec<_>>().join("\n")
}

#[test]
fn scans_of_a_jpeg_are_counted() {
    assert_eq!(said("a.jpg", &scanned(600, 400, PICTURE_SCANS)), "");
    let why = said("a.jpg", &scanned(600, 400, PICTURE_SCANS + 1));
    assert!(why.ends_with("it is a JPEG with 21 scans; at most 20 are allowed"), "{why}");
    // Data that a camera appends does not count.
    let film = [scanned(600, 400, PICTURE_SCANS), [0xFF, 0xDA].repeat(100)].concat();
    assert_eq!(said("a.jpg", &film), "");
    // The largest of them is rejected before anything is decoded.
    let begun = Instant::now();
    let why = said("a.jpg", &scanned(12_000, 12_000, 60));
    assert!(why.contains("60 scans"), "{why}");
    let why = said("a.jpg", &scanned(12_000, 12_000, 2));
    assert!(why.contains("bytes of memory; at most 536870912 are allowed"), "{why}");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

/// Returns the processor time of this thread in seconds.
#[cfg(target_os = "linux")]
fn taken() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").expect("there is one");
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let ticks: u64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    ticks / 100
}

/// The decoder reads the whole file before it begins, so no timeout stops it. The limits on its head bound the
/// time. On request.
#[test]
#[cfg(target_os = "linux")]
fn the_largest_jpeg_ends_in_time() {
    use recto::content::{picture, resize};

    if std::env::var_os("RECTO_LIMITS").is_none() {
        return;
    }
    let of = |side: u16| {
        let bytes = scanned(side, side, PICTURE_SCANS);
        (picture::read(&"a.jpg".into(), Default::default(), &bytes).expect("a picture"), bytes)
    };
    let side = (1..=120).rev().map(|hundreds| hundreds * 100).find(|side| of(*side).0.fault.is_none());
    let (picture, bytes) = of(side.expect("a small one is taken"));
    let before = taken();
    resize::variants(bytes, &picture, picture.widths(), &|| false).expect("it can be decoded");
    let seconds = taken() - before;
    assert!(seconds < PICTURE_SECONDS, "{side:?}: {seconds} s");
    let _ = writeln!(std::io::stderr(), "{side:?}: {seconds} s");
}

#[test]
fn a_picture_that_takes_too_long_is_given_up() {
    use recto::content::{picture, resize};

    let bytes = png((600, 400), 8, 2, &[], &empty(600, 400, 3));
    let picture = picture::read(&"a.png".into(), Default::default(), &bytes).expect("a picture");
    let ended = resize::variants(bytes, &picture, picture.widths(), &|| true);
    assert_eq!(ended, Err(format!("resizing it takes longer than {PICTURE_SECONDS} s")));
}

#[test]
fn a_profile_is_unpacked_up_to_its_limit() {
    let begun = Instant::now();
    for (bytes, kept) in [(PICTURE_PROFILE, true), (PICTURE_PROFILE + 1, false), (200 << 20, false)] {
        let profile = [&[0; 16][..], b"RGB ", &vec![0; bytes - 20]].concat();
        let mut encoder = flate2::write::ZlibEncoder::new(b"x\0\0".to_vec(), flate2::Compression::best());
        encoder.write_all(&profile).expect("memory takes it");
        let chunk = encoder.finish().expect("memory takes it");
        let site = site(&[("a.png", &png((500, 9), 8, 2, &[(b"iCCP", chunk)], &empty(500, 9, 3)))]);
        site.build();
        let variant = std::fs::read(site.root().join("public/2024/05/06/ferry/a.480w.png")).expect("a variant");
        let mut variant = image::ImageReader::with_format(Cursor::new(variant), ImageFormat::Png).into_decoder();
        let found = variant.as_mut().map(|variant| variant.icc_profile().expect("it can be read"));
        assert!(found.is_ok_and(|found| found == kept.then_some(profile)), "{bytes}");
    }
    let with = |more: &[(&[u8; 4], Vec<u8>)]| said("a.png", &png((500, 9), 8, 2, more, &empty(500, 9, 3)));
    // Data that affects no pixel is not decoded, whatever its size and number.
    let bomb = 30 << 20;
    let more = [
        (b"zTXt", carried(b"x\0\0", bomb)),
        (b"iTXt", carried(b"XML:com.adobe.xmp\0\x01\0\0\0", bomb)),
        (b"eXIf", vec![0; bomb]),
        (b"eXIf", vec![0; 100]),
        (b"prVt", vec![0; 100]),
    ];
    assert_eq!(with(&more), "");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

/// A lossless WebP of 16 by 16 pixels with this many groups of prefix codes, each of which takes 160 bytes in the file
/// and 79 kB of memory.
fn grouped(groups: u32) -> Vec<u8> {
    let mut bits: Vec<bool> = Vec::new();
    let mut put = |count: u32, number: u32| bits.extend((0..count).map(|bit| number >> bit & 1 == 1));
    let one = |put: &mut dyn FnMut(u32, u32), symbol: u32| {
        [(1, 1), (1, 0), (1, 1), (8, symbol)].into_iter().for_each(|(count, number)| put(count, number));
    };
    [(8, 0x2F), (14, 15), (14, 15), (1, 0), (3, 0)].into_iter().for_each(|(count, number)| put(count, number));
    // No transform, a cache of 2,048 colours, and blocks of 4 pixels that all have the last group.
    [(1, 0), (1, 1), (4, 11), (1, 1), (3, 0), (1, 0)].into_iter().for_each(|(count, number)| put(count, number));
    [(groups - 1) & 255, (groups - 1) >> 8, 0, 0, 0].into_iter().for_each(|symbol| one(&mut put, symbol));
    // 1,768 codes of 11 bits and 560 of 12, written as repeats. The lengths 11 and 12 have codes of two bits, and
    // repeats have one of one bit.
    let mut group: Vec<bool> = Vec::new();
    let mut put = |count: u32, number: u32| group.extend((0..count).map(|bit| number >> bit & 1 == 1));
    put(5, 12 << 1);
    for length in [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 2] {
        put(3, length);
    }
    put(3, 0b010);
    (0..294).for_each(|_| put(3, 0b110));
    put(5, 0b11000);
    (0..93).for_each(|_| put(3, 0b110));
    put(2, 0b11);
    (0..4).for_each(|_| one(&mut put, 0));
    (0..groups).for_each(|_| bits.extend_from_slice(&group));
    // The pixels: 256 codes of 11 zeros.
    bits.extend(vec![false; 256 * 11]);
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    let mut data: Vec<u8> = bits.chunks(8).map(byte).collect();
    let length = (data.len() as u32).to_le_bytes();
    data.extend(vec![0; data.len() % 2]);
    let whole = (data.len() as u32 + 12).to_le_bytes();
    [&b"RIFF"[..], &whole, b"WEBPVP8L", &length, &data].concat()
}

#[test]
fn codes_of_a_webp_are_counted() {
    // The decoder reads them as the card does.
    assert_eq!(said("a.webp", &grouped(300)), "");
    let card = |groups: u32| {
        let picture = recto::content::picture::read(&"a.webp".into(), Default::default(), &grouped(groups));
        picture.map(|picture| (picture.memory, picture.fault)).expect("a picture")
    };
    let each = card(301).0 - card(300).0;
    let most = 300 + (PICTURE_MEMORY - card(300).0) / each;
    let most = u32::try_from(most).expect("few groups");
    assert!((70_000..90_000).contains(&each) && grouped(most).len() < 2 << 20, "{each} {most}");
    assert_eq!(card(most).1, None);
    let fault = card(most + 1).1;
    assert!(fault.as_ref().is_some_and(|why| why.contains("bytes of memory; at most 536870912")), "{fault:?}");
}

#[test]
fn many_heads_in_a_head_cost_what_they_are_long() {
    // Each claims 65,535 entries and has none.
    let exif = b"MM\0*\0\0\0\x08\xFF\xFF".to_vec();
    let many = vec![(b"eXIf", exif); 20_000];
    let begun = Instant::now();
    assert_eq!(said("a.png", &png((500, 9), 8, 2, &many, &empty(500, 9, 3))), "");
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn a_side_a_file_and_the_memory_have_limits() {
    let wide = |width: u32| said("a.png", &png((width, 1), 8, 0, &[], &empty(width as usize, 1, 1)));
    assert_eq!(wide(PICTURE_SIDE), "");
    assert!(wide(PICTURE_SIDE + 1).contains("12001 × 1 pixels"));
    // It is copied unchanged, so only its head is read.
    let gif = |bytes: u64| {
        let site = site(&[("a.gif", b"GIF89a\x20\x03\x58\x02\0\0\0;")]);
        let file = std::fs::File::options().write(true).open(site.root().join("content/articles/a.gif"));
        file.and_then(|file| file.set_len(bytes)).expect("a file grows");
        let (_, problems) = site.try_build();
        problems.iter().map(|found| found.message.clone()).collect::<String>()
    };
    assert_eq!(gif(PICTURE_BYTES), "");
    assert!(gif(PICTURE_BYTES + 1).contains("the file is 134217729 bytes long; at most 134217728 are allowed"));
    // The memory is estimated without decoding anything.
    let needs = |bytes: &[u8]| {
        let picture = recto::content::picture::read(&"a.png".into(), Default::default(), bytes).expect("a picture");
        (picture.memory, picture.fault)
    };
    let head = png((9_000, 9_000), 8, 6, &[], &[]);
    let (memory, fault) = needs(&head);
    assert!(memory < PICTURE_MEMORY && fault.is_none(), "{fault:?}");
    let more = |bytes: u64| [&head[..], &vec![0; (PICTURE_MEMORY - memory + bytes) as usize]].concat();
    assert_eq!(needs(&more(0)), (PICTURE_MEMORY, None));
    let (_, fault) = needs(&more(1));
    assert!(fault.is_some_and(|why| why.contains("it needs 536870913 bytes of memory")));
}
