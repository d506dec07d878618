//! Gets every object of a bucket with object_store's own S3 client and prints the seconds and the bytes.
//!
//! `s3-get URL BUCKET REQUESTS-AT-ONCE THREADS`, with the credentials in the environment.

use std::time::Instant;

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::{ObjectStore, ObjectStoreExt};

// As vpcflow's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &'static str| arguments.next().context(what);
    let (url, bucket) = (next("URL")?, next("BUCKET")?);
    let (requests, threads) = (next("REQUESTS-AT-ONCE")?.parse()?, next("THREADS")?.parse()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    runtime.block_on(async {
        let builder = AmazonS3Builder::from_env().with_endpoint(url).with_allow_http(true).with_bucket_name(bucket);
        let store = builder.build()?;
        let objects: Vec<_> = store.list(None).try_collect().await?;
        let start = Instant::now();
        let sizes = futures::stream::iter(objects).map(|object| {
            let store = store.clone();
            // A task for each, as vpcflow has.
            tokio::spawn(async move { store.get(&object.location).await?.bytes().await.map(|body| body.len()) })
        });
        let mut sizes = sizes.buffer_unordered(requests);
        let mut bytes = 0;
        while let Some(size) = sizes.next().await {
            bytes += size??;
        }
        println!("{} {bytes}", start.elapsed().as_secs_f64());
        Ok(())
    })
}
