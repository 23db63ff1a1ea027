//! Decides by name alone which files in a site's folders are not published: files of editors, systems and other
//! programs, backups, and files that look like keys or passwords. It must not read a file or a folder.
//!
//! Most are ignored silently, because nobody meant to publish them; they are counted, and `-v` lists them. A warning
//! names those that someone may have meant to publish, and how to do it: hidden files, backups, and files that look
//! like secrets.

use super::globs::NameCare;

/// The reason why a file or folder is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IgnoreReason {
    Editor,
    System,
    Versions,
    Tool,
    Unfinished,
    Packages,
    Hidden,
    Backup,
    Secret,
    /// A name that Recto uses itself, or that Git takes for a repository.
    Own,
}

impl IgnoreReason {
    /// Describes the reason in a word or two.
    pub fn words(self) -> &'static str {
        match self {
            IgnoreReason::Editor => "left by an editor",
            IgnoreReason::System => "left by the system",
            IgnoreReason::Versions => "from version control",
            IgnoreReason::Tool => "left by a tool",
            IgnoreReason::Unfinished => "unfinished",
            IgnoreReason::Packages => "packages",
            IgnoreReason::Hidden => "hidden",
            IgnoreReason::Backup => "backup",
            IgnoreReason::Secret => "perhaps secret",
            IgnoreReason::Own => "with a name that Recto or Git keeps for itself",
        }
    }

    /// Returns how explicitly a pattern must ask for such a file to publish it.
    pub fn care(self) -> NameCare {
        if self == IgnoreReason::Hidden { NameCare::Asked } else { NameCare::Named }
    }
}

/// An ignored file or folder, by its path below the site's root.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IgnoredFile {
    pub file: String,
    pub folder: bool,
    pub why: IgnoreReason,
}

impl IgnoredFile {
    /// Returns the path, with a trailing slash for a folder.
    pub fn shown(&self) -> String {
        if self.folder { format!("{}/", self.file) } else { self.file.clone() }
    }
}

/// Hidden files that are meant for readers or for the host.
const PUBLIC: &str = ".well-known|.nojekyll|.htaccess|.domains";

/// Returns whether a hidden file of this name is published like any other.
pub fn is_public(name: &str) -> bool {
    is_in(name, PUBLIC)
}

/// Returns why a file or folder of this name is ignored, if it is.
pub fn ignore_reason(name: &str, folder: bool) -> Option<IgnoreReason> {
    // Fast path for nearly all names.
    let first = name.as_bytes().first().copied().unwrap_or_default();
    if !folder && first.is_ascii_alphanumeric() && has_plain_end(name) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let name = lower.as_str();
    if folder {
        return of_folder(name, first).or_else(|| is_hidden(name));
    }
    of_editor(name)
        .or_else(|| of_system(name))
        .or_else(|| of_versions(name))
        .or_else(|| secret(name))
        .or_else(|| backup(name))
        .or_else(|| of_tool(name))
        .or_else(|| is_hidden(name))
}

/// Returns why a path is ignored, for the first of its names that is.
pub fn ignore_reason_of_path(path: &str) -> Option<IgnoreReason> {
    let last = path.matches('/').count();
    path.split('/').enumerate().find_map(|(at, name)| ignore_reason(name, at < last))
}

/// Returns whether a name has a common extension of a site's files. Pages and pictures about secrets are not secrets.
fn has_plain_end(name: &str) -> bool {
    const ENDS: &str = "md|html|css|js|jpg|png|webp|svg|jpeg|gif|avif|ico|woff2|woff|pdf|mp3|mp4|webm|webmanifest|rss|atom|\
        epub|mjs|vtt|map|htm";
    name.rsplit_once('.').is_some_and(|(_, end)| is_in(end, ENDS))
}

fn is_hidden(name: &str) -> Option<IgnoreReason> {
    name.starts_with('.').then_some(IgnoreReason::Hidden)
}

/// Returns whether a name is in a list separated by `|`.
fn is_in(name: &str, names: &str) -> bool {
    names.split('|').any(|known| known == name)
}

