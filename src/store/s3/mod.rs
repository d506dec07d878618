//! S3 as an `ObjectStore`, through AWS' own SDK: so its credential chain, endpoints and signatures are AWS' too.
//!
//! A read is whole or it is an error: a body that is shorter than its head says, or that stops, is asked for again,
//! under the same ETag.

mod address;
mod body;
mod client;
mod failure;
mod location;
mod retry;
mod write;

use std::fmt;
use std::ops::Range;
use std::time::Instant;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::RequestId;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output;
use aws_sdk_s3::types::{EncodingType, RequestPayer};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use crate::limits::{EMPTY_PAGES, LISTED_KEYS, MAX_OBJECT_BYTES, S3_SILENCE};
pub use address::{S3Address, S3AddressError};
pub use client::{Aws, AwsOptions};
use failure::innermost;
pub(crate) use failure::told_of_sdk;
pub use failure::{S3Failure, told};
use location::key_of;
pub use location::path_of_key;
pub(in crate::store) use retry::Patience;
pub use retry::Retries;
pub use write::{Encryption, abort_uploads};

/// One bucket; a clone is another handle on it.
#[derive(Debug, Clone)]
pub struct S3Store {
    client: Client,
    /// The bucket, without a prefix.
    address: S3Address,
    payer: Option<RequestPayer>,
    encryption: Option<Encryption>,
    patience: Patience,
}

/// The size in bytes that an object had when it was listed: as an extension of a read of that version, so that a body
/// that is short, although its head says nothing of it, is noticed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ListedSize(pub(crate) u64);

/// The most bytes that an object may have, as an extension of a read: a larger one is refused.
#[derive(Debug, Clone, Copy)]
struct MostBytes(u64);

/// One page of a listing.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    /// Keys with what is known of them.
    pub(crate) objects: Vec<(String, ObjectMeta)>,
    /// Prefixes up to the delimiter.
    pub(crate) folders: Vec<String>,
    /// The last of its keys and prefixes, in their common order.
    last: Option<String>,
    next: Option<String>,
}

impl Listed {
    /// Whether nothing was listed.
    pub(crate) fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.folders.is_empty()
    }
}

impl S3Store {
    fn request(&self, verb: &str, key: &str) -> String {
        format!("{verb} {}", self.address.of_key(key))
    }

    /// Looks whether there is such a bucket. That it may not be asked says nothing of what else is allowed.
    ///
    /// # Errors
    /// When there is none, or no answer.
    pub async fn check_bucket(&self) -> Result<(), S3Failure> {
        let request = self.request("HEAD", "");
        let ask = |_| {
            let sent = self.client.head_bucket().bucket(&self.address.bucket).send();
            async { sent.await.map_err(|error| S3Failure::of(&request, error)) }
        };
        match self.patience.run(ask).await {
            Err(mut failure) if failure.status == Some(404) => {
                failure.code = Some("NoSuchBucket".to_owned());
                Err(failure)
            }
            Err(failure) if !failure.is_answered => Err(failure),
            _ => Ok(()),
        }
    }

    /// All that lies under `prefix`, or with `delimited` directly under it: every page.
    pub(crate) async fn list_all(&self, prefix: &str, delimited: bool) -> Result<Listed, S3Failure> {
        let all = self.list_pages(prefix, delimited, usize::MAX).await?;
        Ok(all.unwrap_or_default())
    }

    /// All that lies under `prefix`; `None` when it is more than so many pages.
    pub(crate) async fn list_few(&self, prefix: &str, pages: usize) -> Result<Option<Listed>, S3Failure> {
        self.list_pages(prefix, false, pages).await
    }

