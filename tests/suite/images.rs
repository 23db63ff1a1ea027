//! Pictures: what pages say about them, which variants are made, and when they are made again.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;

use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage};
use recto::base::digest::Digest;
use recto::engine::build::BuildSummary;
use recto::engine::live::{Live, SiteChange};

use crate::heavy::{packed, png};
use crate::support::{SITE_TOML, Site, article, recto, tree};

const FOLDER: &str = "2024/05/06/ferry";
const PAGE: &str = "2024/05/06/ferry/index.html";

/// A picture with a red corner at its upper left.
fn picture(width: u32, height: u32) -> DynamicImage {
    let pixel = |x: u32, y: u32| match (x < width / 4, y < height / 4) {
        (true, true) => Rgb([250, 0, 0]),
        _ => Rgb([(x % 251) as u8 / 4, 90, (y % 241) as u8]),
    };
    RgbImage::from_fn(width, height, pixel).into()
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).expect("a picture can be encoded");
    out.into_inner()
}

fn photo(width: u32, height: u32) -> Vec<u8> {
    encoded(&picture(width, height), ImageFormat::Jpeg)
}

/// The same picture as a rotated camera writes it, with GPS data.
fn turned(jpeg: &[u8], turn: u8) -> Vec<u8> {
    let mut exif =
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0GPS 54.3233 N 10.1228 E".to_vec();
    exif[25] = turn;
    let mut out = jpeg[..2].to_vec();
    out.extend([0xFF, 0xE1, 0, exif.len() as u8 + 2]);
    out.extend(exif);
    out.extend(&jpeg[2..]);
    out
}

fn site(body: &str) -> Site {
    let site = Site::new(SITE_TOML);
    site.write("content/articles/ferry.md", &article("Ferry", "2024-05-06", "", body));
    site.write("content/articles/fog.md", &article("Fog", "2024-05-07", "", "It lifts."));
    site
}

fn decoded(site: &Site, name: &str) -> DynamicImage {
    let bytes = fs::read(site.root().join("public").join(FOLDER).join(name)).expect("a variant is there");
    image::load_from_memory(&bytes).expect("a variant can be decoded")
}

/// Returns the outputs in the article's folder.
fn names(site: &Site) -> Vec<String> {
    site.outputs().keys().filter_map(|path| path.strip_prefix(FOLDER)?.strip_prefix('/').map(str::to_owned)).collect()
}

/// Returns what a build wrote in the article's folder, and how many files it wrote elsewhere.
fn written(summary: &BuildSummary) -> (Vec<&str>, usize) {
    let (own, other): (Vec<_>, Vec<_>) = summary.changes.iter().partition(|(path, _)| path.starts_with(FOLDER));
    (own.into_iter().map(|(path, _)| &path[FOLDER.len() + 1..]).collect(), other.len())
}

#[test]
fn a_photo_gets_variants_and_room() {
    let site = site("A ship: ![a ferry](photo.jpg)");
    site.write_bytes("content/articles/photo.jpg", &photo(1000, 600));
    site.build();
    assert_eq!(names(&site), ["index.html", "photo.480w.jpg", "photo.800w.jpg", "photo.jpg"]);
    let img = "<img src=\"/2024/05/06/ferry/photo.jpg\" alt=\"a ferry\" width=\"1000\" height=\"600\" \
               srcset=\"/2024/05/06/ferry/photo.480w.jpg 480w, /2024/05/06/ferry/photo.800w.jpg 800w, \
               /2024/05/06/ferry/photo.jpg 1000w\" sizes=\"(min-width: 42rem) 40rem, 100vw\" loading=\"lazy\" \
               decoding=\"async\">";
    assert!(site.output(PAGE).contains(img), "{}", site.output(PAGE));
    assert_eq!(decoded(&site, "photo.480w.jpg").dimensions(), (480, 288));
    assert_eq!(decoded(&site, "photo.800w.jpg").dimensions(), (800, 480));
}

