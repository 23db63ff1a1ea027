//! The workflows of `recto init --ci`: YAML in the form that the services read, for a new or an existing site.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{SITE_TOML, Site, recto, temporary, tree};

const GITHUB: &str = ".github/workflows/site.yml";
const GITLAB: &str = ".gitlab-ci.yml";

/// The major versions of actions in GitHub's own documentation, looked up in their releases on 25 November 2026
/// (checkout 7.0.1, cache 6.1.0, upload-pages-artifact 5.0.0, deploy-pages 5.0.0).
const ACTIONS: [(&str, u32); 4] = [("checkout", 7), ("cache", 6), ("upload-pages-artifact", 5), ("deploy-pages", 5)];

fn parsed(file: &Path) -> Value {
    let text = fs::read_to_string(file).expect("it was written");
    assert!(text.contains(env!("CARGO_PKG_VERSION")), "{text}");
    let left = text.split('@').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()));
    assert!(!left, "something was not filled in: {text}");
    serde_saphyr::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}

/// Returns the workflow of a new site.
fn written(service: &str, path: &str) -> Value {
    let folder = temporary();
    let ran = recto(folder.path(), &["init", "--ci", service]);
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    assert!(said.contains("`base_url`"), "{said}");
    assert!(folder.path().join("site.toml").exists(), "the starter is there, too");
    parsed(&folder.path().join(path))
}

fn text<'v>(value: &'v Value, place: &str) -> &'v str {
    value.pointer(place).and_then(Value::as_str).unwrap_or_else(|| panic!("{place}: {value:#}"))
}

/// The program is installed from a repository that its package or the user names, and never from a registry by name
/// alone.
fn comes_from_its_repository(variables: &Value, install: &str) {
    assert!(install.contains("cargo install --locked --git \"${RECTO_GIT:?"), "{install}");
    assert!(install.contains(" --rev \"${RECTO_REV:?") && !install.contains("--version"), "{install}");
    assert_eq!(text(variables, "/RECTO_GIT"), env!("CARGO_PKG_REPOSITORY"));
}

/// Without these variables nothing is installed, and the job says why.
#[test]
fn nothing_is_installed_from_nowhere() {
    let flow = written("github", GITHUB);
    let install = flow["jobs"]["build"]["steps"][2]["run"].as_str().expect("a command");
    let install = install.replace("command -v recto", "false").replace("cargo install", "echo");
    let run = |git: &str, rev: &str| {
        let mut shell = Command::new("bash");
        shell.args(["-e", "-c", &install]).env("RECTO_GIT", git).env("RECTO_REV", rev);
        shell.output().expect("there is a shell")
    };
    for (git, rev) in [("", ""), ("https://host.example/recto", ""), ("", "v1")] {
        let ran = run(git, rev);
        assert!(!ran.status.success() && ran.stdout.is_empty(), "{ran:?}");
        assert!(String::from_utf8_lossy(&ran.stderr).contains("set it at the top of the workflow"), "{ran:?}");
    }
    let ran = run("https://host.example/recto", "v1");
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "--locked --git https://host.example/recto --rev v1 recto\n");
}

#[test]
fn github_builds_with_the_state_and_may_do_no_more_than_publish() {
    let flow = written("github", GITHUB);
    assert_eq!(flow["permissions"], json!({"contents": "read"}));
    assert_eq!(flow["jobs"]["deploy"]["permissions"], json!({"pages": "write", "id-token": "write"}));
    assert!(flow["jobs"]["build"]["permissions"].is_null());
    assert_eq!(text(&flow, "/jobs/deploy/needs"), "build");
    let steps = flow["jobs"]["build"]["steps"].as_array().expect("steps");
    let after = flow["jobs"]["deploy"]["steps"].as_array().expect("steps");
    let uses: Vec<&str> = steps.iter().chain(after).filter_map(|step| step["uses"].as_str()).collect();
    for action in &uses {
        let known = ACTIONS.iter().any(|(name, major)| *action == format!("actions/{name}@v{major}"));
        assert!(known, "{action}");
    }
    let names: Vec<&str> = uses.iter().filter_map(|action| action.split(['/', '@']).nth(1)).collect();
    assert_eq!(names, ["checkout", "cache", "cache", "upload-pages-artifact", "deploy-pages"]);
    let runs: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    comes_from_its_repository(&flow["env"], runs[0]);
    assert_eq!(runs[1..3], ["recto check --host github", "recto build"]);
    assert!(runs.len() == 4 && runs[3].starts_with("cp -a public "), "{runs:?}");
    let kept: Vec<&str> = steps.iter().filter_map(|step| step.pointer("/with/path")?.as_str()).collect();
    assert!(kept.contains(&".recto\npublic\n"), "state and output are kept together: {kept:?}");
}

