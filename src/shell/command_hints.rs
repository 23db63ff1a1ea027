//! Hints for commands and flags of other programs: what they are called here. One line each, for messages only.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::base::printable;

/// Commands of other programs.
const COMMANDS: &[(&str, &str)] = &[
    (
        "server serves s dev develop start watch livereload run",
        "`recto serve`, which builds in memory and shows every change",
    ),
    ("generate g gen make render compile bundle site regenerate rebuild", "`recto build`"),
    ("clean clear purge", "not needed: a build removes old outputs; you can delete public/ and .recto/ at any time"),
    ("version ver", "`recto --version`"),
    ("publish upload push sync ship d deliver release", "`recto deploy`"),
    ("post content add create article draft compose write n", "`recto new \"The headline\"`"),
    ("doctor test lint validate verify audit spellcheck", "`recto check`"),
    ("new-site newsite create-site quickstart setup start-site scaffold", "`recto init DIR`"),
    (
        "ls show all drafts future expired tags sections sources translators",
        "`recto list`, such as `recto list drafts`",
    ),
    ("migrate convert ingest move", "`recto import SOURCE`"),
    ("themes new-theme eject", "`recto theme eject NAME`"),
    ("config env", "the file site.toml, which you edit"),
    ("mod module plugin plugins", "not available: themes are folders, and there are no plugins"),
    ("completion", "`recto completions SHELL`"),
    ("manual docs", "`recto man`"),
];

/// Flags of other programs.
const FLAGS: &[(&str, &str)] = &[
    (
        "-d --destination --output-dir --out-dir --outdir --out --dest --output-path --publish-dir",
        "`-o DIR`: recto build -o DIR",
    ),
    ("-s --source --root -r --dir --site --src --cwd --input", "`-C DIR`: recto build -C DIR"),
    ("-b --baseurl --base --url --site-url --siteurl", "`-u URL`: recto build -u URL"),
    ("--builddrafts --draft --unpublished --show-drafts", "`-D`, or `--drafts`"),
    ("--buildfuture", "`-F`, or `--future`"),
    ("--buildexpired", "`-E`, or `--expired`"),
    (
        "--bind --interface --listen --address --addr -H --hostname -i",
        "`--host HOST`: recto serve --host 0.0.0.0, or --lan",
    ),
    ("-P --serverport --server-port", "`-p PORT`: recto serve -p 8080"),
    ("--watch -w --livereload --live-reload -l --navigatetochanged --hot", "`recto serve`, which always watches"),
    (
        "--disablelivereload --no-livereload --nolivereload --no-watch --nowatch",
        "not available: `recto preview` shows a built site without watching",
    ),
    (
        "--incremental -I --fast --renderinmemory --rendertodisk --disablefastrender --ignorecache --nocache --no-cache --skip-initial-build",
        "not needed: every build renders only what changed, with the same result as a full build",
    ),
    ("--gc --cleandestinationdir --clean --delete --cleanup --purge", "not needed: a build removes old outputs"),
    (
        "--minify --compress --optimize --minify-html",
        "not available: pages are small as they are, and hosts compress them",
    ),
    ("--config --configdir -c --configuration", "site.toml in the site's folder: recto build -C DIR"),
    (
        "--contentdir --content --layoutdir --layouts --staticdir --themesdir --datadir",
        "not available: the folders are always content, templates, static and themes",
    ),
    ("--theme -t", "`theme = \"NAME\"` in site.toml"),
    (
        "--environment -e --env --production --prod",
        "not available: there is one site.toml; for another address, use `-u URL`",
    ),
    ("--debug --trace --loglevel --log-level --log --vv --verboselog", "`-v`"),
    ("--silent --no-output", "`-q`"),
    ("--json", "`--format json`"),
    ("--serve --server", "a command: recto serve"),
    ("--build --generate", "a command: recto build"),
    ("--check --test --lint", "a command: recto check"),
    ("--publish --upload --deploy", "a command: recto deploy"),
    ("--dryrun --dry --pretend --simulate", "`-n`: recto deploy -n"),
    ("--maxdeletes", "`--max-deletes N`"),
    ("--paniconwarning --fail-on-warning --warnings-as-errors --werror --failonwarning", "`--strict`"),
    ("--templatemetrics --templatemetricshints --profile --stats --benchmark", "`--timings`"),
    ("--threads --workers --parallel --cpus", "`-j N`"),
    ("--open-browser --open-url --browse --browser", "`-O`: recto serve -O"),
    ("--lang --locale", "`language = \"TAG\"` in site.toml; a new site takes --language"),
    ("--name", "`--title TEXT`"),
    ("--kind -k --archetype --template --layout", "not available: write keys such as `kind` in the article"),
    ("--tags", "`--tag NAME`, once for each"),
    ("--author --by", "`--translator NAME`"),
    ("--category", "`--section PATH`"),
    ("--force -f --overwrite --yes -y", "not available: only `recto deploy` has --force"),
];

/// A word on the command line that Recto does not have.
#[derive(Debug, Clone, Copy)]
pub enum UnknownWord<'a> {
    Command(&'a str),
    /// A flag, or a word where none is expected.
    Argument(&'a str),
}

/// Returns a hint for a command line that could not be parsed, if another program would accept it.
pub fn hint_for_error(error: &clap::Error, words: &[String]) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let unknown = match error.kind() {
        ErrorKind::InvalidSubcommand => text(ContextKind::InvalidSubcommand).map(UnknownWord::Command),
        ErrorKind::UnknownArgument => text(ContextKind::InvalidArg).map(UnknownWord::Argument),
        _ => None,
    };
    hint(unknown?, words)
}

