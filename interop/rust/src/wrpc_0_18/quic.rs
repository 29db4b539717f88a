//! QUIC: one connection for all calls, and a stream for each. The folder in `WITWIRE_INTEROP_TLS` has the certificates.

use std::net::{Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::rustls::pki_types::{pem::PemObject as _, CertificateDer, PrivateKeyDer};
use quinn::rustls::{self, RootCertStore};
use quinn::{ClientConfig, Connection, Endpoint, ServerConfig};
use tokio::sync::OnceCell;

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

    pub async fn client(&self) -> anyhow::Result<wrpc_quic::Client> {
        let (_, connection) = self.connection.get_or_try_init(|| connect(&self.host)).await?;
        Ok(connection.clone().into())
    }

    pub fn listen(&self) -> anyhow::Result<Endpoint> {
        let certificate = CertificateDer::from_pem_file(file("server.pem")?)?;
        let key = PrivateKeyDer::from_pem_file(file("server.key")?)?;
        let mut tls = rustls::ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)?;
        tls.alpn_protocols = vec![ALPN.into()];
        let config = ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls)?));
        Ok(Endpoint::server(config, self.host.parse()?)?)
    }
}

async fn connect(host: &str) -> anyhow::Result<(Endpoint, Connection)> {
    let mut authorities = RootCertStore::empty();
    authorities.add(CertificateDer::from_pem_file(file("authority.pem")?)?)?;
    let mut tls = rustls::ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(authorities)
        .with_no_client_auth();
    tls.alpn_protocols = vec![ALPN.into()];
    let endpoint = Endpoint::client(SocketAddr::from((Ipv6Addr::LOCALHOST, 0)))?;
    let config = ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls)?));
    let connection = endpoint.connect_with(config, host.parse()?, "localhost")?.await?;
    Ok((endpoint, connection))
}

pub fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// A file of the folder with certificates.
pub fn file(name: &str) -> anyhow::Result<PathBuf> {
    let folder = std::env::var_os("WITWIRE_INTEROP_TLS").context("WITWIRE_INTEROP_TLS is not set")?;
    Ok(PathBuf::from(folder).join(name))
}
