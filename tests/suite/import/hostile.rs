//! Hostile sources: archives that lead outside or grow without end, links and devices, texts that attack their readers.
//! Each is imported by the program itself; a canary beside the site shows whether anything was written elsewhere.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use crate::support::{recto, tree};

/// What may come of a source.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    /// An error, and nothing is written.
    Refused,
    /// It may be imported, without doing harm.
    Harmless,
}

use Outcome::{Harmless, Refused};

/// Writes a source into a folder, and returns its name and perhaps its format.
type Plant = Box<dyn Fn(&Path) -> (&'static str, Option<&'static str>)>;

struct HostileSource {
    name: &'static str,
    outcome: Outcome,
    plant: Plant,
}

const ARTICLE: &str = "---\ntitle: A\ndate: 2021-03-24\ntranslator: P\n---\nA fictional text.\n";

/// An entry of a tar: name, kind, link, content.
type TarEntry<'a> = (&'a [u8], u8, &'a [u8], &'a [u8]);

/// Writes a tar by hand, because the crate refuses to write most of what is tested here.
fn raw_tar(entries: &[TarEntry]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, kind, link, bytes) in entries {
        let mut header = [0u8; 512];
        header[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
        header[100..108].copy_from_slice(b"0000644\0");
        header[108..116].copy_from_slice(b"0000000\0");
        header[116..124].copy_from_slice(b"0000000\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", bytes.len()).as_bytes());
        header[136..148].copy_from_slice(b"00000000000\0");
        header[156] = *kind;
        header[157..157 + link.len().min(100)].copy_from_slice(&link[..link.len().min(100)]);
        header[257..265].copy_from_slice(b"ustar\x0000");
        sum(&mut header);
        out.extend(header);
        out.extend(*bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.extend([0; 1024]);
    out
}

fn sum(header: &mut [u8; 512]) {
    header[148..156].copy_from_slice(b"        ");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

fn file<'a>(name: &'a [u8]) -> TarEntry<'a> {
    (name, b'0', b"", ARTICLE.as_bytes())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory holds it");
    encoder.finish().expect("it ends")
}

fn zip(entries: &[(&str, &[u8], Option<u32>)]) -> Vec<u8> {
    let mut writer = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes, mode) in entries {
        let mut options = ::zip::write::SimpleFileOptions::default();
        if let Some(mode) = mode {
            options = options.unix_permissions(*mode);
        }
        writer.start_file(*name, options).expect("an entry starts");
        writer.write_all(bytes).expect("memory holds it");
    }
    writer.finish().expect("it ends").into_inner()
}

/// A zip whose only entry has this name, put there after it was written, in both of its places.
fn zip_named(name: &str) -> Vec<u8> {
    let dummy = "x".repeat(name.len());
    let mut bytes = zip(&[(&dummy, ARTICLE.as_bytes(), None)]);
    let starts: Vec<usize> =
        (0..bytes.len() - name.len()).filter(|at| bytes[*at..].starts_with(dummy.as_bytes())).collect();
    starts.into_iter().for_each(|at| bytes[at..at + name.len()].copy_from_slice(name.as_bytes()));
    bytes
}

/// A zip with an entry of another mode: a link or a device.
fn zip_mode(mode: u32, content: &[u8]) -> Vec<u8> {
    let mut bytes = zip(&[("a.md", content, Some(0o644))]);
    let central = bytes.windows(4).rposition(|four| four == b"PK\x01\x02").expect("a zip has a directory");
    bytes[central + 38..central + 42].copy_from_slice(&(mode << 16).to_le_bytes());
    bytes[central + 5] = 3;
    bytes
}

/// A source that is one file.
fn bytes(name: &'static str, outcome: Outcome, file: &'static str, content: Vec<u8>) -> HostileSource {
    let plant = move |at: &Path| {
        fs::write(at.join(file), &content).expect("a file can be written");
        (file, None)
    };
    HostileSource { name, outcome, plant: Box::new(plant) }
}

/// A source that is one file of a known format.
fn of_format(name: &'static str, format: &'static str, file: &'static str, content: Vec<u8>) -> HostileSource {
    let plant = move |at: &Path| {
        fs::write(at.join(file), &content).expect("a file can be written");
        (file, Some(format))
    };
    HostileSource { name, outcome: Harmless, plant: Box::new(plant) }
}

