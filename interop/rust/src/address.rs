//! TCP, Unix sockets, NATS and QUIC behind one type each for both sides, so that the bindings are compiled once.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::bail;
use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use wrpc_transport::{frame, Accept, Invoke};

use crate::nats::Nats;
use crate::quic::Quic;
use crate::streams::{Receiving, Sending};

/// Where a peer is; also the client that calls it, with a connection per call, over QUIC with a stream.
#[derive(Clone)]
pub enum Address {
    Tcp(String),
    Unix(PathBuf),
    Nats(Arc<Nats>),
    Quic(Arc<Quic>),
}

impl FromStr for Address {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        if let Some(host) = text.strip_prefix("tcp://") {
            return Ok(Self::Tcp(host.into()));
        }
        if let Some(path) = text.strip_prefix("unix://") {
            return Ok(Self::Unix(path.into()));
        }
        if let Some(rest) = text.strip_prefix("nats://") {
            return Ok(Self::Nats(Arc::new(Nats::new(rest))));
        }
        if let Some(host) = text.strip_prefix("quic://") {
            return Ok(Self::Quic(Arc::new(Quic::new(host))));
        }
        bail!("`{text}` is no address: it should begin with tcp://, unix://, nats:// or quic://")
    }
}

impl Invoke for Address {
    type Context = ();
    type Outgoing = Sending;
    type Incoming = Receiving;

    async fn invoke<P>(
        &self,
        cx: (),
        instance: &str,
        func: &str,
        params: Bytes,
        paths: impl AsRef<[P]> + Send,
    ) -> anyhow::Result<(Sending, Receiving)>
    where
        P: AsRef<[Option<usize>]> + Send + Sync,
    {
        let (outgoing, incoming) = match self {
            Self::Tcp(host) => {
                let client = frame::tcp::Client::from(host.as_str());
                client.invoke(cx, instance, func, params, paths).await?
            }
            Self::Unix(path) => {
                let client = frame::unix::Client::from(path.as_path());
                client.invoke(cx, instance, func, params, paths).await?
            }
            Self::Quic(quic) => {
                let client = wrpc_transport_quic::Client::from(quic.connection().await?);
                client.invoke(cx, instance, func, params, paths).await?
            }
            Self::Nats(nats) => {
                let client = nats.client().await?;
                let (outgoing, incoming) = client.invoke(None, instance, func, params, paths).await?;
                return Ok((Sending::Params(outgoing), Receiving::Nats(incoming)));
            }
        };
        Ok((Sending::Framed(outgoing), Receiving::Framed(incoming)))
    }
}

/// What a server accepts connections with one call each from.
pub enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    pub async fn bind(address: &Address) -> anyhow::Result<Self> {
        Ok(match address {
            Address::Tcp(host) => Self::Tcp(TcpListener::bind(host).await?),
            Address::Unix(path) => Self::Unix(UnixListener::bind(path)?),
            Address::Nats(_) | Address::Quic(_) => bail!("a call has no connection of its own there"),
        })
    }

    /// The address with the real port.
    pub fn describe(&self) -> std::io::Result<String> {
        Ok(match self {
            Self::Tcp(listener) => format!("tcp://{}", listener.local_addr()?),
            Self::Unix(listener) => {
                let address = listener.local_addr()?;
                format!("unix://{}", address.as_pathname().unwrap_or("".as_ref()).display())
            }
        })
    }
}

pub type Reader = Box<dyn AsyncRead + Send + Sync + Unpin>;
pub type Writer = Box<dyn AsyncWrite + Send + Sync + Unpin>;

impl Accept for &Listener {
    type Context = ();
    type Outgoing = Writer;
    type Incoming = Reader;

    async fn accept(&self) -> std::io::Result<((), Writer, Reader)> {
        Ok(match self {
            Listener::Tcp(listener) => {
                let (reader, writer) = listener.accept().await?.0.into_split();
                ((), Box::new(writer), Box::new(reader))
            }
            Listener::Unix(listener) => {
                let (reader, writer) = listener.accept().await?.0.into_split();
                ((), Box::new(writer), Box::new(reader))
            }
        })
    }
}
