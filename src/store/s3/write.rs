//! Writing to S3: an object appears whole or not at all, and what was begun and given up is cleared away.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use async_trait::async_trait;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, ServerSideEncryption};
use bytes::Bytes;
use futures::FutureExt;
use futures::stream::{BoxStream, StreamExt};
use object_store::path::Path;
use object_store::{
    CopyMode, CopyOptions, GetOptions, MultipartUpload, PutMode, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result, UploadPart,
};
use tokio::sync::watch;

use super::S3Store;
use super::failure::S3Failure;
use super::location::key_of;
use crate::limits::{ABORT_PAUSE, ABORT_TIMEOUT};

/// How an object is encrypted where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    /// With a key of S3's own (SSE-S3).
    S3,
    /// With a key of KMS (SSE-KMS): the given one, or the account's default.
    Kms(Option<String>),
}

impl Encryption {
    fn method(&self) -> ServerSideEncryption {
        match self {
            Encryption::S3 => ServerSideEncryption::Aes256,
            Encryption::Kms(_) => ServerSideEncryption::AwsKms,
        }
    }

    fn key(&self) -> Option<String> {
        match self {
            Encryption::S3 => None,
            Encryption::Kms(key) => key.clone(),
        }
    }
}

impl S3Store {
    fn method(&self) -> Option<ServerSideEncryption> {
        self.encryption.as_ref().map(Encryption::method)
    }

    fn kms_key(&self) -> Option<String> {
        self.encryption.as_ref().and_then(Encryption::key)
    }

    pub(super) async fn put(&self, key: &str, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let (if_match, if_none_match) = match options.mode {
            PutMode::Overwrite => (None, None),
            PutMode::Create => (None, Some("*".to_owned())),
            PutMode::Update(version) => (version.e_tag, None),
        };
        let is_conditional = if_match.is_some() || if_none_match.is_some();
        let is_create = if_none_match.is_some();
        let body = Bytes::from(payload);
        let request = self.request("PUT", key);
        let put = |attempt| {
            let sent = self
                .client
                .put_object()
                .bucket(&self.address.bucket)
                .key(key)
                .set_if_match(if_match.clone())
                .set_if_none_match(if_none_match.clone())
                .set_server_side_encryption(self.method())
                .set_ssekms_key_id(self.kms_key())
                .set_request_payer(self.payer.clone())
                .body(ByteStream::from(body.clone()))
                .send();
            let (request, body) = (&request, &body);
            async move {
                let failure = match sent.await.map_err(|error| S3Failure::of(request, error)) {
                    Ok(output) => {
                        return Ok(PutResult {
                            e_tag: Some(e_tag(request, output.e_tag())?),
                            version: output.version_id().map(str::to_owned),
                        });
                    }
                    Err(failure) => failure,
                };
                // The attempt before may have written it although its answer was lost.
                if is_conditional && attempt > 1 && failure.status == Some(412) {
                    let (written, meta, _) = self.read(key, &GetOptions::default()).await?;
                    if written == *body {
                        return Ok(PutResult { e_tag: meta.e_tag, version: meta.version });
                    }
                }
                Err(failure)
            }
        };
        self.patience.run(put).await.map_err(|failure| match failure.status {
            Some(412) if is_create => {
                object_store::Error::AlreadyExists { path: request.clone(), source: Box::new(failure) }
            }
            _ => failure.into(),
        })
    }

    pub(super) async fn copy(&self, from: &str, to: &str, options: CopyOptions) -> Result<()> {
        let request = self.request("COPY", to);
        if options.mode == CopyMode::Create {
            // Not every server that speaks S3 knows the condition, and one that does not would overwrite.
            let source = "a copy that must not overwrite is not made on S3; put the object instead".into();
            return Err(object_store::Error::NotSupported { source });
        }
        let source = format!("{}/{from}", self.address.bucket);
        let source = percent_encoding::utf8_percent_encode(&source, percent_encoding::NON_ALPHANUMERIC).to_string();
        let copy = |_| {
            let sent = self
                .client
                .copy_object()
                .bucket(&self.address.bucket)
                .key(to)
                .copy_source(&source)
                .set_server_side_encryption(self.method())
                .set_ssekms_key_id(self.kms_key())
                .set_request_payer(self.payer.clone())
                .send();
            let request = &request;
            async move { sent.await.map_err(|error| S3Failure::of(request, error)) }
        };
        Ok(self.patience.run(copy).await.map(drop)?)
    }

