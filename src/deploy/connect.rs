//! Opens the target at an address. For most kinds this sends no request yet. It must not know which files the target
//! should hold.

use super::choose_target::ChosenTarget;
use super::folder::Folder;
use super::git::Git;
#[cfg(feature = "cloud")]
use super::objects::Objects;
use super::redact::Secrets;
use super::rsync::{self, RsyncSetup};
use super::run_lock::{self, RunName};
use super::target::{DeployError, Target};
use crate::base::target_address::TargetAddress;
use crate::engine::git_index;
use crate::system::root::Root;

/// The branch that hosts such as GitHub Pages publish by default.
const BRANCH: &str = "gh-pages";

/// The environment variables that concern targets.
#[derive(Clone, Default)]
pub struct Environment {
    pub secrets: Secrets,
    /// How rsync connects to other machines, if the user set `RSYNC_RSH`.
    pub shell: Option<String>,
}

/// Opens a target for a run from the site at `root`.
pub fn connect(
    chosen: &ChosenTarget,
    run: &RunName,
    environment: &Environment,
    root: &Root,
) -> Result<Box<dyn Target>, DeployError> {
    let (settings, address) = (chosen.settings.as_ref(), &chosen.address);
    let Environment { secrets, shell } = environment;
    let machine = |scratch| RsyncSetup {
        scratch,
        holder: &run.name,
        ended: &run.ended,
        shell: shell.as_deref(),
        secrets: secrets.clone(),
        patience: rsync::PATIENCE,
    };
    // Other programs receive this folder by its path, so no part of the path may be a link.
    let scratch = |kind: &str| {
        let place = format!("{}.{kind}", run_lock::place(address));
        root.refuse_odd(&place)?;
        // If git tracks the folder, it came with a clone and was not left by a deploy.
        if root.exists(&place)? && git_index::is_tracked(root.path()) {
            root.remove_tree(&place)?;
        }
        root.make_folder(&place).map(|()| root.place(&place))
    };
    Ok(match address {
        TargetAddress::Folder(root) => Box::new(Folder::open(root, settings.and_then(|s| s.releases))?),
        #[cfg(feature = "cloud")]
        TargetAddress::Objects { store, bucket, folder } => {
            Box::new(Objects::open(*store, bucket, folder, settings, secrets.clone())?)
        }
        #[cfg(not(feature = "cloud"))]
        TargetAddress::Objects { .. } => {
            return Err(DeployError::Refused(
                "this build of Recto does not support object stores (feature `cloud`)".to_owned(),
            ));
        }
        TargetAddress::Ssh { user, host, port, path } => {
            Box::new(rsync::open_ssh(user.as_deref(), host, *port, path, machine(&scratch("rsync")?))?)
        }
        TargetAddress::Rsync { host, path } => Box::new(rsync::open_daemon(host, path, machine(&scratch("rsync")?))?),
        TargetAddress::Git { url } => {
            let branch = settings.and_then(|settings| settings.branch.as_deref()).unwrap_or(BRANCH);
            let history = settings.is_none_or(|settings| settings.history);
            Box::new(Git::open(url, branch, history, &scratch("git")?, secrets.clone())?)
        }
    })
}
