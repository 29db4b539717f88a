//! What functions are served through.

use std::sync::Arc;

use anyhow::{anyhow, Context as _};
use futures::stream::{BoxStream, Stream, StreamExt as _};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, BufReader};
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio_rustls::TlsAcceptor;
use wrpc_transport::frame::{Incoming, Outgoing, Server};
use wrpc_transport::Serve;
use wrpc_websockets::ServerBuilder;

use crate::address::{web_transport, Address};

type Reader = Box<dyn AsyncBufRead + Send + Sync + Unpin>;
type Writer = Box<dyn AsyncWrite + Send + Sync + Unpin>;
type Framed = Arc<Server<(), Reader, Writer>>;

/// What functions are registered with, and what their calls come from.
pub enum Door {
    Tcp(TcpListener, Framed),
    Unix(UnixListener, Framed),
    /// With the scheme of its address, as for HTTP.
    WebSocket(Secured, Framed, &'static str),
    Http(Secured, wrpc_http::Server, &'static str),
    Quic(quinn::Endpoint, Arc<wrpc_quic::Server>),
    WebTransport(web_transport::Endpoint, Arc<wrpc_webtransport::Server>),
}

impl Door {
    pub async fn open(address: &Address) -> anyhow::Result<Self> {
        Ok(match address {
            Address::Tcp(host) => Self::Tcp(TcpListener::bind(host).await?, Framed::default()),
            Address::Unix(path) => Self::Unix(UnixListener::bind(path)?, Framed::default()),
            Address::WebSocket(socket) => {
                let secured = Secured::bind(&socket.host, socket.acceptor()?).await?;
                Self::WebSocket(secured, Framed::default(), socket.scheme)
            }
            Address::Http(http) => {
                let secured = Secured::bind(&http.host, http.acceptor()?).await?;
                Self::Http(secured, wrpc_http::Server::new(), http.scheme)
            }
            Address::Quic(quic) => Self::Quic(quic.listen()?, Arc::new(wrpc_quic::Server::new())),
            Address::WebTransport(host) => {
                Self::WebTransport(web_transport::listen(host)?, Arc::new(wrpc_webtransport::Server::new()))
            }
        })
    }

    /// The address with the real port.
    pub fn describe(&self) -> std::io::Result<String> {
        Ok(match self {
            Self::Tcp(listener, _) => format!("tcp://{}", listener.local_addr()?),
            Self::Unix(listener, _) => {
                let address = listener.local_addr()?;
                format!("unix://{}", address.as_pathname().unwrap_or("".as_ref()).display())
            }
            Self::WebSocket(secured, _, scheme) | Self::Http(secured, _, scheme) => {
                format!("{scheme}://{}", secured.listener.local_addr()?)
            }
            Self::Quic(endpoint, _) => format!("quic://{}", endpoint.local_addr()?),
            Self::WebTransport(endpoint, _) => format!("webtransport://{}", endpoint.local_addr()?),
        })
    }

    /// Takes what connects, until the process ends.
    pub fn take_calls(self) {
        tokio::spawn(async move {
            loop {
                if let Err(error) = self.accept().await {
                    eprintln!("not accepted: {error}");
                }
            }
        });
    }

    async fn accept(&self) -> std::io::Result<()> {
        match self {
            Self::Tcp(listener, server) => {
                let (reader, writer) = connection(listener).await?.into_split();
                begin(server, Box::new(writer), Box::new(BufReader::new(reader)));
            }
            Self::Unix(listener, server) => {
                let (reader, writer) = listener.accept().await?.0.into_split();
                begin(server, Box::new(writer), Box::new(BufReader::new(reader)));
            }
            Self::WebSocket(secured, server, _) => {
                let accepted = secured.accept().await?;
                let server = server.clone();
                tokio::spawn(async move {
                    if let Err(error) = take_socket(accepted, server).await {
                        eprintln!("no WebSocket: {error}");
                    }
                });
            }
            Self::Http(secured, server, _) => {
                let accepted = secured.accept().await?;
                let server = wrpc_http::Server::from(server.0.clone());
                tokio::spawn(async move {
                    if let Err(error) = take_requests(accepted, server).await {
                        eprintln!("a connection failed: {error}");
                    }
                });
            }
            Self::Quic(endpoint, server) => {
                let Some(incoming) = endpoint.accept().await else { return Ok(()) };
                let server = server.clone();
                tokio::spawn(async move {
                    if let Err(error) = take_streams(incoming, server).await {
                        eprintln!("a connection ended: {error}");
                    }
                });
            }
            Self::WebTransport(endpoint, server) => {
                let incoming = endpoint.accept().await;
                let server = server.clone();
                tokio::spawn(async move {
                    if let Err(error) = web_transport::take_session(incoming, server).await {
                        eprintln!("a session ended: {error}");
                    }
                });
            }
        }
        Ok(())
    }
}

async fn take_socket(accepted: Accepted, server: Framed) -> anyhow::Result<()> {
    let (_, socket) = ServerBuilder::new().accept(accepted.stream().await?).await?;
    let (writer, reader) = wrpc_websockets::split(socket);
    begin(&server, Box::new(writer), Box::new(reader));
    Ok(())
}

/// Every request of a connection is a call.
async fn take_requests(accepted: Accepted, server: wrpc_http::Server) -> anyhow::Result<()> {
    let http = auto::Builder::new(TokioExecutor::new());
    let served = http.serve_connection(TokioIo::new(accepted.stream().await?), server).await;
    served.map_err(|error| anyhow!(error))
}

/// Every stream of a connection is a call.
async fn take_streams(incoming: quinn::Incoming, server: Arc<wrpc_quic::Server>) -> Result<(), quinn::ConnectionError> {
    let connection = incoming.await?;
    loop {
        let (writer, reader) = connection.accept_bi().await?;
        let server = server.clone();
        tokio::spawn(async move {
            if let Err(error) = server.accept((), writer, BufReader::new(reader)).await {
                eprintln!("not accepted: {error}");
            }
        });
    }
}

/// TCP, with TLS on it where that is expected.
pub struct Secured {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl Secured {
    async fn bind(host: &str, tls: Option<TlsAcceptor>) -> std::io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(host).await?, tls })
    }