    async fn list_pages(&self, prefix: &str, delimited: bool, pages: usize) -> Result<Option<Listed>, S3Failure> {
        let mut all = Listed::default();
        let mut token = None;
        let mut last: Option<String> = None;
        let (begun, mut empty_pages, mut is_told) = (Instant::now(), 0, false);
        for _ in 0..pages {
            let page = self.list_page(prefix, delimited, token.clone()).await?;
            // Keys come in their order; a server that begins again would never end.
            let goes_on = page.next != token && (page.last.is_none() || page.last > last);
            if page.next.is_some() && !goes_on {
                let message = format!("the listing does not go on after {} keys", all.objects.len());
                return Err(S3Failure::transient(&self.request("LIST", prefix), message, None));
            }
            empty_pages = if page.last.is_none() { empty_pages + 1 } else { 0 };
            if all.objects.len() > LISTED_KEYS || empty_pages > EMPTY_PAGES {
                let message = format!("{} keys and no end; choose a period or a longer prefix", all.objects.len());
                return Err(S3Failure::refused(&self.request("LIST", prefix), message));
            }
            if begun.elapsed() > S3_SILENCE && !std::mem::replace(&mut is_told, true) {
                let (name, keys) = (self.address.of_key(prefix), all.objects.len());
                self.patience.tell(&format!("listing {name}: {keys} keys so far; with a period there are fewer"));
            }
            last = page.last.or(last);
            all.objects.extend(page.objects);
            all.folders.extend(page.folders);
            token = page.next;
            if token.is_none() {
                return Ok(Some(all));
            }
        }
        Ok(None)
    }

    /// One page of the keys that begin with `prefix`.
    pub(crate) async fn list_page(
        &self,
        prefix: &str,
        delimited: bool,
        token: Option<String>,
    ) -> Result<Listed, S3Failure> {
        let request = self.request("LIST", prefix);
        let ask = |_| {
            let sent = self
                .client
                .list_objects_v2()
                .bucket(&self.address.bucket)
                .prefix(prefix)
                .set_delimiter(delimited.then(|| "/".to_owned()))
                .set_continuation_token(token.clone())
                // Without it a key with a control character breaks the answer's XML.
                .encoding_type(EncodingType::Url)
                .set_request_payer(self.payer.clone())
                .send();
            let request = &request;
            async move {
                let output = sent.await.map_err(|error| S3Failure::of(request, error))?;
                // XML that breaks off is read as far as it goes.
                let listed = output.contents().len() + output.common_prefixes().len();
                if output.key_count().is_none_or(|count| count as usize != listed) {
                    let message = format!("the listing broke off after {listed} keys");
                    return Err(S3Failure::transient(request, message, output.request_id()));
                }
                if output.is_truncated() == Some(true) && output.next_continuation_token().is_none() {
                    let message = format!("the listing says that more follows after {listed} keys, but not where");
                    return Err(S3Failure::refused(request, message));
                }
                Ok(output)
            }
        };
        let listed = listed(self.patience.run(ask).await?);
        let mut names = listed.objects.iter().map(|(key, _)| key).chain(&listed.folders);
        if let Some(name) = names.find(|name| !name.starts_with(prefix)) {
            let message = format!("the listing has {name:?}, which was not asked for; check --endpoint-url");
            return Err(S3Failure::refused(&request, message));
        }
        Ok(listed)
    }

    /// A whole object that was not listed before.
    ///
    /// # Errors
    /// When it can't be read, or has more than `most` bytes.
    pub async fn read_whole(&self, key: &str, most: u64) -> Result<Bytes, S3Failure> {
        let mut options = GetOptions::default();
        options.extensions.insert(MostBytes(most));
        Ok(self.read(key, &options).await?.0)
    }

    /// The object, or a range of it, in memory.
    async fn read(&self, key: &str, options: &GetOptions) -> Result<(Bytes, ObjectMeta, Range<u64>), S3Failure> {
        let request = self.request("GET", key);
        if key.len() > MAX_KEY_BYTES {
            return Err(S3Failure::refused(&request, format!("no key has more than {MAX_KEY_BYTES} bytes")));
        }
        self.patience.run(|_| self.read_once(&request, key, options)).await
    }