#[test]
fn raw_html_leaves_our_choice_and_none_of_an_author() {
    let site = site("![a](photo.jpg)\n\n<i srcset=\"https://spy.example/x 1w\">b</i>");
    site.write("site.toml", &format!("{SITE_TOML}\n[markdown]\nhtml = \"sanitize\"\n"));
    site.write_bytes("content/articles/photo.jpg", &photo(500, 300));
    site.try_build();
    let page = site.output(PAGE);
    assert!(page.contains("srcset=\"/2024/05/06/ferry/photo.480w.jpg 480w, ") && !page.contains("spy"), "{page}");
    assert!(!page.contains('\u{fdd0}'));
}

#[test]
fn pictures_stand_upright_and_say_nothing_of_the_camera() {
    // Where the corner is that the file has at the upper left.
    let corners =
        [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))];
    for (turn, (right, low)) in corners {
        let site = site("![a ferry](photo.jpg)");
        site.write_bytes("content/articles/photo.jpg", &turned(&photo(900, 600), turn));
        site.build();
        let (width, height) = if turn > 4 { (600, 900) } else { (900, 600) };
        let room = format!("width=\"{width}\" height=\"{height}\"");
        assert!(site.output(PAGE).contains(&room), "{turn}: {}", site.output(PAGE));
        let small = decoded(&site, "photo.480w.jpg");
        assert_eq!(small.dimensions(), (480, 480 * height / width), "{turn}");
        let [x, y] = [(right, small.width()), (low, small.height())].map(|(far, side)| 20 + far * (side - 40));
        assert!(small.get_pixel(x, y).0[0] > 200, "{turn}: no red at {x}, {y}");
        let bytes = fs::read(site.root().join("public").join(FOLDER).join("photo.480w.jpg")).expect("a variant");
        assert!(!bytes.windows(4).any(|w| w == b"Exif" || w == b"GPS "), "{turn}");
    }
}

#[test]
fn formats_stay_what_they_are() {
    let site = site("![a](a.png) ![b](b.webp) ![c](c.gif) ![d](d.svg) ![e](small.png) [f](linked.png)");
    let clear = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(500, 300, image::Rgba([9, 9, 9, 0])));
    site.write_bytes("content/articles/a.png", &encoded(&clear, ImageFormat::Png));
    site.write_bytes("content/articles/b.webp", &encoded(&picture(500, 300), ImageFormat::WebP));
    site.write_bytes("content/articles/c.gif", b"GIF89a\x20\x03\x58\x02\0\0\0;");
    site.write("content/articles/d.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 480\"/>");
    site.write_bytes("content/articles/small.png", &encoded(&picture(480, 30), ImageFormat::Png));
    site.write_bytes("content/articles/linked.png", &encoded(&picture(900, 30), ImageFormat::Png));
    site.build();
    let all =
        ["a.480w.png", "a.png", "b.480w.webp", "b.webp", "c.gif", "d.svg", "index.html", "linked.png", "small.png"];
    assert_eq!(names(&site), all);
    assert_eq!(decoded(&site, "a.480w.png").get_pixel(9, 9).0[3], 0);
    assert_eq!(decoded(&site, "b.480w.webp").dimensions(), (480, 288));
    let page = site.output(PAGE);
    for room in ["width=\"800\" height=\"600\"", "width=\"640\" height=\"480\"", "width=\"480\" height=\"30\""] {
        assert!(page.contains(room), "{room}: {page}");
    }
}

#[test]
fn names_with_digests_stay_together() {
    let site = site("![a ferry](photos/photo.jpg)");
    site.write("site.toml", &format!("{SITE_TOML}\n[assets]\nnames = \"hashed\"\n"));
    let photo = photo(500, 300);
    site.write_bytes("content/articles/photos/photo.jpg", &photo);
    site.build();
    let digest = Digest::of(&photo).short();
    let own = [format!("photos/photo.{digest}.480w.jpg"), format!("photos/photo.{digest}.jpg")];
    assert_eq!(names(&site)[1..], own);
    assert!(site.output(PAGE).contains(&format!("/{FOLDER}/{} 480w", own[0])));
}

