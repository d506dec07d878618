//! Who comes in: where it is listened, the password, TLS, and how a client shows who it is.
//!
//! Invariants: beyond this machine nobody is listened to without a password and TLS; a password is neither taken from the
//! command line nor written anywhere, and is sent by nobody, since SCRAM shows that one knows it.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use bytes::{Buf, Bytes};
use pgwire::api::auth::Password;
use pgwire::api::auth::sasl::scram::{ScramServerAuth, gen_salted_password, random_nonce};
use pgwire::api::auth::sasl::{SCRAM_SHA_256_METHOD, SCRAM_SHA_256_PLUS_METHOD};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::startup::Authentication;
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use vpcflow::limits::{SERVE_PASSWORD_ROUNDS, SERVE_WRONG_PASSWORD};

use super::trouble::fatal;
use super::wire::{Wanted, Wire, text};
use crate::cli::tell;

/// The variable that may have the password.
pub const PASSWORD_VARIABLE: &str = "VPCFLOW_SERVE_PASSWORD";

/// What a client is asked for.
pub struct Door {
    /// Encrypts; then nobody comes in without.
    pub tls: Option<TlsAcceptor>,
    user: String,
    lock: Option<Lock>,
}

/// A password that one must show to know.
struct Lock {
    /// The password, hashed with a salt.
    right: Password,
    /// What nobody knows, for users that there are not.
    wrong: Vec<u8>,
    /// Makes of a user's name its salt: who is no user has one, too, and always the same.
    secret: String,
    /// The certificate, to which the client may bind what it shows.
    certificate: Option<Vec<u8>>,
}

/// Where the password and the key are.
pub struct DoorOptions<'a> {
    /// Where it is listened.
    pub listen: SocketAddr,
    /// Who knows the password.
    pub user: &'a str,
    /// The file that has the password.
    pub password_file: Option<&'a Path>,
    /// Certificates and key.
    pub tls: Option<(&'a Path, &'a Path)>,
}

impl Door {
    /// A door as the arguments want it.
    ///
    /// # Errors
    /// When a file can't be read or has not what it should, or the door would be open to others.
    pub fn new(options: &DoorOptions<'_>) -> Result<Self> {
        let password = password(options.password_file)?;
        if !is_loopback(options.listen.ip()) && (password.is_none() || options.tls.is_none()) {
            bail!(
                "--listen {}: others can reach this address, so it needs a password (--password-file, or \
                 {PASSWORD_VARIABLE}) and TLS (--tls-cert, --tls-key); without them listen on 127.0.0.1",
                options.listen
            );
        }
        let tls = options.tls.map(|(certificates, key)| acceptor(certificates, key)).transpose()?;
        let certificate = match options.tls {
            Some((certificates, _)) => {
                Some(fs::read(certificates).with_context(|| certificates.display().to_string())?)
            }
            None => None,
        };
        let lock = password.map(|password| Lock::new(options.user, &password, certificate));
        Ok(Door { tls, user: options.user.to_owned(), lock })
    }

    /// Lets a client show that it knows the password.
    ///
    /// # Errors
    /// When it does not, or the connection breaks.
    pub async fn pass(&self, wire: &mut Wire, user: &str, is_secure: bool) -> PgWireResult<()> {
        let Some(lock) = &self.lock else { return Ok(()) };
        match lock.pass(wire, Some(user).filter(|user| *user != self.user), is_secure).await {
            Err(PgWireError::InvalidPassword(_)) => {
                tokio::time::sleep(SERVE_WRONG_PASSWORD).await;
                Err(fatal("28P01", &format!("password authentication failed for user \"{user}\"")))
            }
            passed => passed,
        }
    }
}

fn salt(secret: &str, user: &str) -> Vec<u8> {
    Sha256::new().chain_update(secret).chain_update(user).finalize()[..16].to_vec()
}

impl Lock {
    fn new(user: &str, password: &str, certificate: Option<Vec<u8>>) -> Self {
        let secret = random_nonce();
        let salted = |password: &str| {
            let salt = salt(&secret, user);
            let hash = gen_salted_password(password, &salt, SERVE_PASSWORD_ROUNDS);
            (salt, hash)
        };
        let (salt, right) = salted(password);
        let (_, wrong) = salted(&random_nonce());
        Lock { right: Password::new(Some(salt), right), wrong, secret, certificate }
    }

