//! Accounts, regions, roles and servers as people write them, on the command line and in files. The errors name the remedy
//! and never the text: of a URL that may be a secret.

use url::Url;

/// An account's id.
///
/// # Errors
/// When it is none.
pub fn parse_account(text: &str) -> Result<String, String> {
    let is_id = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then(|| text.to_owned()).ok_or_else(|| "an account is twelve digits".to_owned())
}

/// A region's code.
///
/// # Errors
/// When it is none.
pub fn parse_region(text: &str) -> Result<String, String> {
    let is_code = text.contains('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    is_code.then(|| text.to_owned()).ok_or_else(|| "a region is written eu-west-1".to_owned())
}

/// A role's ARN.
///
/// # Errors
/// When it is none.
pub fn parse_role(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "iam", "", _, role] if role.starts_with("role/") => Ok(text.to_owned()),
        _ => Err("write arn:aws:iam::ACCOUNT:role/NAME".to_owned()),
    }
}

/// The address of a server, and nothing else: what else a URL can carry may be a secret, and errors name the address.
///
/// # Errors
/// When it is none, or carries more.
pub fn check_endpoint(text: &str) -> Result<(), String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.ok_or("write http://HOST:PORT or https://HOST")?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err("only scheme, host, port and path; credentials come from the AWS default chain".to_owned());
    }
    Ok(())
}
