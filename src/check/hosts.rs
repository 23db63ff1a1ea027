//! Checks hosts: whether the name is known, and whether the site is within the host's limits. It does not use the
//! network.

use crate::base::config::{self, Config};
use crate::base::diag::{self, Diagnostics, Span};
use crate::base::problem;
use crate::hosting::hosts::{self, HostRules};
use crate::hosting::limits::{self, SiteSize};
use crate::hosting::overlay::Overlay;

/// Reports unknown hosts in `[deploy.NAME]`.
pub fn names(config: &Config, problems: &mut Diagnostics) {
    for deploy in &config.deploys {
        let unknown = deploy.host.as_ref().filter(|host| hosts::find(&host.value).is_none());
        if let Some(host) = unknown {
            let key = format!("deploy.{}.host", deploy.name);
            let at = Span::new(&config::FILE.into(), host.at.clone());
            problems.push(problem::not_a_choice(at, &key, &host.value, &hosts::names()));
        }
    }
}

/// Returns the hosts of all targets, each with the first place that names it.
pub fn of_targets(config: &Config) -> Vec<(Span, &'static HostRules)> {
    let mut out: Vec<(Span, &'static HostRules)> = Vec::new();
    for host in config.deploys.iter().filter_map(|deploy| deploy.host.as_ref()) {
        if let Some(rules) = hosts::find(&host.value)
            && !out.iter().any(|(_, known)| known.name == rules.name)
        {
            out.push((Span::new(&config::FILE.into(), host.at.clone()), rules));
        }
    }
    out
}

/// Reports what the host would refuse, and what is close to its limits. `at` is the place that names the host.
pub fn judge(at: Option<&Span>, rules: &HostRules, overlay: &Overlay, facts: &SiteSize, problems: &mut Diagnostics) {
    for remark in &overlay.remarks {
        problems.push(problem::host_limit(at.cloned(), false, remark.clone(), None));
    }
    limits(at, rules.name, facts, problems);
    diag::sort(problems);
}

/// Reports the limits of a host of which only limits are known.
pub fn limits(at: Option<&Span>, host: &str, facts: &SiteSize, problems: &mut Diagnostics) {
    for found in limits::judge(host, facts) {
        problems.push(problem::host_limit(at.cloned(), found.refused, found.message, Some(found.help)));
    }
}
