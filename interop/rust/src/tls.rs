//! The certificates that the suite makes, in the folder in `WITWIRE_INTEROP_TLS`, and what both sides do with them.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use quinn::rustls::pki_types::{pem::PemObject as _, CertificateDer, PrivateKeyDer};
use quinn::rustls::{self, ClientConfig, RootCertStore, ServerConfig};

/// A server that says which of these protocols it speaks; with none it says nothing.
pub fn server(protocols: &[&[u8]]) -> anyhow::Result<ServerConfig> {
    let certificate = CertificateDer::from_pem_file(file("server.pem")?)?;
    let key = PrivateKeyDer::from_pem_file(file("server.key")?)?;
    let mut tls = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    tls.alpn_protocols = owned(protocols);
    Ok(tls)
}

/// A client that trusts the suite's authority and nobody else.
pub fn client(protocols: &[&[u8]]) -> anyhow::Result<ClientConfig> {
    let mut authorities = RootCertStore::empty();
    authorities.add(CertificateDer::from_pem_file(file("authority.pem")?)?)?;
    let mut tls = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(authorities)
        .with_no_client_auth();
    tls.alpn_protocols = owned(protocols);
    Ok(tls)
}

fn owned(protocols: &[&[u8]]) -> Vec<Vec<u8>> {
    protocols.iter().map(|protocol| protocol.to_vec()).collect()
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn file(name: &str) -> anyhow::Result<PathBuf> {
    let folder = std::env::var_os("WITWIRE_INTEROP_TLS").context("WITWIRE_INTEROP_TLS is not set")?;
    Ok(PathBuf::from(folder).join(name))
}
