//! HTTP/1.1 and HTTP/2, alone and inside TLS, which wRPC leaves to what is below.

use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::Request;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{connect::HttpConnector, Client};
use hyper_util::rt::TokioExecutor;
use tokio_rustls::TlsAcceptor;
use wrpc_http::OutgoingBody;
use wrpc_transport::frame::{Incoming, Outgoing};
use wrpc_transport::Invoke as _;

use crate::tls;

/// Where a server is, and what keeps the connections to it for further requests.
#[derive(Clone)]
pub struct Http {
    /// `http` or `h2c`; `https` or `h2` inside TLS.
    pub scheme: &'static str,
    pub host: String,
    client: HttpClient,
}

#[derive(Clone)]
enum HttpClient {
    Plain(Client<HttpConnector, OutgoingBody>),
    Secure(Client<HttpsConnector<HttpConnector>, OutgoingBody>),
}

impl Http {
    /// At an address that begins with `http` or `https` for HTTP/1.1, or `h2c` or `h2` for HTTP/2.
    pub fn new(scheme: &str, host: &str) -> anyhow::Result<Self> {
        let (scheme, second, secure) = match scheme {
            "h2c" => ("h2c", true, false),
            "https" => ("https", false, true),
            "h2" => ("h2", true, true),
            _ => ("http", false, false),
        };
        let mut builder = Client::builder(TokioExecutor::new());
        builder.http2_only(second);
        let client = if secure {
            let connector = HttpsConnectorBuilder::new().with_tls_config(tls::client(&[])?).https_only();
            let connector = if second { connector.enable_http2().build() } else { connector.enable_http1().build() };
            HttpClient::Secure(builder.build(connector))
        } else {
            HttpClient::Plain(builder.build_http())
        };
        Ok(Self { scheme, host: host.into(), client })
    }

    pub async fn invoke<P>(
        &self,
        instance: &str,
        func: &str,
        params: Bytes,
        paths: impl AsRef<[P]> + Send,
    ) -> anyhow::Result<(Outgoing, Incoming)>
    where
        P: AsRef<[Option<usize>]> + Send + Sync,
    {
        let request = self.request()?;
        match &self.client {
            HttpClient::Plain(client) => {
                wrpc_http::Client::new(client.clone()).invoke(request, instance, func, params, paths).await
            }
            HttpClient::Secure(client) => {
                wrpc_http::Client::new(client.clone()).invoke(request, instance, func, params, paths).await
            }
        }
    }

    fn request(&self) -> anyhow::Result<Parts> {
        let scheme = if matches!(self.client, HttpClient::Secure(_)) { "https" } else { "http" };
        Ok(Request::post(format!("{scheme}://{}/", self.host)).body(())?.into_parts().0)
    }

    /// What connections to this server begin with, where they are secure: there is one version that both can agree on.
    pub fn acceptor(&self) -> anyhow::Result<Option<TlsAcceptor>> {
        let protocol: &[u8] = match self.scheme {
            "https" => b"http/1.1",
            "h2" => b"h2",
            _ => return Ok(None),
        };
        Ok(Some(TlsAcceptor::from(Arc::new(tls::server(&[protocol])?))))
    }
}
