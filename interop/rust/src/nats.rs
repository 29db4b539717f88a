//! A connection to NATS, made when it is needed first.

use std::sync::Arc;

use tokio::sync::OnceCell;
use wrpc_transport_nats::Client;

pub struct Nats {
    server: String,
    prefix: String,
    group: Option<Arc<str>>,
    client: OnceCell<Client>,
}

impl Nats {
    /// Takes an address apart, less what it begins with.
    pub fn new(address: &str) -> Self {
        let (rest, group) = match address.split_once("?group=") {
            Some((rest, group)) => (rest, Some(group.into())),
            None => (address, None),
        };
        let (server, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        Self { server: server.into(), prefix: prefix.into(), group, client: OnceCell::new() }
    }

    pub async fn client(&self) -> anyhow::Result<&Client> {
        self.client
            .get_or_try_init(|| async {
                let nats = async_nats::connect(self.server.as_str()).await?;
                Client::new(nats, self.prefix.as_str(), self.group.clone()).await
            })
            .await
    }

    /// The address as it was given.
    pub fn describe(&self) -> String {
        let group = self.group.as_deref().map_or(String::new(), |group| format!("?group={group}"));
        format!("nats://{}/{}{group}", self.server, self.prefix)
    }
}