    /// Has a client show that it knows the password; of a user that there is not, its name is told.
    async fn pass(&self, wire: &mut Wire, stranger: Option<&str>, is_secure: bool) -> PgWireResult<()> {
        let mut scram = ScramServerAuth::new();
        scram.set_iterations(SERVE_PASSWORD_ROUNDS);
        let mut ways = vec![SCRAM_SHA_256_METHOD.to_owned()];
        // Where the certificate is signed in a way that PostgreSQL's clients know how to bind to.
        if let Some(certificate) = self.certificate.as_ref().filter(|_| is_secure)
            && scram.configure_certificate(certificate).is_ok()
        {
            ways.push(SCRAM_SHA_256_PLUS_METHOD.to_owned());
        }
        send(wire, Authentication::SASL(ways.clone())).await?;
        let mut first = answer(wire).await?;
        let way = text(&mut first).unwrap_or_default();
        let length = first.try_get_i32().ok().and_then(|length| usize::try_from(length).ok());
        if !ways.contains(&way) || length != Some(first.len()) {
            return Err(unfit("something else"));
        }
        let password = match stranger {
            None => self.right.clone(),
            Some(user) => Password::new(Some(salt(&self.secret, user)), self.wrong.clone()),
        };
        let (question, waiting) = scram.on_client_first_message(&first, password)?;
        send(wire, Authentication::SASLContinue(question.into())).await?;
        let proof = answer(wire).await?;
        let shown = waiting.on_client_final_message(&proof)?;
        wire.feed(PgWireBackendMessage::Authentication(Authentication::SASLFinal(shown.into()))).await?;
        Ok(())
    }
}

async fn send(wire: &mut Wire, question: Authentication) -> PgWireResult<()> {
    wire.feed(PgWireBackendMessage::Authentication(question)).await?;
    Ok(wire.flush().await?)
}

async fn answer(wire: &mut Wire) -> PgWireResult<Bytes> {
    match wire.wanted(false).await? {
        Some(Wanted::Password(answer)) => Ok(answer),
        Some(_) | None => Err(unfit("something else")),
    }
}

fn unfit(what: &str) -> PgWireError {
    fatal("08P01", &format!("the client was asked to show that it knows the password, and sent {what}"))
}

/// Whether nobody beyond this machine reaches an address.
pub fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

/// The password, if there is one.
fn password(file: Option<&Path>) -> Result<Option<String>> {
    let (password, place) = match (file, std::env::var(PASSWORD_VARIABLE)) {
        (Some(file), _) => {
            let place = file.display().to_string();
            let password = fs::read_to_string(file).with_context(|| place.clone())?;
            warn_of_readers(file);
            (password, place)
        }
        (None, Ok(password)) => (password, PASSWORD_VARIABLE.to_owned()),
        (None, Err(std::env::VarError::NotUnicode(_))) => bail!("{PASSWORD_VARIABLE}: is no UTF-8"),
        (None, Err(std::env::VarError::NotPresent)) => return Ok(None),
    };
    // Editors end a file with a line feed.
    let password = password.trim_end_matches(['\n', '\r']);
    if password.is_empty() {
        bail!("{place}: the password is empty; write one, alone on its line");
    }
    if password.contains(['\n', '\0']) {
        bail!("{place}: a password is one line");
    }
    Ok(Some(password.to_owned()))
}

fn acceptor(certificates: &Path, key: &Path) -> Result<TlsAcceptor> {
    let said = |path: &Path| path.display().to_string();
    let text = fs::read(certificates).with_context(|| format!("--tls-cert {}", said(certificates)))?;
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .with_context(|| format!("--tls-cert {}: is no PEM", said(certificates)))?;
    if chain.is_empty() {
        bail!("--tls-cert {}: has no certificate; it begins with -----BEGIN CERTIFICATE-----", said(certificates));
    }
    let text = fs::read(key).with_context(|| format!("--tls-key {}", said(key)))?;
    warn_of_readers(key);
    // What is wrong with a key is not told: its text would be.
    let Ok(secret) = PrivateKeyDer::from_pem_slice(&text) else {
        bail!("--tls-key {}: has no private key in PEM, without a passphrase (-----BEGIN PRIVATE KEY-----)", said(key));
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .with_context(|| format!("--tls-key {} is not of --tls-cert {}", said(key), said(certificates)))?;
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// A secret that others may read is none.
fn warn_of_readers(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0, |file| file.permissions().mode());
    if mode & 0o077 != 0 {
        let path = PathBuf::from(path);
        tell(format_args!("warning: {0}: others may read it; chmod 600 {0}", path.display()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(listen: &str, password_file: Option<&Path>) -> Result<Door> {
        let listen = listen.parse().expect("an address");
        Door::new(&DoorOptions { listen, user: "vpcflow", password_file, tls: None })
    }

    #[test]
    fn beyond_this_machine_a_door_has_a_lock() {
        for address in ["127.0.0.1:0", "127.8.9.1:5432", "[::1]:5432", "[::ffff:127.0.0.1]:5432"] {
            assert!(door(address, None).is_ok(), "{address}");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        fs::write(&file, "secret\n").expect("a file");
        for address in ["0.0.0.0:5432", "[::]:5432", "10.0.0.1:5432", "192.0.2.7:1", "[::ffff:10.0.0.1]:1"] {
            for password_file in [None, Some(file.as_path())] {
                let error = door(address, password_file).err().expect("refused").to_string();
                assert!(
                    error.contains(address) && error.contains("--tls-cert") && !error.contains("secret"),
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn a_password_is_one_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        let read = |text: &str| {
            fs::write(&file, text).expect("a file");
            password(Some(&file)).map_err(|error| error.to_string())
        };
        assert_eq!(read("a b c\r\n"), Ok(Some("a b c".to_owned())));
        assert!(read("\n").is_err_and(|error| error.contains("is empty")));
        assert!(read("a\nb\n").is_err_and(|error| error.contains("one line")));
    }
}
