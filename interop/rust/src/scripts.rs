//! Rows of several calls: what they check is what one call leaves behind for the next.

use anyhow::{ensure, Context as _};

use crate::address::Address;
use crate::bindings::client::witwire_test::interop::resources::{peek, retire, Counter};
use crate::bindings::client::witwire_test::interop::voids::{recall, remember};

pub async fn run(to: &Address, script: &str) -> anyhow::Result<()> {
    match script {
        "remember-recall" => remember_recall(to).await,
        "constructor" => constructor(to).await,
        "methods" => methods(to).await,
        "two-counters" => two_counters(to).await,
        "static" => join(to).await,
        "borrow" => borrow(to).await,
        "own" => own(to).await,
        "stale" => stale(to).await,
        other => anyhow::bail!("this peer knows no script {other}"),
    }
}

/// A call without a result is over before the next one begins.
async fn remember_recall(to: &Address) -> anyhow::Result<()> {
    for text in ["first", "", "zweiter 🚩"] {
        remember(to, (), text).await?;
        let got = recall(to, ()).await?;
        ensure!(got == text, "recalled {got:?}, not {text:?}");
    }
    Ok(())
}

async fn constructor(to: &Address) -> anyhow::Result<()> {
    let counter = Counter::new(to, (), 40).await?;
    equal(Counter::value(to, (), &counter.into()).await?, 40)
}

async fn methods(to: &Address) -> anyhow::Result<()> {
    let counter = Counter::new(to, (), 0).await?.into();
    equal(Counter::increment(to, (), &counter, 2).await?, 2)?;
    equal(Counter::increment(to, (), &counter, 300).await?, 302)?;
    equal(Counter::value(to, (), &counter).await?, 302)
}

async fn two_counters(to: &Address) -> anyhow::Result<()> {
    let left = Counter::new(to, (), 1).await?.into();
    let right = Counter::new(to, (), 2).await?.into();
    equal(Counter::increment(to, (), &left, 10).await?, 11)?;
    equal(Counter::value(to, (), &right).await?, 2)
}

async fn join(to: &Address) -> anyhow::Result<()> {
    let left = Counter::new(to, (), 40).await?;
    let right = Counter::new(to, (), 2).await?;
    let sum = Counter::join(to, (), &left, &right).await?;
    equal(Counter::value(to, (), &sum.into()).await?, 42)
}

async fn borrow(to: &Address) -> anyhow::Result<()> {
    let counter = Counter::new(to, (), 7).await?.into();
    equal(peek(to, (), &counter).await?, 7)?;
    equal(peek(to, (), &counter).await?, 7)
}

async fn own(to: &Address) -> anyhow::Result<()> {
    let counter = Counter::new(to, (), 9).await?;
    equal(retire(to, (), &counter).await?, 9)
}

/// What was given away is there no more, and its neighbour still is.
async fn stale(to: &Address) -> anyhow::Result<()> {
    let counter = Counter::new(to, (), 9).await?;
    let neighbour = Counter::new(to, (), 3).await?.into();
    retire(to, (), &counter).await?;
    let error = Counter::value(to, (), &counter.into()).await.err();
    error.context("a counter that was retired still has a value")?;
    equal(Counter::value(to, (), &neighbour).await?, 3)
}

fn equal(got: u32, expected: u32) -> anyhow::Result<()> {
    ensure!(got == expected, "got {got}, not {expected}");
    Ok(())
}
