//! What `recto init --ci` writes: YAML of the shape that the services read, beside a site or into one.

use std::fs;

use serde_json::Value;

use crate::support::{SITE_TOML, Site, recto, temporary, tree};

const GITHUB: &str = ".github/workflows/site.yml";
const GITLAB: &str = ".gitlab-ci.yml";

/// What a workflow of a new site says.
fn written(service: &str, path: &str) -> Value {
    let folder = temporary();
    let ran = recto(folder.path(), &["init", "--ci", service]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(folder.path().join("site.toml").exists(), "the starter is there, too");
    let text = fs::read_to_string(folder.path().join(path)).expect("it was written");
    assert!(text.contains(env!("CARGO_PKG_VERSION")) && !text.contains("VERSION"), "{text}");
    serde_saphyr::from_str(&text).unwrap_or_else(|why| panic!("{path}: {why}"))
}

fn text<'v>(value: &'v Value, place: &str) -> &'v str {
    value.pointer(place).and_then(Value::as_str).unwrap_or_else(|| panic!("{place}: {value:#}"))
}

#[test]
fn github_builds_with_the_state_and_may_do_no_more_than_publish() {
    let flow = written("github", GITHUB);
    assert_eq!(flow["permissions"], serde_json::json!({"contents": "read"}));
    assert_eq!(flow["jobs"]["deploy"]["permissions"], serde_json::json!({"pages": "write", "id-token": "write"}));
    assert!(flow["jobs"]["build"]["permissions"].is_null());
    assert_eq!(text(&flow, "/jobs/deploy/needs"), "build");
    let steps = flow["jobs"]["build"]["steps"].as_array().expect("steps");
    let after = flow["jobs"]["deploy"]["steps"].as_array().expect("steps");
    let uses: Vec<&str> = steps.iter().chain(after).filter_map(|step| step["uses"].as_str()).collect();
    for action in &uses {
        let major = action.rsplit_once("@v").is_some_and(|(_, major)| major.parse::<u32>().is_ok());
        assert!(major && action.starts_with("actions/"), "{action}");
    }
    let names: Vec<&str> = uses.iter().filter_map(|action| action.split(['/', '@']).nth(1)).collect();
    assert_eq!(names, ["checkout", "cache", "cache", "upload-pages-artifact", "deploy-pages"]);
    let runs: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    assert!(runs[0].contains("cargo install recto --version"), "{runs:?}");
    assert_eq!(runs[1..], ["recto check --host github", "recto build"]);
    let kept: Vec<&str> = steps.iter().filter_map(|step| step.pointer("/with/path")?.as_str()).collect();
    assert!(kept.contains(&".recto\npublic\n"), "state and output are kept together: {kept:?}");
}

#[test]
fn gitlab_publishes_public_from_the_default_branch() {
    let flow = written("gitlab", GITLAB);
    assert_eq!(flow.pointer("/pages/artifacts/paths"), Some(&serde_json::json!(["public"])));
    assert_eq!(text(&flow, "/pages/rules/0/if"), "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH");
    assert_eq!(flow.pointer("/pages/cache/1/paths"), Some(&serde_json::json!([".recto/", "public/"])));
    let script = flow["pages"]["script"].as_array().expect("a script");
    let ends: Vec<&str> = script.iter().filter_map(|line| line.as_str()?.split("bin/recto ").nth(1)).collect();
    assert_eq!(ends[1..], ["check --host gitlab", "build"]);
}

/// The commands of the workflows are commands of this program.
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
        // Not over one that is there.
        site.write(path, "mine");
        let again = recto(site.root(), &["init", "--ci", service]);
        assert_eq!(again.status.code(), Some(2), "{}", String::from_utf8_lossy(&again.stderr));
        assert_eq!(tree(site.root())[path], b"mine");
    }
    // Nor beside anything that is no site.
    let other = temporary();
    fs::write(other.path().join("notes.txt"), "mine").expect("a file can be written");
    assert_eq!(recto(other.path(), &["init", "--ci", "github"]).status.code(), Some(2));
    assert_eq!(tree(other.path()).len(), 1);
}