    pub(super) fn delete_all(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        let delete = move |location: Result<Path>| {
            let store = store.clone();
            async move {
                let location = location?;
                let key = key_of(&location);
                let request = store.request("DELETE", &key);
                let delete = |_| {
                    let sent = store
                        .client
                        .delete_object()
                        .bucket(&store.address.bucket)
                        .key(&*key)
                        .set_request_payer(store.payer.clone())
                        .send();
                    let request = &request;
                    async move { sent.await.map_err(|error| S3Failure::of(request, error)) }
                };
                store.patience.run(delete).await?;
                Ok(location)
            }
        };
        locations.map(delete).buffered(DELETES_AT_ONCE).boxed()
    }

    pub(super) async fn upload(&self, key: &str, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        let request = self.request("PUT", key);
        let begin = |_| {
            let sent = self
                .client
                .create_multipart_upload()
                .bucket(&self.address.bucket)
                .key(key)
                .set_server_side_encryption(self.method())
                .set_ssekms_key_id(self.kms_key())
                .set_request_payer(self.payer.clone())
                .send();
            let request = &request;
            async move { sent.await.map_err(|error| S3Failure::of(request, error)) }
        };
        let output = self.patience.run(begin).await?;
        let Some(id) = output.upload_id() else {
            let failure = S3Failure::transient(&request, "the answer names no upload".to_owned(), None);
            return Err(failure.into());
        };
        let target = Arc::new(Target {
            is_given_up: watch::Sender::new(false),
            store: self.clone(),
            key: key.to_owned(),
            id: id.to_owned(),
            request,
        });
        let mut begun = BEGUN.lock().unwrap_or_else(PoisonError::into_inner);
        begun.retain(|target| target.strong_count() > 0);
        begun.push(Arc::downgrade(&target));
        Ok(Box::new(Upload { target, parts: Arc::default(), begun: 0, bytes: 0, is_open: true }))
    }
}

/// The ETag that S3 gives whatever it has taken: an answer without one is somebody else's.
fn e_tag(request: &str, e_tag: Option<&str>) -> Result<String, S3Failure> {
    let missing = || S3Failure::transient(request, "the answer has no ETag; check --endpoint-url".to_owned(), None);
    e_tag.map(str::to_owned).ok_or_else(missing)
}

/// Objects that are deleted at a time.
const DELETES_AT_ONCE: usize = 16;

/// The uploads that are under way in this process.
static BEGUN: Mutex<Vec<Weak<Target>>> = Mutex::new(Vec::new());

/// Gives up every upload that is under way, for a process that ends before its time. Some seconds are spent on it at most.
pub async fn abort_uploads() {
    let begun = std::mem::take(&mut *BEGUN.lock().unwrap_or_else(PoisonError::into_inner));
    let aborts = begun.iter().filter_map(Weak::upgrade).map(|target| async move { target.abort().await });
    // Nobody is left who could do something about a failure.
    let _ = tokio::time::timeout(ABORT_TIMEOUT, futures::future::join_all(aborts)).await;
}

/// Where an upload's parts go.
#[derive(Debug)]
struct Target {
    /// Becomes true when nothing more is to be sent.
    is_given_up: watch::Sender<bool>,
    store: S3Store,
    key: String,
    id: String,
    request: String,
}

