//! Runs a build for the command line: prints its report and returns its exit code. It must not touch the disk itself.

use std::time::Instant as Clock;

use super::exit::{CONFIGURATION, CONTENT, DISK, ExitError, disk_failure};
use super::ignored_files;
use super::report::Reporter;
use crate::base::printable;
use crate::engine::build::{self as engine, Build, BuildEnd, BuildSummary};
use crate::engine::build_result::BuildResult;
use crate::engine::site::LoadOptions;

/// The summary of a build, and the site that it built.
pub type BuildDone = (BuildSummary, Option<BuildResult>);

/// Builds the site and prints the report. `Err` is the exit code if the site has errors.
pub fn build(
    options: &LoadOptions,
    build: &Build,
    reporter: &Reporter,
    timings: bool,
) -> Result<Result<BuildDone, u8>, ExitError> {
    let clock = Clock::now();
    let report = engine::build(options, build).map_err(disk_failure)?;
    reporter.problems(&report.problems, build.strict);
    match report.end {
        BuildEnd::Built(summary) => {
            if build.explain {
                reporter.changes(&summary);
            }
            ignored_files::said_with(reporter, &summary.left_out, || {
                let time = clock.elapsed().as_secs_f64();
                reporter.summary(&summary, &build.output.to_string_lossy(), time, timings);
            });
            if let Some(verified) = summary.verified.as_ref().filter(|verified| !verified.differing.is_empty()) {
                let paths: Vec<_> = verified.differing.iter().map(|path| printable::text(path)).collect();
                let paths = paths.join("\n  ");
                return Err((CONTENT, format!("--verify: these outputs differ from a second rendering:\n  {paths}")));
            }
            Ok(Ok((summary, report.built)))
        }
        BuildEnd::Errors { configuration } => {
            let count = reporter.count(&report.problems);
            reporter.end(&format!("Nothing was written: {count}"), None, &report.problems);
            Ok(Err(if configuration { CONFIGURATION } else { CONTENT }))
        }
        BuildEnd::Refused(refused) => Err((DISK, refused.to_string())),
    }
}
