//! From the AWS command line's options to clients for buckets: the only place that knows of profiles, roles, regions
//! and credentials. Credentials come from the SDK's default chain and are renewed by it.

use std::sync::Arc;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::Client;
use aws_sdk_s3::config::SharedCredentialsProvider;
use aws_sdk_s3::types::RequestPayer;
use aws_smithy_http_client::pool::{self, ConnectionPool};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use super::address::S3Address;
use super::body::BoundBodies;
use super::failure::S3Failure;
use super::retry::{Patience, Retries};
use super::{Encryption, S3Store};
use crate::limits::{S3_ANSWER_TIMEOUT, S3_CONNECT_TIMEOUT, S3_STALL_TIMEOUT};
use crate::store::queue::QueueAddress;

/// How AWS is reached, as in the AWS command line.
#[derive(Debug, Clone, Default)]
pub struct AwsOptions {
    /// The SDK's configuration; without one it is made by the default chain.
    pub config: Option<SdkConfig>,
    /// A profile of the shared configuration files.
    pub profile: Option<String>,
    /// The region; without one it is asked of each bucket.
    pub region: Option<String>,
    /// Another server that speaks S3.
    pub endpoint_url: Option<String>,
    /// Whether requests go without a signature, for public buckets.
    pub no_sign_request: bool,
    /// Whether the requester pays for the requests.
    pub request_payer: bool,
    /// A role to take on before anything else.
    pub role_arn: Option<String>,
    /// What the role's trust policy may ask for.
    pub external_id: Option<String>,
    /// How objects that are written are encrypted; without it as the bucket's settings say.
    pub encryption: Option<Encryption>,
    /// How often requests are sent again.
    pub retries: Retries,
    /// Takes a word about what takes long: a request that is sent again and again, a listing without an end.
    pub tell: Option<fn(&str)>,
}

/// The answer's header that names a bucket's region, also on refusals.
const BUCKET_REGION: &str = "x-amz-bucket-region";

/// Where a bucket is asked for its region when none is configured.
const FIRST_REGION: &str = "us-east-1";

/// The SDK's own HTTP client, but through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, as in the AWS
/// command line.
fn http_client() -> pool::Client {
    let tls = Provider::rustls(CryptoMode::AwsLc);
    let pool = ConnectionPool::builder().proxy_config(ProxyConfig::from_env()).tls_provider(tls).build_https();
    pool::Client::new(&pool.expect("nothing in the settings clashes")).expect("the pool's one partition")
}

/// A way to AWS, from which stores are made.
#[derive(Debug, Clone)]
pub struct Aws {
    sdk: SdkConfig,
    options: AwsOptions,
    patience: Patience,
}

