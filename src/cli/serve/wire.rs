//! The bytes of a connection: messages read with a limit to each, and answers written together.
//!
//! Messages are read here, and not by pgwire: its decoder takes a length of a gigabyte from whoever connects, and a message
//! that ends too early ends the task that reads it.
//!
//! Invariant: no more is held of what a client sends than one message within its limit.

use std::io::{Error, ErrorKind, Result};

use bytes::{Buf, Bytes, BytesMut};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::extendedquery::Bind;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use vpcflow::limits::{SERVE_MESSAGE_BYTES, SERVE_SENT_BYTES, SERVE_STARTUP_BYTES, SERVE_UNTAKEN};

/// A stream, encrypted or not.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A connection.
pub struct Wire {
    stream: Box<dyn Stream>,
    read: BytesMut,
    written: BytesMut,
}

/// What a client begins with.
#[derive(Debug, PartialEq, Eq)]
pub enum Beginning {
    /// It asks for TLS.
    Tls,
    /// It asks for encryption by Kerberos.
    Gss,
    /// It wants what this connection does to be ended.
    Cancel { process: i32, secret: Bytes },
    /// It wants to ask, and says who it is.
    Startup { minor: u16, parameters: Vec<(String, String)> },
    /// It speaks another version.
    Foreign { major: u16, minor: u16 },
}

/// What a client wants.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    Query(String),
    Parse {
        name: String,
        sql: String,
        types: Vec<u32>,
    },
    Bind(Bind),
    Describe {
        what: What,
        name: String,
    },
    Execute {
        portal: String,
        rows: i32,
    },
    Close {
        what: What,
        name: String,
    },
    Sync,
    Flush,
    Password(Bytes),
    /// Data for a COPY that was not begun, which PostgreSQL passes over, too.
    Copy,
    /// A message that is none as it should be, of this letter.
    Wrong {
        kind: u8,
        is_text: bool,
    },
    Terminate,
}

/// What is described or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Statement,
    Portal,
}

const TLS: i32 = 80_877_103;
const GSS: i32 = 80_877_104;
const CANCEL: i32 = 80_877_102;

impl Wire {
    /// A connection of which nothing was read.
    pub fn new(stream: Box<dyn Stream>) -> Self {
        Wire { stream, read: BytesMut::new(), written: BytesMut::new() }
    }

    /// Reads what a client begins with.
    ///
    /// # Errors
    /// The connection's, or when it is nothing of the kind.
    pub async fn beginning(&mut self) -> Result<Beginning> {
        let mut length = self.exactly(4).await?;
        let length = usize::try_from(length.get_i32()).unwrap_or_default();
        if !(8..=SERVE_STARTUP_BYTES).contains(&length) {
            return Err(garbled());
        }
        let mut rest = self.exactly(length - 4).await?;
        begun(&mut rest).ok_or_else(garbled)
    }

    /// Reads what a client wants; `None` when it has gone.
    ///
    /// # Errors
    /// The connection's, or when it is no message, or a longer one than may be.
    pub async fn wanted(&mut self, is_known: bool) -> Result<Option<Wanted>> {
        if self.read.is_empty() && self.more().await? == 0 {
            return Ok(None);
        }
        let mut head = self.exactly(5).await?;
        let kind = head.get_u8();
        let length = usize::try_from(head.get_i32()).unwrap_or_default();
        let most = if is_known { SERVE_MESSAGE_BYTES } else { SERVE_STARTUP_BYTES };
        if length < 4 {
            return Err(garbled());
        }
        if length > most {
            return Err(Error::new(ErrorKind::InvalidData, format!("a message may have {most} bytes, not {length}")));
        }
        let body = self.exactly(length - 4).await?;
        // A statement, and before it its name.
        let texts = if kind == b'P' { 2 } else { usize::from(kind == b'Q') };
        let is_text = body.split(|byte| *byte == 0).take(texts).any(|text| str::from_utf8(text).is_err());
        // Whose letter is known keeps to the protocol, and hears what is wrong.
        let wrong = (is_known && b"QPBDECSHF".contains(&kind)).then_some(Wanted::Wrong { kind, is_text });
        wanted(kind, &mut body.clone()).or(wrong).map(Some).ok_or_else(garbled)
    }

