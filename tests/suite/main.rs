//! All integration tests as one program. A new case is a folder, a file or a string.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::type_complexity,
    clippy::too_many_lines,
    reason = "tests make files and start programs"
)]

mod support;

mod active;
mod alignment;
mod alignment_findings;
mod archive;
#[cfg(feature = "serve")]
mod axe;
mod bilingual;
mod blast;
mod book;
mod browser;
#[cfg_attr(not(feature = "serve"), allow(dead_code, reason = "without `serve` no test opens pages one by one"))]
mod chrome;
#[cfg(feature = "serve")]
mod budgets;
mod bundles;
mod citations;
mod cli;
#[cfg(all(feature = "serve", unix))]
mod conformance;
mod corrections;
mod corrupt;
#[cfg(unix)]
mod crash;
mod days;
#[cfg(feature = "cloud")]
mod deploy;
#[cfg(unix)]
mod deploy_cli;
#[cfg(unix)]
mod deploy_git;
mod deploy_hosts;
#[cfg(unix)]
mod deploy_rsync;
#[cfg(feature = "cloud")]
mod deploy_scripts;
mod determinism;
mod diagnostics;
mod edits;
mod export;
mod export_sites;
mod extracts;
mod facing;
#[cfg(feature = "serve")]
mod facing_view;
mod feeds;
#[cfg(target_os = "linux")]
mod folding;
mod follows;
mod further_translators;
mod glossary;
mod golden;
#[cfg(feature = "images")]
mod heavy;
mod hostile;
mod html;
#[cfg(feature = "serve")]
mod http;
#[cfg(feature = "images")]
mod images;
mod import;
mod incremental;
#[cfg(feature = "serve")]
mod intruders;
#[cfg(feature = "serve")]
mod keyboard;
#[cfg(feature = "serve")]
mod kinds;
mod language_guesses;
mod layout;
#[cfg(unix)]
mod leftovers;
#[cfg(feature = "serve")]
mod lighthouse;
mod limits;
mod live;
mod marks;
mod markup;
mod mended;
#[cfg(unix)]
mod names;
#[cfg(feature = "serve")]
mod nu;
mod model;
mod originals;
#[cfg(feature = "serve")]
mod origins;
#[cfg(unix)]
mod places;
#[cfg(target_os = "linux")]
mod planted;
mod pools;
#[cfg(feature = "serve")]
mod preview;
mod properties;
mod publish;
mod quantities;
#[cfg(feature = "serve")]
mod reflow;
mod report;
#[cfg(target_os = "linux")]
mod repos;
#[cfg(unix)]
mod rsyncd;
mod rules;
mod schemas;
mod search_client;
mod search_edits;
mod search_index;
#[cfg(feature = "serve")]
mod search_page;
mod search_queries;
#[cfg(feature = "serve")]
mod search_served;
mod search_text;
#[cfg(feature = "serve")]
mod search_times;
mod secrets;
mod serve;
#[cfg(feature = "serve")]
mod served;
#[cfg(feature = "serve")]
mod shots;
mod sinks;
mod stable;
mod stage;
#[cfg(feature = "serve")]
mod storm;
#[cfg(unix)]
mod targets;
mod terms;
mod themes;
#[cfg(target_os = "linux")]
mod threads;
mod tidy;
#[cfg_attr(not(feature = "serve"), allow(dead_code, reason = "without `serve` no page is judged"))]
mod tools;
mod tricks;
#[cfg(unix)]
mod typed;
#[cfg(unix)]
mod verify;
mod workflows;
mod works;
mod wrong;
mod zotero;