/// A folder with these files.
fn folder(name: &'static str, outcome: Outcome, files: Vec<(String, Vec<u8>)>) -> HostileSource {
    let plant = move |at: &Path| {
        for (path, content) in &files {
            let path = at.join("source").join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
            fs::write(path, content).expect("a file can be written");
        }
        ("source", None)
    };
    HostileSource { name, outcome, plant: Box::new(plant) }
}

fn tars() -> Vec<HostileSource> {
    let tar = |name, entries: &[TarEntry]| bytes(name, Refused, "s.tar", raw_tar(entries));
    let deep = vec!["a"; 70].join("/");
    let mut truncated = raw_tar(&[file(b"a.md")]);
    truncated.truncate(520);
    let mut wrong_sum = raw_tar(&[file(b"a.md")]);
    wrong_sum[150] = b'9';
    let mut huge = raw_tar(&[file(b"a.md")]);
    let mut header = [0u8; 512];
    header.copy_from_slice(&huge[..512]);
    header[124..136].copy_from_slice(b"77777777777\0");
    sum(&mut header);
    huge[..512].copy_from_slice(&header);
    vec![
        tar("tar: a step up", &[file(b"../x.md")]),
        tar("tar: a step up in the middle", &[file(b"a/../../x.md")]),
        tar("tar: an absolute path", &[file(b"/tmp/x.md")]),
        tar("tar: a drive", &[file(b"C:/x.md")]),
        tar("tar: backslashes up", &[file(b"..\\x.md")]),
        tar("tar: a share", &[file(b"\\\\host\\x.md")]),
        tar("tar: a link to the system", &[file(b"a.md"), (b"b.md", b'2', b"/etc/passwd", b"")]),
        tar("tar: a link up", &[file(b"a.md"), (b"c/b.md", b'2', b"../../x", b"")]),
        tar("tar: a link, and a file through it", &[(b"l", b'2', b"/tmp", b""), file(b"l/x.md")]),
        tar("tar: a hard link to the system", &[file(b"a.md"), (b"b.md", b'1', b"/etc/passwd", b"")]),
        tar("tar: a hard link up", &[file(b"a.md"), (b"d/b.md", b'1', b"../x", b"")]),
        tar("tar: a character device", &[file(b"a.md"), (b"b.md", b'3', b"", b"")]),
        tar("tar: a block device", &[file(b"a.md"), (b"b.md", b'4', b"", b"")]),
        tar("tar: a FIFO", &[file(b"a.md"), (b"b.md", b'6', b"", b"")]),
        tar("tar: control characters", &[file(b"a\x1b[2Jb.md")]),
        tar("tar: two files of one name", &[file(b"a.md"), file(b"a.md")]),
        tar("tar: deep folders", &[(b"././@LongLink", b'L', b"", deep.as_bytes()), file(b"a.md")]),
        tar("tar: a long name up", &[(b"././@LongLink", b'L', b"", b"../../x.md"), file(b"a.md")]),
        tar("tar: a long path", &[(b"././@LongLink", b'L', b"", "x".repeat(1100).as_bytes()), file(b"a.md")]),
        tar("tar: an extended path up", &[(b"p", b'x', b"", b"19 path=../../x.md\n"), file(b"a.md")]),
        tar("tar: empty", &[]),
        bytes("tar: cut off", Refused, "s.tar", truncated),
        bytes("tar: a wrong sum", Refused, "s.tar", wrong_sum),
        bytes("tar: a length without end", Refused, "s.tar", huge),
        bytes("tar: a link inside", Harmless, "s.tar", raw_tar(&[file(b"a.md"), (b"b.md", b'2', b"a.md", b"")])),
        bytes("tar: a name that is not UTF-8", Harmless, "s.tar", raw_tar(&[file(b"\xff\xfe.md"), file(b"a.md")])),
    ]
}