    /// Adds a message to what is sent next.
    ///
    /// # Errors
    /// The connection's.
    pub async fn feed(&mut self, message: PgWireBackendMessage) -> Result<()> {
        message.encode(&mut self.written).map_err(Error::other)?;
        if self.written.len() >= SERVE_SENT_BYTES { self.flush().await } else { Ok(()) }
    }

    /// Sends one byte, as answers to a request for encryption are.
    ///
    /// # Errors
    /// The connection's.
    pub async fn send_byte(&mut self, byte: u8) -> Result<()> {
        self.written.extend_from_slice(&[byte]);
        self.flush().await
    }

    /// Sends what was added.
    ///
    /// # Errors
    /// The connection's, or when the client does not take it.
    pub async fn flush(&mut self) -> Result<()> {
        while !self.written.is_empty() {
            match taken(self.stream.write(&self.written)).await? {
                0 => return Err(ErrorKind::WriteZero.into()),
                sent => self.written.advance(sent),
            }
        }
        taken(self.stream.flush()).await
    }

    /// The stream, when nothing was read or written that has not been dealt with: what came before encryption may be
    /// somebody else's.
    pub fn into_stream(self) -> Option<Box<dyn Stream>> {
        (self.read.is_empty() && self.written.is_empty()).then_some(self.stream)
    }

    /// Ends the connection in good manners.
    pub async fn close(mut self) {
        let _ = self.flush().await;
        let _ = taken(self.stream.shutdown()).await;
    }

    async fn more(&mut self) -> Result<usize> {
        self.stream.read_buf(&mut self.read).await
    }

    /// So many bytes; who is stopped while it waits loses none.
    async fn exactly(&mut self, bytes: usize) -> Result<Bytes> {
        while self.read.len() < bytes {
            if self.more().await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.read.split_to(bytes).freeze())
    }
}

/// Waits for a client to take what is sent to it, but not for ever.
async fn taken<T>(sending: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(SERVE_UNTAKEN, sending).await.map_err(|_| Error::from(ErrorKind::TimedOut))?
}

fn garbled() -> Error {
    Error::new(ErrorKind::InvalidData, "no message of PostgreSQL's protocol")
}

fn begun(body: &mut Bytes) -> Option<Beginning> {
    let code = body.try_get_i32().ok()?;
    Some(match code {
        TLS => Beginning::Tls,
        GSS => Beginning::Gss,
        CANCEL => Beginning::Cancel { process: body.try_get_i32().ok()?, secret: body.clone() },
        version if version >> 16 != 3 => Beginning::Foreign { major: (version >> 16) as u16, minor: version as u16 },
        version => {
            let mut parameters = Vec::new();
            loop {
                let name = text(body)?;
                if name.is_empty() {
                    break;
                }
                parameters.push((name, text(body)?));
            }
            Beginning::Startup { minor: version as u16, parameters }
        }
    })
}

fn wanted(kind: u8, body: &mut Bytes) -> Option<Wanted> {
    let wanted = match kind {
        b'Q' => Wanted::Query(text(body)?),
        b'P' => {
            Wanted::Parse { name: text(body)?, sql: text(body)?, types: list(body, |body| body.try_get_u32().ok())? }
        }
        b'B' => {
            let (portal, statement) = (text(body)?, text(body)?);
            let formats = list(body, |body| body.try_get_i16().ok())?;
            let values = list(body, value)?;
            let results = list(body, |body| body.try_get_i16().ok())?;
            Wanted::Bind(Bind::new(Some(portal), Some(statement), formats, values, results))
        }
        b'D' => Wanted::Describe { what: what(body)?, name: text(body)? },
        b'E' => Wanted::Execute { portal: text(body)?, rows: body.try_get_i32().ok()? },
        b'C' => Wanted::Close { what: what(body)?, name: text(body)? },
        b'S' => Wanted::Sync,
        b'H' => Wanted::Flush,
        b'X' => Wanted::Terminate,
        b'p' => return Some(Wanted::Password(std::mem::take(body))),
        b'd' | b'c' | b'f' => return Some(Wanted::Copy),
        _ => return None,
    };
    body.is_empty().then_some(wanted)
}

