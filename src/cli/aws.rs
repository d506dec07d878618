//! The arguments that say how AWS is reached; names and environment as in the AWS command line.

use anyhow::{Result, anyhow};
use clap::Args;

use vpcflow::store::{AwsOptions, check_endpoint, parse_role};

use super::tell;

/// How AWS is reached.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "AWS")]
pub struct AwsArgs {
    /// A profile of the shared AWS configuration [env: AWS_PROFILE]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// The region; without one, each bucket is asked for its own [env: AWS_REGION]
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// Another server that speaks S3; buckets are then part of the path [env: AWS_ENDPOINT_URL_S3]
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,

    /// Send requests without a signature, for public buckets
    #[arg(long, conflicts_with = "role_arn")]
    no_sign_request: bool,

    /// Pay for the requests, where the bucket's owner does not
    #[arg(long, value_name = "WHO", value_parser = ["requester"])]
    request_payer: Option<String>,

    /// A role to take on before S3 is asked
    #[arg(long, value_name = "ARN", value_parser = parse_role)]
    role_arn: Option<String>,

    /// What the role's trust policy asks for
    #[arg(long, value_name = "ID", requires = "role_arn")]
    external_id: Option<String>,
}

impl AwsArgs {
    /// The arguments as options of the library.
    ///
    /// # Errors
    /// When the endpoint is none.
    pub fn options(&self) -> Result<AwsOptions> {
        // clap would print what it refuses.
        let checked = self.endpoint_url.as_deref().map_or(Ok(()), check_endpoint);
        checked.map_err(|problem| anyhow!("--endpoint-url: {problem}"))?;
        Ok(AwsOptions {
            profile: self.profile.clone(),
            region: self.region.clone(),
            endpoint_url: self.endpoint_url.clone(),
            no_sign_request: self.no_sign_request,
            request_payer: self.request_payer.is_some(),
            role_arn: self.role_arn.clone(),
            external_id: self.external_id.clone(),
            tell: Some(|text| tell(format_args!("note: {text}"))),
            ..AwsOptions::default()
        })
    }
}
