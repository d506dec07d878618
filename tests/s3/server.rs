//! A real S3 server in this process: HTTP on 127.0.0.1, signatures checked, objects in a temporary folder. In front of
//! it stands a proxy that counts requests and does harm when told to.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, StreamExt};
use http_body::Frame;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};

#[path = "objects.rs"]
mod objects;

use objects::Objects;

/// What the server takes for its one user.
pub const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// The one bucket.
pub const BUCKET: &str = "logs";

/// How a request is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Answered with this status and S3's name of the error.
    Refused(u16, &'static str),
    /// The connection breaks after half the body.
    Reset,
    /// The body stands still after half of it.
    Stall,
    /// 200 with fewer bytes than there are, and the length of those.
    Short,
    /// 200 with more bytes than there are, and the length of those.
    Long,
    /// This status and body.
    Says(u16, &'static str),
    /// This status, and a body without an end.
    Endless(u16),
    /// Carried out, and the body comes a byte in a second.
    Trickle,
    /// 307 to itself.
    Redirect,
    /// Carried out after a while.
    Slow(Duration),
    /// The request is carried out, and the connection breaks before the answer.
    LostAnswer,
}

pub const SLOW_DOWN: Fault = Fault::Refused(503, "SlowDown");
pub const INTERNAL: Fault = Fault::Refused(500, "InternalError");
pub const DENIED: Fault = Fault::Refused(403, "AccessDenied");
pub const GONE: Fault = Fault::Refused(404, "NoSuchKey");
pub const EXPIRED: Fault = Fault::Refused(400, "ExpiredToken");
pub const ARCHIVED: Fault = Fault::Refused(403, "InvalidObjectState");
pub const CONFLICT: Fault = Fault::Refused(409, "ConditionalRequestConflict");

/// What the proxy does.
#[derive(Default)]
struct Proxy {
    requests: Mutex<Vec<String>>,
    plan: Mutex<Option<Plan>>,
    count: AtomicU64,
    /// Requests that are being answered, and how many were when each object was asked for.
    in_flight: AtomicU64,
    crowds: Mutex<Vec<u64>>,
}

/// Which fault a request suffers, by its number and by what it asks: `GET /logs/key`.
type Plan = Box<dyn Fn(u64, &str) -> Option<Fault> + Send>;

/// A server that runs until it is dropped.
pub struct Server {
    folder: tempfile::TempDir,
    url: String,
    proxy: Arc<Proxy>,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Tests that are asynchronous themselves may not wait for it.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Server {
    /// Starts a server with one empty bucket.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(BUCKET)).expect("a bucket");
        let mut service = S3ServiceBuilder::new(Objects::new(folder.path()));
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
        let service = service.build();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let proxy = Arc::new(Proxy::default());
        let served = Arc::clone(&proxy);
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
            while let Ok((socket, _)) = listener.accept().await {
                let (service, proxy) = (service.clone(), Arc::clone(&served));
                tokio::spawn(async move {
                    let answer = service_fn(move |request| answer(service.clone(), Arc::clone(&proxy), request));
                    // A connection that a fault broke ends with an error.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), answer).await;
                });
            }
        });
        Server { folder, url, proxy, runtime: Some(runtime) }
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the bucket's objects lie on disk.
    pub fn bucket(&self) -> PathBuf {
        self.folder.path().join(BUCKET)
    }

    /// Puts an object into the bucket behind the server's back.
    pub fn put(&self, key: &str, content: impl AsRef<[u8]>) {
        let path = self.bucket().join(key);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, content).expect("an object");
    }

    /// Copies a folder's files into the bucket.
    pub fn put_folder(&self, folder: &Path) {
        for entry in walkdir::WalkDir::new(folder) {
            let entry = entry.expect("a readable folder");
            if entry.file_type().is_file() {
                let key = entry.path().strip_prefix(folder).expect("a path within").to_string_lossy().into_owned();
                self.put(&key, std::fs::read(entry.path()).expect("a file"));
            }
        }
    }

    /// The requests so far, such as `GET /logs/key` and `LIST /logs/prefix`, and begins to count anew.
    pub fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.proxy.requests.lock().expect("no panic"))
    }

    /// For each object asked for so far, how many other requests were being answered.
    pub fn take_crowds(&self) -> Vec<u64> {
        std::mem::take(&mut self.proxy.crowds.lock().expect("no panic"))
    }

    /// Spoils the requests for which `plan` says how.
    pub fn spoil(&self, plan: impl Fn(u64, &str) -> Option<Fault> + Send + 'static) {
        *self.proxy.plan.lock().expect("no panic") = Some(Box::new(plan));
    }
}

type Answer = Response<UnsyncBoxBody<Bytes, Broken>>;

