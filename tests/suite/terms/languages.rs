//! Names of languages: tags of the registry, wherever one is written.

use super::*;

#[test]
fn a_country_is_no_language_wherever_one_is_written() {
    let text = |more: &str| article("A", "2021-03-24", more, "Body.");
    let plain = text("");
    let named = site("", &[("content/articles/one.md", &plain)]);
    named.write("content/articles/one.jp.md", "+++\ntitle = \"題\"\n+++\n\n本文\n");
    says(
        &named,
        &[&["warning[unknown-language]: `jp` is not a known language", "one.jp.md", "rename the file to one.ja.md"]],
    );
    named.build_with(&named.options()).0.expect("a warning stops no build");
    assert!(named.output("2021/03/24/one/index.html").contains("本文"));
    for (tag, better) in [("jp", "ja"), ("cn", "zh"), ("ua", "uk"), ("kr", "ko"), ("gr", "el"), ("ja-JA", "ja")] {
        let more = format!("[original]\nlang = {tag:?}");
        let site = site("", &[("content/articles/one.md", &text(&more))]);
        says(&site, &[&["warning[unknown-language]", "one.md:8:8", &format!("did you mean `{better}`?")]]);
    }
    let record = site("", &[("content/articles/one.md", &plain)]);
    record.write("content/sources/the-harbour-gazette.md", "+++\nnative = \"港\"\nlang = \"jp\"\n+++\n");
    says(&record, &[&["warning[unknown-language]", "the-harbour-gazette.md:3:8", "`ja`"]]);
    let of_site = site("language = \"ua\"\n", &[("content/articles/one.md", &plain)]);
    let (said, code) = check(&of_site);
    assert!(code == 0 && said.contains("warning[unknown-language]") && said.contains("site.toml:4:12"), "{said}");
    for (tag, better) in [("jp", "ja"), ("zh_TW", "zh-TW"), ("Japanese", "ja")] {
        let ran = recto(named.root(), &["new", "Fog", "--original", tag]);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.code() == Some(2) && said.contains(&format!("did you mean {better}?")), "{said}");
    }
}

#[test]
fn words_and_locales_suggest_the_tag() {
    for (written, tag) in
        [("zh_TW", "zh-TW"), ("ja_JP", "ja-JP"), ("english", "en"), ("Japanese", "ja"), ("日本語", "ja")]
    {
        let more = format!("[original]\nlang = {written:?}");
        let site = site("", &[("content/articles/one.md", &article("A", "2021-03-24", &more, "Body."))]);
        let (said, code) = check(&site);
        assert!(code == 1 && said.contains(&format!("did you mean `{tag}`?")), "{said}");
    }
    // In a file name: a text with only a headline was meant as a sibling.
    for (written, tag) in [("zh_TW", "zh-TW"), ("japanese", "ja"), ("日本語", "ja")] {
        let site = site("", &[("content/articles/one.md", &article("A", "2021-03-24", "", "Body."))]);
        site.write(&format!("content/articles/one.{written}.md"), "+++\ntitle = \"題\"\n+++\n\n本文\n");
        says(&site, &[&["error[invalid-language]", written, &format!("rename the file to one.{tag}.md")]]);
    }
    let site = site("", &[("content/articles/one.zh_TW.md", &article("A", "2021-03-24", "", "Body."))]);
    says(&site, &[&["warning[unknown-language]", "one.zh-TW.md"]]);
    site.write("content/articles/one.zh_TW.md", "+++\n")
        .write("content/articles/learn.english.md", &article("A", "2021-03-24", "", "Body."));
    std::fs::remove_file(site.root().join("content/articles/one.zh_TW.md")).expect("it can be removed");
    site.build();
}

#[test]
fn old_letters_are_todays() {
    let more = "[original]\nlang = \"iw\"";
    let site = site("", &[("content/articles/one.md", &article("A", "2021-03-24", more, "Body."))]);
    site.write("content/articles/one.iw.md", "+++\ntitle = \"א\"\n+++\n\nב\n");
    site.write("content/articles/one.fr.md", "+++\ntitle = \"F\"\n+++\n\nF\n");
    site.build();
    let page = site.output("2021/03/24/one/index.html");
    assert!(page.contains("lang=\"he\"") && page.contains("dir=\"rtl\"") && !page.contains("\"iw\""), "{page}");
}
