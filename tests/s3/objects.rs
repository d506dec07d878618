//! What the server keeps: files, by s3s-fs, with what that leaves out or does slowly. Listings have ETags, and reads may
//! depend on them; neither costs more than the file system, because the bench shares its processors with the server.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use s3s::dto::*;
use s3s::{S3, S3ErrorCode, S3Request, S3Response, S3Result, s3_error};
use s3s_fs::FileSystem;

/// The files under a folder, of which those at its top are the buckets.
pub struct Objects {
    files: FileSystem,
    root: PathBuf,
    /// Conditions hold until what hangs on them is written.
    writes: tokio::sync::Mutex<()>,
}

impl Objects {
    pub fn new(root: &Path) -> Self {
        Objects {
            files: FileSystem::new(root).expect("a folder"),
            root: root.to_owned(),
            writes: tokio::sync::Mutex::default(),
        }
    }

    fn listed(&self, bucket: &str, key: &str) -> Object {
        let metadata = std::fs::metadata(self.root.join(bucket).join(key)).ok();
        Object {
            key: Some(key.to_owned()),
            e_tag: self.e_tag(bucket, key),
            size: metadata.as_ref().map(|metadata| metadata.len() as i64),
            last_modified: metadata.and_then(|metadata| metadata.modified().ok()).map(Timestamp::from),
            ..Default::default()
        }
    }

    fn e_tag(&self, bucket: &str, key: &str) -> Option<ETag> {
        let metadata = std::fs::metadata(self.root.join(bucket).join(key)).ok()?;
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(ETag::Strong(format!("{:x}-{}", modified.as_nanos(), metadata.len())))
    }
}

/// The keys that begin with `prefix`, or with `delimited` those directly in its folder and the folders there.
fn names(root: &Path, prefix: &str, delimited: bool) -> Vec<String> {
    let folder = root.join(prefix.rsplit_once('/').map_or("", |(folder, _)| folder));
    let depth = if delimited { 1 } else { usize::MAX };
    let entries = walkdir::WalkDir::new(folder).min_depth(1).max_depth(depth).into_iter().filter_map(Result::ok);
    let name = |entry: walkdir::DirEntry| {
        let name = entry.path().strip_prefix(root).ok()?.to_str()?.to_owned();
        match entry.file_type().is_dir() {
            true if delimited => Some(format!("{name}/")),
            true => None,
            false => Some(name),
        }
    };
    let mut names: Vec<String> = entries.filter_map(name).filter(|name| name.starts_with(prefix)).collect();
    names.sort();
    names
}

/// What S3 says of an upload it does not know; s3s-fs takes it for somebody else's.
fn no_such_upload(error: s3s::S3Error) -> s3s::S3Error {
    match error.code() {
        S3ErrorCode::AccessDenied => s3_error!(NoSuchUpload),
        _ => error,
    }
}

#[async_trait::async_trait]
impl S3 for Objects {
    async fn head_bucket(&self, request: S3Request<HeadBucketInput>) -> S3Result<S3Response<HeadBucketOutput>> {
        self.files.head_bucket(request).await
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let input = request.input;
        let root = self.root.join(&input.bucket);
        if !root.is_dir() {
            return Err(s3_error!(NoSuchBucket));
        }
        let prefix = input.prefix.as_deref().unwrap_or_default();
        let names = names(&root, prefix, input.delimiter.is_some());
        let after = input.continuation_token.as_deref().or(input.start_after.as_deref()).unwrap_or_default();
        let first = names.partition_point(|name| name.as_str() <= after);
        let most = input.max_keys.and_then(|most| usize::try_from(most).ok()).unwrap_or(1000);
        let page = &names[first..names.len().min(first + most)];
        let is_truncated = first + page.len() < names.len();
        let (folders, keys): (Vec<&String>, Vec<&String>) = page.iter().partition(|name| name.ends_with('/'));
        Ok(S3Response::new(ListObjectsV2Output {
            key_count: i32::try_from(page.len()).ok(),
            is_truncated: Some(is_truncated),
            next_continuation_token: page.last().filter(|_| is_truncated).cloned(),
            common_prefixes: Some(
                folders.into_iter().map(|name| CommonPrefix { prefix: Some(name.clone()) }).collect(),
            ),
            contents: Some(keys.into_iter().map(|key| self.listed(&input.bucket, key)).collect()),
            name: Some(input.bucket),
            ..Default::default()
        }))
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        let e_tag = self.e_tag(&request.input.bucket, &request.input.key);
        let mut response = self.files.head_object(request).await?;
        response.output.e_tag = e_tag;
        Ok(response)
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let e_tag = self.e_tag(&request.input.bucket, &request.input.key);
        let wanted = request.input.if_match.as_ref().and_then(|wanted| wanted.as_etag().cloned());
        if wanted.is_some() && e_tag.is_some() && wanted != e_tag {
            return Err(s3_error!(PreconditionFailed));
        }
        // s3s-fs would read 4 KiB at a time, and all of it once more for a digest.
        let input = request.input;
        let path = self.root.join(&input.bucket).join(&input.key);
        let content = std::fs::read(&path).map_err(|error| s3_error!(error, NoSuchKey))?;
        let modified = path.metadata().and_then(|metadata| metadata.modified()).map(Timestamp::from).ok();
        let (length, content) = (content.len() as u64, Bytes::from(content));
        let range = input.range.map(|range| range.check(length)).transpose()?;
        let content_range = range.as_ref().map(|range| format!("bytes {}-{}/{length}", range.start, range.end - 1));
        let content = range.map_or(content.clone(), |range| content.slice(range.start as usize..range.end as usize));
        Ok(S3Response::new(GetObjectOutput {
            content_length: Some(content.len() as i64),
            content_range,
            last_modified: modified,
            e_tag,
            body: Some(StreamingBlob::from(s3s::Body::from(content))),
            ..Default::default()
        }))
    }

    async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let _alone = self.writes.lock().await;
        let (bucket, key) = (request.input.bucket.clone(), request.input.key.clone());
        let mut request = request;
        // s3s-fs knows another ETag than those that are told here.
        if let Some(wanted) = request.input.if_match.take()
            && wanted.as_etag() != self.e_tag(&bucket, &key).as_ref()
        {
            return Err(s3_error!(PreconditionFailed));
        }
        let mut response = self.files.put_object(request).await?;
        response.output.e_tag = self.e_tag(&bucket, &key);
        Ok(response)
    }

    async fn delete_object(&self, request: S3Request<DeleteObjectInput>) -> S3Result<S3Response<DeleteObjectOutput>> {
        self.files.delete_object(request).await
    }

    async fn copy_object(&self, request: S3Request<CopyObjectInput>) -> S3Result<S3Response<CopyObjectOutput>> {
        self.files.copy_object(request).await
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        self.files.create_multipart_upload(request).await
    }

    async fn upload_part(&self, request: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        self.files.upload_part(request).await
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let completed = self.files.complete_multipart_upload(request).await;
        completed.map_err(no_such_upload)
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let aborted = self.files.abort_multipart_upload(request).await;
        aborted.map_err(no_such_upload)
    }
}