#[test]
fn only_what_shows_a_picture_is_made_again() {
    let site = site("![a ferry](photo.jpg)");
    site.write_bytes("content/articles/photo.jpg", &photo(1000, 600));
    site.build();
    // Change only the text.
    site.write("content/articles/ferry.md", &article("Ferry", "2024-05-06", "", "Now: ![a ferry](photo.jpg)"));
    let summary = site.build();
    assert_eq!(written(&summary).0, ["index.html"]);
    // Another picture of the same size.
    site.write_bytes("content/articles/photo.jpg", &encoded(&picture(1000, 600).fliph(), ImageFormat::Jpeg));
    let summary = site.build();
    assert_eq!(written(&summary), (vec!["photo.480w.jpg", "photo.800w.jpg", "photo.jpg"], 0));
    assert_eq!(summary.rendered, 3);
    // One of another size.
    site.write_bytes("content/articles/photo.jpg", &photo(1000, 500));
    let own = vec!["index.html", "photo.480w.jpg", "photo.800w.jpg", "photo.jpg"];
    assert_eq!(written(&site.build()), (own, 0));
    // A narrower one.
    site.write_bytes("content/articles/photo.jpg", &photo(700, 350));
    site.build();
    assert_eq!(names(&site), ["index.html", "photo.480w.jpg", "photo.jpg"]);
    assert_eq!(site.build().rendered, 0);
    same_as_clean(&site);
}

/// Checks that the outputs are those of a build without a state, a cache and an output folder.
fn same_as_clean(site: &Site) {
    let outputs = site.outputs();
    for folder in ["public", ".recto"] {
        fs::remove_dir_all(site.root().join(folder)).expect("a folder can be removed");
    }
    site.build();
    assert!(outputs == site.outputs());
}

/// Returns the entries of the cache.
fn cache(site: &Site) -> BTreeMap<String, Vec<u8>> {
    tree(&site.root().join(".recto/images"))
}

fn put(site: &Site, name: &str, bytes: &[u8]) {
    fs::write(site.root().join(".recto/images").join(name), bytes).expect("an entry can be written");
}

fn without_outputs(site: &Site) {
    fs::remove_dir_all(site.root().join("public")).expect("a folder can be removed");
}

#[test]
fn variants_come_from_the_cache() {
    let site = site("![a ferry](photo.jpg)");
    site.write_bytes("content/articles/photo.jpg", &photo(1000, 600));
    site.build();
    let (outputs, entries) = (site.outputs(), cache(&site));
    assert_eq!(entries.len(), 2);
    // Only the cache can contain these bytes.
    let name = entries.keys().find(|name| name.contains("-480w-")).expect("an entry").clone();
    put(&site, &name, &[&Digest::of(b"other").0[..], b"other"].concat());
    without_outputs(&site);
    site.build();
    assert_eq!(site.output(&format!("{FOLDER}/photo.480w.jpg")), "other");
    // A damaged entry is ignored.
    for damaged in [&b""[..], b"short", &entries[&name][..100], &[entries[&name].as_slice(), b"x"].concat()] {
        put(&site, &name, damaged);
        without_outputs(&site);
        site.build();
        assert!(outputs == site.outputs());
        assert!(entries == cache(&site));
    }
    // Unused entries are removed when new ones are added.
    site.write_bytes("content/articles/photo.jpg", &photo(1000, 500));
    site.build();
    assert_eq!(cache(&site).len(), 2);
    assert!(cache(&site).keys().all(|name| !entries.contains_key(name)));
}

