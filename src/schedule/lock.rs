//! One process at a time runs a schedule: on one machine by a lock on a file, which ends with the process; between machines
//! that share a bucket by a lease, which is renewed, and ends by itself when whoever had it is gone.
//!
//! A lease is a courtesy: it saves two machines the same work. That nothing is told twice does not hang on it: what is
//! remembered is replaced only by who read it last.

use std::fs::{File, TryLockError};
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use crate::detect::Moment;
use crate::limits::{LEASE, LEASE_RENEWAL};
use crate::store::{Prefix, PrefixError, Version};

/// Largest lease that is read, in bytes.
const LEASE_BYTES: u64 = 4096;

/// The lock of a schedule, for as long as this is there.
#[derive(Debug)]
pub struct Lock(Held);

#[derive(Debug)]
enum Held {
    /// The file, unlocked when it is closed.
    File {
        _file: File,
    },
    Lease {
        prefix: Prefix,
        object: String,
        id: u64,
        renewing: JoinHandle<()>,
    },
}

/// What a lease says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Lease {
    /// Tells it from all others.
    id: u64,
    /// Who has it: the machine and the process.
    holder: String,
    /// Until when.
    until: Moment,
}

/// Whether the lock was free.
#[derive(Debug)]
pub enum Locked {
    /// It is this one's now.
    Ours(Lock),
    /// Somebody else has it: who, as far as is known.
    By(String),
}

impl Lock {
    /// Takes the lock of a schedule, if nobody has it.
    ///
    /// # Errors
    /// When the place can't be written to.
    pub async fn take(prefix: &Prefix, schedule: &str) -> Result<Locked, PrefixError> {
        let object = format!("{schedule}.lock");
        if let Some(folder) = prefix.folder() {
            let opened = std::fs::create_dir_all(folder)
                .and_then(|()| File::options().create(true).truncate(false).write(true).open(folder.join(&object)));
            let file = opened.map_err(|error| prefix.refused(&object, &error))?;
            return match file.try_lock() {
                Ok(()) => Ok(Locked::Ours(Lock(Held::File { _file: file }))),
                Err(TryLockError::WouldBlock) => Ok(Locked::By("another process".to_owned())),
                Err(TryLockError::Error(error)) => Err(prefix.refused(&object, &error)),
            };
        }
        let read = prefix.read(&object, LEASE_BYTES).await?;
        let version = match &read {
            None => None,
            Some((bytes, version)) => {
                // One that can't be read is nobody's.
                let lease = serde_json::from_slice::<Lease>(bytes).ok();
                if let Some(lease) = lease.filter(|lease| lease.until.0 > Utc::now().timestamp()) {
                    return Ok(Locked::By(lease.holder));
                }
                Some(version)
            }
        };
        let id = fastrand::u64(..);
        match prefix.replace(&object, lease(id, LEASE), version).await? {
            None => Ok(Locked::By("another process, just now".to_owned())),
            Some(version) => {
                let renewing = tokio::spawn(renew(prefix.clone(), object.clone(), id, version));
                Ok(Locked::Ours(Lock(Held::Lease { prefix: prefix.clone(), object, id, renewing })))
            }
        }
    }

    /// Gives it back. A lease that can't be given back ends by itself.
    pub async fn release(mut self) {
        if let Held::Lease { prefix, object, id, renewing } = &mut self.0 {
            renewing.abort();
            // It may have been about to write.
            let _ = renewing.await;
            if let Ok(Some((bytes, version))) = prefix.read(object, LEASE_BYTES).await
                && serde_json::from_slice::<Lease>(&bytes).is_ok_and(|lease| lease.id == *id)
            {
                let _ = prefix.replace(object, lease(*id, Duration::ZERO), Some(&version)).await;
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Held::Lease { renewing, .. } = &self.0 {
            renewing.abort();
        }
    }
}

/// Renews a lease until somebody else has it.
async fn renew(prefix: Prefix, object: String, id: u64, mut version: Version) {
    loop {
        tokio::time::sleep(LEASE_RENEWAL).await;
        match prefix.replace(&object, lease(id, LEASE), Some(&version)).await {
            Ok(Some(renewed)) => version = renewed,
            Ok(None) => return,
            // The next try is before it ends.
            Err(_) => {}
        }
    }
}

fn lease(id: u64, span: Duration) -> Bytes {
    let until = Moment((Utc::now() + span).timestamp());
    let lease = Lease { id, holder: holder(), until };
    Bytes::from(serde_json::to_vec(&lease).unwrap_or_default())
}

/// This process and machine, for people.
fn holder() -> String {
    let machine = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    format!("process {} on {}", std::process::id(), machine.trim())
}