    async fn read_once(
        &self,
        request: &str,
        key: &str,
        options: &GetOptions,
    ) -> Result<(Bytes, ObjectMeta, Range<u64>), S3Failure> {
        let mut output = self
            .client
            .get_object()
            .bucket(&self.address.bucket)
            .key(key)
            .set_range(options.range.as_ref().map(range_header))
            .set_if_match(options.if_match.clone())
            .set_if_none_match(options.if_none_match.clone())
            .set_if_modified_since(options.if_modified_since.map(to_aws_time))
            .set_if_unmodified_since(options.if_unmodified_since.map(to_aws_time))
            .set_version_id(options.version.clone())
            .set_request_payer(self.payer.clone())
            .send()
            .await
            .map_err(|error| S3Failure::of(request, error))?;
        let id = output.request_id().map(str::to_owned);
        // A server that does not know the condition answers with what there is.
        if let (Some(wanted), Some(got)) = (&options.if_match, output.e_tag())
            && wanted != got
            && wanted != "*"
        {
            return Err(S3Failure::replaced(request, id.as_deref()));
        }
        let broken = |message: String| S3Failure::transient(request, message, id.as_deref());
        let expected = output.content_length().and_then(|length| u64::try_from(length).ok());
        let listed = options.extensions.get::<ListedSize>().map(|size| size.0).filter(|_| options.range.is_none());
        if let (Some(expected), Some(listed)) = (expected, listed)
            && expected != listed
        {
            return Err(broken(format!("the answer has {expected} bytes, the listing {listed}")));
        }
        // No more is taken into memory than was asked for, whatever the answer announces.
        let asked_for = match &options.range {
            Some(GetRange::Bounded(range)) => Some(range.end.saturating_sub(range.start)),
            _ => None,
        };
        let limit = options.extensions.get::<MostBytes>().map(|most| most.0);
        let most = listed.or(asked_for).or(limit).unwrap_or(MAX_OBJECT_BYTES as u64);
        let too_much = || match limit {
            Some(_) => {
                S3Failure::refused(request, format!("more than {most} bytes, the most that such a file may have"))
            }
            None => broken(format!("the answer has more than the {most} bytes that were asked for")),
        };
        if expected.is_some_and(|expected| expected > most) {
            return Err(too_much());
        }
        let mut parts: Vec<Bytes> = Vec::new();
        let mut length = 0;
        loop {
            match output.body.try_next().await {
                Ok(Some(part)) => {
                    length += part.len() as u64;
                    if length > most {
                        return Err(too_much());
                    }
                    parts.push(part);
                }
                Ok(None) => break,
                Err(error) => {
                    return Err(broken(format!("the body broke off after {length} bytes: {}", innermost(&error))));
                }
            }
        }
        if expected.is_some_and(|expected| expected != length) {
            return Err(broken(format!("the body has {length} bytes instead of {}", expected.unwrap_or_default())));
        }
        if let Some(listed) = listed
            && listed != length
        {
            return Err(broken(format!("the body has {length} bytes, the listing {listed}")));
        }
        let (range, size) = match output.content_range() {
            None => (0..length, length),
            Some(text) => content_range(text).ok_or_else(|| broken(format!("unreadable Content-Range {text:?}")))?,
        };
        let asked = match &options.range {
            Some(asked) => asked.as_range(size).ok(),
            None => Some(0..size),
        };
        if range.end - range.start != length || asked.is_some_and(|asked| asked != range) {
            return Err(broken(format!("got bytes {}-{} of {size}, which was not asked for", range.start, range.end)));
        }
        let meta = ObjectMeta {
            location: path_of_key(key),
            last_modified: from_aws_time(output.last_modified()),
            size,
            e_tag: output.e_tag().map(str::to_owned),
            version: output.version_id().map(str::to_owned),
        };
        let body = if parts.len() == 1 { parts.remove(0) } else { Bytes::from(parts.concat()) };
        Ok((body, meta, range))
    }

    /// What is known of an object without reading it.
    pub(in crate::store) async fn head(&self, key: &str, options: &GetOptions) -> Result<ObjectMeta, S3Failure> {
        let request = self.request("HEAD", key);
        let ask = |_| {
            let sent = self
                .client
                .head_object()
                .bucket(&self.address.bucket)
                .key(key)
                .set_if_match(options.if_match.clone())
                .set_if_none_match(options.if_none_match.clone())
                .set_version_id(options.version.clone())
                .set_request_payer(self.payer.clone())
                .send();
            let request = &request;
            async move { sent.await.map_err(|error| S3Failure::of(request, error)) }
        };
        let output = self.patience.run(ask).await?;
        Ok(ObjectMeta {
            location: path_of_key(key),
            last_modified: from_aws_time(output.last_modified()),
            size: output.content_length().and_then(|length| u64::try_from(length).ok()).unwrap_or_default(),
            e_tag: output.e_tag().map(str::to_owned),
            version: output.version_id().map(str::to_owned),
        })
    }
}

/// The longest key that S3 allows.
pub(in crate::store) const MAX_KEY_BYTES: usize = 1024;