#[test]
fn a_site_that_follows_its_files_makes_them_on_request() {
    let site = site("![a ferry](photo.jpg)");
    site.write_bytes("content/articles/photo.jpg", &photo(1000, 600));
    let options = site.options();
    let open = || Live::open(options.clone(), false, &options.root.place("public")).expect("the disk");
    let mut live = open().unwrap_or_else(|problems| panic!("{problems:#?}")).0;
    let shown = |live: &Live| {
        let site = live.site().expect("a site");
        let output = site.plan.find(&format!("{FOLDER}/photo.480w.jpg")).expect("a variant");
        site.render(output).bytes.expect("it can be made")
    };
    let before = shown(&live);
    assert!(!site.root().join(".recto").exists(), "it writes nothing");
    site.write_bytes("content/articles/photo.jpg", &encoded(&picture(1000, 600).fliph(), ImageFormat::Jpeg));
    let changed = live.refresh(Some(&["content/articles/photo.jpg".to_owned()]), options.now);
    assert_eq!(changed.expect("the disk"), SiteChange::Site);
    assert_eq!(live.touched().iter().map(|file| &**file).collect::<Vec<_>>(), ["content/articles/photo.jpg"]);
    let after = shown(&live);
    assert!(after != before);
    site.build();
    assert!(site.outputs()[&format!("{FOLDER}/photo.480w.jpg")] == after);
    // A picture that cannot be shown is an error; everything else is still checked.
    site.write("content/articles/photo.jpg", "gone");
    live.refresh(None, options.now).expect("the disk");
    assert!(live.problems().iter().any(|found| found.code == "bad-image"), "{:#?}", live.problems());
    assert!(live.site().is_some());
}

/// The head of a PNG of that size, with hardly any pixels.
fn bomb(width: u32, height: u32, kind: u8) -> Vec<u8> {
    png((width, height), 8, kind, &[], &packed(100_000))
}

#[test]
fn pictures_that_cannot_be_shown_are_errors_where_they_are_shown() {
    let png = encoded(&picture(900, 600), ImageFormat::Png);
    let small = encoded(&picture(90, 60), ImageFormat::Png);
    let jpeg = photo(900, 600);
    let webp = encoded(&picture(900, 600), ImageFormat::WebP);
    let cases: [(&str, &[u8], &str); 14] = [
        ("cut.jpg", &jpeg[..jpeg.len() / 2], "truncated"),
        ("cut.png", &png[..png.len() / 2], "truncated"),
        ("small.png", &small[..small.len() / 2], "truncated"),
        ("cut.webp", &webp[..webp.len() / 2], "truncated"),
        ("head.jpg", &jpeg[..20], "truncated"),
        ("tall.png", &bomb(1, 100_000, 2), "1 × 100000 pixels"),
        ("wide.png", &bomb(60_000, 60_000, 2), "60000 × 60000 pixels"),
        ("bomb.png", &bomb(12_000, 12_000, 6), "memory"),
        ("hollow.png", &bomb(4_000, 4_000, 2), "truncated"),
        ("empty.png", &bomb(0, 10, 2), "truncated"),
        ("png.jpg", &png, "it is a PNG"),
        ("page.jpg", b"<!doctype html>", "it is not a JPEG"),
        ("nothing.gif", b"", "it is not a GIF"),
        ("cut.gif", b"GIF89a", "truncated"),
    ];
    for (name, bytes, why) in cases {
        let site = site(&format!("One.\n\nTwo ![a ferry]({name}) and [the same]({name})."));
        site.write_bytes(&format!("content/articles/{name}"), bytes);
        let ran = recto(site.root(), &["build"]);
        let said = String::from_utf8(ran.stderr).expect("reports are UTF-8");
        assert_eq!(ran.status.code(), Some(1), "{name}: {said}");
        assert_eq!(said.matches("error[bad-image]").count(), 1, "{name}: {said}");
        assert!(said.contains("content/articles/ferry.md:12:5") && said.contains(why), "{name}: {said}");
        assert!(!site.root().join("public").exists(), "{name}");
        let checked = recto(site.root(), &["check"]);
        assert!(String::from_utf8_lossy(&checked.stderr).contains("error[bad-image]"), "{name}");
        // A text that only links to it is fine.
        site.write("content/articles/ferry.md", &article("Ferry", "2024-05-06", "", &format!("[it]({name})")));
        site.build();
    }
}