fn zips() -> Vec<HostileSource> {
    let zeros = vec![0; 30_000_000];
    let named = |name, path: &str| bytes(name, Refused, "s.zip", zip_named(path));
    let mut encrypted = zip(&[("a.md", ARTICLE.as_bytes(), None)]);
    let central = encrypted.windows(4).rposition(|four| four == b"PK\x01\x02").expect("a directory");
    (encrypted[6], encrypted[central + 8]) = (encrypted[6] | 1, encrypted[central + 8] | 1);
    let mut lying = zip(&[("a.md", &zeros[..2_000], None)]);
    let central = lying.windows(4).rposition(|four| four == b"PK\x01\x02").expect("a directory");
    lying[central + 24..central + 28].copy_from_slice(&10u32.to_le_bytes());
    let mut truncated = zip(&[("a.md", ARTICLE.as_bytes(), None)]);
    truncated.truncate(truncated.len() / 2);
    vec![
        named("zip: a step up", "../x.md"),
        named("zip: a step up in the middle", "a/../../x.md"),
        named("zip: an absolute path", "/tmp/x.md"),
        named("zip: a drive", "C:/x.md"),
        named("zip: backslashes up", "..\\..\\x.md"),
        named("zip: control characters", "a\u{7}b.md"),
        named("zip: deep folders", &vec!["a"; 70].join("/")),
        named("zip: a long path", &"x".repeat(1100)),
        bytes("zip: a link to the system", Refused, "s.zip", zip_mode(0o120_777, b"/etc/passwd")),
        bytes("zip: a device", Refused, "s.zip", zip_mode(0o020_666, b"")),
        bytes("zip: a FIFO", Refused, "s.zip", zip_mode(0o010_666, b"")),
        bytes("zip: encrypted", Refused, "s.zip", encrypted),
        bytes("zip: a bomb", Refused, "s.zip", zip(&[("a.md", &zeros, None)])),
        bytes("zip: a length that lies", Refused, "s.zip", lying),
        bytes("zip: cut off", Refused, "s.zip", truncated),
        bytes("zip: only a head", Refused, "s.zip", b"PK\x03\x04 and nothing else".to_vec()),
        bytes("zip: empty", Refused, "s.zip", zip(&[])),
        bytes("gzip: a bomb", Refused, "s.tar.gz", gzip(&zeros)),
        bytes("gzip: cut off", Refused, "s.tar.gz", gzip(&raw_tar(&[file(b"a.md")]))[..60].to_vec()),
        bytes("gzip: not a tar", Refused, "s.tar.gz", gzip(ARTICLE.as_bytes())),
        bytes("gzip: in a gzip", Refused, "s.tar.gz", gzip(&gzip(&raw_tar(&[file(b"a.md")])))),
        bytes("gzip: a step up", Refused, "s.tar.gz", gzip(&raw_tar(&[file(b"../x.md")]))),
    ]
}

/// Texts in a folder of Markdown.
fn texts() -> Vec<HostileSource> {
    let article = |head: &str, body: &str| {
        format!("---\ntitle: A\ndate: 2021-03-24\ntranslator: P\n{head}---\n{body}\n").into_bytes()
    };
    let one = |name, head: &str, body: &str| folder(name, Harmless, vec![("a.md".to_owned(), article(head, body))]);
    let laughs: String =
        (1..12).map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(","))).collect();
    vec![
        one("text: a slug up", "slug: ../../../evil\n", "x"),
        one("text: an address up", "permalink: /../../evil/\naliases: [/../x, //host/x, /.git/config]\n", "x"),
        one("text: a picture of the system", "", "![x](/etc/passwd) ![y](../../../../etc/passwd) ![z](file:///etc/passwd)"),
        one("text: a source that leads outside", "", "![x](source:../../etc/passwd) [y](source:%2e%2e/x)"),
        one("text: a script", "", "<script>alert(1)</script> [x](javascript:alert(1))"),
        one("text: a person with a path", "author: ../../../evil\n", "x"),
        one("text: the end of front matter in a body", "", "x\n\n+++\n\ny = 1\n\n+++\n"),
        one("text: laughs", &format!("a0: &a0 lol\n{laughs}"), "x"),
        one("text: deep keys", &format!("a: {}{}\n", "[".repeat(5_000), "]".repeat(5_000)), "x"),
        one("text: deep quotes", "", &"> ".repeat(50_000)),
        one("text: deep elements", "", &"<div>".repeat(50_000)),
        one("text: brackets", "", &"[".repeat(100_000)),
        one("text: a long line", "", &"x".repeat(3_000_000)),
        one("text: directions", "", "a\u{202e}b\u{2066}c\u{0}d\u{1b}[2J"),
        folder("text: front matter in a title", Harmless, vec![(
            "a.md".to_owned(),
            b"---\ntitle: \"A\\n+++\\n[deploy.x]\\nto = 1\"\ndate: 2021-03-24\ntranslator: \"P\\\"]\\nx = 1\"\n---\nx\n".to_vec(),
        )]),
        folder("text: no UTF-8", Harmless, vec![("a.md".to_owned(), b"\xff\xfe\x00\xd8---\n\x80\x81".to_vec())]),
        folder("text: names of the site's own", Harmless, vec![
            ("index.md".to_owned(), article("", "x")),
            (".htaccess".to_owned(), b"x".to_vec()),
            ("CON.md".to_owned(), article("", "x")),
            ("_redirects".to_owned(), b"/* https://evil.example".to_vec()),
        ]),
    ]
}