impl Aws {
    /// Reads the configuration; sends nothing yet, unless a source of credentials must be asked for a region.
    pub async fn new(options: AwsOptions) -> Self {
        let patience = Patience::new(options.retries, options.tell);
        if let Some(sdk) = options.config.clone() {
            return Aws { sdk, options, patience };
        }
        let http = http_client();
        let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http.clone());
        if let Some(profile) = &options.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(region) = &options.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if options.no_sign_request {
            loader = loader.no_credentials();
        }
        let mut sdk = loader.load().await;
        if let Some(profile) = options.profile.as_ref().filter(|_| !options.no_sign_request) {
            // The default chain would take the environment's keys before those of a profile that was named.
            let settings = ProviderConfig::without_region().with_http_client(http).with_region(sdk.region().cloned());
            let provider = ProfileFileCredentialsProvider::builder().configure(&settings).profile_name(profile).build();
            sdk = sdk.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build();
        }
        if let Some(role) = &options.role_arn {
            let mut provider = AssumeRoleProvider::builder(role).session_name("vpcflow").configure(&sdk);
            if sdk.region().is_none() {
                provider = provider.region(Region::from_static(FIRST_REGION));
            }
            if let Some(id) = &options.external_id {
                provider = provider.external_id(id);
            }
            let provider = SharedCredentialsProvider::new(provider.build().await);
            sdk = sdk.into_builder().credentials_provider(provider).build();
        }
        Aws { sdk, options, patience }
    }

    /// The store of an address's bucket; the bucket is asked for its region first, unless an endpoint is given.
    ///
    /// # Errors
    /// When the bucket can't be asked for its region, or there is none of that name.
    pub async fn store(&self, address: &S3Address) -> Result<Arc<S3Store>, S3Failure> {
        let region = match (self.is_elsewhere(), address.region()) {
            (true, _) => self.region(),
            (false, Some(region)) => Region::new(region.to_owned()),
            (false, None) => self.bucket_region(address).await?,
        };
        Ok(Arc::new(S3Store {
            client: self.client(region, address),
            address: S3Address { prefix: String::new(), ..address.clone() },
            payer: self.options.request_payer.then_some(RequestPayer::Requester),
            encryption: self.options.encryption.clone(),
            patience: self.patience.clone(),
        }))
    }

    /// Whether S3 is another server than AWS'.
    fn is_elsewhere(&self) -> bool {
        self.options.endpoint_url.is_some() || self.sdk.endpoint_url().is_some()
    }

    fn region(&self) -> Region {
        self.sdk.region().cloned().unwrap_or(Region::from_static(FIRST_REGION))
    }

    fn client(&self, region: Region, address: &S3Address) -> Client {
        let timeouts = TimeoutConfig::builder().connect_timeout(S3_CONNECT_TIMEOUT).read_timeout(S3_ANSWER_TIMEOUT);
        // Of what comes, `BoundBodies` takes care.
        let stalls = StalledStreamProtectionConfig::enabled().download_enabled(false).grace_period(S3_STALL_TIMEOUT);
        let mut config = aws_sdk_s3::config::Builder::from(&self.sdk)
            .region(region)
            // See `Retries`.
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts.build())
            .stalled_stream_protection(stalls.build())
            .interceptor(BoundBodies)
            // An access point is reached by its host's name, also through an endpoint of a VPC.
            .force_path_style(self.is_elsewhere() && address.region().is_none());
        if let Some(url) = &self.options.endpoint_url {
            config = config.endpoint_url(url);
        }
        if self.options.no_sign_request {
            config = config.allow_no_auth();
        }
        Client::from_conf(config.build())
    }

    /// A client for a queue, and how patient it is to be. Where nothing else names a server, it is the URL's own.
    pub(in crate::store) fn queue_client(&self, address: &QueueAddress) -> (aws_sdk_sqs::Client, Patience) {
        let mut sdk = self.sdk.clone();
        if let (Some(server), None) = (&address.server, sdk.endpoint_url()) {
            // Without a word on where it comes from, this goes behind an endpoint for SQS alone.
            sdk = sdk.into_builder().endpoint_url(server).build();
        }
        let timeouts = TimeoutConfig::builder().connect_timeout(S3_CONNECT_TIMEOUT).read_timeout(S3_ANSWER_TIMEOUT);
        let region = address.region.clone().map_or_else(|| self.region(), Region::new);
        let mut config = aws_sdk_sqs::config::Builder::from(&sdk)
            .region(region)
            .retry_config(RetryConfig::disabled())
            .timeout_config(timeouts.build())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .interceptor(BoundBodies);
        if address.is_fips {
            config = config.use_fips(true);
        }
        if address.is_dual_stack {
            config = config.use_dual_stack(true);
        }
        if let Some(url) = &self.options.endpoint_url {
            config = config.endpoint_url(url);
        }
        (aws_sdk_sqs::Client::from_conf(config.build()), self.patience.clone())
    }

    /// A client for topics of SNS in a region.
    pub(crate) fn sns_client(&self, region: Option<&str>) -> aws_sdk_sns::Client {
        let timeouts = TimeoutConfig::builder().connect_timeout(S3_CONNECT_TIMEOUT).read_timeout(S3_ANSWER_TIMEOUT);
        let region = region.map_or_else(|| self.region(), |region| Region::new(region.to_owned()));
        let mut config = aws_sdk_sns::config::Builder::from(&self.sdk)
            .region(region)
            .timeout_config(timeouts.build())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .interceptor(BoundBodies);
        if let Some(url) = &self.options.endpoint_url {
            config = config.endpoint_url(url);
        }
        aws_sdk_sns::Client::from_conf(config.build())
    }

    /// Where the bucket is. Any region's endpoint tells, even when it refuses everything else.
    async fn bucket_region(&self, address: &S3Address) -> Result<Region, S3Failure> {
        let client = self.client(self.region(), address);
        let request = format!("HEAD {}", address.of_key(""));
        let ask = |_| {
            let sent = client.head_bucket().bucket(&address.bucket).send();
            let request = &request;
            async move {
                match sent.await {
                    Ok(bucket) => Ok(bucket.bucket_region().map(str::to_owned)),
                    Err(error) => {
                        let region = error.raw_response().and_then(|response| response.headers().get(BUCKET_REGION));
                        match region.map(str::to_owned) {
                            Some(region) => Ok(Some(region)),
                            None => Err(S3Failure::of(request, error)),
                        }
                    }
                }
            }
        };
        let region = self.patience.run(ask).await?;
        Ok(region.map_or_else(|| self.region(), Region::new))
    }
}
