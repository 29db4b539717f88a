//! TCP, Unix sockets, WebSocket, HTTP, QUIC and WebTransport behind one type, so that the bindings are compiled once.

pub mod http;
pub mod web_socket;
pub mod web_transport;

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::bail;
use bytes::Bytes;
use wrpc_transport::frame::{self, Incoming, Outgoing};
use wrpc_transport::Invoke;

use self::http::Http;
use self::web_socket::WebSocket;
use crate::quic::Quic;

/// Where a peer is; also the client that calls it, with a connection per call, over HTTP with a request, over QUIC
/// with a stream.
#[derive(Clone)]
pub enum Address {
    Tcp(String),
    Unix(PathBuf),
    WebSocket(WebSocket),
    Http(Http),
    Quic(Arc<Quic>),
    /// Only served: it is there for pages.
    WebTransport(String),
}

impl FromStr for Address {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let Some((scheme, rest)) = text.split_once("://") else { bail!("`{text}` is no address") };
        let host = rest.trim_end_matches('/');
        Ok(match scheme {
            "tcp" => Self::Tcp(rest.into()),
            "unix" => Self::Unix(rest.into()),
            "ws" | "wss" => Self::WebSocket(WebSocket::new(scheme, host)?),
            "http" | "https" | "h2c" | "h2" => Self::Http(Http::new(scheme, host)?),
            "quic" => Self::Quic(Arc::new(Quic::new(rest))),
            "webtransport" => Self::WebTransport(host.into()),
            _ => bail!(
                "`{text}` is no address: it should begin with tcp://, unix://, ws://, wss://, http://, https://, h2c://, h2://, \
                 quic:// or webtransport://"
            ),
        })
    }
}

impl Invoke for Address {
    type Context = ();

    async fn invoke<P>(
        &self,
        (): (),
        instance: &str,
        func: &str,
        params: Bytes,
        paths: impl AsRef<[P]> + Send,
    ) -> anyhow::Result<(Outgoing, Incoming)>
    where
        P: AsRef<[Option<usize>]> + Send + Sync,
    {
        match self {
            Self::Tcp(host) => {
                let client = frame::tcp::Client::from(host.as_str());
                client.invoke((), instance, func, params, paths).await
            }
            Self::Unix(path) => {
                let client = frame::unix::Client::from(path.as_path());
                client.invoke((), instance, func, params, paths).await
            }
            Self::WebSocket(socket) => socket.client()?.invoke((), instance, func, params, paths).await,
            Self::Http(http) => http.invoke(instance, func, params, paths).await,
            Self::Quic(quic) => {
                let client = wrpc_quic::Client::from(quic.connection().await?);
                client.invoke((), instance, func, params, paths).await
            }
            Self::WebTransport(_) => bail!("this peer does not call over WebTransport"),
        }
    }
}