fn formats() -> Vec<HostileSource> {
    let wxr = |inside: &str| {
        format!(
            "<?xml version=\"1.0\"?>{inside}<rss version=\"2.0\" xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel>\
             <title>&x;</title><wp:wxr_version>1.2</wp:wxr_version><item><title>&x;</title></item></channel></rss>"
        )
        .into_bytes()
    };
    let laughs: String =
        (1..12).map(|n| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10))).collect();
    let xml = |name, content: Vec<u8>| of_format(name, "wordpress", "s.xml", content);
    vec![
        xml("xml: laughs", wxr(&format!("<!DOCTYPE rss [<!ENTITY a0 \"lol\">{laughs}<!ENTITY x \"&a11;\">]>"))),
        xml("xml: a file of the system", wxr("<!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>")),
        xml("xml: a foreign document", wxr("<!DOCTYPE rss SYSTEM \"http://127.0.0.1:9/x.dtd\">")),
        xml("xml: a long entity, often", {
            let mut text = wxr(&format!("<!DOCTYPE rss [<!ENTITY x \"{}\">]>", "y".repeat(100_000)));
            text.extend("&x;".repeat(100_000).bytes());
            text
        }),
        xml("xml: deep elements", "<a>".repeat(200_000).into_bytes()),
        xml("xml: open to its end", b"<rss><channel><item><title>".to_vec()),
        of_format("jsonl: deep", "jsonl", "s.jsonl", "[".repeat(200_000).into_bytes()),
        of_format(
            "jsonl: a path up",
            "jsonl",
            "s.jsonl",
            br#"{"title":"A","date":"2021-03-24","slug":"../../x","body_file":"../../../etc/passwd"}"#.to_vec(),
        ),
        of_format("csv: an open quote", "csv", "s.csv", [b"title,date,body\n\"", &vec![b'x'; 3_000_000][..]].concat()),
        of_format(
            "csv: a path up",
            "csv",
            "s.csv",
            b"title,date,body_file\nA,2021-03-24,../../../etc/passwd\n".to_vec(),
        ),
        of_format("docx: no zip", "docx", "s.docx", b"PK\x03\x04".to_vec()),
        of_format("docx: a bomb", "docx", "s.docx", zip(&[("word/document.xml", &vec![b' '; 30_000_000], None)])),
        of_format(
            "html: deep elements",
            "html",
            "s.html",
            format!("<title>A</title>{}", "<b><p>".repeat(50_000)).into_bytes(),
        ),
    ]
}