fn listed(output: ListObjectsV2Output) -> Listed {
    let is_encoded = output.encoding_type() == Some(&EncodingType::Url);
    let decode = |text: &str| {
        if !is_encoded {
            return text.to_owned();
        }
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let keys = output.contents().iter().filter_map(|object| object.key());
    let prefixes = output.common_prefixes().iter().filter_map(|folder| folder.prefix());
    let last = keys.chain(prefixes).map(decode).max();
    let mut listed = Listed { last, next: output.next_continuation_token().map(str::to_owned), ..Listed::default() };
    for object in output.contents() {
        let key = decode(object.key().unwrap_or_default());
        let size = object.size().and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
        // What consoles make for an empty folder.
        if key.ends_with('/') && size == 0 {
            continue;
        }
        let meta = ObjectMeta {
            location: path_of_key(&key),
            last_modified: from_aws_time(object.last_modified()),
            size,
            e_tag: object.e_tag().map(str::to_owned),
            version: None,
        };
        listed.objects.push((key, meta));
    }
    listed.folders.extend(output.common_prefixes().iter().filter_map(|folder| folder.prefix().map(decode)));
    listed
}

fn range_header(range: &GetRange) -> String {
    match range {
        GetRange::Bounded(range) => format!("bytes={}-{}", range.start, range.end.saturating_sub(1)),
        GetRange::Offset(offset) => format!("bytes={offset}-"),
        GetRange::Suffix(length) => format!("bytes=-{length}"),
    }
}

/// `bytes 0-9/100` as the range and the object's size.
fn content_range(text: &str) -> Option<(Range<u64>, u64)> {
    let (range, size) = text.strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
    Some((first..last.checked_add(1).filter(|end| *end > first)?, size.parse().ok()?))
}

fn from_aws_time(time: Option<&aws_sdk_s3::primitives::DateTime>) -> DateTime<Utc> {
    time.and_then(|time| DateTime::from_timestamp(time.secs(), time.subsec_nanos())).unwrap_or_default()
}

fn to_aws_time(time: DateTime<Utc>) -> aws_sdk_s3::primitives::DateTime {
    aws_sdk_s3::primitives::DateTime::from_secs(time.timestamp())
}

impl fmt::Display for S3Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address.of_key(""))
    }
}

/// The keys' beginning that a path means as a folder.
fn folder(prefix: Option<&Path>) -> String {
    prefix.filter(|prefix| !prefix.as_ref().is_empty()).map(|prefix| format!("{prefix}/")).unwrap_or_default()
}

#[async_trait]
impl ObjectStore for S3Store {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let key = key_of(location);
        if options.head {
            let meta = self.head(&key, &options).await?;
            let payload = GetResultPayload::Stream(stream::empty().boxed());
            return Ok(GetResult { payload, range: 0..meta.size, meta, attributes: Default::default() });
        }
        let (body, meta, range) = self.read(&key, &options).await?;
        let payload = GetResultPayload::Stream(stream::iter([Ok(body)]).boxed());
        Ok(GetResult { payload, meta, range, attributes: Default::default() })
    }

    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.put(&key_of(location), payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.upload(&key_of(location), options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.delete_all(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let prefix = folder(prefix);
        let store = self.clone();
        let listed = async move {
            let listed = store.list_all(&prefix, false).await?;
            Ok::<_, object_store::Error>(stream::iter(listed.objects.into_iter().map(|(_, meta)| Ok(meta))))
        };
        stream::once(listed).try_flatten().boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let listed = self.list_all(&folder(prefix), true).await?;
        let common_prefixes = listed.folders.iter().map(|folder| path_of_key(folder.trim_end_matches('/'))).collect();
        Ok(ListResult { common_prefixes, objects: listed.objects.into_iter().map(|(_, meta)| meta).collect() })
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.copy(&key_of(from), &key_of(to), options).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_http_writes_them() {
        assert_eq!(range_header(&GetRange::Bounded(0..10)), "bytes=0-9");
        assert_eq!(range_header(&GetRange::Offset(10)), "bytes=10-");
        assert_eq!(range_header(&GetRange::Suffix(8)), "bytes=-8");
        assert_eq!(content_range("bytes 0-9/100"), Some((0..10, 100)));
        for text in ["", "bytes 0-9", "bytes 9-0/100", "bytes 5-18446744073709551615/9", "bytes */100"] {
            assert_eq!(content_range(text), None, "{text}");
        }
    }
}
