//! QUIC: one connection for all calls, and a stream for each.

use std::net::{Ipv6Addr, SocketAddr};
use std::sync::Arc;

use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{ClientConfig, Connection, Endpoint, ServerConfig};
use tokio::sync::OnceCell;

use crate::tls;

/// What is spoken inside, which wRPC's own samples leave out. BoringSSL demands it of QUIC.
const ALPN: &[u8] = b"wrpc";

/// A server, and the connection to it once there was a call.
pub struct Quic {
    host: String,
    connection: OnceCell<(Endpoint, Connection)>,
}

impl Quic {
    pub fn new(host: &str) -> Self {
        Self { host: host.into(), connection: OnceCell::new() }
    }

    pub async fn connection(&self) -> anyhow::Result<Connection> {
        let (_, connection) = self.connection.get_or_try_init(|| connect(&self.host)).await?;
        Ok(connection.clone())
    }

    pub fn listen(&self) -> anyhow::Result<Endpoint> {
        let tls = QuicServerConfig::try_from(tls::server(&[ALPN])?)?;
        Ok(Endpoint::server(ServerConfig::with_crypto(Arc::new(tls)), self.host.parse()?)?)
    }
}

async fn connect(host: &str) -> anyhow::Result<(Endpoint, Connection)> {
    let endpoint = Endpoint::client(SocketAddr::from((Ipv6Addr::LOCALHOST, 0)))?;
    let tls = QuicClientConfig::try_from(tls::client(&[ALPN])?)?;
    let connection = endpoint.connect_with(ClientConfig::new(Arc::new(tls)), host.parse()?, "localhost")?.await?;
    Ok((endpoint, connection))
}
