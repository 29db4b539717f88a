//! TCP, Unix sockets, WebSocket, HTTP, QUIC and WebTransport behind one type, so that the bindings are compiled once.

pub mod quic;
pub mod web_transport;

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{bail, Context as _};
use bytes::Bytes;
use http::Uri;
use hyper_util::client::legacy::{connect::HttpConnector, Client};
use hyper_util::rt::TokioExecutor;
use wrpc_http::OutgoingBody;
use wrpc_transport::frame::{self, Incoming, Outgoing};
use wrpc_transport::Invoke;
use wrpc_websockets::ClientBuilder;

use self::quic::Quic;

/// Where a peer is; also the client that calls it, with a connection per call, over HTTP with a request, over QUIC
/// with a stream.
#[derive(Clone)]
pub enum Address {
    Tcp(String),
    Unix(PathBuf),
    WebSocket(String),
    Http(Http),
    Quic(Arc<Quic>),
    /// Only served: it is there for pages.
    WebTransport(String),
}

#[derive(Clone)]
pub struct Http {
    /// Whether it is HTTP/2 from the first byte on.
    pub second: bool,
    pub host: String,
    /// Keeps connections for further requests.
    client: Client<HttpConnector, OutgoingBody>,
}

impl Http {
    fn new(second: bool, host: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).http2_only(second).build_http();
        Self { second, host: host.into(), client }
    }

    fn request(&self) -> anyhow::Result<http::request::Parts> {
        Ok(http::Request::post(format!("http://{}/", self.host)).body(())?.into_parts().0)
    }
}

impl FromStr for Address {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let Some((scheme, rest)) = text.split_once("://") else { bail!("`{text}` is no address") };
        let host = || rest.trim_end_matches('/');
        Ok(match scheme {
            "tcp" => Self::Tcp(rest.into()),
            "unix" => Self::Unix(rest.into()),
            "ws" => Self::WebSocket(host().into()),
            "http" => Self::Http(Http::new(false, host())),
            "h2c" => Self::Http(Http::new(true, host())),
            "quic" => Self::Quic(Arc::new(Quic::new(rest))),
            "webtransport" => Self::WebTransport(host().into()),
            _ => bail!(
                "`{text}` is no address: it should begin with tcp://, unix://, ws://, http://, h2c://, quic:// or webtransport://"
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
            Self::WebSocket(host) => {
                let uri = format!("ws://{host}/").parse::<Uri>().context("no host")?;
                let client = wrpc_websockets::Client::from(ClientBuilder::from_uri(uri));
                client.invoke((), instance, func, params, paths).await
            }
            Self::Http(http) => {
                let client = wrpc_http::Client::new(http.client.clone());
                client.invoke(http.request()?, instance, func, params, paths).await
            }
            Self::Quic(quic) => quic.client().await?.invoke((), instance, func, params, paths).await,
            Self::WebTransport(_) => bail!("this peer does not call over WebTransport"),
        }
    }
}
