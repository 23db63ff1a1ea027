//! The overlay of the host that `preview` shows. It is made again when the site's own rules change, and written
//! nowhere.

use std::sync::{Arc, Mutex, PoisonError};

use crate::base::diag::{self, Diagnostics};
use crate::base::severity::Purpose;
use crate::engine::load;
use crate::engine::site::LoadOptions;
use crate::engine::site_overlay;
use crate::hosting::headers::{HEADERS, HeaderRules};
use crate::hosting::hosts::{HostRules, OverlayKind};
use crate::hosting::overlay::{self, Overlay};
use crate::hosting::overlay_input::OverlayInput;
use crate::hosting::redirects::{REDIRECTS, RedirectRules};
use crate::hosting::rule_files::NAMES;
use crate::shell::report::Reporter;
use crate::system::disk::Stat;
use crate::system::root::Root;

/// The overlay's rules as the host follows them.
#[derive(Default)]
pub struct GivenRules {
    pub overlay: Overlay,
    pub redirects: RedirectRules,
    pub headers: HeaderRules,
}

/// The stats of the site's own rule files.
type RuleStats = [Option<Stat>; 2];

/// A site with its host's overlay.
pub struct HostOverlay {
    /// The output folder.
    root: Arc<Root>,
    rules: &'static HostRules,
    /// `None` if the site could not be loaded, or the host takes no overlay.
    table: Option<OverlayInput>,
    kept: Mutex<Option<(RuleStats, Arc<GivenRules>)>>,
}

impl HostOverlay {
    /// Loads the input of the overlay. If that fails, prints a warning; everything else is shown all the same.
    pub fn new(options: &LoadOptions, root: Arc<Root>, rules: &'static HostRules, reporter: &Reporter) -> HostOverlay {
        let told = !matches!(rules.beside, OverlayKind::Nothing | OverlayKind::NoJekyll);
        let table = if told { table(options, reporter) } else { None };
        HostOverlay { root, rules, table, kept: Mutex::default() }
    }

    /// Returns whether the host reads a rule file of this name, and so does not serve it.
    pub fn reads(&self, name: &str) -> bool {
        match name {
            REDIRECTS => self.rules.redirects.is_some(),
            HEADERS => self.rules.headers.is_some(),
            _ => false,
        }
    }

    /// Returns the present rules. Reads the site's own rules again if they have changed, since a build may be
    /// running, and reports lines that the host would not follow.
    pub fn given(&self, reporter: &Reporter) -> Arc<GivenRules> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let files = NAMES.map(|name| Some(name).filter(|name| self.reads(name) && self.root.has_file(name)));
        let stats: RuleStats = files.map(|name| self.root.stat(name?).ok().flatten());
        if let Some((_, given)) = kept.as_ref().filter(|(known, _)| *known == stats) {
            return given.clone();
        }
        let own = files.map(|name| {
            let (bytes, _) = self.root.read(name?).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        });
        let (given, remarks) = self.read(own);
        remarks.iter().for_each(|remark| reporter.warn(remark));
        let given = Arc::new(given);
        *kept = Some((stats, given.clone()));
        given
    }

    fn read(&self, own: [Option<String>; 2]) -> (GivenRules, Vec<String>) {
        let [redirects, headers] = &own;
        let mut remarks = Vec::new();
        // Line numbers refer to the site's own files.
        if let (Some(how), Some(text)) = (&self.rules.redirects, redirects) {
            remarks.extend(RedirectRules::parse(text, how).1.iter().map(ToString::to_string));
        }
        if let (Some(how), Some(text)) = (&self.rules.headers, headers) {
            remarks.extend(HeaderRules::parse(text, how).1.iter().map(ToString::to_string));
        }
        let overlay = self.table.as_ref().map(|table| {
            let [own_redirects, own_headers] = own.clone();
            overlay::overlay(&OverlayInput { own_redirects, own_headers, ..table.clone() }, self.rules)
        });
        let overlay = overlay.unwrap_or_default();
        remarks.extend(overlay.remarks.iter().cloned());
        let whole = |name: &str, own: Option<String>| {
            let added = overlay.add.iter().find(|(path, _)| path == name);
            added.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).or(own).unwrap_or_default()
        };
        let [redirects, headers] = own;
        let redirects = whole(REDIRECTS, redirects);
        let headers = whole(HEADERS, headers);
        let redirects = self.rules.redirects.as_ref().map(|how| RedirectRules::parse(&redirects, how).0);
        let headers = self.rules.headers.as_ref().map(|how| HeaderRules::parse(&headers, how).0);
        (
            GivenRules { redirects: redirects.unwrap_or_default(), headers: headers.unwrap_or_default(), overlay },
            remarks,
        )
    }
}

fn table(options: &LoadOptions, reporter: &Reporter) -> Option<OverlayInput> {
    let mut problems = Diagnostics::new();
    let loaded = load::load(options).ok().and_then(|loaded| {
        problems = loaded.problems;
        loaded.made
    });
    let table = loaded.map(|(site, _)| {
        let table = site_overlay::table(&site, &mut problems);
        site.config.check.settle(Purpose::Publish, &mut problems);
        table
    });
    let table = table.filter(|_| diag::count_errors(&problems, false) == 0);
    if table.is_none() {
        reporter.warn(
            "the site has errors (run `recto check`), so the preview does not apply its aliases and headers as the host would",
        );
    }
    table
}