fn what(body: &mut Bytes) -> Option<What> {
    match body.try_get_u8().ok()? {
        b'S' => Some(What::Statement),
        b'P' => Some(What::Portal),
        _ => None,
    }
}

/// Text up to a zero.
pub fn text(body: &mut Bytes) -> Option<String> {
    let end = memchr::memchr(0, body)?;
    let text = String::from_utf8(body.split_to(end).to_vec()).ok()?;
    body.advance(1);
    Some(text)
}

/// A value of a parameter; less than no byte is NULL.
pub fn value(body: &mut Bytes) -> Option<Option<Bytes>> {
    match usize::try_from(body.try_get_i32().ok()?) {
        Ok(length) => (length <= body.len()).then(|| Some(body.split_to(length))),
        Err(_) => Some(None),
    }
}

fn list<T>(body: &mut Bytes, mut one: impl FnMut(&mut Bytes) -> Option<T>) -> Option<Vec<T>> {
    let length = body.try_get_u16().ok()?;
    // One by one: the length is what somebody says.
    (0..length).map(|_| one(body)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: u8, body: &[u8]) -> Option<Wanted> {
        wanted(kind, &mut Bytes::copy_from_slice(body))
    }

    #[test]
    fn messages_are_read() {
        assert_eq!(read(b'Q', b"SELECT 1\0"), Some(Wanted::Query("SELECT 1".to_owned())));
        assert_eq!(
            read(b'P', b"s\0SELECT $1\0\0\x01\0\0\0\x17"),
            Some(Wanted::Parse { name: "s".to_owned(), sql: "SELECT $1".to_owned(), types: vec![23] })
        );
        let bind = Bind::new(
            Some(String::new()),
            Some("s".to_owned()),
            vec![1],
            vec![Some(Bytes::from_static(b"ab")), None],
            vec![],
        );
        let body = b"\0s\0\0\x01\0\x01\0\x02\0\0\0\x02ab\xff\xff\xff\xff\0\0";
        assert_eq!(read(b'B', body), Some(Wanted::Bind(bind)));
        // Cut anywhere it is no message, and with more behind it neither.
        assert!((0..body.len()).all(|end| read(b'B', &body[..end]).is_none()));
        assert_eq!(read(b'B', &[body.as_slice(), b"\0"].concat()), None);
        assert_eq!(read(b'E', b"\0\xff\xff\xff\xff"), Some(Wanted::Execute { portal: String::new(), rows: -1 }));
        assert_eq!(read(b'D', b"X\0"), None);
        assert_eq!(read(b'!', b""), None);
        assert_eq!(read(b'Q', b"\xff\0"), None);
    }

    #[test]
    fn beginnings_are_read() {
        let begun = |body: &[u8]| begun(&mut Bytes::copy_from_slice(body));
        assert_eq!(begun(&TLS.to_be_bytes()), Some(Beginning::Tls));
        assert_eq!(
            begun(b"\0\x03\0\0user\0anna\0\0"),
            Some(Beginning::Startup { minor: 0, parameters: vec![("user".to_owned(), "anna".to_owned())] })
        );
        assert_eq!(begun(b"\0\x03\0\0user\0anna"), None);
        assert_eq!(begun(b"\0\x02\0\0"), Some(Beginning::Foreign { major: 2, minor: 0 }));
        assert_eq!(begun(b"\0\x03"), None);
    }

    #[tokio::test]
    async fn a_length_is_not_taken_at_its_word() {
        for (sent, is_known) in [(&b"Q\x7f\xff\xff\xff"[..], true), (b"Q\0\0\0\x03", true), (b"p\0\0\x40\0", false)] {
            let (mut client, server) = tokio::io::duplex(64);
            client.write_all(sent).await.expect("sent");
            let mut wire = Wire::new(Box::new(server));
            let error = wire.wanted(is_known).await.expect_err("no message");
            assert_eq!(error.kind(), ErrorKind::InvalidData, "{sent:?}");
        }
    }
}
