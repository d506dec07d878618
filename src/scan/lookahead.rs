//! Fetching objects before they are asked for: a request to S3 takes longer than decoding what it brings, and the
//! engine opens one object of a partition after the other.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use object_store::path::Path;
use object_store::{GetOptions, ObjectMeta, ObjectStore};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{AbortHandle, JoinHandle};

use crate::limits::{LOOKAHEAD_BYTES, LOOKAHEAD_OBJECTS, WHOLE_BYTES, WHOLE_PARQUET_BYTES};
use crate::store::ListedSize;

type Fetched = Result<Bytes, object_store::Error>;

/// The objects of one scan in the order in which its partitions come to them.
#[derive(Debug)]
pub(super) struct Lookahead {
    order: Vec<ObjectMeta>,
    /// Bytes that may be fetched ahead, by all scans together.
    budget: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    driver: Option<AbortHandle>,
    ahead: HashMap<Path, JoinHandle<(Fetched, [OwnedSemaphorePermit; 2])>>,
    /// What has been asked for, ahead of time or not: fetched once.
    taken: HashSet<Path>,
}

impl Lookahead {
    pub(super) fn new(order: Vec<ObjectMeta>, budget: Arc<Semaphore>) -> Arc<Self> {
        Arc::new(Lookahead { order, budget, state: Mutex::default() })
    }

    /// The object, fetched ahead or now. The first call starts the fetching of those behind it.
    pub(super) async fn take(self: &Arc<Self>, meta: &ObjectMeta, store: &Arc<dyn ObjectStore>) -> Fetched {
        let ahead = {
            let mut state = self.lock();
            if state.driver.is_none() {
                let driver = tokio::spawn(drive(Arc::downgrade(self), Arc::clone(store)));
                state.driver = Some(driver.abort_handle());
            }
            state.taken.insert(meta.location.clone());
            state.ahead.remove(&meta.location)
        };
        match ahead {
            Some(fetch) => match fetch.await {
                Ok((fetched, _permits)) => fetched,
                Err(error) => Err(error.into()),
            },
            None => fetch_whole(store, meta).await,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lookahead {
    fn drop(&mut self) {
        let state = self.lock();
        state.driver.iter().for_each(AbortHandle::abort);
        state.ahead.values().for_each(JoinHandle::abort);
    }
}

/// Fetches one object after the other, as far ahead as the budget reaches, until nobody wants them any more.
async fn drive(lookahead: std::sync::Weak<Lookahead>, store: Arc<dyn ObjectStore>) {
    // What has arrived counts until it is taken: piled up it would leave the processor's caches before it is decoded.
    let window = Arc::new(Semaphore::new(LOOKAHEAD_OBJECTS));
    for index in 0.. {
        let Some((meta, budget)) = lookahead
            .upgrade()
            .and_then(|lookahead| lookahead.order.get(index).map(|meta| (meta.clone(), Arc::clone(&lookahead.budget))))
        else {
            return;
        };
        if !is_fetched_whole(&meta) {
            continue;
        }
        let bytes = meta.size.clamp(1, LOOKAHEAD_BYTES as u64) as u32;
        let permits = (budget.acquire_many_owned(bytes).await, Arc::clone(&window).acquire_owned().await);
        let (Ok(bytes), Ok(place)) = permits else { return };
        let Some(lookahead) = lookahead.upgrade() else { return };
        let mut state = lookahead.lock();
        if state.taken.contains(&meta.location) {
            continue;
        }
        let (store, location) = (Arc::clone(&store), meta.location.clone());
        let fetch = tokio::spawn(async move { (fetch_whole(&store, &meta).await, [bytes, place]) });
        state.ahead.insert(location, fetch);
    }
}

/// Whether an object is read in one request; of others, only parts are.
pub(super) fn is_fetched_whole(meta: &ObjectMeta) -> bool {
    let is_parquet = meta.location.extension() == Some("parquet");
    meta.size <= if is_parquet { WHOLE_PARQUET_BYTES } else { WHOLE_BYTES }
}

/// All of an object, in the version that was listed, or if it was replaced since in the newest: in one request, so
/// never a mixture.
pub(super) async fn fetch_whole(store: &Arc<dyn ObjectStore>, meta: &ObjectMeta) -> Fetched {
    let mut listed = GetOptions::new().with_if_match(meta.e_tag.clone());
    if meta.e_tag.is_some() {
        listed.extensions.insert(ListedSize(meta.size));
    }
    match store.get_opts(&meta.location, listed).await {
        Err(object_store::Error::Precondition { .. }) => {
            store.get_opts(&meta.location, GetOptions::new()).await?.bytes().await
        }
        result => result?.bytes().await,
    }
}