    async fn accept(&self) -> std::io::Result<Accepted> {
        Ok(Accepted { stream: connection(&self.listener).await?, tls: self.tls.clone() })
    }
}

/// A connection whose handshake is still to come, since others need not wait for it.
struct Accepted {
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
}

impl Accepted {
    async fn stream(self) -> std::io::Result<Box<dyn Duplex>> {
        Ok(match self.tls {
            None => Box::new(self.stream),
            Some(tls) => Box::new(tls.accept(self.stream).await?),
        })
    }
}

trait Duplex: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Duplex for T {}

async fn connection(listener: &TcpListener) -> std::io::Result<TcpStream> {
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn begin(server: &Framed, writer: Writer, reader: Reader) {
    let server = server.clone();
    tokio::spawn(async move {
        if let Err(error) = server.accept((), writer, reader).await {
            eprintln!("not accepted: {error}");
        }
    });
}

type Invocations = BoxStream<'static, anyhow::Result<((), Outgoing, Incoming)>>;

impl Serve for Door {
    type Context = ();

    #[allow(refining_impl_trait)]
    async fn serve(
        &self,
        instance: &str,
        func: &str,
        paths: Arc<[Box<[Option<usize>]>]>,
    ) -> anyhow::Result<Invocations> {
        Ok(match self {
            Self::Tcp(_, server) | Self::Unix(_, server) | Self::WebSocket(_, server, _) => {
                server.serve(instance, func, paths).await.context("cannot serve")?.boxed()
            }
            Self::Http(_, server, _) => without_context(server.serve(instance, func, paths).await?),
            Self::Quic(_, server) => server.serve(instance, func, paths).await.context("cannot serve")?.boxed(),
            Self::WebTransport(_, server) => server.serve(instance, func, paths).await.context("cannot serve")?.boxed(),
        })
    }
}

/// Handlers are the same for all transports, so none gets the request of HTTP.
fn without_context<C>(
    calls: impl Stream<Item = anyhow::Result<(C, Outgoing, Incoming)>> + Send + 'static,
) -> Invocations {
    calls.map(|call| call.map(|(_, outgoing, incoming)| ((), outgoing, incoming))).boxed()
}