impl Target {
    async fn put_part(&self, number: i32, body: Bytes) -> Result<CompletedPart, S3Failure> {
        let put = |_| {
            let sent = self
                .store
                .client
                .upload_part()
                .bucket(&self.store.address.bucket)
                .key(&self.key)
                .upload_id(&self.id)
                .part_number(number)
                .set_request_payer(self.store.payer.clone())
                .body(ByteStream::from(body.clone()))
                .send();
            async move {
                let output = sent.await.map_err(|error| S3Failure::of(&self.request, error))?;
                e_tag(&self.request, output.e_tag())
            }
        };
        let mut is_given_up = self.is_given_up.subscribe();
        // Whoever gives it up waits for no part, and a process that ends must not report this as its failure.
        let given_up = async {
            let _ = is_given_up.wait_for(|given_up| *given_up).await.is_ok();
            std::future::pending::<Infallible>().await
        };
        let e_tag = tokio::select! {
            e_tag = self.store.patience.run(put) => e_tag?,
            never = given_up => match never {},
        };
        Ok(CompletedPart::builder().part_number(number).e_tag(e_tag).build())
    }

    async fn complete(&self, parts: Vec<CompletedPart>, bytes: u64) -> Result<PutResult, S3Failure> {
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = |attempt| {
            let sent = self
                .store
                .client
                .complete_multipart_upload()
                .bucket(&self.store.address.bucket)
                .key(&self.key)
                .upload_id(&self.id)
                .multipart_upload(parts.clone())
                .set_request_payer(self.store.payer.clone())
                .send();
            async move {
                let failure = match sent.await.map_err(|error| S3Failure::of(&self.request, error)) {
                    Ok(output) => {
                        let version = output.version_id().map(str::to_owned);
                        return Ok(PutResult { e_tag: output.e_tag().map(str::to_owned), version });
                    }
                    Err(failure) => failure,
                };
                // The attempt before may have completed it although its answer was lost.
                if attempt > 1 && failure.status == Some(404) {
                    let meta = self.store.head(&self.key, &GetOptions::default()).await?;
                    if meta.size == bytes {
                        return Ok(PutResult { e_tag: meta.e_tag, version: meta.version });
                    }
                }
                Err(failure)
            }
        };
        self.store.patience.run(complete).await
    }

    /// Stops what is being sent, and has S3 clear away what it has. A part that was under way may arrive after that, and
    /// bring the upload back: so it is asked twice.
    async fn abort(&self) -> Result<(), S3Failure> {
        self.is_given_up.send_replace(true);
        self.abort_once().await?;
        tokio::time::sleep(ABORT_PAUSE).await;
        match self.abort_once().await {
            Err(failure) if failure.status == Some(404) => Ok(()),
            done => done,
        }
    }

    async fn abort_once(&self) -> Result<(), S3Failure> {
        let abort = |_| {
            let sent = self
                .store
                .client
                .abort_multipart_upload()
                .bucket(&self.store.address.bucket)
                .key(&self.key)
                .upload_id(&self.id)
                .set_request_payer(self.store.payer.clone())
                .send();
            async move { sent.await.map_err(|error| S3Failure::of(&self.request, error)) }
        };
        self.store.patience.run(abort).await.map(drop)
    }
}

/// An object on its way to S3 in parts.
#[derive(Debug)]
struct Upload {
    target: Arc<Target>,
    parts: Arc<Mutex<Vec<CompletedPart>>>,
    begun: i32,
    bytes: u64,
    is_open: bool,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.begun += 1;
        self.bytes += data.content_length() as u64;
        let (target, parts, number) = (Arc::clone(&self.target), Arc::clone(&self.parts), self.begun);
        async move {
            let part = target.put_part(number, Bytes::from(data)).await?;
            parts.lock().unwrap_or_else(PoisonError::into_inner).push(part);
            Ok(())
        }
        .boxed()
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let mut parts = std::mem::take(&mut *self.parts.lock().unwrap_or_else(PoisonError::into_inner));
        if parts.len() != self.begun as usize {
            let message = format!("{} of {} parts were not sent", self.begun as usize - parts.len(), self.begun);
            return Err(S3Failure::transient(&self.target.request, message, None).into());
        }
        parts.sort_by_key(CompletedPart::part_number);
        let result = self.target.complete(parts, self.bytes).await?;
        self.is_open = false;
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        self.is_open = false;
        Ok(self.target.abort().await?)
    }
}

impl Drop for Upload {
    /// Parts that are never completed cost money until somebody finds them.
    fn drop(&mut self) {
        if self.is_open
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let target = Arc::clone(&self.target);
            runtime.spawn(async move { target.abort().await });
        }
    }
}
