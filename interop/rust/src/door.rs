//! What functions are served through.

use std::sync::Arc;

use futures::stream::{BoxStream, Stream, StreamExt as _};
use wrpc_transport::{Serve, Server};
use wrpc_transport_nats::Client;

use crate::address::{Address, Listener, Reader, Writer};
use crate::nats::Nats;
use crate::streams::{Receiving, Sending};

/// What functions are registered with, and what their calls come from.
pub enum Door {
    Framed(Listener, Arc<Server<(), Reader, Writer>>),
    Nats(Arc<Nats>, Client),
    Quic(quinn::Endpoint, Arc<wrpc_transport_quic::Server>),
}

impl Door {
    pub async fn open(address: &Address) -> anyhow::Result<Self> {
        Ok(match address {
            Address::Nats(nats) => Self::Nats(nats.clone(), nats.client().await?.clone()),
            Address::Quic(quic) => Self::Quic(quic.listen()?, Arc::new(wrpc_transport_quic::Server::new())),
            _ => Self::Framed(Listener::bind(address).await?, Arc::default()),
        })
    }

    /// The address with the real port.
    pub fn describe(&self) -> std::io::Result<String> {
        match self {
            Self::Framed(listener, _) => listener.describe(),
            Self::Nats(nats, _) => Ok(nats.describe()),
            Self::Quic(endpoint, _) => Ok(format!("quic://{}", endpoint.local_addr()?)),
        }
    }

    /// Takes what connects, until the process ends. Calls over NATS come without.
    pub fn take_calls(self) {
        match self {
            Self::Framed(listener, server) => {
                tokio::spawn(async move {
                    loop {
                        if let Err(error) = server.accept(&listener).await {
                            eprintln!("not accepted: {error}");
                        }
                    }
                });
            }
            Self::Quic(endpoint, server) => {
                tokio::spawn(async move {
                    while let Some(incoming) = endpoint.accept().await {
                        tokio::spawn(take_streams(incoming, server.clone()));
                    }
                });
            }
            Self::Nats(..) => {}
        }
    }
}

/// Every stream of a connection is a call. One that cannot be taken says nothing of the others.
async fn take_streams(incoming: quinn::Incoming, server: Arc<wrpc_transport_quic::Server>) {
    let connection = match incoming.await {
        Ok(connection) => connection,
        Err(error) => return eprintln!("no connection: {error}"),
    };
    let streams = wrpc_transport_quic::Client::from(connection.clone());
    while connection.close_reason().is_none() {
        if let Err(error) = server.accept(&streams).await {
            eprintln!("not accepted: {error}");
        }
    }
}

type Invocations = BoxStream<'static, anyhow::Result<((), Sending, Receiving)>>;

impl Serve for Door {
    type Context = ();
    type Outgoing = Sending;
    type Incoming = Receiving;

    async fn serve(
        &self,
        instance: &str,
        func: &str,
        paths: impl Into<Arc<[Box<[Option<usize>]>]>> + Send,
    ) -> anyhow::Result<impl Stream<Item = anyhow::Result<((), Sending, Receiving)>> + 'static> {
        let invocations: Invocations = match self {
            Self::Framed(_, server) => server
                .serve(instance, func, paths)
                .await?
                .map(|call| call.map(|((), tx, rx)| ((), Sending::Framed(tx), Receiving::Framed(rx))))
                .boxed(),
            Self::Quic(_, server) => server
                .serve(instance, func, paths)
                .await?
                .map(|call| call.map(|((), tx, rx)| ((), Sending::Framed(tx), Receiving::Framed(rx))))
                .boxed(),
            Self::Nats(_, client) => client
                .serve(instance, func, paths)
                .await?
                .map(|call| call.map(|(_, tx, rx)| ((), Sending::Results(tx), Receiving::Nats(rx))))
                .boxed(),
        };
        Ok(invocations)
    }
}
