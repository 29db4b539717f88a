//! The client of `examples/hello`.

use crate::address::Address;
use crate::bindings::hello::client::wrpc_examples::hello::handler::hello as call;

/// Prints what a server answers.
pub async fn hello(to: Address) -> anyhow::Result<()> {
    println!("{}", call(&to, ()).await?);
    Ok(())
}
