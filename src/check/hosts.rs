//! Checks hosts: whether there is one of that name, and whether it takes a site of that size. It asks no host.

use crate::base::config::{self, Config};
use crate::base::diag::{self, Diagnostics, Span};
use crate::base::problem;
use crate::hosting::hosts::{self, HostRules};
use crate::hosting::limits::{self, SiteSize};
use crate::hosting::overlay::Overlay;

/// Reports the hosts of `[deploy.NAME]` that are none.
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

/// The hosts of all targets, with the first place that names each.
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

/// Reports what a host would not take, and what it nearly would not; `at` is the place that names it.
pub fn judge(at: Option<&Span>, rules: &HostRules, overlay: &Overlay, facts: &SiteSize, problems: &mut Diagnostics) {
    for remark in &overlay.remarks {
        problems.push(problem::host_limit(at.cloned(), false, remark.clone(), None));
    }
    limits(at, rules.name, facts, problems);
    diag::sort(problems);
}

/// The same of a host that is known by its limits alone.
pub fn limits(at: Option<&Span>, host: &str, facts: &SiteSize, problems: &mut Diagnostics) {
    for found in limits::judge(host, facts) {
        problems.push(problem::host_limit(at.cloned(), found.refused, found.message, Some(found.help)));
    }
}
