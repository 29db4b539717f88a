//! The bytes of an invocation, whatever carries them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::stream::{BoxStream, Stream, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wrpc_transport::frame::{Incoming, Outgoing};
use wrpc_transport::{Index, Serve, Server};
use wrpc_transport_nats::{Client, ParamWriter, Reader as NatsReader, SubjectWriter};

use crate::address::{Reader, Writer};

pub enum Sending {
    Framed(Outgoing),
    /// Of a client over NATS.
    Params(ParamWriter),
    /// Of a server over NATS.
    Results(SubjectWriter),
}

pub enum Receiving {
    Framed(Incoming),
    Nats(NatsReader),
}

impl Index<Self> for Sending {
    fn index(&self, path: &[usize]) -> anyhow::Result<Self> {
        Ok(match self {
            Self::Framed(inner) => Self::Framed(inner.index(path)?),
            Self::Params(inner) => Self::Params(inner.index(path)?),
            Self::Results(inner) => Self::Results(inner.index(path)?),
        })
    }
}

impl Index<Self> for Receiving {
    fn index(&self, path: &[usize]) -> anyhow::Result<Self> {
        Ok(match self {
            Self::Framed(inner) => Self::Framed(inner.index(path)?),
            Self::Nats(inner) => Self::Nats(inner.index(path)?),
        })
    }
}

/// Passes a poll on to what there is.
macro_rules! inner {
    ($self:expr, $inner:ident => $poll:expr) => {
        match $self.get_mut() {
            Self::Framed($inner) => $poll,
            Self::Params($inner) => $poll,
            Self::Results($inner) => $poll,
        }
    };
}

impl AsyncWrite for Sending {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        inner!(self, inner => Pin::new(inner).poll_write(cx, bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        inner!(self, inner => Pin::new(inner).poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        inner!(self, inner => Pin::new(inner).poll_shutdown(cx))
    }
}

impl AsyncRead for Receiving {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Framed(inner) => Pin::new(inner).poll_read(cx, buf),
            Self::Nats(inner) => Pin::new(inner).poll_read(cx, buf),
        }
    }
}

/// What functions are registered with.
pub enum Door {
    Framed(Arc<Server<(), Reader, Writer>>),
    Nats(Client),
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
            Self::Framed(server) => server
                .serve(instance, func, paths)
                .await?
                .map(|call| call.map(|((), tx, rx)| ((), Sending::Framed(tx), Receiving::Framed(rx))))
                .boxed(),
            Self::Nats(client) => client
                .serve(instance, func, paths)
                .await?
                .map(|call| call.map(|(_, tx, rx)| ((), Sending::Results(tx), Receiving::Nats(rx))))
                .boxed(),
        };
        Ok(invocations)
    }
}
