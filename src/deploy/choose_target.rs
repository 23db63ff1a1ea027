//! Chooses the target of a deploy from a name in `site.toml` or an address, and checks that it may be used. It sends
//! no request.

use std::path::Path;

use super::folder_check;
use crate::base::config;
use crate::base::deploy_settings::DeploySettings as Settings;
use crate::base::diag::{self, Diagnostics, Span, quoted};
use crate::base::problem;
use crate::base::severity::Severities;
use crate::base::target_address::{AddressError, TargetAddress};
use crate::check;
use crate::content::front_matter;
use crate::engine::load;
use crate::engine::site::LoadOptions;
use crate::hosting::hosts::{self, HostRules};
use crate::system::disk::DiskResult;

/// The target that the user chose.
pub struct ChosenTarget {
    pub address: TargetAddress,
    /// Its settings in `site.toml`; `None` for an address that `site.toml` does not list.
    pub settings: Option<Settings>,
    /// The host whose rules apply to the target.
    pub host: Option<&'static HostRules>,
    /// The severities that the site gives to problems.
    pub severities: Severities,
}

/// Why no target was chosen.
pub enum ChoiceError {
    Configuration(Diagnostics),
    /// The argument is neither a configured name nor a valid address.
    Name(String),
}

/// Finds the target with this name or address. Without an argument, `site.toml` decides.
pub fn choose(options: &LoadOptions, named: Option<&str>) -> DiskResult<Result<ChosenTarget, ChoiceError>> {
    let configured = match load::configure(options)? {
        Ok(configured) => configured,
        Err(problems) => return Ok(Err(ChoiceError::Configuration(problems))),
    };
    let mut problems = configured.problems;
    check::hosts::names(&configured.config, &mut problems);
    if check::base_url::is_placeholder(&configured.config) {
        let (text, _) = options.root.read(config::FILE)?;
        problems.push(check::base_url::placeholder(&front_matter::plain(&String::from_utf8_lossy(&text)), true));
    }
    if diag::count_errors(&problems, false) > 0 {
        return Ok(Err(ChoiceError::Configuration(problems)));
    }
    let severities = configured.config.check;
    let (address, settings) = match settings(configured.config.deploys, named) {
        Ok(found) => found,
        Err(why) => return Ok(Err(ChoiceError::Name(why))),
    };
    if let TargetAddress::Folder(root) = &address
        && let Err(why) = fits(root, settings.as_ref(), options.root.path())?
    {
        return Ok(Err(why));
    }
    let host = settings.as_ref().and_then(|settings| settings.host.as_ref());
    let host = host.and_then(|host| hosts::find(&host.value));
    Ok(Ok(ChosenTarget { address, settings, host, severities }))
}

/// Checks whether a folder may be a target of the site at `site`.
fn fits(root: &Path, settings: Option<&Settings>, site: &Path) -> DiskResult<Result<(), ChoiceError>> {
    if let Err(why) = folder_check::outside(root, site)? {
        let expected = "a folder outside the site";
        return Ok(Err(match settings {
            Some(settings) => ChoiceError::Configuration(vec![problem::invalid_target(
                Span::new(&config::FILE.into(), settings.to.at.clone()),
                &AddressError { secret: false, message: why, expected: expected.to_owned(), help: None },
            )]),
            None => ChoiceError::Name(format!("{why}; expected {expected}")),
        }));
    }
    Ok(folder_check::fits(root, settings.and_then(|settings| settings.releases))?.map_err(ChoiceError::Name))
}

/// Returns the address of the chosen target and its settings in `site.toml`.
fn settings(mut deploys: Vec<Settings>, named: Option<&str>) -> Result<(TargetAddress, Option<Settings>), String> {
    let names: Vec<String> = deploys.iter().map(|deploy| deploy.name.clone()).collect();
    let at = match named {
        Some(url) if url.contains(['/', ':', '@']) && !names.iter().any(|name| name == url) => {
            return TargetAddress::parse(url).map(|address| (address, None)).map_err(|wrong| wrong.to_string());
        }
        Some(name) => names.iter().position(|known| known == name).ok_or_else(|| {
            let known = || format!("use one of the targets in site.toml: {}", names.join(", "));
            let help = diag::did_you_mean(name, names.iter().map(String::as_str));
            match names.is_empty() {
                true => none_yet(&format!("site.toml has no deploy target {}", quoted(name))),
                false => format!("unknown deploy target {}\nhelp: {}", quoted(name), help.unwrap_or_else(known)),
            }
        })?,
        None if deploys.len() == 1 => 0,
        None if deploys.is_empty() => return Err(none_yet("site.toml has no deploy target")),
        None => {
            return Err(format!(
                "site.toml has several deploy targets: {}\nhelp: choose one, such as `recto deploy {}`",
                names.join(", "),
                names[0]
            ));
        }
    };
    let settings = deploys.swap_remove(at);
    Ok((settings.to.value.clone(), Some(settings)))
}

fn none_yet(why: &str) -> String {
    format!("{why}\nhelp: add one to site.toml, such as [deploy.live] to = \"s3://bucket/folder\", or pass an address")
}
