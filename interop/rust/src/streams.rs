//! The bytes of an invocation, whatever carries them.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wrpc_transport::frame::{Incoming, Outgoing};
use wrpc_transport::Index;
use wrpc_transport_nats::{ParamWriter, Reader as NatsReader, SubjectWriter};

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