#[cfg(unix)]
fn folders() -> Vec<HostileSource> {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    let planted = |name, outcome, plant: fn(&Path)| HostileSource {
        name,
        outcome,
        plant: Box::new(move |at: &Path| {
            let source = at.join("source");
            fs::create_dir_all(&source).expect("a folder can be made");
            fs::write(source.join("a.md"), ARTICLE).expect("a file can be written");
            plant(&source);
            ("source", None)
        }),
    };
    vec![
        planted("folder: a link to a secret", Harmless, |at| {
            symlink(at.join("../canary/secret.md"), at.join("b.md")).expect("a link can be made");
        }),
        planted("folder: a link to a folder of secrets", Harmless, |at| {
            symlink(at.join("../canary"), at.join("c")).expect("a link can be made");
        }),
        planted("folder: a link to itself", Harmless, |at| symlink(at, at.join("loop")).expect("a link can be made")),
        planted("folder: a socket", Harmless, |at| {
            drop(std::os::unix::net::UnixListener::bind(at.join("s.md")));
        }),
        planted("folder: a name that is not UTF-8", Harmless, |at| {
            let name = std::ffi::OsStr::from_bytes(b"\xff.md");
            let _ = fs::write(at.join(name), ARTICLE);
        }),
        planted("folder: deep folders", Refused, |at| {
            fs::create_dir_all(at.join(vec!["d"; 70].join("/"))).expect("folders can be made");
        }),
        planted("folder: a file as large as a disk", Refused, |at| {
            let file = fs::File::create(at.join("b.md")).expect("a file can be made");
            let _ = file.set_len(1 << 40);
        }),
    ]
}

#[cfg(not(unix))]
fn folders() -> Vec<HostileSource> {
    Vec::new()
}

/// Imports a source, and returns what went wrong.
fn fault(hostile: &HostileSource) -> Option<String> {
    let temp = tempfile::tempdir().expect("a folder can be made");
    let canary = temp.path().join("canary");
    fs::create_dir_all(&canary).expect("a folder can be made");
    fs::write(canary.join("secret.md"), "---\ntitle: CANARY\n---\nCANARY\n").expect("a file can be written");
    let (source, format) = (hostile.plant)(temp.path());
    let before = outside(temp.path());
    let from: Vec<&str> = format.map(|format| vec!["--from", format]).unwrap_or_default();
    let output = recto(temp.path(), &[&["import", source, "--init", "site"], &from[..]].concat());
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let (name, short) = (hostile.name, said.chars().take(600).collect::<String>());
    if said.contains("panicked") || output.status.code().is_none_or(|code| code >= 10) {
        return Some(format!("{name}: {:?} {short}", output.status));
    }
    if outside(temp.path()) != before {
        return Some(format!("{name}: something was written outside: {short}"));
    }
    if said.contains('\u{1b}') || said.contains('\u{7}') {
        return Some(format!("{name}: the terminal gets commands"));
    }
    let site = temp.path().join("site");
    if hostile.outcome == Refused && (output.status.success() || site.exists()) {
        return Some(format!("{name}: it was not refused: {short}"));
    }
    if !output.status.success() && output.status.code() != Some(1) && site.join("content").exists() {
        return Some(format!("{name}: an error, and something was written: {short}"));
    }
    if !site.exists() {
        return None;
    }
    let leaked = tree(&site).into_iter().find(|(_, bytes)| {
        let text = String::from_utf8_lossy(bytes);
        text.contains("CANARY") || text.contains("root:x:0") || text.contains("root:*:0")
    });
    if let Some((path, _)) = leaked {
        return Some(format!("{name}: {path} has a secret"));
    }
    let build = recto(&site, &["build"]);
    (!build.status.success()).then(|| {
        format!(
            "{name}: the site does not build: {}",
            String::from_utf8_lossy(&build.stderr).chars().take(600).collect::<String>()
        )
    })
}

/// The files beside the site.
fn outside(folder: &Path) -> Vec<String> {
    let found = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(|e| e.expect("it can be walked"));
    let paths = found.map(|entry| entry.path().to_string_lossy().into_owned());
    let site = folder.join("site").to_string_lossy().into_owned();
    paths.filter(|path| !path.starts_with(&site)).collect()
}

#[test]
fn nothing_leaves_its_place() {
    let all: Vec<HostileSource> = [tars(), zips(), folders(), texts(), formats()].into_iter().flatten().collect();
    assert!(all.len() >= 60, "{} sources", all.len());
    let faults: Vec<String> = all.iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), all.len(), faults.join("\n\n"));
}
