//! WebTransport: one session for all calls of a page, and a stream for each.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::io::{copy_bidirectional, BufReader};
use tokio::net::TcpStream;
use wtransport::endpoint::{endpoint_side, IncomingSession};
use wtransport::stream::BiStream;
use wtransport::tls::WEBTRANSPORT_ALPN;
use wtransport::{Connection, RecvStream, SendStream, ServerConfig, VarInt};

use crate::tls;

pub type Endpoint = wtransport::Endpoint<endpoint_side::Server>;

/// What a path begins with behind which the port of a TCP server on this machine stands: streams are passed on to it, since
/// wRPC's own crates have no sessions.
const RELAY: &str = "/tcp/";

pub fn listen(host: &str) -> anyhow::Result<Endpoint> {
    let config = ServerConfig::builder()
        .with_bind_address(host.parse()?)
        .with_custom_tls(tls::server(&[WEBTRANSPORT_ALPN])?)
        .keep_alive_interval(Some(Duration::from_secs(5)))
        .build();
    Ok(Endpoint::server(config)?)
}

/// Takes the calls of a session, until it ends.
pub async fn take_session(incoming: IncomingSession, server: Arc<wrpc_webtransport::Server>) -> anyhow::Result<()> {
    let request = incoming.await?;
    if request.path() == "/forbidden" {
        request.forbidden().await;
        return Ok(());
    }
    match request.path().strip_prefix(RELAY) {
        Some(port) => {
            let port = port.parse().context("no port")?;
            pass_on(request.accept().await?, port).await
        }
        None => take_calls(request.accept().await?, server).await,
    }
}

async fn take_calls(session: Connection, server: Arc<wrpc_webtransport::Server>) -> anyhow::Result<()> {
    loop {
        let (writer, reader) = session.accept_bi().await?;
        let server = server.clone();
        tokio::spawn(async move {
            if let Err(error) = server.accept((), writer, BufReader::new(reader)).await {
                eprintln!("not accepted: {error}");
            }
        });
    }
}

async fn pass_on(session: Connection, port: u16) -> anyhow::Result<()> {
    loop {
        let stream = session.accept_bi().await?;
        tokio::spawn(async move {
            if let Err(error) = relay(stream, port).await {
                eprintln!("not passed on: {error}");
            }
        });
    }
}

/// What breaks on one side is broken on the other, too.
async fn relay((writer, reader): (SendStream, RecvStream), port: u16) -> anyhow::Result<()> {
    let mut near = BiStream::join((writer, reader));
    let mut far = TcpStream::connect(("127.0.0.1", port)).await?;
    far.set_nodelay(true)?;
    if let Err(error) = copy_bidirectional(&mut near, &mut far).await {
        near.send_mut().reset(VarInt::from_u32(1))?;
        far.set_zero_linger()?;
        return Err(error.into());
    }
    Ok(())
}