/// Returns clap's message for a command line, with control characters of typed words made harmless, since the words
/// may be pasted. `Ok` is an error that clap prints; `Err` is its text, if a word had to be changed.
pub fn shown(mut error: clap::Error) -> Result<clap::Error, String> {
    let text = |text: &String| printable::text(text).into_owned();
    let escaped = |(kind, value): (ContextKind, &ContextValue)| match value {
        ContextValue::String(one) => Some((kind, ContextValue::String(text(one)))),
        ContextValue::Strings(all) => Some((kind, ContextValue::Strings(all.iter().map(text).collect()))),
        _ => None,
    };
    let typed: Vec<(ContextKind, ContextValue)> = error.context().filter_map(escaped).collect();
    for (kind, value) in typed {
        error.insert(kind, value);
    }
    let plain = error.render().to_string();
    let lines = printable::lines(&plain);
    match printable::without_commands(&lines) {
        clean if clean == plain => Ok(error),
        clean => Err(clean.strip_prefix("error: ").unwrap_or(&clean).trim_end().to_owned()),
    }
}

/// Returns the hint for a word. `words` are the words of the command line without the program's name.
pub fn hint(unknown: UnknownWord, words: &[String]) -> Option<String> {
    match unknown {
        UnknownWord::Command(word) => {
            let here = find(COMMANDS, &word.to_lowercase())?;
            Some(said(word, here))
        }
        UnknownWord::Argument(flag) if flag.starts_with('-') => {
            let flag = flag.split('=').next().unwrap_or(flag);
            // `-I` and `-i` differ; long flags are spelt in many ways.
            let here = find(FLAGS, flag).or_else(|| find(FLAGS, &plain(flag)))?;
            Some(said(flag, here))
        }
        UnknownWord::Argument(word) => {
            let mut plain = words.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
            let command =
                plain.find(|word| matches!(*word, "build" | "serve" | "preview" | "new" | "deploy" | "list"))?;
            let first = plain.next().unwrap_or_default();
            Some(match (command, first) {
                ("new", "site") => format!("create a site with `recto init {word}`"),
                ("new", "theme") => format!("create a theme with `recto theme eject {word}`"),
                ("new", "post" | "page" | "draft" | "article" | "content") => {
                    let name = word.rsplit('/').next().unwrap_or(word).trim_end_matches(".md").replace(['-', '_'], " ");
                    format!("create an article from its headline: recto new {name:?}")
                }
                ("new", _) => "`recto new` takes one headline: put it in quotes".to_owned(),
                ("build" | "serve" | "preview", _) => {
                    format!("name the folder of the site with -C: recto {command} -C {word}")
                }
                _ => return None,
            })
        }
    }
}

fn said(word: &str, here: &str) -> String {
    format!("in Recto, `{word}` is {here}")
}

/// Normalizes the spelling of a long flag.
fn plain(flag: &str) -> String {
    match flag.strip_prefix("--") {
        Some(name) => format!("--{}", name.to_lowercase().replace(['_', '-'], "")),
        None => flag.to_owned(),
    }
}

fn find(table: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    let is = |names: &str| {
        names.split_whitespace().any(|name| name == word || plain(name) == word && word.starts_with("--"))
    };
    table.iter().find(|(names, _)| is(names)).map(|(_, here)| *here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits() {
        let said = |unknown, words: &str| {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            hint(unknown, &words).unwrap_or_default()
        };
        for (flag, part) in [
            ("--buildDrafts", "`-D`"),
            ("--baseURL", "`-u URL`"),
            ("--base_url", "`-u URL`"),
            ("-d", "`-o DIR`"),
            ("--destination=out", "`-o DIR`"),
            ("-s", "`-C DIR`"),
            ("--source", "`-C DIR`"),
            ("--minify", "not available"),
            ("--bind", "--host"),
            ("--watch", "recto serve"),
            ("--gc", "not needed"),
            ("--incremental", "not needed"),
            ("-I", "not needed"),
            ("--cleanDestinationDir", "not needed"),
            ("--disableFastRender", "not needed"),
            ("--dryRun", "`-n`"),
        ] {
            assert!(said(UnknownWord::Argument(flag), "build").contains(part), "{flag}");
        }
        for (command, part) in [
            ("server", "recto serve"),
            ("clean", "not needed"),
            ("version", "--version"),
            ("generate", "recto build"),
            ("publish", "recto deploy"),
        ] {
            assert!(said(UnknownWord::Command(command), command).contains(part), "{command}");
        }
        assert_eq!(
            said(UnknownWord::Argument("site"), "build site"),
            "name the folder of the site with -C: recto build -C site"
        );
        assert!(
            said(UnknownWord::Argument("posts/my-first.md"), "new content posts/my-first.md")
                .ends_with("recto new \"my first\"")
        );
        assert!(said(UnknownWord::Argument("blog"), "new site blog").ends_with("`recto init blog`"));
        assert_eq!(hint(UnknownWord::Command("biuld"), &[]), None);
    }
}
