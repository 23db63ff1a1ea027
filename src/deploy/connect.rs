//! Opens the target of an address; of most kinds nothing is asked yet.

use super::choose::Chosen;
use super::folder::Folder;
use super::git::Git;
#[cfg(feature = "cloud")]
use super::objects::Objects;
use super::redact::Secrets;
use super::rsync::{self, Machine};
use super::runs::{self, RunName};
use super::target::{Target, Trouble};
use crate::base::address::Address;
use crate::engine::tracked;
use crate::system::root::Root;

/// The branch that hosts of pages look at where nothing else is said.
const BRANCH: &str = "gh-pages";

/// What the environment says of targets.
#[derive(Clone, Default)]
pub struct Environment {
    pub secrets: Secrets,
    /// How rsync reaches other machines, where the user has said so (`RSYNC_RSH`).
    pub shell: Option<String>,
}

/// Opens a target for a run from the site at `root`.
pub fn connect(
    chosen: &Chosen,
    run: &RunName,
    environment: &Environment,
    root: &Root,
) -> Result<Box<dyn Target>, Trouble> {
    let (settings, address) = (chosen.settings.as_ref(), &chosen.address);
    let Environment { secrets, shell } = environment;
    let machine = |scratch| Machine {
        scratch,
        holder: &run.name,
        ended: &run.ended,
        shell: shell.as_deref(),
        secrets: secrets.clone(),
        patience: rsync::PATIENCE,
    };
    // A folder that other programs get by its path: no link stands on the way to it.
    let scratch = |kind: &str| {
        let place = format!("{}.{kind}", runs::place(address));
        root.refuse_odd(&place)?;
        // What came with a clone is not what a deploy has left.
        if root.exists(&place)? && tracked::is_tracked(root.path()) {
            root.remove_tree(&place)?;
        }
        root.make_folder(&place).map(|()| root.place(&place))
    };
    Ok(match address {
        Address::Folder(root) => Box::new(Folder::open(root, settings.and_then(|s| s.releases))?),
        #[cfg(feature = "cloud")]
        Address::Objects { store, bucket, folder } => {
            Box::new(Objects::open(*store, bucket, folder, settings, secrets.clone())?)
        }
        #[cfg(not(feature = "cloud"))]
        Address::Objects { .. } => {
            return Err(Trouble::Refused("this program was built without object stores (feature `cloud`)".to_owned()));
        }
        Address::Ssh { user, host, port, path } => {
            Box::new(rsync::open_ssh(user.as_deref(), host, *port, path, machine(&scratch("rsync")?))?)
        }
        Address::Rsync { host, path } => Box::new(rsync::open_daemon(host, path, machine(&scratch("rsync")?))?),
        Address::Git { url } => {
            let branch = settings.and_then(|settings| settings.branch.as_deref()).unwrap_or(BRANCH);
            let history = settings.is_none_or(|settings| settings.history);
            Box::new(Git::open(url, branch, history, &scratch("git")?, secrets.clone())?)
        }
    })
}