fn one_of(name: &str, names: &str, why: IgnoreReason) -> Option<IgnoreReason> {
    is_in(name, names).then_some(why)
}

fn starts(name: &str, starts: &str) -> bool {
    starts.split('|').any(|start| name.starts_with(start))
}

fn ends(name: &str, ends: &str) -> bool {
    ends.split('|').any(|end| name.len() > end.len() && name.ends_with(end))
}

fn of_folder(name: &str, first: u8) -> Option<IgnoreReason> {
    const VERSIONS: &str = ".git|.svn|.hg|.bzr|_darcs|.jj|.pijul";
    const TOOLS: &str = ".idea|.vscode|.vs|.fleet|.zed|.settings|.obsidian|.logseq|.trash|.history|.cache|.sass-cache|\
        .parcel-cache|.pytest_cache|.mypy_cache|.ruff_cache|__pycache__|.direnv";
    const SYSTEM: &str = "@eadir|#recycle|#snapshot|$recycle.bin|system volume information|network trash folder|\
        temporary items|__macosx|.spotlight-v100|.fseventsd|.trashes|.temporaryitems|\
        .documentrevisions-v100|.appledouble|.appledb|.appledesktop|.stfolder|.stversions|.dropbox.cache|\
        .snapshot|.zfs|lost+found";
    const SECRET: &str = ".ssh|.gnupg|.aws|.azure|.gcloud|.kube|.docker|.terraform|.password-store|.secrets|.env|.vault|\
        .config";
    // `CVS` only in capitals: `cvs` is a word.
    let cvs = (first == b'C' && name == "cvs").then_some(IgnoreReason::Versions);
    cvs.or_else(|| one_of(name, VERSIONS, IgnoreReason::Versions))
        .or_else(|| one_of(name, "node_modules|bower_components|.venv|.yarn|.pnpm-store", IgnoreReason::Packages))
        .or_else(|| one_of(name, TOOLS, IgnoreReason::Tool))
        .or_else(|| one_of(name, SYSTEM, IgnoreReason::System))
        .or_else(|| starts(name, ".trash-|_vti_").then_some(IgnoreReason::System))
        .or_else(|| one_of(name, SECRET, IgnoreReason::Secret))
        .or_else(|| ends(name, ".agilekeychain|.opvault").then_some(IgnoreReason::Secret))
        .or_else(|| (name.len() > 1 && name.ends_with('~')).then_some(IgnoreReason::Editor))
}

/// Recognizes swap files, lock files and automatic copies of editors.
fn of_editor(name: &str) -> Option<IgnoreReason> {
    let hidden = name.starts_with('.');
    // `.x.swp`, or an earlier letter if that name was taken: `.x.swo` down to `.x.swa`.
    let swap = |(_, end): (&str, &str)| {
        let vim = end.len() == 3 && end.starts_with("sw") && end.as_bytes()[2].is_ascii_lowercase();
        if hidden { vim } else { matches!(end, "swp" | "swo" | "swn" | "swx") }
    };
    let found = (name.len() > 1 && name.ends_with('~'))
        || (name.len() > 2 && name.starts_with('#') && name.ends_with('#'))
        || starts(name, ".#|~$|.~lock.|.~|.goutputstream-")
        || name.rsplit_once('.').is_some_and(swap)
        || ends(name, "___jb_tmp___|___jb_old___|___jb_bak___|.kate-swp")
        // Vim creates this file to test whether it may write.
        || name == "4913"
        || name == "deadjoe";
    found.then_some(IgnoreReason::Editor)
}

fn of_system(name: &str) -> Option<IgnoreReason> {
    const NAMES: &str = ".ds_store|thumbs.db|ehthumbs.db|ehthumbs_vista.db|desktop.ini|icon\r|.directory|.localized|\
        .lsoverride|.apdisk|.volumeicon.icns|.com.apple.timemachine.donotpresent|.appledouble|.dropbox|\
        .dropbox.attr|.metadata_never_index|thumbs.db:encryptable";
    const STARTS: &str = "._|.fuse_hidden|.nfs|.smbdelete|.afpdeleted|.trash-";
    const UNFINISHED: &str = ".tmp|.temp|.part|.partial|.crdownload|.filepart|.opdownload|.download";
    one_of(name, NAMES, IgnoreReason::System)
        .or_else(|| starts(name, STARTS).then_some(IgnoreReason::System))
        .or_else(|| ends(name, UNFINISHED).then_some(IgnoreReason::Unfinished))
}

