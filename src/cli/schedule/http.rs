//! `/metrics` and `/healthz`.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use chrono::Utc;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use vpcflow::limits::{HTTP_CLIENTS, HTTP_PATIENCE};
use vpcflow::schedule::{Config, Metrics};

/// The text format of OpenMetrics.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// A listener that is bound, and answers nobody yet.
pub(super) struct Listener(TcpListener);

impl Listener {
    /// Binds an address.
    ///
    /// # Errors
    /// When it can't be.
    pub(super) async fn bind(address: SocketAddr) -> Result<Self> {
        let bound = TcpListener::bind(address).await;
        Ok(Listener(bound.with_context(|| format!("[http] listen = \"{address}\""))?))
    }

    /// Answers.
    pub(super) async fn serve(self, config: Arc<Config>, metrics: Arc<Metrics>) {
        let clients = Arc::new(Semaphore::new(HTTP_CLIENTS));
        loop {
            let Ok(client) = Arc::clone(&clients).acquire_owned().await else { return };
            let Ok((stream, _)) = self.0.accept().await else {
                // For want of files, mostly: others will be closed.
                tokio::time::sleep(HTTP_PATIENCE / 10).await;
                continue;
            };
            let (config, metrics) = (Arc::clone(&config), Arc::clone(&metrics));
            tokio::spawn(async move {
                let answer = service_fn(|request: Request<Incoming>| {
                    let answer = answer(&request, &config, &metrics);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let mut builder = hyper::server::conn::http1::Builder::new();
                builder.timer(TokioTimer::new()).header_read_timeout(HTTP_PATIENCE).keep_alive(false);
                // Who breaks off does not want to hear it.
                let _ = builder.serve_connection(TokioIo::new(stream), answer).await;
                drop(client);
            });
        }
    }
}

fn answer(request: &Request<Incoming>, config: &Config, metrics: &Metrics) -> Response<Full<Bytes>> {
    let now = Utc::now();
    let (status, kind, text) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/metrics") => (StatusCode::OK, OPEN_METRICS, metrics.text(config, now)),
        (&Method::GET | &Method::HEAD, "/healthz") => {
            let (is_well, health) = metrics.health(config, now);
            let status = if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
            (status, "application/json", format!("{health}\n"))
        }
        (&Method::GET | &Method::HEAD, _) => {
            (StatusCode::NOT_FOUND, "text/plain", "/metrics and /healthz are here\n".to_owned())
        }
        _ => (StatusCode::METHOD_NOT_ALLOWED, "text/plain", "GET\n".to_owned()),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