const CREDITS: &str = "[[images]]\nsrc = \"photo.jpg\"\ncredit = \"A. <Person>\"\nrights = \"CC-BY-4.0\"\n\
                       [[images]]\nsrc = \"map.svg\"\ncredit = \"The Harbour Gazette\"\nrights = \"All rights reserved\"";

#[test]
fn credits_stand_under_their_images() {
    let body = "![a ferry](photo.jpg)\n\n![a ferry](photo.jpg \"It sails\")\n\nAt sea ![a map](map.svg \"Map\") again.";
    let site = site("");
    site.write("content/articles/ferry.md", &article("Ferry", "2024-05-06", CREDITS, body));
    site.write("content/articles/ferry.ja.md", "+++\ntitle = \"船\"\n+++\n\n![船](photo.jpg)\n");
    site.write_bytes("content/articles/photo.jpg", &photo(400, 300));
    site.write("content/articles/map.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    site.build();
    let page = site.output(PAGE);
    let credit = "Image: A. &lt;Person&gt; · <a href=\"https://creativecommons.org/licenses/by/4.0/\" rel=\"license\">CC-BY-4.0</a></span></figcaption></figure>";
    for want in [
        "<figure><img src=\"/2024/05/06/ferry/photo.jpg\" alt=\"a ferry\" width=\"400\" height=\"300\" loading=\"lazy\" decoding=\"async\">",
        &format!("<figcaption><span class=\"credit\">{credit}"),
        &format!("<figcaption>It sails <span class=\"credit\">{credit}"),
        "alt=\"a map\" title=\"Map (Image: The Harbour Gazette · All rights reserved)\"",
        &format!(
            "<figure><img src=\"/2024/05/06/ferry/photo.jpg\" alt=\"船\" width=\"400\" height=\"300\" loading=\"lazy\" decoding=\"async\"><figcaption><span class=\"credit\" lang=\"en\" dir=\"ltr\">{credit}"
        ),
    ] {
        assert!(page.contains(want), "{want}\n{page}");
    }
    // Without a text that shows it, nobody is credited.
    site.write("content/articles/ferry.md", &article("Ferry", "2024-05-06", CREDITS, "No image, but [one](map.svg)."));
    let unused = |site: &Site| {
        let (_, problems) = site.try_build();
        problems.iter().map(|found| (found.code.to_string(), found.message.clone())).collect::<Vec<_>>()
    };
    let map = ("unused-image-credit".to_owned(), "the text does not show a picture `map.svg`".to_owned());
    assert_eq!(unused(&site), [map]);
    site.write("content/articles/ferry.fr.md", "+++\ntitle = \"Bac\"\n+++\n\n![une carte](map.svg)\n");
    site.write(
        "content/articles/ferry.md",
        &article("Ferry", "2024-05-06", &format!("{CREDITS}\n[original]\nlang = \"ja\""), "None."),
    );
    assert_eq!(unused(&site), []);
    assert!(site.output(&format!("{FOLDER}/fr/index.html")).contains("Image: The Harbour Gazette"));
}

#[test]
fn a_check_wants_alternative_text() {
    let site = site("![](map.svg)");
    site.write("content/articles/map.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let said = |args: &[&str]| {
        let ran = recto(site.root(), args);
        (ran.status.code(), String::from_utf8(ran.stderr).expect("reports are UTF-8"))
    };
    let (code, text) = said(&["check"]);
    assert!(code == Some(1) && text.contains("error[missing-alt]"), "{text}");
    let (code, text) = said(&["build"]);
    assert!(code == Some(0) && text.contains("warning[missing-alt]"), "{text}");
}