/// Recognizes files of version control, including the leftovers of a merge.
fn of_versions(name: &str) -> Option<IgnoreReason> {
    const NAMES: &str = ".git|.gitignore|.gitattributes|.gitkeep|.gitmodules|.keep|.mailmap|.hgignore|.hgtags|.hgsub|\
        .cvsignore|.bzrignore|.svnignore|.git-blame-ignore-revs";
    one_of(name, NAMES, IgnoreReason::Versions).or_else(|| ends(name, ".orig|.rej").then_some(IgnoreReason::Versions))
}

fn of_tool(name: &str) -> Option<IgnoreReason> {
    const NAMES: &str = ".editorconfig|.project|.classpath|.netrwhist|.tool-versions|.pre-commit-config.yaml";
    const STARTS: &str = ".prettier|.eslint|.stylelint|.markdownlint|.textlint|.browserslist|.babelrc";
    one_of(name, NAMES, IgnoreReason::Tool)
        .or_else(|| {
            (starts(name, STARTS) || (name.starts_with('.') && ends(name, "ignore"))).then_some(IgnoreReason::Tool)
        })
        .or_else(|| ends(name, ".sublime-workspace|.sublime-project|.code-workspace").then_some(IgnoreReason::Tool))
}

/// Recognizes manual copies, and database dumps.
fn backup(name: &str) -> Option<IgnoreReason> {
    const PACKED: &str = ".zip|.tar|.gz|.tgz|.bz2|.xz|.zst|.7z|.rar";
    let bare = PACKED.split('|').fold(name, |name, end| name.strip_suffix(end).unwrap_or(name));
    let archive = bare.len() < name.len();
    let found = ends(name, ".bak|.bkp|.backup|.old|.save|.wbk")
        || ends(bare, ".sql|.dump|.pgdump|.mysqldump")
        || (archive && words(bare).any(|word| matches!(word, "backup" | "backups" | "dump")));
    found.then_some(IgnoreReason::Backup)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
}

fn secret(name: &str) -> Option<IgnoreReason> {
    const NAMES: &str = ".npmrc|.yarnrc|.yarnrc.yml|.pypirc|.netrc|_netrc|.htpasswd|.htdigest|htpasswd|.pgpass|pgpass.conf|\
        .my.cnf|.mylogin.cnf|.git-credentials|.dockercfg|.dockerconfigjson|.boto|.s3cfg|.rclone.conf|\
        rclone.conf|.vault-token|.terraformrc|.lesshst|.viminfo|kubeconfig|credentials|secrets|.envrc|\
        passwd|shadow|localsettings.php|client_secret.json|token|token.json|token.txt|auth.json|logins.json|\
        key3.db|key4.db|my.cnf|kubeconfig.yml|kubeconfig.yaml|ansible_vault|vault.yml|vault.yaml|\
        filezilla.xml|sitemanager.xml|recentservers.xml|sftp-config.json|sftp.json|.ftpconfig|.ftppass|\
        ws_ftp.ini|winscp.ini|.remote-sync.json|.token|local.settings.json";
    // Keynote's presentations also end in `.key`. A pattern can name them.
    const ENDS: &str = ".pem|.key|.p12|.pfx|.p8|.pkcs12|.ppk|.jks|.keystore|.kdb|.kdbx|.ovpn|.env|.tfstate|.tfvars|\
        .tfstate.backup|.keytab|.agekey";
    // The formats in which programs store keys and passwords.
    const DATA: &str = "json|yml|yaml|toml|ini|cfg|conf|env|properties|txt|xml|php|csv|tsv|xls|xlsx|ods|numbers";
    const KINDS: &str = "rsa|dsa|ecdsa|ed25519";
    let stem = name.trim_start_matches('.').split('.').next().unwrap_or_default();
    let end = name.rsplit_once('.').map(|(_, end)| end);
    let is_data = end.is_some_and(|end| is_in(end, DATA));
    // Keys as named by ssh-keygen, also `github_ed25519`. The public half, `.pub`, may be published.
    let by_ssh = starts(stem, "id_rsa|id_dsa|id_ecdsa|id_ed25519")
        || (end.is_none() && stem.rsplit_once('_').is_some_and(|(_, kind)| is_in(kind, KINDS)));
    let is_key = by_ssh && end != Some("pub") && !has_plain_end(name);
    // A hidden file with such a name needs no extension: `.secret`.
    let bare = !name.trim_start_matches('.').contains('.');
    let is_named = (is_data || bare && (name.starts_with('.') || !is_word(stem))) && holds_secret(stem);
    // Keys of hosts and of deploys: `ssh_host_rsa_key`.
    let is_key = is_key || (end.is_none() && stem.len() > 4 && ends(stem, "_key|-key"));
    // An armoured key is public, unless its name says otherwise.
    let is_private = end.is_some_and(|end| is_in(end, "asc|gpg|pgp"))
        && words(name).any(|word| matches!(word, "private" | "secret" | "priv" | "sec"));
    let history = name.starts_with('.') && ends(name, "_history");
    let environment = name == ".env" || name.starts_with(".env.") || name.starts_with(".env-");
    let found = is_in(name, NAMES)
        || ends(name, ENDS)
        || is_key
        || is_named
        || is_private
        || history
        || environment
        || starts(name, "secring.|wp-config.");
    found.then_some(IgnoreReason::Secret)
}

