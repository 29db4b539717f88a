//! WebSocket, alone and inside TLS, which wRPC leaves to what is below.

use std::sync::Arc;

use anyhow::Context as _;
use http::Uri;
use tokio_rustls::{TlsAcceptor, TlsConnector};
use wrpc_websockets::tokio_websockets::Connector;
use wrpc_websockets::{Client, ClientBuilder};

use crate::tls;

/// Where a server is, and what the connections to it are made with.
#[derive(Clone)]
pub struct WebSocket {
    pub scheme: &'static str,
    pub host: String,
    connector: Arc<Connector>,
}

impl WebSocket {
    /// At an address that begins with `ws` or `wss`.
    pub fn new(scheme: &str, host: &str) -> anyhow::Result<Self> {
        let (scheme, connector) = match scheme {
            "wss" => ("wss", Connector::Rustls(TlsConnector::from(Arc::new(tls::client(&[])?)))),
            _ => ("ws", Connector::Plain),
        };
        Ok(Self { scheme, host: host.into(), connector: Arc::new(connector) })
    }

    pub fn client(&self) -> anyhow::Result<Client<'_>> {
        let uri = format!("{}://{}/", self.scheme, self.host).parse::<Uri>().context("no host")?;
        Ok(ClientBuilder::from_uri(uri).connector(&self.connector).into())
    }

    /// What connections to this server begin with, where they are secure.
    pub fn acceptor(&self) -> anyhow::Result<Option<TlsAcceptor>> {
        match *self.connector {
            Connector::Plain => Ok(None),
            _ => Ok(Some(TlsAcceptor::from(Arc::new(tls::server(&[])?)))),
        }
    }
}