#[test]
fn gitlab_publishes_public_from_the_default_branch() {
    let flow = written("gitlab", GITLAB);
    let artifacts = json!({"paths": ["public"], "exclude": ["public/.recto-*"]});
    assert_eq!(flow["pages"]["artifacts"], artifacts, "without Recto's own files");
    assert_eq!(text(&flow, "/pages/rules/0/if"), "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH");
    assert_eq!(flow.pointer("/pages/cache/1/paths"), Some(&json!([".recto/", "public/"])));
    let script = flow["pages"]["script"].as_array().expect("a script");
    let lines: Vec<&str> = script.iter().filter_map(Value::as_str).collect();
    comes_from_its_repository(&flow["variables"], lines[0]);
    assert_eq!(lines[1..], [".cargo-recto/bin/recto check --host gitlab", ".cargo-recto/bin/recto build"]);
}

/// Services read workflows only at the top of a repository.
#[test]
fn a_site_in_a_folder_of_a_repository_has_its_workflow_at_the_top() {
    let folder = temporary();
    let top = folder.path();
    fs::create_dir_all(top.join(".git")).expect("a folder can be made");
    fs::write(top.join(".git/HEAD"), "ref: refs/heads/trunk/1\n").expect("a file can be written");
    for service in ["github", "gitlab"] {
        let ran = recto(top, &["init", "docs/site", "--ci", service]);
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{said}");
        assert!(said.contains("docs/site/site.toml"), "{said}");
    }
    assert!(!top.join("docs/site/.github").exists() && !top.join("docs/site/.gitlab-ci.yml").exists());
    let github = parsed(&top.join(GITHUB));
    assert_eq!(github["on"]["push"]["branches"], json!(["trunk/1"]));
    let steps = github["jobs"]["build"]["steps"].as_array().expect("steps");
    let runs: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    assert_eq!(runs[1..3], ["recto -C docs/site check --host github", "recto -C docs/site build"]);
    assert!(runs.len() == 4 && runs[3].starts_with("cp -a docs/site/public "), "{runs:?}");
    let paths: Vec<&str> = steps.iter().filter_map(|step| step.pointer("/with/path")?.as_str()).collect();
    assert_eq!(paths[1..], ["docs/site/.recto\ndocs/site/public\n", "${{ runner.temp }}/site"]);
    let gitlab = parsed(&top.join(GITLAB));
    assert_eq!(gitlab.pointer("/pages/cache/1/paths"), Some(&json!(["docs/site/.recto/", "public/"])));
    assert_eq!(gitlab["pages"]["script"][2], ".cargo-recto/bin/recto -C docs/site build -o public");
    assert!(recto(top, &["-C", "docs/site", "build", "-o", "public"]).status.success());
    assert!(top.join("public/index.html").exists());
    // A folder whose name would need quotes.
    let refused = recto(top, &["init", "my site", "--ci", "github"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(!top.join("my site").exists());
}

/// The workflows use only commands that exist.
#[test]
fn what_the_workflows_call_works() {
    let folder = temporary();
    assert!(recto(folder.path(), &["init", "--ci", "github"]).status.success());
    for args in [&["check", "--host", "github"][..], &["check", "--host", "gitlab"], &["build"]] {
        let ran = recto(folder.path(), args);
        assert!(ran.status.success(), "{args:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

#[test]
fn a_site_that_is_there_gets_the_workflow_and_nothing_else() {
    let site = Site::new(SITE_TOML);
    site.write("content/pages/about.md", "+++\ntitle = \"About\"\n+++\n");
    let before = tree(site.root());
    for (service, path) in [("github", GITHUB), ("gitlab", GITLAB)] {
        assert!(recto(site.root(), &["init", "--ci", service]).status.success());
        let mut after = tree(site.root());
        assert!(after.remove(path).is_some(), "{path}");
        after.retain(|path, _| path != GITHUB);
        assert!(after == before, "{service}");
        // An existing file is not overwritten.
        site.write(path, "mine");
        let again = recto(site.root(), &["init", "--ci", service]);
        assert_eq!(again.status.code(), Some(2), "{}", String::from_utf8_lossy(&again.stderr));
        assert_eq!(tree(site.root())[path], b"mine");
    }
    // Without a site, no workflow is written.
    let other = temporary();
    fs::write(other.path().join("notes.txt"), "mine").expect("a file can be written");
    assert_eq!(recto(other.path(), &["init", "--ci", "github"]).status.code(), Some(2));
    assert_eq!(tree(other.path()).len(), 1);
}