/// A body that ends too early.
#[derive(Debug)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken on purpose")
    }
}

impl std::error::Error for Broken {}

async fn answer(service: S3Service, proxy: Arc<Proxy>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    let asked = describe(&request);
    let number = proxy.count.fetch_add(1, Ordering::Relaxed);
    proxy.requests.lock().expect("no panic").push(asked.clone());
    let crowd = proxy.in_flight.fetch_add(1, Ordering::Relaxed);
    if asked.starts_with("GET") {
        proxy.crowds.lock().expect("no panic").push(crowd);
    }
    let answer = spoiled(service, &proxy, request, number, &asked).await;
    proxy.in_flight.fetch_sub(1, Ordering::Relaxed);
    answer
}

async fn spoiled(
    service: S3Service,
    proxy: &Proxy,
    request: Request<Incoming>,
    number: u64,
    asked: &str,
) -> Result<Answer, Infallible> {
    let fault = proxy.plan.lock().expect("no panic").as_ref().and_then(|plan| plan(number, asked));
    match fault {
        Some(Fault::Refused(status, code)) => {
            let xml = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>as told</Message></Error>");
            let answer = Response::builder().status(status).header("x-amz-request-id", format!("TEST{number}"));
            return Ok(answer.body(full(xml.into())).expect("an answer"));
        }
        Some(Fault::Redirect) => {
            let answer = Response::builder().status(StatusCode::TEMPORARY_REDIRECT);
            let answer = answer.header("location", request.uri().to_string());
            return Ok(answer.body(full(Bytes::new())).expect("an answer"));
        }
        Some(Fault::Says(status, text)) => {
            return Ok(Response::builder().status(status).body(full(text.into())).expect("an answer"));
        }
        Some(Fault::Endless(status)) => {
            let chunk = || Ok::<_, Broken>(Frame::data(Bytes::from(vec![b' '; 1 << 20])));
            let body = StreamBody::new(stream::repeat_with(chunk)).boxed_unsync();
            return Ok(Response::builder().status(status).body(body).expect("an answer"));
        }
        Some(Fault::Slow(wait)) => tokio::time::sleep(wait).await,
        _ => {}
    }
    let response = match Service::call(&service, request).await {
        Ok(response) => response,
        Err(error) => panic!("the server answers everything: {error:?}"),
    };
    let (mut head, body) = response.into_parts();
    if matches!(fault, None | Some(Fault::Slow(_))) {
        let body = body.map_err(|_| Broken).boxed_unsync();
        return Ok(Response::from_parts(head, body));
    }
    let body = BodyExt::collect(body).await.expect("a body").to_bytes();
    let half = body.slice(..body.len() / 2);
    let body = match fault {
        Some(Fault::Short) => {
            head.headers.insert("content-length", half.len().into());
            full(half)
        }
        Some(Fault::Long) => {
            head.headers.insert("content-length", (2 * body.len()).into());
            full([&body[..], &body[..]].concat().into())
        }
        Some(Fault::Trickle) => {
            let bytes = stream::iter(0..body.len()).then(move |at| {
                let byte = body.slice(at..at + 1);
                async move {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    Ok::<_, Broken>(Frame::data(byte))
                }
            });
            StreamBody::new(bytes).boxed_unsync()
        }
        _ => {
            // As announced, but of an empty body something must be missing.
            head.headers.insert("content-length", body.len().max(1).into());
            Half { half: Some(half), stalls: fault == Some(Fault::Stall) }.boxed_unsync()
        }
    };
    Ok(Response::from_parts(head, body))
}

fn full(bytes: Bytes) -> UnsyncBoxBody<Bytes, Broken> {
    http_body_util::Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

/// Half a body, and then nothing or a broken connection.
struct Half {
    half: Option<Bytes>,
    stalls: bool,
}

impl http_body::Body for Half {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match self.half.take() {
            Some(half) if !half.is_empty() => Poll::Ready(Some(Ok(Frame::data(half)))),
            _ if self.stalls => Poll::Pending,
            _ => Poll::Ready(Some(Err(Broken))),
        }
    }
}

fn describe(request: &Request<Incoming>) -> String {
    let query: Vec<(String, String)> = url::form_urlencoded::parse(request.uri().query().unwrap_or("").as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let is_list = request.method() == Method::GET && query.iter().any(|(name, _)| name == "list-type");
    let path = request.uri().path();
    if is_list {
        let prefix = query.iter().find(|(name, _)| name == "prefix").map_or("", |(_, prefix)| prefix);
        return format!("LIST {}/{prefix}", path.trim_end_matches('/'));
    }
    let path = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    format!("{} {path}", request.method())
}