/// Names with other meanings, which count only with the extension of a data format.
fn is_word(stem: &str) -> bool {
    matches!(stem, "credential" | "secret" | "password" | "passphrase")
}

/// Returns whether a data file with this stem holds passwords or a key.
fn holds_secret(stem: &str) -> bool {
    const NAMES: &str = "credentials|credential|secrets|secret|passwords|password|passwd|passphrase|apikey|apikeys|\
        secretkey|privatekey|accesskey|accesskeys|rootkey|vaultpass|vaultpassword|sshkey";
    const STARTS: &str = "client_secret|client-secret|service-account|service_account|wp-config";
    // Part of a longer name: `google-credentials.json`, `new_user_credentials.csv`.
    const ENDS: &str = "credentials|passwords|apikey|secretkey|privatekey|accesskey|accesskeys";
    let joined: String = stem.chars().filter(|c| !matches!(c, '-' | '_')).collect();
    let last = words(stem).last().unwrap_or_default();
    is_in(&joined, NAMES)
        || starts(stem, STARTS)
        || stem.contains("firebase-adminsdk")
        || matches!(last, "credentials" | "passwords")
        || (joined.len() < stem.len() && ends(&joined, ENDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_by_their_names() {
        let table: [(IgnoreReason, &str); 8] = [
            (
                IgnoreReason::Editor,
                "site.css~|#site.css#|.#site.css|.site.css.swp|.site.css.swo|.x.swa|.site.css.un~|\
                 ~$report.docx|.~lock.report.odt#|4913|.goutputstream-A1B2C3|a.css___jb_tmp___|x.swp|\
                 .a.kate-swp",
            ),
            (
                IgnoreReason::System,
                ".DS_Store|._site.css|Thumbs.db|thumbs.db|Desktop.ini|ehthumbs.db|Icon\r|.directory|\
                 .fuse_hidden0001|.nfs0001",
            ),
            (IgnoreReason::Versions, ".git|.gitignore|.gitkeep|.hgignore|sitecopy.css.orig|a.css.rej"),
            (IgnoreReason::Tool, ".editorconfig|.prettierrc.json|.npmignore|.dockerignore|x.code-workspace"),
            (IgnoreReason::Unfinished, "a.pdf.part|a.crdownload|x.tmp|.syncthing.a.tmp"),
            (IgnoreReason::Backup, "backup.sql|news.sql.gz|a.bak|a.html.old|site-backup.tar.gz|backup.zip"),
            (
                IgnoreReason::Secret,
                ".env|.env.local|prod.env|id_rsa|id_ed25519|ID_RSA|id_rsa.bak|github_ed25519|server.pem|\
                 tls.key|x.p12|x.PFX|.npmrc|.netrc|.htpasswd|.pypirc|a.kdbx|credentials.json|secrets.yml|\
                 client_secret_1.apps.example.json|wp-config.php|wp-config.php.bak|.bash_history|\
                 site-firebase-adminsdk-a1.json|terraform.tfstate|.git-credentials|passwords.txt|\
                 passwords.csv|Passwords.xlsx|my-passwords.csv|google-credentials.json|new_user_credentials.csv|\
                 api_key.txt|apikey.txt|secret-key.json|rootkey.csv|accessKeys.csv|ssh_host_rsa_key|deploy_key|\
                 private.asc|alice.secret.gpg|private-key.pgp|sftp-config.json|sftp.json|FileZilla.xml|\
                 sitemanager.xml|logins.json|key4.db|kubeconfig.yaml|my.cnf|vault.yml|.vault_pass|.secret|\
                 .password|.token|token.txt|.ssh-key|.ftpconfig",
            ),
            (IgnoreReason::Hidden, ".hidden|.well-known|.nojekyll|.htaccess|.travis.yml|.x.md"),
        ];
        for (why, names) in table {
            for name in names.split('|') {
                assert_eq!(ignore_reason(name, false), Some(why), "{name}");
            }
        }
    }

    #[test]
    fn folders_by_their_names() {
        for (name, why) in [
            (".git", IgnoreReason::Versions),
            (".svn", IgnoreReason::Versions),
            (".hg", IgnoreReason::Versions),
            ("CVS", IgnoreReason::Versions),
            ("_darcs", IgnoreReason::Versions),
            (".jj", IgnoreReason::Versions),
            (".idea", IgnoreReason::Tool),
            (".vscode", IgnoreReason::Tool),
            ("node_modules", IgnoreReason::Packages),
            ("@eaDir", IgnoreReason::System),
            ("lost+found", IgnoreReason::System),
            (".Trash-1000", IgnoreReason::System),
            (".Spotlight-V100", IgnoreReason::System),
            (".fseventsd", IgnoreReason::System),
            (".ssh", IgnoreReason::Secret),
            (".aws", IgnoreReason::Secret),
            (".x", IgnoreReason::Hidden),
        ] {
            assert_eq!(ignore_reason(name, true), Some(why), "{name}");
        }
    }

    #[test]
    fn what_is_published_is_what_was_meant() {
        for name in "site.css|index.html|CNAME|_redirects|_headers|robots.txt|favicon.ico|photo~1.jpg|\
             #1 in sales.html|C#.html|data.json|site.webmanifest|movie.swf|id_rsa.pub|key.html|\
             secret-garden.jpg|password.html|about.txt|5036|old.html|backup.html|token.svg|tmp|orig|\
             a.zip|archive.tar.gz|ads.txt|security.txt|~|#|日本.csv|キー.txt|keynote.pdf|public.asc|\
             cert.crt|report.docx|dump.html|secrets.html|llms.txt|env.js|secret|password|key|answer.key.html|\
             trade-secrets.txt|key.asc|pubring.gpg|tokens.json|password-policy.txt|keys.csv|key.json|\
             turkey|monkey.txt|secretary.csv|ssh_host_rsa_key.pub|secret-garden.txt"
            .split('|')
        {
            assert_eq!(ignore_reason(name, false), None, "{name}");
        }
        for name in "cvs|secrets|backup|key|git|2024|assets|tmp|vendor|_next".split('|') {
            assert_eq!(ignore_reason(name, true), None, "{name}");
        }
    }

    #[test]
    fn paths_are_judged_by_all_their_names() {
        assert_eq!(ignore_reason_of_path("articles/.ssh/x.jpg"), Some(IgnoreReason::Secret));
        assert_eq!(ignore_reason_of_path("articles/x/id_rsa"), Some(IgnoreReason::Secret));
        assert_eq!(ignore_reason_of_path("articles/secrets/x.jpg"), None);
    }
}
